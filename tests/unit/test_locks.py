"""Who may hold a table beside whom: any history of taking and letting go, against a model."""

import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkify_harness.redshift.errors import Deadlock, QueryCanceled, TransactionConflict
from sparkify_harness.redshift.execute.locks import LockTable, Mode, TableKey
from tests.waiting import eventually

T, U = ("public", "t"), ("public", "u")
BESIDE = {
    (Mode.READ, Mode.READ): True,
    (Mode.READ, Mode.WRITE): True,
    (Mode.READ, Mode.EXCLUSIVE): False,
    (Mode.WRITE, Mode.WRITE): False,
    (Mode.WRITE, Mode.EXCLUSIVE): False,
    (Mode.EXCLUSIVE, Mode.EXCLUSIVE): False,
}
STRONGER = (Mode.READ, Mode.WRITE, Mode.EXCLUSIVE)


def may_stand_beside(one: Mode, other: Mode) -> bool:
    return BESIDE.get((one, other), BESIDE.get((other, one), False))


def give_up() -> None:
    raise QueryCanceled("it would wait")


def never() -> None:
    """Nobody cancels."""


def take(locks: LockTable, owner: int, table: TableKey, mode: Mode) -> bool:
    """Whether a lock is to be had at once."""
    try:
        return not locks.acquire(owner, table, mode, give_up)
    except QueryCanceled:
        return False


owners, tables, modes = st.integers(1, 3), st.sampled_from([T, U]), st.sampled_from(Mode)
steps = st.lists(st.tuples(owners, tables, modes) | owners, max_size=30)


@given(steps)
def test_any_history_holds_what_its_model_holds(
    history: list[tuple[int, TableKey, Mode] | int],
) -> None:
    locks = LockTable()
    held: dict[tuple[TableKey, int], Mode] = {}
    for step in history:
        if isinstance(step, int):
            locks.release(step, modified=frozenset())
            held = {key: mode for key, mode in held.items() if key[1] != step}
        else:
            owner, table, mode = step
            free = all(
                may_stand_beside(mode, other)
                for (where, who), other in held.items()
                if where == table and who != owner
            )
            assert take(locks, owner, table, mode) is free
            if free:
                before = held.get((table, owner), mode)
                held[table, owner] = max(before, mode, key=STRONGER.index)
        assert {(table, pid): mode for table, pid, mode, granted in locks.held() if granted} == held


class Waiter:
    """A session that waits for a table in a thread of its own."""

    def __init__(self, locks: LockTable, owner: int, table: TableKey, mode: Mode) -> None:
        self._locks, self._what = locks, (owner, table, mode)
        self.waited: bool | None = None
        self.fault: Deadlock | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.waited = self._locks.acquire(*self._what, never)
        except Deadlock as error:
            self.fault = error

    @property
    def is_waiting(self) -> bool:
        owner, table, mode = self._what
        return (table, owner, mode, False) in self._locks.held()

    def end(self) -> None:
        self._thread.join(60)
        assert not self._thread.is_alive()


@pytest.fixture
def waiting(request: pytest.FixtureRequest) -> Callable[..., Waiter]:
    def start(locks: LockTable, owner: int, table: TableKey, mode: Mode) -> Waiter:
        waiter = Waiter(locks, owner, table, mode)
        request.addfinalizer(waiter.end)
        assert eventually(lambda: waiter.is_waiting or waiter.fault is not None)
        return waiter

    return start


def test_a_reader_that_goes_leaves_the_other_reader_its_lock(
    waiting: Callable[..., Waiter],
) -> None:
    locks = LockTable()
    assert take(locks, 1, T, Mode.READ)
    assert take(locks, 2, T, Mode.READ)
    dropping = waiting(locks, 3, T, Mode.EXCLUSIVE)
    locks.release(1, modified=frozenset())
    assert dropping.is_waiting
    locks.release(2, modified=frozenset())
    dropping.end()
    assert dropping.waited is True


def test_who_waits_in_a_circle_is_refused(waiting: Callable[..., Waiter]) -> None:
    locks = LockTable()
    assert take(locks, 1, T, Mode.WRITE)
    assert take(locks, 2, U, Mode.WRITE)
    first = waiting(locks, 1, U, Mode.WRITE)
    second = waiting(locks, 2, T, Mode.WRITE)
    second.end()
    assert second.fault is not None
    assert "blocked by process 1" in (second.fault.detail or "")
    locks.release(2, modified=frozenset())
    first.end()
    assert first.waited is True


def test_rows_that_a_snapshot_does_not_hold_are_not_changed() -> None:
    locks = LockTable()
    before = locks.snapshot()
    locks.release(1, modified=frozenset({T}))
    locks.refuse_if_modified_since(T, locks.snapshot())
    locks.refuse_if_modified_since(U, before)
    with pytest.raises(TransactionConflict):
        locks.refuse_if_modified_since(T, before)
