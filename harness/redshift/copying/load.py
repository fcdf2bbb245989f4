"""Runs a planned COPY up to the point where the executor inserts the rows."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

import pyarrow as pa

from harness.redshift.copying.faults import LoadError
from harness.redshift.copying.jsonpaths import Path as JsonPath
from harness.redshift.copying.jsonpaths import parse_jsonpaths
from harness.redshift.copying.manifest import manifest_objects
from harness.redshift.copying.options import Json
from harness.redshift.copying.pipeline import FileLoaded, Part, Pipeline
from harness.redshift.copying.plan import MAX_ERRORS, CopyPlan, split_url
from harness.redshift.copying.settings import S3Settings
from harness.redshift.copying.sink import schema_of
from harness.redshift.copying.source import Caller, S3Object, Source


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
        self._parts: list[Part] = []

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

    def finish(self, parts: list[Part], max_errors: int | None) -> None:
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
        pipeline = Pipeline(
            plan,
            source,
            work,
            cancelled=cancelled,
            default_of=_once(default_of),
            paths=_paths(plan, source),
        )
        result.finish(pipeline.run(objects), plan.max_errors)
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
