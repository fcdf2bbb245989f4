"""The transaction of a DuckDB connection, as DuckDB has it.

Any error aborts it. From then on DuckDB takes nothing but its end, and a COMMIT is a ROLLBACK of
which nobody is told. While a result is open, it does not take even that.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import duckdb
import pyarrow as pa

from sparkify_harness.redshift.defects import engine_error
from sparkify_harness.redshift.engine.cancellation import Cancellation
from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.checkpoints import Checkpoints
from sparkify_harness.redshift.engine.duckdb.faults import translate
from sparkify_harness.redshift.engine.duckdb.lower_queries import RECURSION
from sparkify_harness.redshift.engine.placement import runs_on_leader
from sparkify_harness.redshift.sql import tree

_ENDED = "no transaction is active"


class TransactionalCursor:
    """A cursor that knows whether it is in a transaction, and whether that can be committed.

    Args:
        cursor: The DuckDB cursor of one client.
        cancellation: Ends what it computes.
        checkpoints: Of the database file; None in memory.
    """

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        cancellation: Cancellation,
        checkpoints: Checkpoints | None = None,
    ) -> None:
        self._cursor = cursor
        self._cancellation = cancellation
        self._checkpoints = checkpoints
        self._in_transaction = False
        self._aborted = False

    def begin(self, *, snapshot: bool = True) -> None:
        """Start a transaction; see ``EngineConnection.begin``."""
        with self._translated():
            self._cursor.execute("BEGIN TRANSACTION")
            self._in_transaction, self._aborted = True, False
            if snapshot:  # which DuckDB takes at the first read
                self._cursor.execute("FROM _catalog.schemas LIMIT 0")

    def commit(self) -> None:
        """Commit.

        Raises:
            TransactionConflict: Another transaction changed the same rows.
            RedshiftError: Nothing is committed; ``rollback`` is still to be called.
        """
        if self._aborted:
            raise engine_error("an error that nobody was told of has aborted the transaction")
        with self._translated():
            self._cursor.execute("COMMIT")
        self._in_transaction = False
        if self._checkpoints is not None:
            self._checkpoints.after_commit(self._cursor)

    def rollback(self) -> None:
        """Roll back; without a transaction nothing happens.

        Raises:
            RedshiftError: It is still to be rolled back: call it again.
        """
        if not self._in_transaction:
            return
        with self._translated():
            try:
                self._cursor.execute("ROLLBACK")
            except duckdb.TransactionException as error:
                if _ENDED not in str(error):  # a COMMIT that fails ends it mostly
                    raise
        self._in_transaction = self._aborted = False

    @contextmanager
    def _translated(
        self, node: tree.Node | None = None, context: ExecutionContext | None = None, sql: str = ""
    ) -> Iterator[None]:
        """Turn the engine's errors into ours.

        Arrow wraps what goes wrong while a result streams into OSError.

        Args:
            node: The statement that runs: it decides on which node of Redshift it would.
            context: Whose it is.
            sql: What it is for the engine.
        """
        try:
            yield
        except (duckdb.Error, OSError) as error:
            self._aborted = self._in_transaction
            fault = error if isinstance(error, duckdb.Error) else duckdb.Error(str(error))
            raise translate(
                fault,
                leader=node is not None and runs_on_leader(node),
                recursive=RECURSION in sql,
                query=context.last_query_id if context else 0,
                pid=context.pid if context else 0,
            ) from error

    @contextmanager
    def _lent(self, tables: Mapping[str, pa.Table | pa.RecordBatchReader]) -> Iterator[None]:
        """Rows of ours that one statement reads, as views of these names."""
        if not tables:
            yield
            return
        try:
            with self._translated():
                for name, rows in tables.items():
                    self._cursor.register(name, rows)
            yield
        finally:
            # An aborted transaction takes no statement: it is rolled back, and the views with it.
            with self._translated(), suppress(duckdb.TransactionException):
                for name in tables:
                    self._cursor.unregister(name)
