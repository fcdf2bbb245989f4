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
        shown = {(table, pid): (mode, granted) for table, pid, mode, granted in locks.held()}
        assert shown == {key: (mode, True) for key, mode in held.items()}


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
    assert second.fault.message == "deadlock detected"
    assert second.fault.detail == (
        "Process 2 waits for ShareRowExclusiveLock on relation public.t; blocked by process 1."
    )
    assert [row for row in locks.held() if row[1] == 2] == [(U, 2, Mode.WRITE, True)]
    locks.release(2, modified=frozenset())
    first.end()
    assert first.waited is True


def test_a_circle_of_three_is_found_by_whoever_closes_it(waiting: Callable[..., Waiter]) -> None:
    locks = LockTable()
    tables = T, U, ("public", "v")
    for owner, table in enumerate(tables, 1):
        assert take(locks, owner, table, Mode.WRITE)
    first, second = waiting(locks, 1, U, Mode.WRITE), waiting(locks, 2, tables[2], Mode.WRITE)
    assert take(locks, 3, T, Mode.READ), "a reader waits for no writer"
    closing = waiting(locks, 3, T, Mode.EXCLUSIVE)
    closing.end()
    assert closing.fault is not None
    assert first.is_waiting
    assert second.is_waiting
    locks.release(3, modified=frozenset())
    second.end()
    locks.release(2, modified=frozenset())
    first.end()
    assert (first.waited, second.waited) == (True, True)


def test_nobody_is_a_deadlock_who_waits_in_a_row(waiting: Callable[..., Waiter]) -> None:
    locks = LockTable()
    assert take(locks, 1, T, Mode.WRITE)
    assert take(locks, 2, U, Mode.WRITE)
    second = waiting(locks, 2, T, Mode.WRITE)
    third = waiting(locks, 3, U, Mode.WRITE)
    assert (second.fault, third.fault) == (None, None)
    locks.release(1, modified=frozenset())
    second.end()
    locks.release(2, modified=frozenset())
    third.end()
    assert (second.waited, third.waited) == (True, True)


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        (Mode.READ, "AccessShareLock"),
        (Mode.WRITE, "ShareRowExclusiveLock"),
        (Mode.EXCLUSIVE, "AccessExclusiveLock"),
    ],
)
def test_modes_have_the_names_that_svv_transactions_shows(mode: Mode, name: str) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_TRANSACTIONS.html"""
    assert mode.value == name


def test_rows_that_a_snapshot_does_not_hold_are_not_changed() -> None:
    locks = LockTable()
    before = locks.snapshot()
    locks.release(1, modified=frozenset({T}))
    locks.refuse_if_modified_since(T, locks.snapshot())
    locks.refuse_if_modified_since(U, before)
    with pytest.raises(TransactionConflict) as caught:
        locks.refuse_if_modified_since(T, before)
    assert caught.value.message == (
        "could not complete because of conflict with concurrent transaction"
    )
    unchanged = locks.snapshot()
    locks.release(1, modified=frozenset())
    assert locks.snapshot() == unchanged, "who changed nothing has committed nothing"
