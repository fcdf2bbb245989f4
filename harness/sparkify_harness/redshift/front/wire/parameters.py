"""ParameterStatus: what a server says of itself at start-up, and whatever changes later."""

from collections.abc import Iterator, Mapping
from typing import Final

from sparkify_harness.redshift.catalog.version import BUILD
from sparkify_harness.redshift.errors import InvalidParameterValue
from sparkify_harness.redshift.front.wire.dialect import Dialect
from sparkify_harness.redshift.front.wire.responses.startup import parameter_status

_SERVER: Final = {
    "server_version": "8.0.2",
    "server_encoding": "UNICODE",
    "client_encoding": "UTF8",
    "integer_datetimes": "on",
    "DateStyle": "ISO, MDY",
    "TimeZone": "UTC",
    "is_superuser": "off",
    "datashare_enabled": "off",
    "external_database": "off",
    "case_sensitive": "on",
    "max_numeric_precision": "38",
    "max_varchar_size": "65535",
    "padb_revision": BUILD,
    "padb_version": f"1.0.{BUILD}",
}
"""Drivers take counts in tags, TLS and types by these; ``padb_version`` says "this is Redshift".

Source: https://github.com/aws/amazon-redshift-python-driver (``handle_PARAMETER_STATUS``)

Deviates: Redshift reports client_encoding UNICODE unless the client asked for UTF8, and psycopg 3
then refuses to work: https://github.com/psycopg/psycopg/issues/122
"""

_UTF8: Final = frozenset({"utf8", "utf-8", "unicode"})


class ReportedParameters:
    """What the client was told, and what it has to be told next.

    Args:
        user: Session user.
        options: Start-up parameters.
        dialect: What was agreed.

    Raises:
        InvalidParameterValue: The client wants an encoding other than UTF-8.
    """

    def __init__(self, user: str, options: Mapping[str, str], dialect: Dialect) -> None:
        encoding = options.get("client_encoding", "UTF8")
        if encoding.strip("'\" ").lower() not in _UTF8:
            raise InvalidParameterValue(
                f'invalid value for parameter "client_encoding": "{encoding}"',
                hint="Redshift speaks UTF8 to its clients.",
            )
        initial = {
            **_SERVER,
            "session_authorization": user,
            "application_name": options.get("application_name", ""),
        }
        if dialect.announced:
            initial["server_protocol_version"] = str(dialect.version)
        self._names = {name.lower(): name for name in initial}
        self._values = initial
        self._told: dict[str, str] = {}

    def changes(self, current: Mapping[str, str]) -> Iterator[bytes]:
        """ParameterStatus messages for what the client does not know yet.

        Args:
            current: The backend's settings now; names in any case.
        """
        for name, value in current.items():
            self._values[self._names.setdefault(name.lower(), name)] = value
        for name, value in self._values.items():
            if self._told.get(name) != value:
                self._told[name] = value
                yield parameter_status(name, value)
