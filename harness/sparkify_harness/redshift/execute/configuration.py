"""Configuration parameters: which exist, their defaults, what SET accepts.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/cm_chap_ConfigurationRef.html
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo, available_timezones

from sparkify_harness.redshift.errors import InvalidParameterValue, NotEmulated
from sparkify_harness.redshift.sql.parameters import missing_parameter

_BOOLEANS = {
    **dict.fromkeys(("on", "true", "yes", "1", "t", "y"), "on"),
    **dict.fromkeys(("off", "false", "no", "0", "f", "n"), "off"),
}


def _boolean(name: str, value: str) -> str:
    try:
        return _BOOLEANS[value.lower()]
    except KeyError:
        raise InvalidParameterValue(f'parameter "{name}" requires a Boolean value') from None


def _whole_number(name: str, value: str) -> str:
    if not re.fullmatch(r"-?\d{1,18}", value):
        raise InvalidParameterValue(f'invalid value for parameter "{name}": "{value}"')
    return value


def _float_digits(name: str, value: str) -> str:
    """https://docs.aws.amazon.com/redshift/latest/dg/r_extra_float_digits.html ."""
    if not -15 <= int(_whole_number(name, value)) <= 2:
        raise InvalidParameterValue(
            f'{value} is outside the valid range for parameter "{name}" (-15 .. 2)'
        )
    return value


