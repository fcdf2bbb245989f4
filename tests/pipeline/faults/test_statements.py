"""What the pipeline sends, as it passes between it and the warehouse."""

import datetime as dt
import re
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from sparkify.star import TABLES
from tests.pipeline.faults.drill import DAY, ON_ONE_STORE, Drill
from tests.pipeline.faults.table import Action, FaultTable, Sender

pytestmark = ON_ONE_STORE

LATER = DAY + dt.timedelta(days=300)
"""A day that has no log."""

WRITING = re.compile(r'^(?:INSERT INTO|DELETE FROM|UPDATE|MERGE INTO|COPY) ("[^"]+"\."[^"]+")')
"""A statement that changes a table which others see; temporary tables have no schema."""


class StatementLog(FaultTable):
    """Lets all messages pass, and keeps the transactions that are committed.

    Attributes:
        transactions: the statements of each, without BEGIN and COMMIT.
    """

    def __init__(self) -> None:
        super().__init__()
        self.transactions: list[list[str]] = []
        self._own = threading.Lock()

    def strike(self, message: bytes, sender: Sender, within: bytes = b"") -> list[Action]:
        """Nothing becomes of a message."""
        if sender is Sender.CLIENT and message.lower().startswith(b"b commit"):
            begin, *statements, _ = within.decode().split("\0")
            assert begin.lower().startswith("begin")
            with self._own:
                self.transactions.append(statements)
        return []


def written(statements: Sequence[str]) -> list[str]:
    """The tables that a transaction changes."""
    return [match[1] for sql in statements if (match := WRITING.match(sql))]


def judge(transactions: Sequence[Sequence[str]], order: Sequence[str]) -> set[str]:
    """The tables that were changed; all of them locked by the first statement, and in order."""
    changed: set[str] = set()
    for transaction in transactions:
        tables = written(transaction)
        assert [sql for sql in transaction[1:] if sql.startswith("LOCK")] == [], transaction
        if not tables:
            continue
        changed.update(tables)
        assert transaction[0].startswith("LOCK "), transaction
        locked = transaction[0].removeprefix("LOCK ").split(", ")
        assert set(tables) <= set(locked), transaction
        assert locked == sorted(locked, key=order.index), transaction[0]
    return changed


@pytest.fixture
def statements(drill: Drill) -> Iterator[StatementLog]:
    """What the pipeline sends from now on."""
    log = drill.ground.warehouse.faults = StatementLog()
    yield log
    drill.ground.warehouse.faults = FaultTable()


@pytest.mark.parametrize(
    ("day", "params", "leaves_out"),
    [
        pytest.param(DAY, {}, set(), id="day"),
        pytest.param(DAY, {"full_load": True}, set(), id="full-load"),
        pytest.param(
            LATER, {"no_log": "empty"}, {"staging_events", "withdrawn_plays"}, id="day-without-log"
        ),
    ],
)
def test_every_transaction_that_writes_locks_its_tables_first_and_in_one_order(
    day: dt.date,
    params: dict[str, Any],
    leaves_out: set[str],
    drill: Drill,
    statements: StatementLog,
) -> None:
    result = drill.pipeline.run(day, wiring=drill.ground.wiring(), **params)
    assert result.succeeded, result.explain()
    order = [f'"{drill.pipeline.name}"."{table}"' for table in TABLES]
    changed = judge(statements.transactions, order)
    assert changed == {table for table in order if table.split('"')[3] not in leaves_out}
