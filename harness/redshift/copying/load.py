"""Runs a planned COPY up to the point where the executor inserts the rows."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from types import TracebackType
from typing import Final, Self

import pyarrow as pa

from harness.redshift.copying.faults import Code, LoadError, RecordFault, load_error
from harness.redshift.copying.files import FileReading, Target, TooManyErrors, Vectors
from harness.redshift.copying.json_records import json_reader
from harness.redshift.copying.json_vectors import JsonVectors
from harness.redshift.copying.jsonpaths import Path as JsonPath
from harness.redshift.copying.jsonpaths import parse_jsonpaths
from harness.redshift.copying.manifest import manifest_objects
from harness.redshift.copying.options import Compression, Json
from harness.redshift.copying.plan import MAX_ERRORS, CopyPlan, split_url
from harness.redshift.copying.records import OpenReader, RowReader
from harness.redshift.copying.settings import S3Settings
from harness.redshift.copying.sink import Sink, schema_of
from harness.redshift.copying.source import DOWNLOADS, Caller, S3Object, Source
from harness.redshift.copying.spool import NotCompressed, NotEncoded, spool
from harness.redshift.copying.text_records import text_reader
from harness.redshift.copying.vectors import Doubt
from harness.redshift.errors import QueryCanceled

_GROUP: Final = 16 << 20
"""Small objects share a task, and a file of rows, up to so many bytes."""

_GROUP_OBJECTS: Final = 256


@dataclass(frozen=True, slots=True)
class FileLoaded:
    """An object that was read: what stl_load_commits and sys_load_history tell of it.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_STL_LOAD_COMMITS.html

    Args:
        filename: ``s3://bucket/key``.
        lines_scanned: Lines of the decompressed file.
        size: Bytes as stored.
        rows: Records accepted.
        errors: Records refused.
        status: 1: the file was read to its end.
    """

    filename: str
    lines_scanned: int
    size: int
    rows: int
    errors: int
    status: int = 1


@dataclass
class _Part:
    """What came of a group of objects."""

    path: Path
    errors: list[LoadError] = field(default_factory=list)
    files: list[FileLoaded] = field(default_factory=list)
    rows: int = 0


class Load(AbstractContextManager["Load"]):
    """The outcome of reading: rows on disk, errors, files. Leaving the context deletes the rows.

    Attributes:
        columns: Target columns that get values, in the order of ``batches``.
        loaded_rows: Records accepted; 0 with NOLOAD, and where the load failed.
        scanned_rows: Records accepted, also with NOLOAD.
        errors: Load errors in order of objects and lines, no more than MAXERROR.
        files: Objects that were read.
        failed: MAXERROR is reached: nothing may be inserted.
    """

    def __init__(self, plan: CopyPlan, folder: Path) -> None:
        self.columns = tuple(column.name for column in plan.columns)
        self.schema = schema_of(plan.columns)
        self.errors: Sequence[LoadError] = ()
        self.files: Sequence[FileLoaded] = ()
        self.scanned_rows = 0
        self.error_count = 0
        self.failed = False
        self._no_load = plan.no_load
        self._folder = folder
        self._parts: list[_Part] = []

    @property
    def loaded_rows(self) -> int:
        """Records that are to be inserted."""
        return 0 if self.failed or self._no_load else self.scanned_rows

    def batches(self) -> pa.RecordBatchReader:
        """The accepted rows, streamed from disk; none with NOLOAD and where the load failed."""
        return pa.RecordBatchReader.from_batches(self.schema, self._stream())

    def _stream(self) -> Iterator[pa.RecordBatch]:
        if not self.loaded_rows:
            return
        for part in self._parts:
            if part.rows:
                with pa.OSFile(str(part.path)) as file, pa.ipc.open_stream(file) as stream:
                    yield from stream

    def finish(self, parts: list[_Part], max_errors: int | None) -> None:
        """Add up the parts, in order of objects."""
        self._parts = parts
        errors = [error for part in parts for error in part.errors]
        self.error_count = len(errors)
        self.failed = max_errors is not None and len(errors) >= max_errors
        self.errors = tuple(errors[: MAX_ERRORS if max_errors is None else max_errors])
        self.files = tuple(file for part in parts for file in part.files)
        self.scanned_rows = sum(part.rows for part in parts)

    def close(self) -> None:
        """Delete the rows."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def load(
    plan: CopyPlan,
    settings: S3Settings,
    *,
    folder: Path,
    cancelled: Callable[[], bool],
    default_of: Callable[[str], object] = lambda _column: None,
    caller: Caller | None = None,
) -> Load:
    """Read everything that a COPY loads.

    Args:
        plan: From ``prepare``.
        settings: Where S3 is.
        folder: Takes a temporary folder with the rows.
        cancelled: Whether the statement is to stop; asked between chunks, from several threads.
        default_of: The value of a column's DEFAULT, as Python has it, for a NOT NULL column whose
            field is null; asked once for each column.
        caller: Whom errors name.

    Raises:
        RedshiftError: S3, the manifest or the jsonpaths file fail. Bad records do not raise: see
            ``Load.failed``.
        QueryCanceled: ``cancelled`` said so.
    """
    source = Source(settings, plan.authorization, plan.region, caller or Caller())
    work = Path(tempfile.mkdtemp(prefix="copy-", dir=folder))
    result = Load(plan, work)
    try:
        objects = _objects(plan, source)
        loading = _Loading(
            plan,
            source,
            work,
            cancelled=cancelled,
            default_of=_once(default_of),
            paths=_paths(plan, source),
        )
        result.finish(loading.run(objects), plan.max_errors)
    except BaseException:
        result.close()
        raise
    finally:
        source.close()
    return result


