"""What the executor asks of an engine. DuckDB implements it; Postgres can later."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import pyarrow as pa

from sparkify_harness.redshift.catalog.relations import Column, Relation
from sparkify_harness.redshift.engine.cancellation import Cancellation
from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.sql import tree

SystemTables = Mapping[tuple[str, str], pa.Table]
"""The rows of system tables, by schema and name."""


class CatalogWriter(Protocol):
    """Saves definitions in the transaction of the connection that it is part of."""

    def save_schema(self, name: str) -> None:
        """Add a schema."""

    def forget_schema(self, name: str) -> None:
        """Remove a schema."""

    def save_relation(self, relation: Relation) -> None:
        """Add or replace a relation, by its oid; temporary ones are not kept."""

    def forget_relation(self, relation: Relation) -> None:
        """Remove a relation."""


class EngineConnection(CatalogWriter, Protocol):
    """One client's connection to the engine, with a transaction and temporary tables of its own.

    Methods raise RedshiftError. Used by one thread at a time. At most one result is open: whoever
    executes reads or closes it first.
    """

    def begin(self, *, snapshot: bool = True) -> None:
        """Start a transaction.

        Args:
            snapshot: Whether its snapshot is taken now; else by the first statement that reads.
        """

    def commit(self) -> None:
        """Commit.

        Raises:
            TransactionConflict: Another transaction changed the same rows.
            RedshiftError: Nothing is committed. In any case ``rollback`` is still to be called.
        """

    def rollback(self) -> None:
        """Roll back; without a transaction nothing happens.

        Raises:
            RedshiftError: It is still to be rolled back: to be called again.
        """

    def query(
        self,
        node: tree.Query,
        formats: Sequence[Format],
        context: ExecutionContext,
        arguments: Sequence[object],
        system: SystemTables,
    ) -> Iterator[pa.RecordBatch]:
        """Run a query; rows stream.

        Args:
            node: Typed tree.
            formats: How each column is wanted: TEXT columns come as strings.
            context: What session functions answer.
            arguments: Python values of ``$1`` ...
            system: Contents of the system tables that the query reads.
        """

    def modify(
        self,
        node: tree.Insert | tree.Update | tree.Delete | tree.Merge,
        context: ExecutionContext,
        arguments: Sequence[object],
        system: SystemTables,
    ) -> int:
        """Run DML; the number of rows it touched."""

    def create_schema(self, name: str) -> None:
        """CREATE SCHEMA."""

    def drop_schema(self, name: str) -> None:
        """DROP SCHEMA of an empty schema."""

    def create_table(self, table: Relation) -> None:
        """Create the storage of a table, NOT NULL and IDENTITY included."""

    def fill_table(
        self,
        table: Relation,
        node: tree.Query,
        context: ExecutionContext,
        system: SystemTables,
    ) -> int:
        """Insert a query's rows into a table that CREATE TABLE AS made."""

    def drop_table(self, table: Relation) -> None:
        """Drop the storage of a table."""

    def truncate(self, table: Relation) -> None:
        """Delete all rows."""

    def rename_table(self, table: Relation, name: str) -> None:
        """ALTER TABLE RENAME TO."""

    def rename_column(self, table: Relation, old: str, new: str) -> None:
        """ALTER TABLE RENAME COLUMN."""

    def add_column(
        self,
        table: Relation,
        column: Column,
        default: tree.Expression | None,
        context: ExecutionContext,
    ) -> None:
        """ALTER TABLE ADD COLUMN; existing rows get the default."""

    def drop_column(self, table: Relation, column: str) -> None:
        """ALTER TABLE DROP COLUMN."""

    def longest(self, table: Relation, column: str) -> int:
        """Bytes of the longest value of a text column; 0 in an empty table."""

    def has_null(self, table: Relation, column: str) -> bool:
        """Whether a column holds a NULL."""

    def count(self, table: Relation) -> int:
        """Rows of a table."""

    def append(
        self,
        table: Relation,
        columns: Sequence[str],
        rows: pa.RecordBatchReader,
        defaults: Mapping[str, tree.Expression],
        context: ExecutionContext,
    ) -> int:
        """Insert rows that stream in, in storage types.

        Args:
            table: The target.
            columns: Names of the columns of ``rows``.
            rows: The values.
            defaults: DEFAULT expressions of columns that the rows do not have; each is evaluated
                once for all rows.
            context: What session functions answer.

        Returns:
            The number inserted.
        """

    def move(self, source: Relation, target: Relation, columns: Sequence[str]) -> int:
        """Move all rows from one table to another, matching columns by name."""

    def close(self) -> None:
        """Roll back and close."""


class Engine(Protocol):
    """A database."""

    def connect(self, cancellation: Cancellation) -> EngineConnection:
        """A connection for one client.

        Args:
            cancellation: Ends what the client runs: it raises QueryCanceled.
        """

    def load_catalog(self) -> tuple[list[str], list[Relation]]:
        """Schemas and relations as they were saved."""

    def system_table(self, relation: Relation, tables: Mapping[str, pa.Table]) -> pa.Table:
        """The rows of a system table: what its query finds in plain tables, which nobody stores.

        Args:
            relation: Its definition is the query; its columns tell the types.
            tables: What the query reads, by name.

        Returns:
            Columns named as the relation's, in its order.
        """

    def close(self) -> None:
        """Checkpoint and close."""
