"""A DuckDB database as the engine: opening, connections, queries."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, suppress
from pathlib import Path

import duckdb
import pyarrow as pa

from sparkify_harness.redshift.catalog.relations import Relation
from sparkify_harness.redshift.catalog.store import FIRST_OID
from sparkify_harness.redshift.engine.cancellation import Cancellation
from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.checkpoints import NEVER, Checkpoints
from sparkify_harness.redshift.engine.duckdb.definitions import Definitions, counted
from sparkify_harness.redshift.engine.duckdb.functions import hashes, pcre
from sparkify_harness.redshift.engine.duckdb.lower import (
    lower,
    lower_change,
    lower_output,
)
from sparkify_harness.redshift.engine.duckdb.lower_queries import (
    RECURSION,
    RECURSION_SIZE,
    RECURSIVE_KILOBYTES,
    RECURSIVE_ROWS,
)
from sparkify_harness.redshift.engine.duckdb.lowered import Lowered, LoweredTexts, Values
from sparkify_harness.redshift.engine.duckdb.names import INCOMING, system_name, table_name
from sparkify_harness.redshift.engine.duckdb.saved import load_relation
from sparkify_harness.redshift.engine.duckdb.streaming import FEW, few, stream
from sparkify_harness.redshift.engine.duckdb.system_tables import system_table
from sparkify_harness.redshift.engine.placement import placed
from sparkify_harness.redshift.engine.protocol import SystemTables
from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.sql import tree

MEMORY_LIMIT = "160MiB"
"""Enough for a stream of batches; larger sorts and joins spill to disk next to the file."""

MEMORY_LIMIT_WITHOUT_FILE = "1GiB"
"""Tables are held in it as well; what is too much goes to a folder.

Either limit is that of all connections together, those that were given up among them. What the
engine needs to plan a statement is not counted.
"""

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "enable_external_access": False,
}
_BOOTSTRAP = (
    "CREATE SCHEMA IF NOT EXISTS public",
    "CREATE SCHEMA IF NOT EXISTS _catalog",
    "CREATE TABLE IF NOT EXISTS _catalog.schemas (name VARCHAR)",
    "CREATE TABLE IF NOT EXISTS _catalog.relations (oid BIGINT, definition VARCHAR)",
    "INSERT INTO _catalog.schemas SELECT 'public' "
    "WHERE NOT EXISTS (FROM _catalog.schemas WHERE name = 'public')",
)


class DuckDBConnection(Definitions):
    """One client's connection: a DuckDB cursor with its own transaction and temporary tables.

    Args:
        cursor: The DuckDB cursor of one client.
        cancellation: Ends what it computes.
        checkpoints: Of the database file; None in memory.
        lowered: Texts of earlier statements; None remembers those of this connection.
    """

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        cancellation: Cancellation,
        checkpoints: Checkpoints | None = None,
        lowered: LoweredTexts | None = None,
    ) -> None:
        super().__init__(cursor, cancellation, checkpoints)
        self._lowered = lowered or LoweredTexts()

    def query(
        self,
        node: tree.Query,
        formats: Sequence[Format],
        context: ExecutionContext,
        arguments: Sequence[object],
        system: SystemTables,
    ) -> Iterator[pa.RecordBatch]:
        """Run a query; rows stream in batches."""
        lowered, values = self._cancellation.think(
            lambda: self._output(node, formats, context, arguments)
        )
        with self._lent(_named(system)), self._translated(node, context, lowered.text):
            self._count_recursion(lowered.text)
            # What the engine makes of its rows is text, or Arrow knows it better.
            if lowered.few and all(form is Format.TEXT for form in formats):
                batches = few(self._cursor, lowered.runnable(self._cursor), values, self._computing)
            else:
                batches = stream(self._cursor, lowered.text, values, self._computing)
            count = 0
            with closing(batches):
                for batch in batches:
                    count += batch.num_rows
                    yield batch
            lowered.few = count <= FEW

    def _output(
        self,
        node: tree.Query,
        formats: Sequence[Format],
        context: ExecutionContext,
        arguments: Sequence[object],
    ) -> tuple[Lowered, Values]:
        def lower_rows(noted: ExecutionContext) -> str:
            return lower_output(node, formats, noted)

        lowered = self._lowered.get(
            node,
            tuple(formats),
            context,
            lower_rows,
            parameters=len(arguments),
            place=lambda session: placed(node, session),
        )
        return lowered, lowered.values(arguments, context, self._cursor)

    def _count_recursion(self, sql: str) -> None:
        limits = ((RECURSION, RECURSIVE_ROWS), (RECURSION_SIZE, RECURSIVE_KILOBYTES))
        for sequence, limit in limits if RECURSION in sql else ():
            self._cursor.execute(
                f"CREATE OR REPLACE TEMP SEQUENCE {sequence.rpartition('.')[2]} "
                f"MAXVALUE {limit} NO CYCLE"
            )

    def _computing(self) -> AbstractContextManager[None]:
        return self._cancellation.computing(self._cursor.interrupt)

    def modify(
        self,
        node: tree.Insert | tree.Update | tree.Delete | tree.Merge,
        context: ExecutionContext,
        arguments: Sequence[object],
        system: SystemTables,
    ) -> int:
        """Run DML; the number of rows it touched."""
        lowered, values = self._cancellation.think(lambda: self._change(node, context, arguments))
        lent = _named(system)
        if isinstance(node, tree.Insert) and isinstance(node.source, tree.PlainRows):
            lent[INCOMING] = node.source.values
        with self._lent(lent), self._translated(node, context, lowered.text):
            return self._execute(lowered, values)

    def _change(
        self,
        node: tree.Insert | tree.Update | tree.Delete | tree.Merge,
        context: ExecutionContext,
        arguments: Sequence[object],
    ) -> tuple[Lowered, Values]:
        if isinstance(node, tree.Insert) and isinstance(
            node.source, tree.ValueRows | tree.PlainRows
        ):
            # The arguments may decide the text; and rows are not kept with it.
            sql, given = lower_change(node, context, arguments)
            return Lowered(sql), list(given) or None
        return self._statement(node, context, arguments)

    def _statement(
        self, node: tree.Node, context: ExecutionContext, arguments: Sequence[object] = ()
    ) -> tuple[Lowered, Values]:
        lowered = self._lowered.get(
            node, None, context, lambda noted: lower(node, noted), parameters=len(arguments)
        )
        return lowered, lowered.values(arguments, context, self._cursor)

    def fill_table(
        self,
        table: Relation,
        node: tree.Query,
        context: ExecutionContext,
        system: SystemTables,
    ) -> int:
        """Insert a query's rows into a table that CREATE TABLE AS made."""
        query, values = self._cancellation.think(lambda: self._statement(node, context))
        filling = Lowered(f"INSERT INTO {table_name(table)} {query.text}")
        with self._lent(_named(system)), self._translated(node, context, query.text):
            return self._execute(filling, values)

    def _execute(self, lowered: Lowered, values: Values) -> int:
        self._count_recursion(lowered.text)
        with self._computing():
            runnable = lowered.runnable(self._cursor)
            return counted(self._cursor.execute(runnable, values).fetchall())

    def close(self) -> None:
        """Roll back and close."""
        try:
            self.rollback()
        finally:
            self._cursor.close()


