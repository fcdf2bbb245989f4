"""Text of a value as a client or a quoted literal writes it, read by Redshift's rules.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html
"""

import json
import math
import re
import struct
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta, tzinfo
from datetime import timezone as fixed_zone
from decimal import Decimal
from typing import Final

from sparkify_harness.redshift.errors import (
    ComputeFault,
    DatetimeOverflow,
    InvalidDatetime,
    InvalidParameterValue,
    InvalidTextRepresentation,
    NumericOutOfRange,
    StringTooLong,
)
from sparkify_harness.redshift.sql.datetimes import Moment, read_moment, zone_of
from sparkify_harness.redshift.sql.decimals import rescale
from sparkify_harness.redshift.sql.intervals import read_interval
from sparkify_harness.redshift.types import Kind, RedshiftType

BLANKS = " \t\n\r\f\v"
_INTEGER = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_SPECIAL_FLOATS: Final = {"nan": math.nan, "infinity": math.inf, "-infinity": -math.inf}
_TRUE: Final = frozenset({"t", "tr", "tru", "true", "y", "ye", "yes", "1"})
_FALSE: Final = frozenset({"f", "fa", "fal", "fals", "false", "n", "no", "0"})


def read(
    text: str,
    type: RedshiftType,  # noqa: A002 - the word of the domain
    *,
    timezone: str = "UTC",
    now: datetime | None = None,
) -> object:
    """The value that a text stands for.

    Args:
        text: As it was written.
        type: Type wanted.
        timezone: The session's time zone.
        now: The moment, aware; by default the clock's.

    Raises:
        InvalidTextRepresentation: It is no value of the type.
        InvalidDatetime: Likewise, for dates, times and intervals.
        DatetimeOverflow: A date or time field is out of range.
        NumericOutOfRange: The number is too large.
        StringTooLong: It has more bytes than the type takes, blanks at the end aside.
    """
    if type.kind in _MOMENTS:
        return _temporal(text, type.kind, timezone, now)
    return _READERS[type.kind](text, type)


def _integer(text: str, target: RedshiftType) -> int:
    body = text.strip(BLANKS)
    if not _INTEGER.fullmatch(body):
        raise InvalidTextRepresentation(f'invalid input syntax for integer: "{text}"')
    value = Decimal(body)
    low, high = target.kind.bounds
    if not low <= value <= high:
        raise NumericOutOfRange(f'value "{text}" is out of range for type {target.kind.value}')
    return int(value)


def _numeric(text: str, target: RedshiftType) -> Decimal:
    body = text.strip(BLANKS)
    if not _DECIMAL.fullmatch(body):
        raise InvalidTextRepresentation(f'invalid input syntax for type numeric: "{text}"')
    return rescale(Decimal(body), target)


def _float(text: str, target: RedshiftType) -> float:
    body = text.strip(BLANKS)
    if body.lower() in _SPECIAL_FLOATS:
        return _SPECIAL_FLOATS[body.lower()]
    if not _DECIMAL.fullmatch(body):
        raise InvalidTextRepresentation(
            f'invalid input syntax for type {target.kind.value}: "{text}"'
        )
    value = float(body)
    if target.kind is Kind.REAL:
        value = single(value)
    if math.isinf(value):
        raise NumericOutOfRange(f'"{text}" is out of range for type {target.kind.value}')
    return value


def single(value: float) -> float:
    """The REAL nearest to a DOUBLE; infinite where it is out of range."""
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def _boolean(text: str, target: RedshiftType) -> bool:
    word = text.strip(BLANKS).lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise InvalidTextRepresentation(f'invalid input syntax for type {target.kind.value}: "{text}"')


