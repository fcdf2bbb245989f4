"""Objects in, rows on disk out: the threads of one load."""

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from typing import Final

from sparkify_harness.redshift.catalog.logs import FileLoaded, LoadError
from sparkify_harness.redshift.copying.faults import Code, RecordFault, load_error
from sparkify_harness.redshift.copying.files import Destination, TooManyErrors
from sparkify_harness.redshift.copying.jsonpaths import Path as JsonPath
from sparkify_harness.redshift.copying.options import Compression, Parquet
from sparkify_harness.redshift.copying.plan import CopyPlan
from sparkify_harness.redshift.copying.readers import reading
from sparkify_harness.redshift.copying.sink import Sink, schema_of
from sparkify_harness.redshift.copying.source import DOWNLOADS, ObjectSource, S3Object
from sparkify_harness.redshift.copying.spool import (
    NotCompressed,
    NotEncoded,
    compression_by_name,
    spool,
)
from sparkify_harness.redshift.copying.waiting import awaited
from sparkify_harness.redshift.errors import QueryCanceled

_GROUP: Final = 16 << 20
"""Small objects share a task, and a file of rows, up to so many bytes."""

_GROUP_OBJECTS: Final = 256

_READERS: Final = 4
"""At most so many, for each holds tens of megabytes."""

_AHEAD: Final = 3
"""Groups that are downloaded before a reader is free for them."""


@dataclass
class Part:
    """What came of a group of objects.

    Args:
        path: Stream of the accepted rows.
        errors: Load errors, in order.
        files: Objects that were read, in order.
        rows: Number of accepted rows.
    """

    path: Path
    errors: list[LoadError] = field(default_factory=list)
    files: list[FileLoaded] = field(default_factory=list)
    rows: int = 0


class Pipeline:
    """The threads of one load: some download, as many as there are processors read.

    Args:
        plan: The COPY.
        source: S3.
        folder: Takes spooled objects and rows.
        cancelled: Whether the statement is to stop.
        default_of: Value of a column's DEFAULT.
        paths: Paths of the jsonpaths file.
    """

    def __init__(
        self,
        plan: CopyPlan,
        source: ObjectSource,
        folder: Path,
        *,
        cancelled: Callable[[], bool],
        default_of: Callable[[str], object],
        paths: tuple[JsonPath, ...] | None,
    ) -> None:
        self._plan = plan
        self._source = source
        self._folder = folder
        self._cancelled = cancelled
        self._stop = Event()
        self._schema = schema_of(plan.columns)
        self._groups: list[list[S3Object]] = []
        self._futures: list[list[Future[Path]]] = []
        self._lock = Lock()
        self._reading = reading(plan, source, paths, default_of, self._check)

    def parts(self, objects: Sequence[S3Object]) -> Generator[Part]:
        """Read the objects; parts come in their order, each as soon as it is read.

        The last part is that which reaches MAXERROR, where one does.

        Raises:
            RedshiftError: Of the first object, in order, that failed.
        """
        self._groups = _groups(objects)
        readers = min(_READERS, max(2, os.cpu_count() or 2))
        self._downloads = ThreadPoolExecutor(DOWNLOADS, "copy-download")
        reads = ThreadPoolExecutor(readers, "copy-read")
        try:
            yield from self._in_order(
                [reads.submit(self._read_group, number) for number in range(len(self._groups))]
            )
        finally:
            self._stop.set()
            self._source.close()  # whoever still waits for S3 waits in vain
            patient = not self._cancelled()  # a record may take its time
            reads.shutdown(wait=patient, cancel_futures=True)
            self._downloads.shutdown(wait=patient, cancel_futures=True)

    def _in_order(self, futures: list[Future[Part]]) -> Iterator[Part]:
        limit = self._plan.max_errors
        errors = 0
        for future in futures:
            part = awaited(future, self._check)
            errors += len(part.errors)
            yield part
            if limit is not None and errors >= limit:
                break

    def _check(self) -> None:
        if self._cancelled():
            self._stop.set()
        if self._stop.is_set():
            raise QueryCanceled("Query cancelled on user's request")

    def _spooled(self, number: int) -> list[Future[Path]]:
        """The downloads of a group; those of the next ones are begun as well."""
        with self._lock:
            for ahead in range(len(self._futures), min(number + 1 + _AHEAD, len(self._groups))):
                self._futures.append(
                    [
                        self._downloads.submit(self._spool, item, self._folder / f"{ahead}-{index}")
                        for index, item in enumerate(self._groups[ahead])
                    ]
                )
            return self._futures[number]

    def _read_group(self, number: int) -> Part:
        part = Part(self._folder / f"{number}.arrow")
        spooled = self._spooled(number)
        with Sink(part.path, self._schema) as sink, suppress(TooManyErrors):
            for item, file in zip(self._groups[number], spooled, strict=True):
                self._read_file(item, file, sink, part)
        return part

    def _spool(self, item: S3Object, path: Path) -> Path:
        self._check()
        plan = self._plan
        compression = plan.compression
        if isinstance(plan.data_format, Parquet):
            compression = compression_by_name(item.key)
        try:
            with closing(self._source.chunks(item.bucket, item.key)) as chunks:
                spool(chunks, path, compression, plan.encoding, self._check)
        except NotCompressed:
            raise self._source.fault(
                _DECOMPRESSION[compression],
                f"S3 key being read : {item.url}",
                location="table_s3_scanner.cpp:356",
            ) from None
        return path

    def _read_file(self, item: S3Object, file: Future[Path], sink: Sink, part: Part) -> None:
        target = Destination(item.url, sink, part.errors)
        lines = 0
        before = part.rows, len(part.errors)
        try:
            path = awaited(file, self._check)
            lines = self._reading.read(path, target)
            path.unlink()
        except NotEncoded:
            part.errors.append(load_error(_WRONG_ENCODING, filename=item.url, line=1, raw=""))
        finally:
            part.rows = sink.rows
            part.files.append(
                FileLoaded(
                    filename=item.url,
                    lines_scanned=lines,
                    size=item.size,
                    rows=part.rows - before[0],
                    errors=len(part.errors) - before[1],
                )
            )


_WRONG_ENCODING: Final = RecordFault(
    Code.ENCODING, "The encoding of the file differs from the ENCODING parameter"
)
_DECOMPRESSION = {
    Compression.GZIP: (
        "failed to inflate with zlib: invalid or incomplete deflate data. zlib error code: -3"
    ),
    Compression.BZIP2: "failed to decompress with bzip2: invalid or incomplete data",
    Compression.ZSTD: "failed to decompress with zstd: invalid or incomplete data",
}


def _groups(objects: Sequence[S3Object]) -> list[list[S3Object]]:
    """Runs of objects of some size together."""
    groups: list[list[S3Object]] = []
    size = 0
    for item in objects:
        if not groups or size + item.size > _GROUP or len(groups[-1]) >= _GROUP_OBJECTS:
            groups.append([])
            size = 0
        groups[-1].append(item)
        size += item.size
    return groups
