"""How COPY reads dates and times: its defaults, DATEFORMAT and TIMEFORMAT strings, ``auto``.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_DATEFORMAT_and_TIMEFORMAT_strings.html
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from types import MappingProxyType
from typing import Final

from sparkify_harness.redshift.errors import InvalidParameterValue, NotEmulated
from sparkify_harness.redshift.sql.options.conversion import TIMEFORMAT
from sparkify_harness.redshift.sql.options.option import Option

AUTO: Final = "auto"
EPOCH_UNITS: Final = MappingProxyType({"epochsecs": 1_000_000, "epochmillisecs": 1_000})
"""TIMEFORMAT keywords and the microseconds of their unit. The keywords are case-sensitive."""

DATE_FORMAT: Final = "YYYY-MM-DD"
TIME_FORMAT: Final = "YYYY-MM-DD HH24:MI:SS"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_JULIAN_EPOCH = 1_721_425
"""Julian day of 0001-01-01 less one."""

_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTHS = MappingProxyType(
    {
        spelling: number
        for number, name in enumerate(_MONTH_NAMES, start=1)
        for spelling in (name, name[:3])
    }
    | {"sept": 9}
)
_ZONES = MappingProxyType(
    {
        "Z": 0, "UTC": 0, "GMT": 0, "UT": 0, "WET": 0, "CET": 1, "EET": 2, "MSK": 3, "JST": 9,
        "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DateAndTime:
    """A date and time as written.

    Args:
        local: Date and time; midnight where only a date is written.
        offset: Its zone's distance from UTC, where one is written.
    """

    local: datetime
    offset: timedelta | None = None

    @property
    def utc(self) -> datetime:
        """The instant in UTC, naive; without a zone the time is UTC already."""
        return self.local - self.offset if self.offset else self.local


DateTimeReader = Callable[[str], DateAndTime | None]
"""Reads a text; None where it does not fit."""


def epoch_reader(unit: int) -> DateTimeReader:
    """Reads seconds or milliseconds since 1970.

    Args:
        unit: Microseconds of the unit.
    """

    def read(text: str) -> DateAndTime | None:
        if not re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII):
            return None
        try:
            return DateAndTime(_EPOCH + timedelta(microseconds=int(text) * unit))
        except OverflowError:
            return None

    return read


def reader(format_: str | None, default: str) -> DateTimeReader:
    """The reader of a DATEFORMAT or TIMEFORMAT string.

    Args:
        format_: As in the statement; None for the default.
        default: The default format.
    """
    if format_ is not None and format_ in EPOCH_UNITS:
        return epoch_reader(EPOCH_UNITS[format_])
    if format_ == AUTO:
        return read_auto
    pattern = _compile(format_ or default)

    def read(text: str) -> DateAndTime | None:
        fit = pattern.fullmatch(text)
        return _moment(fit) if fit else None

    return read


def check_format(option: Option, format_: str) -> None:
    """Refuse a format string that COPY does not know.

    Raises:
        InvalidParameterValue: A part of the format means nothing.
    """
    keywords = {AUTO, *EPOCH_UNITS} if option is TIMEFORMAT else {AUTO}
    if format_ in keywords:
        return
    if not re.search(r"YY|J|MM|MON|DD|HH", format_, re.IGNORECASE):
        raise InvalidParameterValue(f"Invalid {option.key} '{format_}'")
    _compile(format_)


# --- format strings ---------------------------------------------------------------------------

_FRACTION = r"(?:\.(?P<fraction>\d+))?"
_ZONE = r"(?P<zone>Z|[A-Z]{2,4}|[+-]\d{1,2}(?::?\d{2})?)"
_PARTS = (
    ("YYYY", r"(?P<year>\d{4})"),
    ("YY", r"(?P<short>\d{2})"),
    ("MONTH", r"(?P<name>[A-Za-z]{3,9})"),
    ("MON", r"(?P<name>[A-Za-z]{3})"),
    ("MM", r"(?P<month>\d{1,2})"),
    ("DD", r"(?P<day>\d{1,2})"),
    ("HH24", r"(?P<hour>\d{1,2})"),
    ("HH12", r"(?P<hour12>\d{1,2})"),
    ("HH", r"(?P<hour>\d{1,2})"),
    ("MI", r"(?P<minute>\d{1,2})"),
    ("SS", r"(?P<second>\d{1,2})" + _FRACTION),
    ("AM", r"(?P<half>[AaPp][Mm])"),
    ("PM", r"(?P<half>[AaPp][Mm])"),
    ("OF", _ZONE),
)
"""Longest first. HH is HH24 here, unlike in TO_CHAR."""


@cache
def _compile(format_: str) -> re.Pattern[str]:
    tokens = list(_tokens(format_))
    pattern = ""
    for index, (kind, text) in enumerate(tokens):
        if kind == "literal":
            pattern += re.escape(text)
            continue
        followed = tokens[index + 1 : index + 2]
        # Digits that touch the next part's need all their places to be told apart.
        touching = bool(followed) and followed[0][0] == "part"
        pattern += text.replace(r"\d{1,2}", r"\d{2}") if touching else text
    if format_ == TIME_FORMAT:
        # A date alone is midnight.
        pattern = pattern.replace(r"\ ", "(?: ", 1) + ")?"
    elif format_ == DATE_FORMAT:
        # Ten characters are read, a time after them is dropped.
        pattern += r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?" + _ZONE + "?)?"
    try:
        return re.compile(pattern, re.ASCII)
    except re.error as error:
        raise InvalidParameterValue(f"Invalid date or time format '{format_}'") from error


def _tokens(format_: str) -> Iterator[tuple[str, str]]:
    at = 0
    upper = format_.upper()
    while at < len(format_):
        for part, pattern in _PARTS:
            if upper.startswith(part, at):
                yield "part", pattern
                at += len(part)
                break
        else:
            character = format_[at]
            if character.isalpha() and character.upper() not in "TZ":
                raise InvalidParameterValue(f"Invalid date or time format '{format_}'")
            yield "literal", character
            at += 1


# --- 'auto' -----------------------------------------------------------------------------------

_TIME = (
    r"(?:(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<fraction>\d+))?)?"
    r"(?:\s*(?P<half>[AaPp][Mm]))?|(?P<packed>\d{6}|\d{4}))"
)
_DATES = (
    r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})",
    r"(?P<month>\d{1,2})[/.](?P<day>\d{1,2})[/.](?:(?P<year>\d{4})|(?P<short>\d{2}))",
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
    r"(?P<short>\d{2})(?P<month>\d{2})(?P<day>\d{2})",
    r"(?P<year>\d{4})\.(?P<yearday>\d{3})",
    r"J(?P<julian>\d{1,7})",
    r"(?P<name>[A-Za-z]{3,9})[- ](?P<day>\d{1,2})(?:-|,? )(?:(?P<year>\d{4})|(?P<short>\d{2}))",
    r"(?P<day>\d{1,2})[- ](?P<name>[A-Za-z]{3,9})[- ](?:(?P<year>\d{4})|(?P<short>\d{2}))",
    r"(?P<year>\d{4})-(?P<name>[A-Za-z]{3,9})-(?P<day>\d{1,2})",
)
_AUTO = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        *(
            rf"{day}(?P<era> (?:BC|AD))?(?:(?:T|\s+){_TIME}\s*{_ZONE}?)?(?P<era2> (?:BC|AD))?"
            for day in _DATES
        ),
        rf"(?P<day>\d{{1,2}}) (?P<name>[A-Za-z]{{3}}) {_TIME} (?P<year>\d{{4}})(?:\s*{_ZONE})?",
    )
)


def read_auto(text: str) -> DateAndTime | None:
    """Read what ``'auto'`` recognizes; epochs are not among it.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/automatic-recognition.html

    Raises:
        NotEmulated: A year before Christ.
    """
    for pattern in _AUTO:
        fit = pattern.fullmatch(text)
        if fit and (moment := _moment(fit)):
            return moment
    return None


# --- assembling -------------------------------------------------------------------------------


def _moment(fit: re.Match[str]) -> DateAndTime | None:
    """The moment that the groups of a match name, or None where there is no such moment."""
    parts = {name: value for name, value in fit.groupdict().items() if value is not None}
    if any(parts.get(era, "").strip() == "BC" for era in ("era", "era2")):
        raise NotEmulated("dates before Christ")
    try:
        day = _date(parts)
        hour, minute, second = _clock(parts)
        offset = _offset(parts["zone"]) if "zone" in parts else None
        fraction = int(parts.get("fraction", "0")[:6].ljust(6, "0"))
        return DateAndTime(
            datetime(day.year, day.month, day.day, hour, minute, second, fraction),  # noqa: DTZ001  a wall clock has no zone
            offset,
        )
    except (ValueError, OverflowError, KeyError):
        return None


def _date(parts: dict[str, str]) -> date:
    if "julian" in parts:
        return date.fromordinal(int(parts["julian"]) - _JULIAN_EPOCH)
    if "short" in parts:
        short = int(parts["short"])
        year = short + (2000 if short < 70 else 1900)
    else:
        year = int(parts["year"])
    if "yearday" in parts:
        day = date(year, 1, 1) + timedelta(days=int(parts["yearday"]) - 1)
        if day.year != year:
            raise ValueError("no such day of the year")
        return day
    month = _MONTHS[parts["name"].lower()] if "name" in parts else int(parts.get("month", "1"))
    return date(year, month, int(parts.get("day", "1")))


def _clock(parts: dict[str, str]) -> tuple[int, int, int]:
    if packed := parts.get("packed"):
        return int(packed[:2]), int(packed[2:4]), int(packed[4:] or "0")
    hour = int(parts.get("hour") or parts.get("hour12") or "0")
    if half := parts.get("half", "").lower():
        if not 1 <= hour <= 12:
            raise ValueError("no such hour")
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif "hour12" in parts and not 1 <= hour <= 12:
        raise ValueError("no such hour")
    return hour, int(parts.get("minute", "0")), int(parts.get("second", "0"))


def _offset(zone: str) -> timedelta:
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "")
        hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
        distance = timedelta(hours=int(hours), minutes=int(minutes))
        timezone(distance)  # refuses a day and more
        return -distance if zone[0] == "-" else distance
    return timedelta(hours=_ZONES[zone])