def _objects(plan: CopyPlan, source: Source) -> list[S3Object]:
    if plan.manifest:
        return manifest_objects(source, plan.bucket, plan.prefix)
    return source.matching(plan.bucket, plan.prefix)


def _paths(plan: CopyPlan, source: Source) -> tuple[JsonPath, ...] | None:
    if not isinstance(plan.data_format, Json) or plan.data_format.paths is None:
        return None
    text = source.text(*split_url(plan.data_format.paths))
    return parse_jsonpaths(text, len(plan.columns))


def _once(default_of: Callable[[str], object]) -> Callable[[str], object]:
    """DEFAULT is evaluated once for each COPY."""
    values: dict[str, object] = {}
    lock = Lock()

    def value(column: str) -> object:
        with lock:
            if column not in values:
                values[column] = default_of(column)
            return values[column]

    return value


class _Loading:
    """The threads of one load: some download, as many as there are processors read."""

    def __init__(
        self,
        plan: CopyPlan,
        source: Source,
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
        self._reading = FileReading(
            _open_reader(plan, paths),
            RowReader(plan, default_of),
            _vectors(plan, paths),
            plan.ignore_header,
            plan.max_errors,
            self._check,
        )

    def run(self, objects: Sequence[S3Object]) -> list[_Part]:
        """Read the objects; the parts are in their order.

        Raises:
            RedshiftError: Of the first object, in order, that failed.
        """
        groups = _groups(objects)
        readers = max(2, os.cpu_count() or 2)
        with (
            ThreadPoolExecutor(DOWNLOADS, "copy-download") as downloads,
            ThreadPoolExecutor(readers, "copy-read") as reads,
        ):
            try:
                return self._collect(
                    [
                        reads.submit(self._read_group, number, group, downloads)
                        for number, group in enumerate(groups)
                    ]
                )
            finally:
                self._stop.set()
                reads.shutdown(cancel_futures=True)
                downloads.shutdown(cancel_futures=True)

    def _collect(self, futures: list[Future[_Part]]) -> list[_Part]:
        limit = self._plan.max_errors
        parts: list[_Part] = []
        errors = 0
        for future in futures:
            part = future.result()
            parts.append(part)
            errors += len(part.errors)
            if limit is not None and errors >= limit:
                break
        return parts

    def _check(self) -> None:
        if self._cancelled():
            self._stop.set()
        if self._stop.is_set():
            raise QueryCanceled("Query cancelled on user's request")

    def _read_group(
        self, number: int, group: Sequence[S3Object], downloads: ThreadPoolExecutor
    ) -> _Part:
        part = _Part(self._folder / f"{number}.arrow")
        spooled = [
            downloads.submit(self._spool, item, self._folder / f"{number}-{index}")
            for index, item in enumerate(group)
        ]
        try:
            with Sink(part.path, self._schema) as sink, suppress(TooManyErrors):
                for item, file in zip(group, spooled, strict=True):
                    self._read_file(item, file, sink, part)
        finally:
            for file in spooled:
                file.cancel()
        return part

    def _spool(self, item: S3Object, path: Path) -> Path:
        self._check()
        plan = self._plan
        try:
            chunks = self._source.chunks(item.bucket, item.key)
            spool(chunks, path, plan.compression, plan.encoding, self._check)
        except NotCompressed:
            raise self._source.fault(
                _DECOMPRESSION[plan.compression],
                f"S3 key being read : {item.url}",
                location="table_s3_scanner.cpp:356",
            ) from None
        return path

    def _read_file(self, item: S3Object, file: Future[Path], sink: Sink, part: _Part) -> None:
        target = Target(item.url, sink, part.errors)
        lines = 0
        before = part.rows, len(part.errors)
        try:
            path = file.result()
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
    size = _GROUP
    for item in objects:
        if size + item.size > _GROUP or len(groups[-1]) >= _GROUP_OBJECTS:
            groups.append([])
            size = 0
        groups[-1].append(item)
        size += item.size
    return groups


def _open_reader(plan: CopyPlan, paths: tuple[JsonPath, ...] | None) -> OpenReader:
    if isinstance(plan.data_format, Json):
        return json_reader(plan.columns, plan.data_format, paths)
    return text_reader(plan)


def _vectors(plan: CopyPlan, paths: tuple[JsonPath, ...] | None) -> Vectors | None:
    if not isinstance(plan.data_format, Json):
        return None
    try:
        return JsonVectors(plan.columns, plan.data_format, paths, plan.conversion)
    except Doubt:
        return None