def _named(system: SystemTables) -> dict[str, pa.Table]:
    return {system_name(*key): rows for key, rows in system.items()}


class DuckDBEngine:
    """A DuckDB database in a file or in memory.

    Args:
        file: Where the database lives; None keeps it in memory.
        spill: Where a database in memory puts what is too much; None limits it by the machine.

    Raises:
        OSError: The file cannot be opened, or another server has it.
    """

    def __init__(self, file: Path | None, spill: Path | None = None) -> None:
        config = dict(_SETTINGS)
        if file is None and spill is not None:
            config |= {"temp_directory": str(spill), "memory_limit": MEMORY_LIMIT_WITHOUT_FILE}
        self._checkpoints = None if file is None else Checkpoints(file)
        self._lowered = LoweredTexts()
        try:
            self._database = duckdb.connect(str(file or ":memory:"), config=config)
            if file is not None:
                self._database.execute(f"SET GLOBAL memory_limit = '{MEMORY_LIMIT}'")
                self._database.execute(f"SET GLOBAL checkpoint_threshold = '{NEVER}'")
            self._database.execute("SET GLOBAL TimeZone = 'UTC'")
            for statement in _BOOTSTRAP:
                self._database.execute(statement)
        except duckdb.IOException as error:
            raise OSError(f"cannot open the database file {file}: {error}") from error
        hashes.register(self._database)
        pcre.register(self._database)

    def connect(self, cancellation: Cancellation) -> DuckDBConnection:
        """A connection for one client."""
        cursor = self._database.cursor()
        return DuckDBConnection(cursor, cancellation, self._checkpoints, self._lowered)

    def load_catalog(self) -> tuple[list[str], list[Relation]]:
        """Schemas and relations as they were saved."""
        schemas = self._database.execute("SELECT name FROM _catalog.schemas").fetchall()
        saved = self._database.execute(
            "SELECT definition FROM _catalog.relations WHERE oid >= ?", [FIRST_OID]
        ).fetchall()
        return [name for (name,) in schemas], [load_relation(text) for (text,) in saved]

    def system_table(self, relation: Relation, tables: Mapping[str, pa.Table]) -> pa.Table:
        """The rows of a system table."""
        return system_table(relation, tables)

    def close(self) -> None:
        """Checkpoint and close."""
        # A connection that still computes for a session that was given up keeps the file open.
        # What was committed is in its log, which is read when the file is opened next.
        with suppress(duckdb.ResourceInUseException):
            self._database.close()
