"""What the pipeline sends, as it passes between it and the warehouse."""

import re
import threading
from collections.abc import Sequence

import pytest
from sparkify.star import TABLES

from tests.pipeline.faults.drill import DAY, ON_ONE_STORE, Drill
from tests.pipeline.faults.table import Action, FaultTable, Sender

pytestmark = ON_ONE_STORE

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


@pytest.mark.parametrize("params", [{}, {"full_load": True}], ids=["day", "full-load"])
def test_every_transaction_that_writes_locks_its_tables_first_and_in_one_order(
    params: dict[str, bool], drill: Drill
) -> None:
    statements = drill.ground.warehouse.faults = StatementLog()
    try:
        result = drill.pipeline.run(DAY, wiring=drill.ground.wiring(), **params)
    finally:
        drill.ground.warehouse.faults = FaultTable()
    assert result.succeeded, result.explain()
    order = [f'"{drill.pipeline.name}"."{table}"' for table in TABLES]
    changed: set[str] = set()
    for transaction in statements.transactions:
        tables = written(transaction)
        assert [sql for sql in transaction[1:] if sql.startswith("LOCK")] == [], transaction
        if not tables:
            continue
        changed.update(tables)
        assert transaction[0].startswith("LOCK "), transaction
        locked = transaction[0].removeprefix("LOCK ").split(", ")
        assert set(tables) <= set(locked), transaction
        assert locked == sorted(locked, key=order.index), transaction[0]
    assert changed == set(order)
