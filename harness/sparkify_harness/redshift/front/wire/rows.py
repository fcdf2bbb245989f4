"""DataRow messages, made in bulk from Arrow record batches.

The pieces of all rows (type byte, lengths, values) become a few Arrow columns, which Arrow joins
row by row: the bytes of the joined column are the messages, one after the other. Of a few values
they are put together one by one, which takes a tenth of the time of so many calls.
"""

import struct
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sparkify_harness.redshift.fields import Field, Format
from sparkify_harness.redshift.front.wire.codecs import encode_column
from sparkify_harness.redshift.front.wire.columns import (
    Values,
    lengths,
    listed,
    matrix_array,
)
from sparkify_harness.redshift.front.wire.dialect import Dialect
from sparkify_harness.redshift.front.wire.numerics import Bytes

_ROWS: Final = 16_384
_BYTES: Final = 2 * 1024 * 1024
"""What is encoded at once: enough to be fast, little enough to stay in the cache."""

_FEW: Final = 256
"""Values up to which they are taken one by one."""

_NULL: Final = struct.pack("!i", -1)

_JOINABLE: Final = 1 << 30
"""Bytes that one join may have: Arrow's binary columns have offsets of 32 bits."""


class RowEncoder:
    """Encodes the rows of one result.

    Args:
        fields: Columns as described to the client.
        formats: One for each.
        dialect: Which binary forms the client reads.
    """

    def __init__(
        self, fields: Sequence[Field], formats: Sequence[Format], dialect: Dialect
    ) -> None:
        self._fields = tuple(fields)
        self._formats = tuple(formats)
        self._dialect = dialect

    def encode(self, batch: pa.RecordBatch) -> Iterator[memoryview]:
        """The batch's rows as DataRow messages, in pieces of some megabytes at most.

        Raises:
            TypeError: A column does not have the type that was described.
            ValueError: The number of columns is not the one described.
        """
        if batch.num_columns != len(self._fields):
            raise ValueError(f"{batch.num_columns} columns for {len(self._fields)} fields")
        if not batch.num_rows:
            return
        width = max(1, batch.nbytes // batch.num_rows)
        step = min(_ROWS, max(1, _BYTES // width))
        for start in range(0, batch.num_rows, step):
            yield from self._encode(batch.slice(start, step))

    def _encode(self, batch: pa.RecordBatch) -> Iterator[memoryview]:
        if batch.num_rows > 1 and batch.nbytes > _JOINABLE:
            half = batch.num_rows // 2
            yield from self._encode(batch.slice(0, half))
            yield from self._encode(batch.slice(half))
            return
        columns = [
            encode_column(array, field.type, code, self._dialect)
            for array, field, code in zip(batch.columns, self._fields, self._formats, strict=True)
        ]
        few = batch.num_rows * len(columns) <= _FEW
        yield join_few(columns) if few and columns else join(batch.num_rows, columns)


def join_few(columns: Sequence[Values]) -> memoryview:
    """The messages of some columns, row by row."""
    messages = bytearray()
    for row in zip(*map(listed, columns), strict=True):
        values = b"".join(
            _NULL if value is None else struct.pack("!i", len(value)) + value for value in row
        )
        messages += struct.pack("!ciH", b"D", 4 + 2 + len(values), len(row)) + values
    return memoryview(messages)


def join(count: int, columns: Sequence[Values]) -> memoryview:
    """The messages of some columns of that many rows, in bulk."""
    size = np.full(count, 4 + 2, np.int64)
    sizes = [lengths(column) for column in columns]
    for each in sizes:
        size += 4 + np.maximum(each, 0)
    run: list[Bytes] = [
        np.full((count, 1), ord("D"), np.uint8),
        _big_endian(size, ">u4"),
        _big_endian(np.full(count, len(columns)), ">u2"),
    ]
    pieces: list[pa.Array] = []
    for column, each in zip(columns, sizes, strict=True):
        run.append(_big_endian(each, ">i4"))
        if isinstance(column, np.ndarray):
            run.append(column)
        else:
            pieces += (matrix_array(np.hstack(run)), column)
            run = []
    if run:
        pieces.append(matrix_array(np.hstack(run)))
    joined = pc.binary_join_element_wise(*pieces, b"", null_handling="replace", null_replacement="")
    return memoryview(joined.buffers()[2])[: int(size.sum()) + count]


def _big_endian(numbers: npt.NDArray[np.integer], dtype: str) -> Bytes:
    return numbers.astype(dtype).view(np.uint8).reshape(len(numbers), -1)
