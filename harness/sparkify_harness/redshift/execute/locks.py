"""Table locks, held until the transaction ends.

Writers to one table wait for each other. Readers wait for nobody but those who change the table
itself (ALTER, DROP, TRUNCATE, LOCK), and those wait for readers.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_write_readwrite.html

The engine lets two writers into one table, so the lock is ours, and it is taken before the engine's
transaction starts: the snapshot of the one who waited then holds what the other committed.
"""

import threading
from collections.abc import Callable
from enum import Enum

from sparkify_harness.redshift.errors import Deadlock, TransactionConflict

TableKey = tuple[str, str]
"""Schema and name."""


class Mode(Enum):
    """How a table is held; the value is what system tables call it."""

    READ = "AccessShareLock"
    WRITE = "ShareRowExclusiveLock"
    EXCLUSIVE = "AccessExclusiveLock"


_STRENGTH = {Mode.READ: 1, Mode.WRITE: 2, Mode.EXCLUSIVE: 3}
_CONFLICTS = {
    Mode.READ: {Mode.EXCLUSIVE},
    Mode.WRITE: {Mode.WRITE, Mode.EXCLUSIVE},
    Mode.EXCLUSIVE: set(Mode),
}


class LockTable:
    """Who holds which table and who waits for whom. Shared by all sessions."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._holders: dict[TableKey, dict[int, Mode]] = {}
        self._waiting: dict[int, tuple[TableKey, Mode]] = {}
        self._sequence = 0
        self._modified: dict[TableKey, int] = {}

    def snapshot(self) -> int:
        """The number of the last commit: a snapshot taken now holds everything up to it."""
        with self._changed:
            return self._sequence

    def acquire(self, owner: int, table: TableKey, mode: Mode, check: Callable[[], None]) -> bool:
        """Wait until the table is free for this use, and hold it.

        Args:
            owner: The session's pid.
            table: Schema and name.
            mode: What for; a stronger one that the owner holds already stays.
            check: Called while waiting; raises QueryCanceled to give up.

        Returns:
            Whether there was anybody to wait for.

        Raises:
            Deadlock: A holder waits, directly or through others, for this owner.
        """
        waited = False
        with self._changed:
            try:
                while blockers := self._blockers(owner, table, mode):
                    waited = True
                    self._waiting[owner] = (table, mode)
                    if self._would_deadlock(owner):
                        raise Deadlock(
                            "deadlock detected",
                            detail=f"Process {owner} waits for {mode.value} on relation "
                            f"{table[0]}.{table[1]}; blocked by process {min(blockers)}.",
                        )
                    check()
                    self._changed.wait(timeout=0.1)
            finally:
                self._waiting.pop(owner, None)
            held = self._holders.setdefault(table, {})
            held[owner] = max(held.get(owner, mode), mode, key=_STRENGTH.__getitem__)
        return waited

    def _blockers(self, owner: int, table: TableKey, mode: Mode) -> set[int]:
        held = self._holders.get(table, {})
        return {
            other
            for other, other_mode in held.items()
            if other != owner and other_mode in _CONFLICTS[mode]
        }

    def _would_deadlock(self, owner: int) -> bool:
        seen: set[int] = set()
        pending = [owner]
        while pending:
            current = pending.pop()
            wanted = self._waiting.get(current)
            if wanted is None:
                continue
            blockers = self._blockers(current, *wanted)
            if owner in blockers:
                return True
            pending.extend(blockers - seen)
            seen |= blockers
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
            for table in [key for key, held in self._holders.items() if owner in held]:
                del self._holders[table][owner]
                if not self._holders[table]:
                    del self._holders[table]
            self._changed.notify_all()

    def held(self) -> list[tuple[TableKey, int, Mode, bool]]:
        """Who holds what, and who waits for what, for stv_locks and svv_transactions.

        Returns:
            Table, pid, mode, and whether it is granted.
        """
        with self._changed:
            granted = [
                (table, pid, mode, True)
                for table, held in self._holders.items()
                for pid, mode in held.items()
            ]
            return granted + [
                (table, pid, mode, False) for pid, (table, mode) in self._waiting.items()
            ]
