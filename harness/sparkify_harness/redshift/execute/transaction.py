"""One session's transaction: block, locks, the engine's transaction, commit and rollback.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_BEGIN.html

A block has no snapshot until its first statement needs one: locks come first, so that whoever
waited for a table sees what the one before it committed.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from sparkify_harness.redshift.catalog.relations import Relation, RelationKind
from sparkify_harness.redshift.catalog.session_catalog import SessionCatalog
from sparkify_harness.redshift.engine.cancellation import Cancellation
from sparkify_harness.redshift.engine.protocol import EngineConnection
from sparkify_harness.redshift.errors import ActiveTransaction, FailedTransaction
from sparkify_harness.redshift.execute.configuration import SessionSettings
from sparkify_harness.redshift.execute.locks import LockTable, Mode, TableKey

IDLE, BLOCK, FAILED = "I", "T", "E"


def held_by_readers(relation: Relation) -> bool:
    """Whether those who read it keep others from changing it."""
    return relation.kind is RelationKind.TABLE and not relation.temporary


class Transaction:
    """The transaction of a session, or none.

    Args:
        engine: The session's connection to the engine.
        catalog: Definitions as the session sees them.
        settings: Parameters; SET is undone by ROLLBACK.
        locks: Shared by all sessions.
        pid: Owner of the locks.
        cancellation: Asked while waiting for a lock, and before anything is committed.
        next_number: Numbers transactions, for the logs.
    """

    def __init__(
        self,
        engine: EngineConnection,
        catalog: SessionCatalog,
        settings: SessionSettings,
        *,
        locks: LockTable,
        pid: int,
        cancellation: Cancellation,
        next_number: Callable[[], int],
    ) -> None:
        self._engine = engine
        self._catalog = catalog
        self._settings = settings
        self._locks = locks
        self._pid = pid
        self._cancellation = cancellation
        self._next_number = next_number
        self.number = -1
        self._open = False
        self._goes_on = False
        self._snapshot: int | None = None
        self._waited = False
        self._modified: set[TableKey] = set()
        self.status = IDLE
        self.started = datetime.now(UTC)

    def numbered(self) -> int:
        """The number of the transaction, or of that which a statement begins now."""
        if not self._open:
            self.number = self._next_number()
        return self.number

    @property
    def in_block(self) -> bool:
        """Whether BEGIN was given and no COMMIT or ROLLBACK yet."""
        return self.status != IDLE

    @property
    def implicit(self) -> bool:
        """Whether a transaction is open that no BEGIN began."""
        return self._open and not self.in_block

    def refuse_if_failed(self) -> None:
        """Refuse all but COMMIT and ROLLBACK after an error.

        Raises:
            FailedTransaction: The block has failed.
        """
        if self.status == FAILED:
            raise FailedTransaction

    def refuse_in_block(self, statement: str) -> None:
        """Refuse a statement that commits by itself.

        Raises:
            ActiveTransaction: In Redshift's words.
        """
        if self.in_block:
            raise ActiveTransaction(f"{statement} cannot run inside a transaction block")

    # --- block ---

    def begin_block(self) -> None:
        """BEGIN."""
        if not self._open:
            self._start()
        self.status = BLOCK

    def commit(self) -> bool:
        """COMMIT: after an error it rolls back.

        Returns:
            Whether the work was committed.
        """
        if self.status == FAILED:
            self.rollback()
            return False
        self.status = IDLE
        self._finish()
        return True

    def renew(self) -> None:
        """Commit, and go on with a new block; where that fails, it is a failed one."""
        try:
            self.commit()
        finally:
            self.begin_block()

    def rollback(self) -> None:
        """ROLLBACK."""
        self.status = IDLE
        try:
            self._engine.rollback()
        finally:
            self._catalog.rollback()
            self._settings.rollback()
            self._end(frozenset())

    def fail(self) -> None:
        """Note an error: a block has failed, anything else is rolled back at once."""
        if self.in_block:
            self.status = FAILED
            try:
                self._engine.rollback()
            finally:
                self._catalog.rollback()
                self._locks.release(self._pid, modified=frozenset())
        elif self._open:
            self.rollback()

    @contextmanager
    def statement(self, *, keep_open: bool) -> Iterator[None]:
        """The unit in which a statement runs: its own transaction outside a block.

        Args:
            keep_open: The statement is one of several in a simple query: the transaction goes on.
        """
        if not self._open:
            self._start()
        self._goes_on = keep_open or self.in_block
        try:
            yield
        except BaseException:
            self.fail()
            raise
        if self.implicit and not keep_open:
            self._finish()

    def end_implicit(self) -> None:
        """Commit what a simple query did, unless a block is open."""
        if self.implicit:
            self._finish()

    # --- what a statement needs ---

    def write(self, table: Relation, *, changes_rows: bool) -> None:
        """Hold a table for writing, before the snapshot is taken.

        Args:
            table: The target.
            changes_rows: Whether existing rows change (UPDATE, DELETE, MERGE), not only INSERT.

        Raises:
            TransactionConflict: The snapshot is older than the table's last change.
        """
        if table.temporary:
            return
        self._waited |= self._acquire((table.schema, table.name), Mode.WRITE)
        if changes_rows and self._snapshot is not None:
            self._locks.refuse_if_modified_since((table.schema, table.name), self._snapshot)
        self._modified.add((table.schema, table.name))

    def read(self, tables: Sequence[Relation], waiting: Callable[[], None] = lambda: None) -> None:
        """Wait for those who change the tables themselves, and let nobody do so until the end.

        Args:
            tables: Others among them are nobody's to hold.
            waiting: Called again and again while there is somebody to wait for.
        """

        def check() -> None:
            waiting()
            self._cancellation.check()

        for table in filter(held_by_readers, tables):
            key = (table.schema, table.name)
            self._waited |= self._locks.acquire(self._pid, key, Mode.READ, check)

    def change(self, table: Relation, *, changes_rows: bool = False) -> None:
        """Hold a table against everybody: ALTER, DROP, TRUNCATE.

        Raises:
            TransactionConflict: As for ``write``.
        """
        if not table.temporary:
            self.lock((table.schema, table.name))
        self.write(table, changes_rows=changes_rows)

    def lock(self, key: TableKey) -> None:
        """Wait for a table, or a name, and hold it against everybody until the end."""
        self._waited |= self._acquire(key, Mode.EXCLUSIVE)

    def _acquire(self, key: TableKey, mode: Mode) -> bool:
        return self._locks.acquire(self._pid, key, mode, self._cancellation.check)

    def waited(self) -> bool:
        """Whether somebody was waited for since the last call: definitions may have changed."""
        waited, self._waited = self._waited, False
        return waited

    def snapshot(self) -> None:
        """Start the engine's transaction, if it did not start yet.

        That of a statement which stands alone sees what the first thing that it does sees.
        """
        if self._snapshot is None:
            self._snapshot = self._locks.snapshot()
            self._engine.begin(snapshot=self._goes_on)

    # --- inside ---

    def _start(self) -> None:
        self._engine.rollback()  # what the engine could not roll back before
        self._open = True
        self.started = datetime.now(UTC)
        self._settings.begin()

    def _finish(self) -> None:
        try:
            with self._cancellation.committing():
                if self._snapshot is not None:
                    self._engine.commit()
        except BaseException:
            self.rollback()
            raise
        self._catalog.commit()
        self._settings.commit()
        self._end(frozenset(self._modified))

    def _end(self, modified: frozenset[TableKey]) -> None:
        self._open = False
        self._snapshot = None
        self._modified = set()
        self._locks.release(self._pid, modified=modified)
