"""One column of a record batch in the form that the wire wants."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.front.wire import numerics
from sparkify_harness.redshift.front.wire.dialect import Dialect
from sparkify_harness.redshift.types import Kind, RedshiftType

Bytes = npt.NDArray[np.uint8]

_EPOCH_DAYS: Final = 10_957
"""Days from 1970-01-01 to 2000-01-01, where binary dates and times start."""

_EPOCH_MICROSECONDS: Final = _EPOCH_DAYS * 86_400 * 1_000_000
_DAY: Final = 86_400 * 1_000_000


Values: TypeAlias = Bytes | pa.Array
"""n values: n rows of equal width, when there are no NULLs and all are as long; else an Arrow
binary array, with nulls."""


def lengths(values: Values) -> npt.NDArray[np.int32]:
    """Bytes of each value; -1 for NULL."""
    if isinstance(values, np.ndarray):
        count, width = values.shape
        return np.full(count, width, np.int32)
    found: npt.NDArray[np.int32] = (
        pc.binary_length(values).fill_null(-1).to_numpy(zero_copy_only=False)
    )
    return found


def listed(values: Values) -> list[bytes | None]:
    """The values one by one; None for NULL."""
    if isinstance(values, np.ndarray):
        return [row.tobytes() for row in values]
    each: list[bytes | None] = values.to_pylist()
    return each


def encode_column(array: pa.Array, type_: RedshiftType, code: Format, dialect: Dialect) -> Values:
    """A column's values as DataRow carries them.

    Args:
        array: As `sparkify_harness.redshift.execute.protocol.Result` says.
        type_: What the client was told.
        code: What the client wants.
        dialect: Which binary forms the client reads.

    Raises:
        TypeError: The array is of another type than that.
    """
    if pa.types.is_null(array.type):
        return array.cast(pa.binary())
    if code is Format.TEXT or type_.kind not in _FIXED:
        if type_.kind is Kind.NUMERIC and code is Format.BINARY:
            return _numeric(array, type_, dialect)
        if type_.kind is Kind.INTERVAL and code is Format.BINARY:
            return _fixed(array, _interval(array, dialect))
        return _binary(array, type_)
    accepts, encode = _FIXED[type_.kind]
    if not accepts(array.type):
        raise _unexpected(array, type_)
    return _fixed(array, encode(array))


def binary_array(data: Any, sizes: npt.NDArray[Any]) -> pa.Array:
    """An Arrow binary array over bytes that lie one after the other."""
    offsets = np.zeros(len(sizes) + 1, np.int32)
    np.cumsum(sizes, out=offsets[1:])
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.binary(), len(sizes), buffers)


def matrix_array(matrix: Bytes) -> pa.Array:
    """The rows of a matrix as an Arrow binary array."""
    count, width = matrix.shape
    return binary_array(np.ascontiguousarray(matrix), np.full(count, width, np.int32))


def _binary(array: pa.Array, type_: RedshiftType) -> pa.Array:
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


def _fixed(array: pa.Array, matrix: Bytes) -> Values:
    return _with_nulls(array, matrix_array(matrix)) if array.null_count else matrix


def _with_nulls(array: pa.Array, values: pa.Array) -> pa.Array:
    return pc.if_else(array.is_valid(), values, pa.scalar(None, pa.binary()))


def _numeric(array: pa.Array, type_: RedshiftType, dialect: Dialect) -> Values:
    if not pa.types.is_decimal(array.type):
        raise _unexpected(array, type_)
    precision, scale = type_.precision or 0, type_.scale or 0
    if dialect.scaled_numerics:
        return _fixed(array, numerics.scaled(array, precision, scale))
    values = binary_array(*numerics.digits(array, precision, scale))
    return _with_nulls(array, values) if array.null_count else values


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


def _big_endian(dtype: str, through: pa.DataType, shift: int = 0) -> Callable[[pa.Array], Bytes]:
    def encode(array: pa.Array) -> Bytes:
        numbers = _numbers(array, through)
        if shift:
            numbers = numbers - numbers.dtype.type(shift)
        return numbers.astype(dtype).view(np.uint8).reshape(len(array), -1)

    return encode


def _timetz(array: pa.Array) -> Bytes:
    # They arrive in UTC: the zone, in seconds west of Greenwich, is always 0.
    table = np.zeros(len(array), [("time", ">i8"), ("zone", ">i4")])
    table["time"] = _numbers(array, pa.int64())
    return table.view(np.uint8).reshape(-1, 12)


def _is_time(type_: pa.DataType) -> bool:
    return bool(type_ == pa.time64("us"))


def _is_timestamp(type_: pa.DataType) -> bool:
    return bool(pa.types.is_timestamp(type_) and type_.unit == "us")


_FIXED: Final[Mapping[Kind, tuple[Callable[[pa.DataType], bool], Callable[[pa.Array], Bytes]]]] = {
    Kind.BOOLEAN: (pa.types.is_boolean, _big_endian("u1", pa.uint8())),
    Kind.SMALLINT: (pa.types.is_integer, _big_endian(">i2", pa.int16())),
    Kind.INTEGER: (pa.types.is_integer, _big_endian(">i4", pa.int32())),
    Kind.OID: (pa.types.is_integer, _big_endian(">u4", pa.uint32())),
    Kind.BIGINT: (pa.types.is_integer, _big_endian(">i8", pa.int64())),
    Kind.REAL: (pa.types.is_floating, _big_endian(">f4", pa.float32())),
    Kind.DOUBLE: (pa.types.is_floating, _big_endian(">f8", pa.float64())),
    Kind.DATE: (pa.types.is_date32, _big_endian(">i4", pa.int32(), _EPOCH_DAYS)),
    Kind.TIME: (_is_time, _big_endian(">i8", pa.int64())),
    Kind.TIMETZ: (_is_time, _timetz),
    Kind.TIMESTAMP: (_is_timestamp, _big_endian(">i8", pa.int64(), _EPOCH_MICROSECONDS)),
    Kind.TIMESTAMPTZ: (_is_timestamp, _big_endian(">i8", pa.int64(), _EPOCH_MICROSECONDS)),
}
"""Kinds whose binary form has one width: Arrow types that may arrive, and the encoding.

Casts are checked: a number that does not fit the described type is an error, never a wrong value.
"""


def _unexpected(array: pa.Array, type_: RedshiftType) -> TypeError:
    return TypeError(f"a column of type {type_} arrived as {array.type}")
