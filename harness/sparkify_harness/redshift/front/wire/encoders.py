"""Columns in the binary forms of their types.

Casts are checked: a number that does not fit the described type is an error, never a wrong value.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sparkify_harness.redshift.front.wire import numerics
from sparkify_harness.redshift.front.wire.columns import (
    Values,
    binary_array,
    fixed,
    with_nulls,
)
from sparkify_harness.redshift.front.wire.dialect import Dialect
from sparkify_harness.redshift.front.wire.numerics import Bytes
from sparkify_harness.redshift.types import RedshiftType

Encoder = Callable[[pa.Array, RedshiftType, Dialect], Values]
"""A column's values, as ``execute.protocol.Result`` says, in binary.

Raises (the encoder):
    TypeError: The array is of another type than that.
"""

_EPOCH_DAYS: Final = 10_957
"""Days from 1970-01-01 to 2000-01-01, where binary dates and times start."""

_EPOCH_MICROSECONDS: Final = _EPOCH_DAYS * 86_400 * 1_000_000
_DAY: Final = 86_400 * 1_000_000


def characters(array: pa.Array, type_: RedshiftType, _: Dialect) -> Values:
    """Strings and bytes as they are, and whatever has its text form."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if not (_is_text(array.type) or _is_bytes(array.type)):
        raise _unexpected(array, type_)
    # The same bytes; a cast looks first for how to make them.
    return array.view(pa.binary()) if array.type == pa.string() else array.cast(pa.binary())


def _is_text(type_: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(type_)
        or pa.types.is_large_string(type_)
        or pa.types.is_string_view(type_)
    )


def _is_bytes(type_: pa.DataType) -> bool:
    return bool(
        pa.types.is_binary(type_)
        or pa.types.is_large_binary(type_)
        or pa.types.is_binary_view(type_)
    )


def numeric(array: pa.Array, type_: RedshiftType, dialect: Dialect) -> Values:
    """DECIMAL, as the client reads it."""
    if not pa.types.is_decimal(array.type):
        raise _unexpected(array, type_)
    precision, scale = type_.precision or 0, type_.scale or 0
    if dialect.scaled_numerics:
        return fixed(array, numerics.scaled(array, precision, scale))
    values = binary_array(*numerics.digits(array, precision, scale))
    return with_nulls(array, values) if array.null_count else values


def interval(array: pa.Array, _: RedshiftType, dialect: Dialect) -> Values:
    """INTERVAL, in 12 bytes or 16."""
    return fixed(array, _interval(array, dialect))


def _interval(array: pa.Array, dialect: Dialect) -> Bytes:
    if array.type != pa.month_day_nano_interval():
        raise TypeError(f"interval column arrived as {array.type}")
    parts = [("months", "<i4"), ("days", "<i4"), ("nanoseconds", "<i8")]
    raw = np.frombuffer(array.buffers()[1], parts)[array.offset : array.offset + len(array)]
    microseconds = raw["nanoseconds"] // 1000
    if dialect.short_intervals:
        short = np.empty(len(raw), [("time", ">i8"), ("months", ">i4")])
        short["time"] = microseconds + raw["days"].astype(np.int64) * _DAY
        short["months"] = raw["months"]
        return short.view(np.uint8).reshape(-1, 12)
    long = np.empty(len(raw), [("time", ">i8"), ("days", ">i4"), ("months", ">i4")])
    long["time"], long["days"], long["months"] = microseconds, raw["days"], raw["months"]
    return long.view(np.uint8).reshape(-1, 16)


def _numbers(array: pa.Array, through: pa.DataType) -> npt.NDArray[Any]:
    return np.asarray(array.cast(through).fill_null(0).to_numpy(zero_copy_only=False))


def _sized(accepts: Callable[[pa.DataType], bool], matrix: Callable[[pa.Array], Bytes]) -> Encoder:
    """Of values of one width: the Arrow types that may arrive, and their bytes."""

    def encode(array: pa.Array, type_: RedshiftType, _: Dialect) -> Values:
        if not accepts(array.type):
            raise _unexpected(array, type_)
        return fixed(array, matrix(array))

    return encode


def _big_endian(dtype: str, through: pa.DataType, shift: int = 0) -> Callable[[pa.Array], Bytes]:
    def matrix(array: pa.Array) -> Bytes:
        numbers = _numbers(array, through)
        if shift:
            numbers = numbers - numbers.dtype.type(shift)
        return numbers.astype(dtype).view(np.uint8).reshape(len(array), -1)

    return matrix


def _zoned(array: pa.Array) -> Bytes:
    # They arrive in UTC: the zone, in seconds west of Greenwich, is always 0.
    table = np.zeros(len(array), [("time", ">i8"), ("zone", ">i4")])
    table["time"] = _numbers(array, pa.int64())
    return table.view(np.uint8).reshape(-1, 12)


def _is_time(type_: pa.DataType) -> bool:
    return bool(type_ == pa.time64("us"))


def _is_timestamp(type_: pa.DataType) -> bool:
    return bool(pa.types.is_timestamp(type_) and type_.unit == "us")


def _unexpected(array: pa.Array, type_: RedshiftType) -> TypeError:
    return TypeError(f"a column of type {type_} arrived as {array.type}")


boolean: Final = _sized(pa.types.is_boolean, _big_endian("u1", pa.uint8()))
smallint: Final = _sized(pa.types.is_integer, _big_endian(">i2", pa.int16()))
integer: Final = _sized(pa.types.is_integer, _big_endian(">i4", pa.int32()))
unsigned: Final = _sized(pa.types.is_integer, _big_endian(">u4", pa.uint32()))
bigint: Final = _sized(pa.types.is_integer, _big_endian(">i8", pa.int64()))
real: Final = _sized(pa.types.is_floating, _big_endian(">f4", pa.float32()))
double: Final = _sized(pa.types.is_floating, _big_endian(">f8", pa.float64()))
date: Final = _sized(pa.types.is_date32, _big_endian(">i4", pa.int32(), _EPOCH_DAYS))
time: Final = _sized(_is_time, _big_endian(">i8", pa.int64()))
time_with_zone: Final = _sized(_is_time, _zoned)
timestamp: Final = _sized(_is_timestamp, _big_endian(">i8", pa.int64(), _EPOCH_MICROSECONDS))
