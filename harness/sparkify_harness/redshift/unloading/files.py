"""The files of one slice and partition: rows go in, and a new file begins where one is full."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from sparkify_harness.redshift.copying.options import Compression
from sparkify_harness.redshift.sql.arrow_types import arrow_type
from sparkify_harness.redshift.types import Kind, RedshiftType
from sparkify_harness.redshift.unloading import naming
from sparkify_harness.redshift.unloading.lines import Block, Lines
from sparkify_harness.redshift.unloading.plan import FileFormat, UnloadPlan
from sparkify_harness.redshift.unloading.target import Upload, Uploads

_CODECS: Final = {
    Compression.GZIP: "gzip",
    Compression.BZIP2: "bz2",
    Compression.ZSTD: "zstd",
}
_STEP: Final = 1 << 18
"""Bytes of lines that are compressed before it is looked whether the file is full."""


@dataclass(frozen=True, slots=True)
class Written:
    """An object that was made.

    Args:
        url: ``s3://bucket/key``.
        slice_: Which slice wrote it.
        rows: In it.
        size: Bytes.
    """

    url: str
    slice_: int
    rows: int
    size: int


class Files(Protocol):
    """Takes the rows of one slice and partition."""

    def add(self, columns: Sequence[pa.Array]) -> None:
        """Write some rows."""

    def close(self) -> None:
        """Make the last object."""


class _Sink(io.RawIOBase):
    """An upload as Arrow writes to a file."""

    def __init__(self, upload: Upload) -> None:
        self.upload = upload

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self.upload.write(memoryview(data))


class _Objects:
    """The objects of one slice and partition, one after the other."""

    def __init__(
        self, plan: UnloadPlan, uploads: Uploads, folder: str, slice_: int, written: list[Written]
    ) -> None:
        self._plan, self._uploads = plan, uploads
        self._folder, self._slice = folder, slice_
        self._written = written
        self._count = 0
        self._key = ""

    def new(self) -> Upload:
        self._key = naming.key(self._plan, self._folder, self._slice, self._count)
        self._count += 1
        return Upload(self._uploads, self._plan.bucket, self._key)

    def finish(self, upload: Upload, rows: int) -> None:
        upload.finish()
        url = f"s3://{self._plan.bucket}/{self._key}"
        self._written.append(Written(url, self._slice, rows, upload.size))


class LineFiles:
    """Files of lines; see ``Files``."""

    def __init__(self, lines: Lines, plan: UnloadPlan, objects: _Objects) -> None:
        self._lines, self._plan, self._objects = lines, plan, objects
        self._codec = _CODECS.get(plan.compression)
        self._begin()

    def _begin(self) -> None:
        self._upload = self._objects.new()
        sink = pa.PythonFile(_Sink(self._upload), "w")
        self._stream = pa.CompressedOutputStream(sink, self._codec) if self._codec else None
        self._rows = 0
        self._write(self._lines.header)

    def _write(self, data: "bytes | memoryview") -> None:
        if self._stream is None:
            self._upload.write(data)
        else:
            self._stream.write(data)

    def add(self, columns: Sequence[pa.Array]) -> None:
        """Write some rows; a new file begins where one is full."""
        block = Block(self._lines(columns))
        while block.left:
            # A line that no file has room for has one of its own.
            room = max(self._plan.max_file_size - self._upload.size, 0)
            data, count = block.take(min(room, _STEP), least=0 if self._rows else 1)
            if not count and room >= _STEP:
                data, count = block.take(room, least=0)
            if not count:
                self.close()
                self._begin()
                continue
            self._write(data)
            self._rows += count

    def close(self) -> None:
        """Make the last object."""
        if self._stream is not None:
            self._stream.close()
        self._objects.finish(self._upload, self._rows)


class ParquetFiles:
    """Files of Parquet, version 1.0, compressed by Snappy; see ``Files``.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
    """

    def __init__(
        self,
        names: Sequence[str],
        types: Sequence[RedshiftType],
        plan: UnloadPlan,
        objects: _Objects,
    ) -> None:
        self._schema = pa.schema(
            [(name, parquet_type(type_)) for name, type_ in zip(names, types, strict=True)]
        )
        self._plan, self._objects = plan, objects
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_size = 0
        self._begin()

    def _begin(self) -> None:
        self._upload = self._objects.new()
        sink = pa.PythonFile(_Sink(self._upload), "w")
        self._writer = pq.ParquetWriter(sink, self._schema, version="1.0", compression="snappy")
        self._rows = 0

    def add(self, columns: Sequence[pa.Array]) -> None:
        """Keep some rows until they fill a row group."""
        cast = [
            column.cast(field.type) for column, field in zip(columns, self._schema, strict=True)
        ]
        batch = pa.RecordBatch.from_arrays(cast, schema=self._schema)
        self._waiting.append(batch)
        self._waiting_size += batch.nbytes
        # A row group is never larger than what it was in memory.
        if self._waiting_size >= min(self._plan.row_group_size, self._plan.max_file_size):
            self._flush()

    def _flush(self) -> None:
        if self._rows and self._upload.size + self._waiting_size > self._plan.max_file_size:
            self._end()
            self._begin()
        if self._waiting:
            table = pa.Table.from_batches(self._waiting)
            self._writer.write_table(table, row_group_size=table.num_rows)
            self._rows += table.num_rows
        self._waiting, self._waiting_size = [], 0

    def _end(self) -> None:
        self._writer.close()
        self._objects.finish(self._upload, self._rows)

    def close(self) -> None:
        """Make the last object."""
        self._flush()
        self._end()


def parquet_type(type_: RedshiftType) -> pa.DataType:
    """How a column stands in Parquet: a TIMESTAMPTZ without its zone, SUPER as its JSON text.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
    """
    match type_.kind:
        case Kind.TIMESTAMPTZ:
            return pa.timestamp("us")
        case Kind.NAME | Kind.UNKNOWN:
            return pa.string()
        case _:
            return arrow_type(type_)


def files(
    plan: UnloadPlan,
    names: Sequence[str],
    types: Sequence[RedshiftType],
    uploads: Uploads,
    *,
    folder: str,
    slice_: int,
    written: list[Written],
) -> Files:
    """What takes the rows of one slice and partition."""
    objects = _Objects(plan, uploads, folder, slice_, written)
    if plan.file_format is FileFormat.PARQUET:
        return ParquetFiles(names, types, plan, objects)
    return LineFiles(Lines(plan, names, types), plan, objects)
