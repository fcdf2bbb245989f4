"""A DuckDB cursor that fails where it is told to, as DuckDB does or worse."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Any

import duckdb
from duckdb._seam import submit as _submit

_NEVER_INTERRUPTED = ("BEGIN", "FROM _catalog", "COMMIT", "ROLLBACK", "DROP VIEW")


class Fault(Enum):
    """What becomes of a statement of the engine's."""

    BEFORE = "fails, and nothing is done"
    AFTER = "is done, and fails all the same"
    INTERRUPTED = "is interrupted"
    CANCELLED = "comes too late: a cancel was asked for"


@dataclass
class Plan:
    """One fault to come.

    Args:
        fault: Of which kind.
        word: What the statement begins with; empty for any.
        skipped: So many of these go well before.
    """

    fault: Fault
    word: str = ""
    skipped: int = 0


class FaultyCursor:
    """Stands before a DuckDB cursor.

    Args:
        real: What does the work.
        cancel: Asks for the end of what the session runs.

    Attributes:
        plan: The next fault; None once it has come.
        real: As above.
    """

    def __init__(self, real: duckdb.DuckDBPyConnection, cancel: Callable[[], None]) -> None:
        self.real = real
        self.plan: Plan | None = None
        self._cancel = cancel

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def execute(self, sql: str | duckdb.Statement, arguments: Any = None) -> Any:
        text = sql if isinstance(sql, str) else sql.query
        return self._perhaps(text, lambda: self.real.execute(sql, arguments))

    def unregister(self, name: str) -> Any:
        return self._perhaps("DROP VIEW", lambda: self.real.unregister(name))

    def submit(self, sql: str, *arguments: Any) -> Any:
        """Of a query whose rows stream."""
        return self._perhaps(sql, lambda: _submit(self.real, sql, *arguments))

    def _perhaps(self, sql: str, work: Callable[[], Any]) -> Any:
        plan = self.plan
        if plan is None or not sql.startswith(plan.word):
            return work()
        if plan.fault is Fault.INTERRUPTED and sql.startswith(_NEVER_INTERRUPTED):
            return work()
        if plan.skipped:
            plan.skipped -= 1
            return work()
        self.plan = None
        match plan.fault:
            case Fault.BEFORE:
                raise duckdb.IOException("IO Error: No space left on device")
            case Fault.AFTER if sql == "COMMIT":  # as DuckDB does it
                self.real.execute("ROLLBACK")
                raise duckdb.TransactionException(
                    "TransactionContext Error: Failed to commit: write-write conflict"
                )
            case Fault.AFTER if sql == "ROLLBACK":
                self.real.execute("ROLLBACK")
                raise duckdb.IOException("IO Error: No space left on device")
            case Fault.CANCELLED:
                self._cancel()
                return work()
            case _:
                self._abort()
                self._cancel()
                raise duckdb.InterruptException("INTERRUPT Error: Interrupted!")

    def _abort(self) -> None:
        with suppress(duckdb.Error):
            self.real.execute("SELECT error('interrupted')")


def submit(cursor: Any, sql: str, *arguments: Any) -> Any:
    """In place of DuckDB's: the cursor may be a faulty one."""
    if isinstance(cursor, FaultyCursor):
        return cursor.submit(sql, *arguments)
    return _submit(cursor, sql, *arguments)