def fit(text: str, target: RedshiftType, *, cut: bool = False) -> str:
    """A string for CHAR(n) or VARCHAR(n).

    Args:
        text: The string.
        target: Type with its limit in bytes, or without one.
        cut: Whether what is too long is cut silently, as an explicit cast does, or refused.

    Raises:
        StringTooLong: More bytes than the limit, blanks at the end aside.
        ComputeFault: CHAR takes ASCII alone.
    """
    if target.kind is Kind.CHAR and not text.isascii():
        raise ComputeFault("CHAR string contains invalid ASCII character")
    limit = target.length
    if limit is not None and target.kind is not Kind.NAME:
        data = text.encode()
        if len(data) > limit:
            if not cut and data[limit:].strip(b" "):
                raise StringTooLong(f"value too long for type {target}")
            text = data[:limit].decode(errors="ignore")
    return text.rstrip(" ") if target.kind is Kind.CHAR else text


def _temporal(text: str, kind: Kind, timezone: str, now: datetime | None) -> object:
    zone: tzinfo = zone_of(timezone) or UTC
    local = (now or datetime.now(UTC)).astimezone(zone)
    moment = read_moment(text, kind.value, local)
    try:
        found = _MOMENTS[kind](moment, zone, local)
    except OverflowError:
        raise DatetimeOverflow(f'timestamp out of range: "{text}"') from None
    if found is None:
        raise InvalidDatetime(f'invalid input syntax for type {kind.value}: "{text}"')
    return found


def _clock_and_offset(moment: Moment, zone: tzinfo, local: datetime) -> time | None:
    if moment.clock is None:
        return None
    offset = (moment.zone or zone).utcoffset(local.replace(tzinfo=None)) or timedelta()
    return moment.clock.replace(tzinfo=fixed_zone(offset))


def _stamp(moment: Moment, zone: tzinfo, local: datetime) -> datetime | None:
    del zone, local
    return None if moment.day is None else moment.timestamp()


def _instant(moment: Moment, zone: tzinfo, local: datetime) -> datetime | None:
    del local
    if moment.day is None:
        return None
    return moment.timestamp().replace(tzinfo=moment.zone or zone).astimezone(UTC)


def _bytes(text: str, target: RedshiftType) -> bytes:
    try:
        data = bytes.fromhex(text.strip(BLANKS))
    except ValueError:
        raise InvalidTextRepresentation(
            f'invalid input syntax for type {target.kind.value}: "{text}"'
        ) from None
    if target.length is not None and len(data) > target.length:
        raise StringTooLong(f"value too long for type {target}")
    return data


def _super(text: str, target: RedshiftType) -> str:
    del target
    try:
        value = json.loads(text, parse_float=str, parse_constant=_refuse)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is no character
    except (ValueError, RecursionError):
        raise InvalidParameterValue("invalid input: not valid JSON") from None
    return text.strip(BLANKS)


def _refuse(word: str) -> object:
    raise ValueError(word)


_READERS: Final[Mapping[Kind, Callable[[str, RedshiftType], object]]] = {
    Kind.BOOLEAN: _boolean,
    Kind.SMALLINT: _integer,
    Kind.INTEGER: _integer,
    Kind.BIGINT: _integer,
    Kind.OID: _integer,
    Kind.NUMERIC: _numeric,
    Kind.REAL: _float,
    Kind.DOUBLE: _float,
    Kind.CHAR: fit,
    Kind.VARCHAR: fit,
    Kind.NAME: fit,
    Kind.UNKNOWN: fit,
    Kind.INTERVAL: lambda text, _: read_interval(text),
    Kind.SUPER: _super,
    Kind.VARBYTE: _bytes,
}
_MOMENTS: Final[Mapping[Kind, Callable[[Moment, tzinfo, datetime], object]]] = {
    Kind.DATE: lambda moment, *_: moment.day,
    Kind.TIME: lambda moment, *_: moment.clock,
    Kind.TIMETZ: _clock_and_offset,
    Kind.TIMESTAMP: _stamp,
    Kind.TIMESTAMPTZ: _instant,
}
"""What a type takes of a moment, in the session's zone, now; None where that is not written."""