def _milliseconds(name: str, value: str) -> str:
    found = re.fullmatch(r"(\d{1,18})\s*(ms|s|min|h)?", value.strip())
    if not found:
        raise InvalidParameterValue(f'invalid value for parameter "{name}": "{value}"')
    factor = {"ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000}[found[2] or "ms"]
    return str(int(found[1]) * factor)


def _text(_name: str, value: str) -> str:
    return value


_OFFSET = re.compile(r"[a-z<>]*[+-]?\d{1,2}(:?\d{2})?([a-z]+|( hours?| minutes?))?", re.IGNORECASE)
"""POSIX and ISO 8601 zones, and intervals, by which a session's zone may be set.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_timezone_config.html
"""


def _zone(name: str, value: str) -> str:
    if value.upper() in {"UTC", "GMT", "DEFAULT"}:
        return "UTC"
    by_fold = {zone.lower(): zone for zone in available_timezones()}
    if zone := by_fold.get(value.lower()):
        return str(ZoneInfo(zone))
    if _OFFSET.fullmatch(value.strip()):
        raise NotEmulated(f"time zone {value} of a session")
    raise InvalidParameterValue(f'invalid value for parameter "{name}": "{value}"')


def _date_style(_name: str, value: str) -> str:
    words = {word.strip().upper() for word in value.split(",") if word.strip()}
    unknown = words - {"ISO", "MDY", "DMY", "YMD", "US", "EUROPEAN", "POSTGRES", "SQL", "GERMAN"}
    if unknown:
        raise InvalidParameterValue(f'invalid value for parameter "datestyle": "{value}"')
    if words - {"ISO", "MDY", "US"}:
        raise NotEmulated(f"datestyle {value}")
    return "ISO, MDY"


def _schemas(_name: str, value: str) -> str:
    """Names of schemas, in quotes where they need them: ``"$user", public``.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_search_path.html
    """
    names = (part.strip().strip('"') for part in value.split(","))
    return ", ".join(
        name if re.fullmatch(r"[a-z_][a-z0-9_$]*", name) else f'"{name}"' for name in names
    )


def _utf8(_name: str, value: str) -> str:
    if value.strip("'\"").upper().replace("-", "") not in {"UTF8", "UNICODE"}:
        raise InvalidParameterValue(f'invalid value for parameter "client_encoding": "{value}"')
    return "UTF8"


def _only(accepted: str) -> Callable[[str, str], str]:
    """A parameter whose other values would change answers that we do not change with it."""

    def check(name: str, value: str) -> str:
        folded = _BOOLEANS.get(value.lower(), value.lower())
        if folded != accepted:
            raise NotEmulated(f"{name} {value}")
        return accepted

    return check


@dataclass(frozen=True, slots=True)
class ConfigurationParameter:
    """A configuration parameter.

    Args:
        default: Value of a new session, as SHOW prints it.
        check: Takes the name and the value; returns it as SHOW prints it.
        report_as: Name of its ParameterStatus, or None.
        writable: Whether SET may change it.
    """

    default: str
    check: Callable[[str, str], str] = _text
    report_as: str | None = None
    writable: bool = True


SETTINGS: Mapping[str, ConfigurationParameter] = {
    "analyze_threshold_percent": ConfigurationParameter("10", _text),
    "application_name": ConfigurationParameter("", _text, "application_name"),
    "auto_analyze": ConfigurationParameter("on", _boolean),
    "auto_mv": ConfigurationParameter("on", _boolean),
    "cast_super_null_on_error": ConfigurationParameter("on", _only("on")),
    "case_sensitive_identifier": ConfigurationParameter("off", _only("off")),
    "client_encoding": ConfigurationParameter("UTF8", _utf8, "client_encoding"),
    "client_min_messages": ConfigurationParameter("notice", _text),
    "datestyle": ConfigurationParameter("ISO, MDY", _date_style, "DateStyle"),
    "default_transaction_isolation": ConfigurationParameter("serializable", _text),
    "describe_field_name_in_uppercase": ConfigurationParameter("off", _only("off")),
    "downcase_delimited_identifier": ConfigurationParameter("on", _only("on")),
    "enable_case_sensitive_identifier": ConfigurationParameter("off", _only("off")),
    "enable_case_sensitive_super_attribute": ConfigurationParameter("off", _only("off")),
    "enable_numeric_rounding": ConfigurationParameter("off", _only("off")),
    "enable_result_cache_for_session": ConfigurationParameter("on", _boolean),
    "enable_vacuum_boost": ConfigurationParameter("off", _boolean),
    "error_on_nondeterministic_update": ConfigurationParameter("off", _boolean),
    "extra_float_digits": ConfigurationParameter("0", _float_digits),
    "interval_forbid_composite_literals": ConfigurationParameter("off", _only("off")),
    "json_serialization_enable": ConfigurationParameter("off", _only("off")),
    "json_serialization_parse_nested_strings": ConfigurationParameter("off", _only("off")),
    "max_concurrency_scaling_clusters": ConfigurationParameter("1", _whole_number),
    "max_cursor_result_set_size": ConfigurationParameter("0", _whole_number),
    "mv_enable_aqmv_for_session": ConfigurationParameter("on", _boolean),
    "navigate_super_null_on_error": ConfigurationParameter("on", _only("on")),
    "parse_super_null_on_error": ConfigurationParameter("off", _only("off")),
    "pg_federation_repeatable_read": ConfigurationParameter("on", _boolean),
    "query_group": ConfigurationParameter("unset", _text),
    "readonly": ConfigurationParameter("0", _text),
    "search_path": ConfigurationParameter("$user, public", _schemas),
    "seed": ConfigurationParameter("unset", _text),
    "server_encoding": ConfigurationParameter("UNICODE", writable=False),
    "server_version": ConfigurationParameter("8.0.2", writable=False),
    "spectrum_enable_pseudo_columns": ConfigurationParameter("on", _boolean),
    "spectrum_query_maxerror": ConfigurationParameter("-1", _whole_number),
    "statement_timeout": ConfigurationParameter("0", _milliseconds),
    "stored_proc_log_min_messages": ConfigurationParameter("log", _text),
    "timezone": ConfigurationParameter("UTC", _zone, "TimeZone"),
    "transaction_isolation": ConfigurationParameter("serializable", writable=False),
    "transaction_read_only": ConfigurationParameter("off", writable=False),
    "use_fips_ssl": ConfigurationParameter("false", writable=False),
    "wlm_query_slot_count": ConfigurationParameter("1", _whole_number),
}
_CUSTOM = re.compile(r"[a-z_][a-z0-9_$]*\.[a-z_][a-z0-9_$.]*")


class SessionSettings:
    """The parameters of one session; SET inside a transaction is undone by ROLLBACK."""

    def __init__(self, overrides: Mapping[str, str]) -> None:
        self._values = {name: setting.default for name, setting in SETTINGS.items()}
        for name, value in overrides.items():
            self.set(name, (value,))
        self._defaults = dict(self._values)
        self._saved: dict[str, str] | None = None
        self._local: dict[str, str] = {}

    def values(self) -> dict[str, str]:
        """All parameters by name, as SHOW prints them."""
        return {**self._values, **self._local}

    def get(self, name: str) -> str:
        """A parameter as SHOW prints it.

        Raises:
            UndefinedObject: There is none of that name.
            NotEmulated: Redshift has one.
        """
        folded = name.lower()
        if folded in self._local:
            return self._local[folded]
        try:
            return self._values[folded]
        except KeyError:
            raise missing_parameter(name) from None

    def set(self, name: str, values: Sequence[str] | None, *, local: bool = False) -> None:
        """SET.

        Args:
            name: As written.
            values: Literals without their quotes; None is DEFAULT.
            local: Until the transaction ends.

        Raises:
            UndefinedObject: There is no such parameter, and the name has no dot.
            InvalidParameterValue: The parameter does not take the value.
            NotEmulated: Redshift would then answer otherwise, and we would not.
        """
        folded = name.lower()
        setting = SETTINGS.get(folded)
        if setting is None:
            if not _CUSTOM.fullmatch(folded):
                raise missing_parameter(name)
            setting = ConfigurationParameter("")
        if not setting.writable:
            raise InvalidParameterValue(f'parameter "{name}" cannot be changed')
        value = (
            self._defaults.get(folded, setting.default)
            if values is None
            else setting.check(folded, ", ".join(values))
        )
        (self._local if local else self._values)[folded] = value

    def reset(self, name: str) -> None:
        """RESET; ``all`` resets every parameter."""
        if name.lower() == "all":
            self._values = dict(self._defaults)
            self._local = {}
        else:
            self.set(name, None)

    def begin(self) -> None:
        """Remember the values for ROLLBACK."""
        self._saved = dict(self._values)

    def commit(self) -> None:
        """Keep the values."""
        self._saved = None
        self._local = {}

    def rollback(self) -> None:
        """Take back what the transaction set."""
        if self._saved is not None:
            self._values = self._saved
        self._saved = None
        self._local = {}

    def search_path(self, user: str) -> tuple[str, ...]:
        """Schemas of ``search_path`` in order, folded, ``$user`` resolved."""
        names = (part.strip().strip('"').lower() for part in self.get("search_path").split(","))
        return tuple(user if name == "$user" else name for name in names if name)

    def reported(self) -> dict[str, str]:
        """ParameterStatus values."""
        values = self.values()
        return {
            setting.report_as: values[name]
            for name, setting in SETTINGS.items()
            if setting.report_as is not None
        }
