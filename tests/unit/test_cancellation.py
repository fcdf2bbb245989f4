"""A cancel ends what runs, wherever it is; what is committed is not called cancelled."""

import itertools
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from sparkify_harness.redshift.engine.cancellation import Cancellation
from sparkify_harness.redshift.errors import QueryCanceled

pytestmark = pytest.mark.medium

PATIENCE = 60.0


@contextmanager
def requested_after(cancellation: Cancellation, seconds: float) -> Iterator[None]:
    """A cancel from another thread, meanwhile."""
    thread = threading.Timer(seconds, cancellation.request)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def for_ever() -> None:
    for _ in itertools.count():
        pass


def for_once() -> None:
    pass


def for_ever_in_a_handler() -> None:
    """What takes every error for a reason to try the next thing."""
    for _ in itertools.count():
        with suppress(Exception):
            int("x")


def for_ever_in_recursion() -> None:
    def descend(depth: int) -> None:
        for _ in range(3):
            if depth:
                descend(depth - 1)

    descend(400)


@pytest.mark.parametrize(
    "work", [for_ever, for_ever_in_a_handler, for_ever_in_recursion], ids=lambda work: work.__name__
)
def test_python_ends_wherever_it_is(work: Callable[[], None]) -> None:
    cancellation = Cancellation()
    cancellation.query = 17
    with (
        requested_after(cancellation, 0.1),
        pytest.raises(QueryCanceled, match=r"Query \(17\) canceled on user's request"),
    ):
        cancellation.think(work)


def test_a_cancel_never_strikes_beside_what_it_was_meant_for() -> None:
    dice, reach = random.Random(1), 0.05
    ended = {"done": 0, "cancelled": 0}

    def work(steps: int = 1_000_000) -> None:
        for _ in range(steps):
            pass

    for _ in range(100):
        cancellation = Cancellation()
        with requested_after(cancellation, dice.uniform(0, reach)):
            try:
                cancellation.think(work)
                ended["done"] += 1
                reach /= 1.2  # however fast the machine is, both come about
            except QueryCanceled:
                ended["cancelled"] += 1
                reach *= 1.2
            work(10_000)  # nothing is raised in here
    assert all(ended.values()), ended


def test_nothing_is_left_in_a_thread_that_traces() -> None:
    """Python 3.11 stands still in a traced function while it looks for an exception to raise."""
    cancellation = Cancellation()
    assert cancellation.think(lambda: 1) == 1
    with requested_after(cancellation, 0.1), pytest.raises(QueryCanceled):
        cancellation.think(for_ever)
    before = sys.gettrace()
    sys.settrace(lambda *_: None)
    try:
        assert [item for item in range(3) if item] == [1, 2]
        for_once()
    finally:
        sys.settrace(before)


def test_what_thinks_may_compute() -> None:
    cancellation = Cancellation()
    interrupted = threading.Event()

    def work() -> None:
        with cancellation.computing(interrupted.set):
            assert interrupted.wait(PATIENCE)
        for_ever()

    with (
        requested_after(cancellation, 0.1),
        requested_after(cancellation, 0.3),
        pytest.raises(QueryCanceled),
    ):
        cancellation.think(work)


def test_an_engine_that_forgets_is_interrupted_again() -> None:
    cancellation = Cancellation()
    interrupts = threading.Semaphore(0)
    with cancellation.computing(interrupts.release):
        for _ in range(3):
            threading.Thread(target=cancellation.request).start()
            assert interrupts.acquire(timeout=PATIENCE)


def test_a_cancel_between_two_steps_ends_the_next() -> None:
    cancellation = Cancellation()
    cancellation.request()
    with pytest.raises(QueryCanceled), cancellation.computing(lambda: None):
        pytest.fail("it began")
    with pytest.raises(QueryCanceled):
        cancellation.think(lambda: pytest.fail("it began"))
    with pytest.raises(QueryCanceled), cancellation.committing():
        pytest.fail("it was committed")


def test_nothing_is_cancelled_once_it_commits() -> None:
    cancellation = Cancellation()
    with cancellation.committing():
        cancellation.request()
        assert cancellation.pending == 0
    cancellation.check()


def test_nobody_is_interrupted_who_rolls_back() -> None:
    cancellation = Cancellation()
    interrupted = threading.Event()
    with cancellation.computing(interrupted.set):
        pass
    cancellation.request()
    assert not interrupted.is_set()


def test_how_long_a_cancel_waits_is_known_until_the_next_statement() -> None:
    cancellation = Cancellation()
    assert cancellation.pending == 0
    cancellation.request()
    time.sleep(0.01)
    first = cancellation.pending
    cancellation.request()
    assert cancellation.pending >= first > 0
    cancellation.arm()
    assert cancellation.pending == 0
    cancellation.check()
