"""Arguments of Bind as Python values.

Text stays ``str``: the backend reads it by the rules of the parameter's type. Binary values have
PostgreSQL's forms, which Redshift's drivers send too.
"""

import struct
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import ROUND_DOWN, Context, Decimal
from typing import Final

import pyarrow as pa

from sparkify_harness.redshift.errors import (
    InvalidTextRepresentation,
    NotEmulated,
    ProtocolViolation,
)
from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.types import RedshiftType

_EPOCH: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - TIMESTAMP has no zone
_INTERVAL_YEAR_TO_MONTH: Final = 1188
_INTERVAL_DAY_TO_SECOND: Final = 1190
_NAN: Final = 0xC000
_SIGNS: Final = {0: 0, 0x4000: 1}
_EXACT: Final = Context(prec=200_000, rounding=ROUND_DOWN)
"""More digits than a binary NUMERIC can have; what is beyond its own scale is cut off."""


def decode_arguments(
    arguments: Sequence[bytes | None],
    formats: Sequence[Format],
    oids: Sequence[int],
    types: Sequence[RedshiftType],
) -> tuple[object, ...]:
    """The values of a Bind.

    Args:
        arguments: Raw values; None for NULL.
        formats: None (all text), one for all, or one each.
        oids: What Parse said, by which the client encoded; may be fewer; 0 for "inferred".
        types: What the statement has, for where Parse said nothing.

    Returns:
        One for each: None, ``str``, or bool, int, float, Decimal, date, time, datetime, bytes,
        MonthDayNano.

    Raises:
        ProtocolViolation: Another number of values than the statement has, or malformed ones.
        NotEmulated: A binary value of a type that has no binary form here.
    """
    if len(arguments) != len(types):
        raise ProtocolViolation(
            f"bind message supplies {len(arguments)} parameters, "
            f"but prepared statement requires {len(types)}"
        )
    each = formats if len(formats) > 1 else (tuple(formats) or (Format.TEXT,)) * len(arguments)
    values: list[object] = []
    for number, (raw, code, type_) in enumerate(zip(arguments, each, types, strict=True)):
        oid = (oids[number] if number < len(oids) else 0) or type_.oid
        values.append(None if raw is None else _decode(raw, code, oid, number + 1))
    return tuple(values)


def _decode(raw: bytes, code: Format, oid: int, number: int) -> object:
    if code is Format.TEXT:
        return _text(raw)
    try:
        read = _READERS[oid]
    except KeyError:
        raise NotEmulated(f"binary parameter ${number} of the type with object id {oid}") from None
    try:
        return read(raw)
    except (struct.error, ValueError, ArithmeticError):
        raise ProtocolViolation(
            f"incorrect binary data format in bind parameter {number}"
        ) from None


def _text(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise InvalidTextRepresentation("invalid byte sequence for encoding UTF8") from None
    if "\0" in text:
        raise InvalidTextRepresentation("invalid byte sequence for encoding UTF8: 0x00")
    return text


def _number(form: str) -> Callable[[bytes], int | float]:
    layout = struct.Struct(form)

    def read(raw: bytes) -> int | float:
        (value,) = layout.unpack(raw)
        return value  # type: ignore[no-any-return]  # struct's results are untyped

    return read


def _boolean(raw: bytes) -> bool:
    (value,) = raw
    return value != 0


def _date(raw: bytes) -> date:
    (days,) = struct.unpack("!i", raw)
    return _EPOCH.date() + timedelta(days=days)


def _timestamp(raw: bytes) -> datetime:
    (microseconds,) = struct.unpack("!q", raw)
    return _EPOCH + timedelta(microseconds=microseconds)


def _timestamptz(raw: bytes) -> datetime:
    return _timestamp(raw).replace(tzinfo=UTC)


def _time(raw: bytes) -> time:
    (microseconds,) = struct.unpack("!q", raw)
    if not 0 <= microseconds < 86_400_000_000:
        raise ValueError(microseconds)
    return (_EPOCH + timedelta(microseconds=microseconds)).time()


def _timetz(raw: bytes) -> time:
    (west,) = struct.unpack("!i", raw[8:])
    return _time(raw[:8]).replace(tzinfo=timezone(timedelta(seconds=-west)))


def _interval(raw: bytes) -> pa.MonthDayNano:
    if len(raw) == 12:
        # Redshift's drivers send PostgreSQL 8.0's form, which has no days.
        microseconds, months = struct.unpack("!qi", raw)
        days = 0
    else:
        microseconds, days, months = struct.unpack("!qii", raw)
    return pa.MonthDayNano([months, days, microseconds * 1000])


def _year_to_month(raw: bytes) -> pa.MonthDayNano:
    (months,) = struct.unpack("!i", raw)
    return pa.MonthDayNano([months, 0, 0])


def _day_to_second(raw: bytes) -> pa.MonthDayNano:
    (microseconds,) = struct.unpack("!q", raw)
    return pa.MonthDayNano([0, 0, microseconds * 1000])


def _numeric(raw: bytes) -> Decimal:
    count, weight, sign, scale = struct.unpack("!HhHH", raw[:8])
    digits = struct.unpack(f"!{count}H", raw[8:])
    if sign == _NAN:
        return Decimal("NaN")
    if sign not in _SIGNS or any(digit > 9999 for digit in digits):
        raise ValueError(sign)
    exponent = (weight + 1 - count) * 4
    coefficient = "".join(f"{digit:04}" for digit in digits) or "0"
    value = Decimal((_SIGNS[sign], tuple(map(int, coefficient)), exponent))
    return value.quantize(Decimal((0, (1,), -scale)), context=_EXACT)


_READERS: Final[Mapping[int, Callable[[bytes], object]]] = {
    16: _boolean,
    17: bytes,
    19: _text,
    20: _number("!q"),
    21: _number("!h"),
    23: _number("!i"),
    25: _text,
    26: _number("!I"),
    700: _number("!f"),
    701: _number("!d"),
    705: _text,
    1042: _text,
    1043: _text,
    1082: _date,
    1083: _time,
    1114: _timestamp,
    1184: _timestamptz,
    1186: _interval,
    _INTERVAL_YEAR_TO_MONTH: _year_to_month,
    _INTERVAL_DAY_TO_SECOND: _day_to_second,
    1266: _timetz,
    1700: _numeric,
    4000: _text,
    6551: bytes,
}
