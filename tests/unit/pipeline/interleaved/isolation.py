"""How a database keeps transactions apart: by snapshots of rows, or as if one came after another.

The substitute is stricter than Redshift's SNAPSHOT in one thing: it refuses to change rows of a
table that another transaction has changed since, whichever rows they are. On Redshift two
transactions may change different rows. So the histories know only the weaker promise; the engine
refuses to change the same row twice.
AWS: https://aws.amazon.com/about-aws/whats-new/2022/05/amazon-redshift-snapshot-isolation-level-concurrent-transactions/

Under SERIALIZABLE Redshift aborts, besides, a transaction that would close a cycle: each in it has
to come before the next in any serial order, by what they read and wrote of the same tables. Tables
are what it goes by, not rows. The substitute does not know this level.
Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.execute.locks import LockTable, Mode, TableKey


@dataclass(eq=False)
class Work:
    """What a transaction has read and written.

    Attributes:
        snapshot: number of the last commit that it sees; None before it has read anything.
        end: its own number among the commits; None while it is open.
    """

    reads: set[TableKey] = field(default_factory=set)
    writes: set[TableKey] = field(default_factory=set)
    snapshot: int | None = None
    end: int | None = None

    def precedes(self, other: "Work") -> bool:
        """Whether it has to come before the other in a serial order."""
        seen = self.end is not None and other.snapshot is not None and self.end <= other.snapshot
        if seen and self.writes & (other.reads | other.writes):
            return True
        # What the other wrote, this one has read as it was before.
        late = other.end is None or (self.snapshot is not None and other.end > self.snapshot)
        return late and bool(self.reads & other.writes)


class SnapshotLocks(LockTable):
    """The locks of a server whose database is isolated as SNAPSHOT."""

    def refuse_if_modified_since(self, table: TableKey, snapshot: int) -> None:
        """Other rows of the table may have changed; see `RowsConnection` for the same rows."""


class SerializableLocks(SnapshotLocks):
    """The locks of a server whose database is isolated as SERIALIZABLE.

    Attributes:
        active: pid of the session whose statement runs: whoever runs statements sets it.
        refused: how many transactions were ended.
    """

    def __init__(self) -> None:
        super().__init__()
        self.active = 0
        self.refused = 0
        self._open: dict[int, Work] = {}
        self._ended: list[Work] = []

    def acquire(self, owner: int, table: TableKey, mode: Mode, check: Callable[[], None]) -> bool:
        """See `LockTable`; ends the transaction whose use of the table closes a cycle."""
        waited = super().acquire(owner, table, mode, check)
        if mode is not Mode.EXCLUSIVE:  # LOCK neither reads nor writes
            work = self._open.setdefault(owner, Work())
            # DELETE, UPDATE and MERGE read what they write; INSERT is taken for the same.
            work.reads.add(table)
            if mode is Mode.WRITE:
                work.writes.add(table)
            self._refuse_cycle(work)
        return waited

    def snapshot(self) -> int:
        """See `LockTable`."""
        number = super().snapshot()
        self._open.setdefault(self.active, Work()).snapshot = number
        return number

    def release(self, owner: int, *, modified: frozenset[TableKey]) -> None:
        """See `LockTable`."""
        super().release(owner, modified=modified)
        work = self._open.pop(owner, None)
        if work is not None and modified:
            work.end = super().snapshot()
            self._ended.append(work)
        # What ended before all open ones began can be in no cycle with them.
        seen = [each.snapshot for each in self._open.values() if each.snapshot is not None]
        oldest = min(seen, default=super().snapshot())
        self._ended = [each for each in self._ended if each.end is None or each.end > oldest]

    def _refuse_cycle(self, start: Work) -> None:
        works = [*self._open.values(), *self._ended]
        seen: set[int] = set()
        pending = [start]
        while pending:
            work = pending.pop()
            for other in works:
                if other is not work and work.precedes(other):
                    if other is start:
                        self.refused += 1
                        raise RedshiftError("1023", detail="Serializable isolation violation")
                    if id(other) not in seen:
                        seen.add(id(other))
                        pending.append(other)
