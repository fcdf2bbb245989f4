"""One column of a record batch in the form that the wire wants."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sparkify_harness.redshift.front.wire.numerics import Bytes

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


def fixed(array: pa.Array, matrix: Bytes) -> Values:
    """The rows of a matrix, but for the values that are NULL."""
    return with_nulls(array, matrix_array(matrix)) if array.null_count else matrix


def with_nulls(array: pa.Array, values: pa.Array) -> pa.Array:
    """The values, but for those that are NULL in the array."""
    return pc.if_else(array.is_valid(), values, pa.scalar(None, pa.binary()))
