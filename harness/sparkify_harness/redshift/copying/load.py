"""Runs a planned COPY: rows stream to whoever inserts them while later objects are being read."""

import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa

from sparkify_harness.redshift.catalog.logs import FileLoaded, LoadError
from sparkify_harness.redshift.copying.jsonpaths import Path as JsonPath
from sparkify_harness.redshift.copying.jsonpaths import parse_jsonpaths
from sparkify_harness.redshift.copying.manifest import manifest_objects
from sparkify_harness.redshift.copying.options import Json, Parquet
from sparkify_harness.redshift.copying.pipeline import Part, Pipeline
from sparkify_harness.redshift.copying.plan import CopyPlan, split_url
from sparkify_harness.redshift.copying.s3_settings import S3Settings
from sparkify_harness.redshift.copying.sink import schema_of
from sparkify_harness.redshift.copying.source import Caller, ObjectSource, S3Object
from sparkify_harness.redshift.copying.spectrum import ScanFault
from sparkify_harness.redshift.copying.waiting import aside
from sparkify_harness.redshift.errors import QueryCanceled
from sparkify_harness.redshift.sql.options.loading import MAX_ERRORS


class LoadFailed(Exception):
    """MAXERROR is reached: what was streamed so far must not be kept."""


class Load(AbstractContextManager["Load"]):
    """A load that runs while its rows are taken. Leaving the context ends it.

    What it counts is complete when ``batches`` is exhausted, or ``drain`` returns. The rows of a
    load that fails were streamed in part: whoever inserted them rolls back.

    Attributes:
        columns: Target columns that get values, in the order of ``batches``.
        scanned_rows: Records accepted so far, also with NOLOAD.
        errors: Load errors in order of objects and lines, no more than MAXERROR.
        files: Objects that were read.
        failed: MAXERROR is reached.
        fault: What ended the stream early: LoadFailed, an error of S3's, a cancel. An engine
            that reads the stream tells of it in words of its own.
    """

    def __init__(
        self, plan: CopyPlan, folder: Path, source: ObjectSource, parts: Generator[Part]
    ) -> None:
        self.columns = tuple(column.name for column in plan.columns)
        self.schema = schema_of(plan.columns)
        self.errors: list[LoadError] = []
        self.files: list[FileLoaded] = []
        self.scanned_rows = 0
        self.error_count = 0
        self.failed = False
        self.fault: BaseException | None = None
        self._max_errors = plan.max_errors
        self._no_load = plan.no_load
        self._folder = folder
        self._source = source
        self._parts = parts

    @property
    def loaded_rows(self) -> int:
        """Records that are to be kept."""
        return 0 if self.failed or self._no_load else self.scanned_rows

    def batches(self) -> pa.RecordBatchReader:
        """The accepted rows, as they are read; to be taken once."""
        return pa.RecordBatchReader.from_batches(self.schema, self._stream())

    def drain(self) -> None:
        """Read everything and keep no rows.

        Raises:
            LoadFailed: MAXERROR is reached.
            RedshiftError: S3 fails.
        """
        for _ in self._stream():
            pass

    def _stream(self) -> Iterator[pa.RecordBatch]:
        try:
            for part in self._parts:
                self._add(part)
                if part.rows and not self._no_load:
                    with pa.OSFile(str(part.path)) as file, pa.ipc.open_stream(file) as stream:
                        yield from stream
                part.path.unlink(missing_ok=True)
        except BaseException as error:
            self.fault = error
            if isinstance(error, ScanFault):
                self.errors.append(error.load_error)
            raise

    def _add(self, part: Part) -> None:
        """Count what came of the next objects.

        Raises:
            LoadFailed: MAXERROR is reached.
        """
        self.error_count += len(part.errors)
        self.failed = self._max_errors is not None and self.error_count >= self._max_errors
        limit = MAX_ERRORS if self._max_errors is None else self._max_errors
        self.errors.extend(part.errors[: limit - len(self.errors)])
        self.files.extend(part.files)
        self.scanned_rows += part.rows
        if self.failed:
            raise LoadFailed

    def close(self) -> None:
        """End the threads and delete the rows."""
        self._parts.close()
        self._source.close()
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
    """Begin to read everything that a COPY loads.

    Args:
        plan: From ``prepare``.
        settings: Where S3 is.
        folder: Takes a temporary folder with the rows.
        cancelled: Whether the statement is to stop; asked between chunks, from several threads.
        default_of: The value of a column's DEFAULT, as Python has it, for NOT NULL columns whose
            field may be null; asked now, once for each.
        caller: Whom errors name.

    Raises:
        RedshiftError: The listing, the manifest or the jsonpaths file fail.
    """

    def check() -> None:
        if cancelled():
            raise QueryCanceled("Query cancelled on user's request")

    source = ObjectSource(settings, plan.authorization, plan.region, caller or Caller())
    work = Path(tempfile.mkdtemp(prefix="copy-", dir=folder))
    try:
        objects, paths = aside(lambda: (_objects(plan, source), _paths(plan, source)), check)
        defaults = {
            column.name: default_of(column.name)
            for column in plan.columns
            if column.not_null and column.default is not None
        }
        pipeline = Pipeline(
            plan,
            source,
            work,
            cancelled=cancelled,
            default_of=defaults.get,
            paths=paths,
        )
        return Load(plan, work, source, pipeline.parts(objects))
    except BaseException:
        source.close()
        shutil.rmtree(work, ignore_errors=True)
        raise


def _objects(plan: CopyPlan, source: ObjectSource) -> list[S3Object]:
    columnar = isinstance(plan.data_format, Parquet)
    if plan.manifest:
        return manifest_objects(source, plan.bucket, plan.prefix, columnar=columnar)
    return source.matching(plan.bucket, plan.prefix)


def _paths(plan: CopyPlan, source: ObjectSource) -> tuple[JsonPath, ...] | None:
    if not isinstance(plan.data_format, Json) or plan.data_format.paths is None:
        return None
    text = source.text(*split_url(plan.data_format.paths))
    return parse_jsonpaths(text, len(plan.columns))
