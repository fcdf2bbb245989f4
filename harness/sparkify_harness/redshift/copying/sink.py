"""Accepted rows on disk: a stream of Arrow record batches for each group of objects."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pyarrow as pa

from sparkify_harness.redshift.catalog.relations import Column
from sparkify_harness.redshift.sql.arrow_types import arrow_type

_ROWS: Final = 8192


def schema_of(columns: Sequence[Column]) -> pa.Schema:
    """Arrow schema of the target columns."""
    return pa.schema([pa.field(column.name, arrow_type(column.type)) for column in columns])


class Sink:
    """Takes rows and batches, keeps their order, and writes them to a file.

    Args:
        path: File to write.
        schema: Arrow schema of the rows.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.rows = 0
        self._schema = schema
        self._pending: list[Sequence[object]] = []
        self._writer = pa.ipc.new_stream(str(path), schema)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._flush()
        finally:
            self._writer.close()

    def add_row(self, row: Sequence[object]) -> None:
        """Add a row of Python values."""
        self.rows += 1
        self._pending.append(row)
        if len(self._pending) >= _ROWS:
            self._flush()

    def add_arrays(self, arrays: Sequence[pa.Array]) -> None:
        """Add many rows, column by column."""
        self._flush()
        batch = pa.RecordBatch.from_arrays(list(arrays), schema=self._schema)
        self.rows += batch.num_rows
        self._writer.write_batch(batch)

    def _flush(self) -> None:
        if not self._pending:
            return
        columns = zip(*self._pending, strict=True)
        arrays = [
            pa.array(values, field.type)
            for values, field in zip(columns, self._schema, strict=True)
        ]
        self._pending = []
        self._writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=self._schema))
