"""Run folders: two at once do not meet, old ones go, `last` is whole at any moment."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from sparkify_harness.runs import KEPT, RunFolder, RunFolderError, RunRecord, Runs

pytestmark = pytest.mark.medium

DEADLINE = 60.0
RECORD = RunRecord("success", "all logs at once", "embedded", "2018-11-01T00:00:00+00:00")


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    return Runs(tmp_path / "home")


def finished(runs: Runs) -> RunFolder:
    with runs.new() as folder:
        folder.warehouse.touch()
        folder.write(RECORD)
        runs.mark_last(folder)
    return folder


def backfilled(runs: Runs, data: str) -> RunFolder:
    with runs.new() as folder:
        folder.warehouse.touch()
        folder.write(replace(RECORD, state="running", backfill=data))
    return folder


def hold(home: Path, line: "Connection[str, str]") -> None:
    with Runs(home).new() as folder:
        line.send(folder.id)
        line.recv()


@pytest.fixture
def other_process(runs: Runs) -> Iterator[tuple[str, int]]:
    """A run that another process has open: its name, and the process."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=hold, args=(runs.home, theirs))
    process.start()
    assert ours.poll(DEADLINE)
    yield ours.recv(), process.pid or 0
    process.kill()
    process.join(DEADLINE)


def test_the_last_run_is_the_one_that_ended_last(runs: Runs) -> None:
    first, second = finished(runs), finished(runs)
    assert runs.last() == second
    runs.mark_last(first)
    assert runs.last() == first


def test_a_run_in_progress_is_not_the_last(runs: Runs) -> None:
    before = finished(runs)
    with runs.new():
        assert runs.last() == before


def test_a_record_is_kept(runs: Runs) -> None:
    assert runs.find(finished(runs).id).record == RECORD


@pytest.mark.parametrize("text", ["", "{", "[]", '{"state": "x"}'], ids=repr)
def test_a_damaged_record_is_none(text: str, runs: Runs) -> None:
    folder = finished(runs)
    (folder.path / "run.json").write_text(text)
    assert folder.record is None


def test_without_a_run_the_error_says_how_to_make_one(runs: Runs) -> None:
    with pytest.raises(RunFolderError, match=r'make one with "sparkify run"'):
        runs.last()


def test_a_home_that_cannot_be_written_says_how_to_name_another(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(RunFolderError, match=r"cannot write .*: Not a directory; \$SPARKIFY_HOME"),
        Runs(tmp_path / "file" / "home").new(),
    ):
        pass


def test_an_unknown_run_is_told_with_those_that_are_known(runs: Runs) -> None:
    known = finished(runs).id
    with pytest.raises(RunFolderError, match=f"no run nope in .*; there are: {known}"):
        runs.find("nope")


def test_old_runs_are_removed(runs: Runs) -> None:
    folders = [finished(runs) for _ in range(KEPT + 3)]
    assert runs.all() == folders[-KEPT:]


def test_the_last_run_stays_however_old(runs: Runs) -> None:
    last = finished(runs)
    for _ in range(KEPT + 2):
        with runs.new():
            pass
    assert last in runs.all()
    assert len(runs.all()) == KEPT + 1


def test_a_backfill_is_continued_by_the_next_of_the_same_data(runs: Runs) -> None:
    backfilled(runs, "a")
    wanted = backfilled(runs, "a")
    backfilled(runs, "b")
    finished(runs)
    with runs.continued("a") as folder:
        assert folder == wanted
    with runs.continued("c") as folder:
        assert folder is None


def test_a_backfill_that_had_not_begun_is_not_continued(runs: Runs) -> None:
    backfilled(runs, "a").warehouse.unlink()
    with runs.continued("a") as folder:
        assert folder is None


def test_a_backfill_in_use_is_not_continued_by_another_process(runs: Runs) -> None:
    wanted = backfilled(runs, "a")
    with (
        wanted.locked(),
        pytest.raises(RunFolderError, match=f"run {wanted.id} is in use"),
        runs.continued("a"),
    ):
        pass


def test_the_last_backfill_stays_however_old(runs: Runs) -> None:
    gone = backfilled(runs, "a")
    kept = backfilled(runs, "a")
    for _ in range(KEPT + 2):
        finished(runs)
    assert kept in runs.all()
    assert gone not in runs.all()


def test_a_run_in_use_by_another_process_stays(runs: Runs, other_process: tuple[str, int]) -> None:
    name, _ = other_process
    for _ in range(KEPT + 2):
        finished(runs)
    assert name in {folder.id for folder in runs.all()}


def test_a_killed_process_holds_nothing(runs: Runs, other_process: tuple[str, int]) -> None:
    name, pid = other_process
    folder = next(folder for folder in runs.all() if folder.id == name)
    with pytest.raises(RunFolderError, match=f"run {name} is in use"), folder.locked():
        pass
    os.kill(pid, signal.SIGKILL)
    with folder.locked(DEADLINE):
        runs.prune(1)
    for _ in range(KEPT):
        finished(runs)
    assert name not in {folder.id for folder in runs.all()}


def test_a_lock_is_waited_for(runs: Runs) -> None:
    folder = finished(runs)
    opened = folder.locked()
    opened.__enter__()
    let_go = threading.Event()

    def let_it_go() -> None:
        let_go.set()
        opened.__exit__(None, None, None)

    timer = threading.Timer(0.2, let_it_go)
    timer.start()
    with folder.locked(DEADLINE):
        assert let_go.is_set()
    timer.join()


def test_many_at_once_get_folders_of_their_own_and_last_is_always_one_of_them(runs: Runs) -> None:
    done: list[RunFolder] = []
    seen: list[Path] = []
    finished(runs)
    ended = threading.Event()

    def make() -> None:
        done.extend(finished(runs) for _ in range(5))

    def look() -> None:
        while not ended.is_set():
            seen.append(Runs(runs.home)._last.resolve())

    watcher = threading.Thread(target=look)
    makers = [threading.Thread(target=make) for _ in range(4)]
    for thread in (watcher, *makers):
        thread.start()
    for thread in makers:
        thread.join(DEADLINE)
    ended.set()
    watcher.join(DEADLINE)
    assert len({folder.id for folder in done}) == 20
    assert runs.home / "last" not in seen
    assert not list(runs.home.glob("last.*"))


def test_folders_are_for_their_owner_alone(runs: Runs) -> None:
    assert finished(runs).path.stat().st_mode & 0o077 == 0


def test_home_is_taken_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARKIFY_HOME", str(tmp_path / "elsewhere"))
    assert Runs().home == tmp_path / "elsewhere"
