"""What long statements leave behind is taken apart bit by bit, and none of it stays."""

import gc
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest

from sparkify_harness.redshift.sql.garbage import LONG, Garbage, emptied
from tests.waiting import eventually

pytestmark = pytest.mark.medium


class Part:
    """Holds another, and is held by it."""

    def __init__(self) -> None:
        self.other: Any = None


class Holder:
    """What a client holds of a statement."""


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    yield
    gc.enable()
    gc.unfreeze()
    gc.collect()


@pytest.mark.parametrize(("size", "collected"), [(LONG - 1, True), (LONG, False)])
def test_nothing_is_collected_while_a_long_text_is_read(size: int, *, collected: bool) -> None:
    with Garbage().undisturbed(size):
        assert gc.isenabled() is collected
    assert gc.isenabled()


def test_two_long_texts_at_once_are_both_undisturbed() -> None:
    garbage = Garbage()
    with garbage.undisturbed(LONG):
        with garbage.undisturbed(LONG):
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_came_of_a_text_is_not_looked_at_again() -> None:
    with Garbage().undisturbed(LONG):
        part = Part()
    assert all(each is not part for each in gc.get_objects())


def test_of_a_text_that_could_not_be_read_nothing_stays() -> None:
    def read() -> None:
        one, other = Part(), Part()
        one.other, other.other = other, one
        made.append(weakref.ref(one))
        raise ValueError

    made: list[weakref.ref[Part]] = []
    with suppress(ValueError), Garbage().undisturbed(LONG):
        read()
    gc.collect()
    assert made[0]() is None


def test_what_a_holder_held_goes_with_it_cycles_included() -> None:
    garbage = Garbage()
    with garbage.undisturbed(LONG):
        parts = [Part() for _ in range(2_000)]
        for one, other in pairwise(parts):
            one.other, other.other = other, one
    gone = [weakref.ref(part) for part in parts]

    def apart(parts: list[Part]) -> Iterator[object]:
        while parts:
            part = parts.pop()
            part.other = None
            yield part

    holder = Holder()
    garbage.keep(holder, lambda parts=parts: apart(parts))  # type: ignore[misc]
    del parts, one, other
    time.sleep(0.05)
    assert all(part() is not None for part in gone)
    del holder
    assert eventually(lambda: all(part() is None for part in gone))
    assert eventually(lambda: gc.get_freeze_count() == 0)


def test_one_thread_takes_everything_apart() -> None:
    garbage, before = Garbage(), set(threading.enumerate())
    for _ in range(3):
        garbage.keep(Holder(), lambda: iter(()))
    assert len(set(threading.enumerate()) - before) == 1


def test_a_list_is_emptied() -> None:
    items = list(range(10_001))
    emptied(items)
    assert items == []
