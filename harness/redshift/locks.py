"""Table locks: writers to one table wait for each other until the transaction ends.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_write_readwrite.html

DuckDB lets two writers into one table, so the lock is ours, and it is taken before the engine's
transaction starts: the snapshot of the one who waited then holds what the other committed.
"""

import threading
from collections.abc import Callable

from harness.redshift.errors import Deadlock, TransactionConflict

TableKey = tuple[str, str]
"""Schema and name."""


class LockTable:
    """Who holds which table and who waits for whom. Shared by all sessions."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._holders: dict[TableKey, int] = {}
        self._waiting: dict[int, TableKey] = {}
        self._sequence = 0
        self._modified: dict[TableKey, int] = {}

    def snapshot(self) -> int:
        """The number of the last commit: a snapshot taken now holds everything up to it."""
        with self._changed:
            return self._sequence

    def acquire(self, owner: int, table: TableKey, check: Callable[[], None]) -> None:
        """Wait until the table is free, and hold it.

        Args:
            owner: The session's pid.
            table: Schema and name.
            check: Called while waiting; raises QueryCanceled to give up.

        Raises:
            Deadlock: The holder waits, directly or through others, for this owner.
        """
        with self._changed:
            try:
                while self._holders.get(table, owner) != owner:
                    self._waiting[owner] = table
                    if self._would_deadlock(owner):
                        raise Deadlock(
                            "deadlock detected",
                            detail=f"Process {owner} waits for AccessExclusiveLock on relation "
                            f"{table[0]}.{table[1]}; blocked by process {self._holders[table]}.",
                        )
                    check()
                    self._changed.wait(timeout=0.1)
            finally:
                self._waiting.pop(owner, None)
            self._holders[table] = owner

    def _would_deadlock(self, owner: int) -> bool:
        seen: set[int] = set()
        current = owner
        while (wanted := self._waiting.get(current)) is not None:
            holder = self._holders.get(wanted)
            if holder is None or holder in seen:
                return False
            if holder == owner:
                return True
            seen.add(holder)
            current = holder
        return False

    def refuse_if_modified_since(self, table: TableKey, snapshot: int) -> None:
        """Refuse to change rows that the transaction's snapshot does not hold.

        Raises:
            TransactionConflict: The table was changed and committed after the snapshot.
        """
        with self._changed:
            if self._modified.get(table, 0) > snapshot:
                raise TransactionConflict(
                    "could not complete because of conflict with concurrent transaction"
                )

    def release(self, owner: int, *, modified: frozenset[TableKey]) -> None:
        """Let go of everything that an owner holds.

        Args:
            owner: The session's pid.
            modified: Tables that its transaction changed and committed.
        """
        with self._changed:
            if modified:
                self._sequence += 1
                for table in modified:
                    self._modified[table] = self._sequence
            for table in [key for key, holder in self._holders.items() if holder == owner]:
                del self._holders[table]
            self._changed.notify_all()

    def holders(self) -> dict[TableKey, int]:
        """Who holds what now, for stv_locks."""
        with self._changed:
            return dict(self._holders)

    def waiting(self) -> dict[int, TableKey]:
        """Who waits for what now, for svv_transactions."""
        with self._changed:
            return dict(self._waiting)
