"""Rows that stream from the engine become objects.

An object is there when it is complete. One that was complete when the statement failed or was
cancelled stays, as on Redshift: without ALLOWOVERWRITE the next try is refused. Of an object that
was not, no part stays.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from functools import partial
from typing import Final, Self

import numpy as np
import pyarrow as pa

from sparkify_harness.redshift.copying.s3_settings import S3Settings
from sparkify_harness.redshift.copying.source import Caller
from sparkify_harness.redshift.copying.waiting import aside
from sparkify_harness.redshift.errors import QueryCanceled, RedshiftError
from sparkify_harness.redshift.types import RedshiftType
from sparkify_harness.redshift.unloading import naming
from sparkify_harness.redshift.unloading.files import Files, Written, files
from sparkify_harness.redshift.unloading.manifest import manifest
from sparkify_harness.redshift.unloading.plan import FileFormat, UnloadPlan
from sparkify_harness.redshift.unloading.target import Target, Uploads

_ROWS: Final = 8192
"""Rows that are put into their form at once."""

_GIVE_UP: Final = 5.0
"""Seconds that it may take to forget the parts of objects that are not to be."""

Unloaded = Written


class Unload(AbstractContextManager["Unload"]):
    """One UNLOAD. Leaving the context ends it, and clears away what is not complete.

    Args:
        plan: From ``plan``.
        names, types: The columns of the query.
        settings: Where S3 is.
        slices: How many write at the same time, each its own files.
        cancelled: Whether the statement is to stop.
        caller: Whom errors name.

    Attributes:
        written: The objects that were made.

    Raises:
        RedshiftError: There is no S3, or the role cannot be assumed.
    """

    def __init__(
        self,
        plan: UnloadPlan,
        names: Sequence[str],
        types: Sequence[RedshiftType],
        settings: S3Settings,
        *,
        slices: int,
        cancelled: Callable[[], bool],
        caller: Caller,
    ) -> None:
        self.written: list[Written] = []
        self._plan, self._names, self._types = plan, names, types
        self._cancelled = cancelled
        self._slices = slices if plan.parallel else 1
        self._settings, self._caller = settings, caller
        self._target = self._connect()
        self._uploads = Uploads(self._target, self._check)
        self._kept = [
            place for place, name in enumerate(names) if plan.include or name not in plan.partition
        ]
        self._split = [names.index(name) for name in plan.partition]
        self._open: dict[tuple[str, int], Files] = {}
        self._cleaned: set[str] = set()
        self._next = 0

    def _connect(self) -> Target:
        plan = self._plan
        target = Target(self._settings, plan.authorization, plan.region, self._caller)
        if plan.kms_key is not None:
            target.encrypt_by(plan.kms_key)
        return target

    def run(self, batches: Iterator[pa.RecordBatch]) -> int:
        """Write everything.

        Args:
            batches: Rows as ``formats`` of the plan wants them.

        Returns:
            The number of rows.

        Raises:
            ComputeFault: S3 refuses, or the target is not empty.
        """
        plan, target, rows = self._plan, self._target, 0
        self._uploads.do(self._prepare)
        for batch in batches:
            for begin in range(0, batch.num_rows, _ROWS):
                some = batch.slice(begin, _ROWS)
                self._add(some)
                rows += some.num_rows
        if not rows and not plan.partition and plan.file_format is not FileFormat.JSON:
            # https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html: empty objects
            for slice_ in range(self._slices):
                self._files("", slice_)
        for one in self._open.values():
            one.close()
        self._uploads.wait()
        if plan.manifest:
            names = [self._names[place] for place in self._kept]
            types = [self._types[place] for place in self._kept]
            body = manifest(plan, self.written, names, types)
            self._uploads.do(lambda: target.put(plan.bucket, naming.manifest_key(plan), body))
        return rows

    def _prepare(self) -> None:
        """See that nothing is overwritten, or clear the target."""
        plan = self._plan
        if plan.clean:
            if not plan.partition:
                self._target.remove(plan.bucket, plan.prefix)
        elif not plan.overwrite and next(self._target.present(plan.bucket, plan.prefix), None):
            raise RedshiftError(
                "Specified unload destination on S3 is not empty. Consider using a different "
                "bucket / prefix, manually removing the target files in S3, or using the "
                "ALLOWOVERWRITE option."
            )
        else:
            self._target.check_region(plan.bucket)

    def _add(self, batch: pa.RecordBatch) -> None:
        for folder, rows in self._partitions(batch):
            columns = [rows.column(place) for place in self._kept]
            if self._slices == 1:
                self._files(folder, 0).add(columns)
                continue
            for slice_ in range(self._slices):
                first = (slice_ - self._next) % self._slices
                places = np.arange(first, rows.num_rows, self._slices)
                if len(places):
                    share = [column.take(pa.array(places)) for column in columns]
                    self._files(folder, slice_).add(share)
            self._next = (self._next + rows.num_rows) % self._slices

    def _partitions(self, batch: pa.RecordBatch) -> Iterator[tuple[str, pa.RecordBatch]]:
        """The rows of each folder."""
        if not self._split:
            yield "", batch
            return
        values = zip(*(batch.column(place).to_pylist() for place in self._split), strict=True)
        folders: dict[tuple[str | None, ...], list[int]] = {}
        for row, key in enumerate(values):
            folders.setdefault(key, []).append(row)
        for key, rows in folders.items():
            parts = zip(self._plan.partition, key, strict=True)
            folder = "".join(naming.folder_part(name, value) for name, value in parts)
            if self._plan.clean and folder not in self._cleaned:
                self._cleaned.add(folder)
                prefix = self._plan.prefix + folder
                self._uploads.do(partial(self._target.remove, self._plan.bucket, prefix))
            yield folder, batch.take(pa.array(rows))

    def _files(self, folder: str, slice_: int) -> Files:
        found = self._open.get((folder, slice_))
        if found is None:
            found = self._open[folder, slice_] = files(
                self._plan,
                [self._names[place] for place in self._kept],
                [self._types[place] for place in self._kept],
                self._uploads,
                folder=folder,
                slice_=slice_,
                written=self.written,
            )
        return found

    def _check(self) -> None:
        if self._cancelled():
            raise QueryCanceled("Query cancelled on user's request")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        unfinished = self._uploads.unfinished
        self._target.close()
        self._uploads.close(wait=bool(unfinished))
        if unfinished:
            with suppress(RedshiftError):
                self._forget(unfinished)

    def _forget(self, keys: Iterable[str]) -> None:
        """Clear away the parts of objects that are not complete, by connections of its own."""
        target, end = self._connect(), time.monotonic() + _GIVE_UP

        def forget() -> None:
            for key in keys:
                target.forget(self._plan.bucket, key)

        def check() -> None:
            if time.monotonic() > end:
                raise QueryCanceled("Query cancelled on user's request")

        try:
            aside(forget, check)
        finally:
            target.close()
