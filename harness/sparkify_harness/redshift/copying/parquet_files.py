"""One spooled Parquet file becomes rows, batch by batch, or fails the load.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-columnar.html
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sparkify_harness.redshift.copying.files import Destination
from sparkify_harness.redshift.copying.parquet_schema import (
    STRING,
    Leaf,
    check_fit,
    check_sizes,
    check_storage,
    leaves,
)
from sparkify_harness.redshift.copying.parquet_values import ParquetColumn
from sparkify_harness.redshift.copying.plan import CopyPlan
from sparkify_harness.redshift.copying.source import ObjectSource
from sparkify_harness.redshift.copying.spectrum import Scan
from sparkify_harness.redshift.errors import NotEmulated

_MAGIC: Final = b"PAR1"
_BUFFER: Final = 1 << 20
"""Bytes of a column that are read at once, instead of all that a row group has."""
_ROWS: Final = 1 << 14
"""Rows that are converted at once, at most."""
_VALUES: Final = 32 << 20
"""Bytes of values that are converted at once, about."""


@dataclass(frozen=True, slots=True)
class ParquetReading:
    """Reads spooled Parquet files.

    Args:
        plan: The COPY.
        source: S3, as errors tell of it.
        check: Called between batches; raises when the statement is cancelled.
    """

    plan: CopyPlan
    source: ObjectSource
    check: Callable[[], None]

    def read(self, path: Path, target: Destination) -> int:
        """Read a file.

        Args:
            path: Spooled file.
            target: Takes the rows.

        Returns:
            Number of rows.

        Raises:
            ScanFault: The file is none of Parquet, is broken, or does not fit the table.
            NotNullViolation: A value is null that must not be.
            NotEmulated: What Redshift does with it is not known.
        """
        plan, scan = self.plan, Scan(self.source, target.url)
        _check_magic(path, scan)
        with _broken_is(scan), pq.ParquetFile(path) as file:
            metadata = file.metadata
            found = leaves(file, plan.columns, scan, fill=plan.fill_record)
            for leaf, column in zip(found, plan.columns, strict=False):
                check_fit(leaf, column, scan, f"s3://{plan.bucket}/{plan.prefix}")
            check_sizes(metadata, path.stat().st_size)
        replaces = plan.conversion.replacement is not None
        columns = [ParquetColumn(column, scan, replaces=replaces) for column in plan.columns]
        rows = 0
        for batch in _batches(path, metadata, found, scan):
            self.check()
            arrays = [
                column.values(array) for column, array in zip(columns, batch.columns, strict=False)
            ]
            arrays += [column.missing(len(batch)) for column in columns[len(found) :]]
            target.sink.add_arrays(arrays)
            rows += len(batch)
        check_storage(metadata)
        return rows


def _batches(
    path: Path, metadata: pq.FileMetaData, found: list[Leaf], scan: Scan
) -> Iterator[pa.RecordBatch]:
    """The rows of a file, some at a time.

    Raises:
        ScanFault: The file is broken.
    """
    with _broken_is(scan):
        file = pq.ParquetFile(
            path,
            read_dictionary=[leaf.name for leaf in found if leaf.annotation == STRING],
            buffer_size=_BUFFER,
            pre_buffer=False,
            coerce_int96_timestamp_unit="us",
            page_checksum_verification=True,
        )
    with file:
        batches = file.iter_batches(_step(metadata), use_threads=False)
        while True:
            with _broken_is(scan):
                batch = next(batches, None)
                _check_indices(batch)
            if batch is None:
                return
            yield from _slices(batch)


@contextmanager
def _broken_is(scan: Scan) -> Iterator[None]:
    """What cannot be read is a fault of the object's.

    Deviates: the context of an error about a broken Parquet file is in words of its own.
    """
    try:
        yield
    except (pa.ArrowException, OSError, MemoryError, UnicodeError):
        raise scan.fault(f"File '{scan.url}' is not a valid Parquet file") from None


def _check_magic(path: Path, scan: Scan) -> None:
    """Refuse what does not end as Parquet does."""
    size = path.stat().st_size
    if not size:
        raise NotEmulated("COPY PARQUET of an object with nothing in it")
    with path.open("rb") as file:
        file.seek(max(0, size - len(_MAGIC)))
        end = file.read()
    if end != _MAGIC:
        shown = end.decode("ascii", "replace").replace("\0", "?")
        raise scan.fault(f"File '{scan.url}' has an invalid version number: {shown}")


def _step(metadata: pq.FileMetaData) -> int:
    """So many rows are read at once, after the footer's size of a row."""
    size: int = sum(metadata.row_group(n).total_byte_size for n in range(metadata.num_row_groups))
    rows: int = metadata.num_rows
    return max(1, min(_ROWS, _VALUES * rows // max(1, size)))


def _check_indices(batch: pa.RecordBatch | None) -> None:
    """Refuse what points beyond its dictionary, which pyarrow does not look at.

    Raises:
        ArrowInvalid: There is such a value.
    """
    for column in batch.columns if batch is not None else ():
        if isinstance(column, pa.DictionaryArray):
            extremes = pc.min_max(column.indices).as_py()
            least, greatest = extremes["min"], extremes["max"]
            if least is not None and not 0 <= least <= greatest < len(column.dictionary):
                raise pa.ArrowInvalid("an index beyond its dictionary")


def _slices(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Parts whose texts are not too many bytes, once each row has its own."""
    widest = sum(
        pc.max(pc.binary_length(column.dictionary)).as_py() or 0
        for column in batch.columns
        if isinstance(column, pa.DictionaryArray)
    )
    step = max(1, min(len(batch), _VALUES // max(1, widest)))
    for start in range(0, len(batch), step):
        yield batch.slice(start, step)
