"""Statement timeouts are kept by one thread."""

import threading
import time
from types import SimpleNamespace

import pytest

from sparkify_harness.redshift.execute import deadlines as deadlines_module
from sparkify_harness.redshift.execute.deadlines import Deadlines

PATIENCE = 60


def test_what_is_due_is_called_in_its_order_and_what_was_removed_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr(deadlines_module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    deadlines = Deadlines()
    called: list[str] = []
    done = threading.Event()
    deadlines.add(3600, lambda: called.append("far away"))
    last = deadlines.add(0.2, done.set)
    deadlines.add(0.1, lambda: called.append("second"))
    removed = deadlines.add(0.05, lambda: called.append("removed"))
    deadlines.add(0.01, lambda: called.append("first"))
    deadlines.remove(removed)
    now[0] = 1.0
    assert done.wait(PATIENCE)
    assert called == ["first", "second"]
    deadlines.remove(last)  # it has been called: nothing happens


def test_one_that_fails_leaves_the_others() -> None:
    deadlines = Deadlines()
    done = threading.Event()

    def fail() -> None:
        raise RuntimeError

    deadlines.add(0.0, fail)
    deadlines.add(0.1, done.set)
    assert done.wait(PATIENCE)


def test_many_deadlines_have_one_thread_and_leave_nothing() -> None:
    deadlines = Deadlines()
    before = threading.active_count()
    for _ in range(1000):
        deadlines.remove(deadlines.add(3600, time.sleep))  # type: ignore[arg-type]
    assert threading.active_count() <= before + 1
    assert deadlines._due == {}
