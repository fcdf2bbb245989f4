"""The folders of local runs: made, locked while in use, marked as the last, pruned.

.sparkify/
  lock             held for the moment in which folders are made or removed
  last             link to the folder of the last run that came to an end, or of a backfill
  runs/<id>/
    lock           held by the process that uses the folder; gone with it, however it ends
    run.json       what was run and what came of it
    warehouse.duckdb, warehouse.log, objectstore/, airflow/
"""

import datetime as dt
import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

HOME_VARIABLE = "SPARKIFY_HOME"
KEPT = 5
"""Folders that are kept, the newest ones."""

_LOOK = 0.05
"""Seconds between two tries to get a lock."""

_MOMENT = 30.0
"""Seconds to wait for others that make or remove folders."""


class RunFolderError(RuntimeError):
    """There is no such run, another process uses it, or nothing can be written there."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What is known of a run.

    Args:
        state: "running" until it comes to an end, then Airflow's word: "success" or "failed".
        loaded: What was to be loaded, one line.
        store: Which object store served, one line.
        started: When, ISO 8601 in UTC.
        backfill: Of which data it is a backfill, that a later one may continue; empty for others.
        data: The options of the data set that its bucket was filled with.
    """

    state: str
    loaded: str
    store: str
    started: str
    backfill: str = ""
    data: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A run's folder.

    Args:
        path: Absolute.
    """

    path: Path

    @property
    def id(self) -> str:
        """Name of the run."""
        return self.path.name

    @property
    def warehouse(self) -> Path:
        """The database file."""
        return self.path / "warehouse.duckdb"

    @property
    def record(self) -> RunRecord | None:
        """What is known of the run; None where it was not even begun."""
        try:
            return RunRecord(**json.loads((self.path / "run.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, record: RunRecord) -> None:
        """Keeps what is known of the run."""
        draft = self.path / "run.json.new"
        draft.write_text(json.dumps(asdict(record), indent=2) + "\n", encoding="utf-8")
        draft.replace(self.path / "run.json")

    @contextmanager
    def locked(self, timeout: float = 0) -> Iterator[Self]:
        """Holds the folder for this process alone; a lock ends with its process, even by kill -9.

        Args:
            timeout: Seconds to wait for another process.

        Raises:
            RunFolderError: Another process uses it.
        """
        with _held(self.path / "lock", timeout) as held:
            if not held:
                raise RunFolderError(
                    f"run {self.id} is in use by another sparkify command, such as an open prompt "
                    'of "sparkify sql"; end that one first'
                )
            yield self


class Runs:
    """All runs below one folder.

    Args:
        home: Where they are; `default_home` by default.
    """

    def __init__(self, home: Path | None = None) -> None:
        self.home = (home or default_home()).absolute()
        self._folder = self.home / "runs"
        self._last = self.home / "last"

    @contextmanager
    def new(self) -> Iterator[RunFolder]:
        """A fresh folder, locked until the context ends; older ones beyond `KEPT` are removed.

        Raises:
            RunFolderError: Others hold the lock on all runs for too long, or nothing can be
                written there.
        """
        with _writing(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as opened:
            with self._alone():
                folder = opened.enter_context(RunFolder(self._make()).locked())
            self.prune()
            yield folder

    @contextmanager
    def continued(self, backfill: str) -> Iterator[RunFolder | None]:
        """The folder of the last backfill of that data, locked until the context ends, if any.

        Args:
            backfill: As `RunRecord.backfill` has it.

        Raises:
            RunFolderError: Another process uses it.
        """
        for folder in reversed(self.all()):
            record = folder.record
            if record and record.backfill == backfill and folder.warehouse.exists():
                with folder.locked():
                    yield folder
                return
        yield None

    def mark_last(self, folder: RunFolder) -> None:
        """Makes this the last run; at any moment there is either the old one or the new."""
        draft = self.home / f"last.{secrets.token_hex(4)}"
        draft.symlink_to(folder.path.relative_to(self.home))
        draft.replace(self._last)

    def last(self) -> RunFolder:
        """The last run that came to an end; or a backfill, as soon as it has begun.

        Raises:
            RunFolderError: There is none.
        """
        folder = RunFolder(self._last.resolve())
        if not folder.warehouse.exists():
            raise RunFolderError(
                f'there is no run in {self.home} yet; make one with "sparkify run", '
                f"or name another folder by ${HOME_VARIABLE}"
            )
        return folder

    def find(self, run_id: str) -> RunFolder:
        """The run of that name.

        Raises:
            RunFolderError: There is none.
        """
        for folder in self.all():
            if folder.id == run_id and folder.warehouse.exists():
                return folder
        known = ", ".join(folder.id for folder in self.all()) or "none"
        raise RunFolderError(f"there is no run {run_id} in {self._folder}; there are: {known}")

    def all(self) -> list[RunFolder]:
        """Every run that has a folder, the oldest first."""
        with suppress(FileNotFoundError):
            return [RunFolder(path) for path in sorted(self._folder.iterdir()) if path.is_dir()]
        return []

    def prune(self, keep: int = KEPT) -> list[str]:
        """Removes the oldest folders, but not the last run's, the last backfill's, nor one in use.

        Args:
            keep: How many of the newest stay.

        Returns:
            The names of those removed.
        """
        removed = []
        with self._alone():
            found = self.all()
            backfills = [
                folder.path for folder in found if folder.record and folder.record.backfill
            ]
            kept = {self._last.resolve(), *backfills[-1:]}
            for folder in found[:-keep]:
                if folder.path in kept:
                    continue
                with _held(folder.path / "lock") as held:
                    if held:
                        shutil.rmtree(folder.path, ignore_errors=True)
                        removed.append(folder.id)
        return removed

    def _make(self) -> Path:
        """An empty folder whose name sorts by time."""
        while True:
            now = dt.datetime.now(dt.UTC)
            path = self._folder / f"{now:%Y%m%dT%H%M%S}.{now.microsecond // 1000:03d}"
            with suppress(FileExistsError):
                path.mkdir(mode=0o700)
                return path
            time.sleep(0.001)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with _held(self.home / "lock", _MOMENT) as held:
            if not held:
                raise RunFolderError(
                    f"{self.home / 'lock'} was not free for {_MOMENT:g} s; "
                    "another sparkify command hangs while it makes or removes folders"
                )
            yield


def default_home() -> Path:
    """`$SPARKIFY_HOME`, else `.sparkify` in the current folder."""
    return Path(os.environ.get(HOME_VARIABLE) or ".sparkify")


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RunFolderError(
            f"cannot write {path}: {error.strerror}; ${HOME_VARIABLE} names another folder for runs"
        ) from error


@contextmanager
def _held(path: Path, timeout: float = 0) -> Iterator[bool]:
    """Whether we have the lock; it is given back when the context ends."""
    deadline = time.monotonic() + timeout
    with _writing(path):
        file = path.open("a")
    with file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    yield False
                    return
                time.sleep(_LOOK)
            else:
                yield True
                return
