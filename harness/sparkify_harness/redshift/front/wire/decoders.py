"""Values of Bind out of the binary forms of their types, which are PostgreSQL's.

Redshift's drivers send them too.
"""

import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from datetime import date as calendar_date
from datetime import time as clock_time
from decimal import ROUND_DOWN, Context, Decimal
from typing import Final

import pyarrow as pa

from sparkify_harness.redshift.errors import InvalidTextRepresentation

Decoder = Callable[[bytes], object]
"""A value.

Raises (the decoder):
    struct.error, ValueError, ArithmeticError: It is malformed.
    InvalidTextRepresentation: A text is no UTF-8, or has a NUL.
"""

_EPOCH: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - TIMESTAMP has no zone
_NAN: Final = 0xC000
_SIGNS: Final = {0: 0, 0x4000: 1}
_EXACT: Final = Context(prec=200_000, rounding=ROUND_DOWN)
"""More digits than a binary NUMERIC can have; what is beyond its own scale is cut off."""


def text(raw: bytes) -> str:
    """A text."""
    try:
        decoded = raw.decode()
    except UnicodeDecodeError:
        raise InvalidTextRepresentation("invalid byte sequence for encoding UTF8") from None
    if "\0" in decoded:
        raise InvalidTextRepresentation("invalid byte sequence for encoding UTF8: 0x00")
    return decoded


def number(form: str) -> Callable[[bytes], int | float]:
    """A reader of numbers in a layout of ``struct``."""
    layout = struct.Struct(form)

    def read(raw: bytes) -> int | float:
        (value,) = layout.unpack(raw)
        return value  # type: ignore[no-any-return]  # struct's results are untyped

    return read


def boolean(raw: bytes) -> bool:
    """A BOOLEAN."""
    (value,) = raw
    return value != 0


def date(raw: bytes) -> calendar_date:
    """A DATE."""
    (days,) = struct.unpack("!i", raw)
    return _EPOCH.date() + timedelta(days=days)


def timestamp(raw: bytes) -> datetime:
    """A TIMESTAMP."""
    (microseconds,) = struct.unpack("!q", raw)
    return _EPOCH + timedelta(microseconds=microseconds)


def instant(raw: bytes) -> datetime:
    """A TIMESTAMPTZ."""
    return timestamp(raw).replace(tzinfo=UTC)


def time(raw: bytes) -> clock_time:
    """A TIME."""
    (microseconds,) = struct.unpack("!q", raw)
    if not 0 <= microseconds < 86_400_000_000:
        raise ValueError(microseconds)
    return (_EPOCH + timedelta(microseconds=microseconds)).time()


def time_with_zone(raw: bytes) -> clock_time:
    """A time with its own zone."""
    (west,) = struct.unpack("!i", raw[8:])
    return time(raw[:8]).replace(tzinfo=timezone(timedelta(seconds=-west)))


def interval(raw: bytes) -> pa.MonthDayNano:
    """An INTERVAL."""
    if len(raw) == 12:
        # Redshift's drivers send PostgreSQL 8.0's form, which has no days.
        microseconds, months = struct.unpack("!qi", raw)
        days = 0
    else:
        microseconds, days, months = struct.unpack("!qii", raw)
    return pa.MonthDayNano([months, days, microseconds * 1000])


def year_to_month(raw: bytes) -> pa.MonthDayNano:
    """An INTERVAL YEAR TO MONTH."""
    (months,) = struct.unpack("!i", raw)
    return pa.MonthDayNano([months, 0, 0])


def day_to_second(raw: bytes) -> pa.MonthDayNano:
    """An INTERVAL DAY TO SECOND."""
    (microseconds,) = struct.unpack("!q", raw)
    return pa.MonthDayNano([0, 0, microseconds * 1000])


def numeric(raw: bytes) -> Decimal:
    """A DECIMAL."""
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
