"""DDL on DuckDB, and the definitions that are saved beside the data in the same transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from sparkify_harness.redshift.catalog.relations import Column, Relation
from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.lower import lower_expression
from sparkify_harness.redshift.engine.duckdb.names import (
    INCOMING,
    quote,
    schema_name,
    stored_schema,
    table_name,
)
from sparkify_harness.redshift.engine.duckdb.saved import save_relation
from sparkify_harness.redshift.engine.duckdb.transaction import TransactionalCursor
from sparkify_harness.redshift.engine.duckdb.types import storage_type
from sparkify_harness.redshift.sql import tree


def _sequence(table: Relation, number: int) -> str:
    return f"_catalog.identity_{table.oid}_{number}"


def _column_sql(table: Relation, number: int) -> str:
    column = table.columns[number]
    parts = [quote(column.name), storage_type(column.type)]
    if column.identity is not None:
        parts.append(f"DEFAULT nextval('{_sequence(table, number)}')")
    if column.not_null:
        parts.append("NOT NULL")
    return " ".join(parts)


def counted(rows: Sequence[tuple[object, ...]]) -> int:
    """The one number that a statement answers; 0 where it answers nothing."""
    match rows:
        case [(int(count),)]:
            return count
        case _:
            return 0


class Definitions(TransactionalCursor):
    """The DDL half of a connection."""

    def _run(self, sql: str, arguments: Sequence[object] = ()) -> list[tuple[object, ...]]:
        with self._translated(), self._cancellation.computing(self._cursor.interrupt):
            return self._cursor.execute(sql, list(arguments) or None).fetchall()

    def _count(self, sql: str, arguments: Sequence[object] = ()) -> int:
        return counted(self._run(sql, arguments))

    # --- schemas and tables ---

    def create_schema(self, name: str) -> None:
        """CREATE SCHEMA."""
        self._run(f"CREATE SCHEMA {schema_name(name)}")

    def drop_schema(self, name: str) -> None:
        """DROP SCHEMA of an empty schema."""
        self._run(f"DROP SCHEMA {schema_name(name)}")

    def create_table(self, table: Relation) -> None:
        """Create the storage of a table, NOT NULL and IDENTITY included."""
        for number, column in enumerate(table.columns):
            if column.identity is not None:
                self._run(
                    f"CREATE SEQUENCE {_sequence(table, number)} START {column.identity.seed} "
                    f"INCREMENT {column.identity.step} "
                    + ("MINVALUE -9223372036854775807" if column.identity.step > 0 else "")
                )
        columns = ", ".join(_column_sql(table, number) for number in range(len(table.columns)))
        temporary = "TEMP " if table.temporary else ""
        self._run(f"CREATE {temporary}TABLE {table_name(table)} ({columns})")

    def drop_table(self, table: Relation) -> None:
        """Drop the storage of a table; columns may have gone or moved since it was created."""
        self._run(f"DROP TABLE {table_name(table)}")
        for (sequence,) in self._run(
            "SELECT sequence_name FROM duckdb_sequences() WHERE starts_with(sequence_name, ?)",
            [f"identity_{table.oid}_"],
        ):
            self._run(f"DROP SEQUENCE _catalog.{sequence}")

    def truncate(self, table: Relation) -> None:
        """Delete all rows."""
        self._run(f"DELETE FROM {table_name(table)}")

    def rename_table(self, table: Relation, name: str) -> None:
        """ALTER TABLE RENAME TO."""
        self._run(f"ALTER TABLE {table_name(table)} RENAME TO {quote(name)}")

    def rename_column(self, table: Relation, old: str, new: str) -> None:
        """ALTER TABLE RENAME COLUMN."""
        self._run(f"ALTER TABLE {table_name(table)} RENAME COLUMN {quote(old)} TO {quote(new)}")

    def add_column(
        self,
        table: Relation,
        column: Column,
        default: tree.Expression | None,
        context: ExecutionContext,
    ) -> None:
        """ALTER TABLE ADD COLUMN; existing rows get the default, new ones get it by INSERT."""
        value = None if default is None else lower_expression(default, context)
        if column.not_null:
            self._rebuild(replace(table, columns=(*table.columns, column)), f"{value}")
            return
        name = quote(column.name)
        self._run(f"ALTER TABLE {table_name(table)} ADD COLUMN {name} {storage_type(column.type)}")
        if value is not None:
            self._run(f"UPDATE {table_name(table)} SET {name} = {value}")

    def _rebuild(self, table: Relation, added: str) -> None:
        """Copy a table into one with a column more.

        DuckDB sets no NOT NULL on a table that the same transaction has written to.
        """
        wider = replace(table, name=f"_wider_{table.oid}")
        columns = ", ".join(_column_sql(table, number) for number in range(len(table.columns)))
        temporary = "TEMP " if table.temporary else ""
        self._run(f"CREATE {temporary}TABLE {table_name(wider)} ({columns})")
        self._run(f"INSERT INTO {table_name(wider)} SELECT *, {added} FROM {table_name(table)}")
        self._run(f"DROP TABLE {table_name(table)}")
        self.rename_table(wider, table.name)

    def drop_column(self, table: Relation, column: str) -> None:
        """ALTER TABLE DROP COLUMN."""
        self._run(f"ALTER TABLE {table_name(table)} DROP COLUMN {quote(column)}")

    # --- rows ---

    def longest(self, table: Relation, column: str) -> int:
        """Bytes of the longest value of a text column; 0 in an empty table."""
        return self._count(
            f"SELECT coalesce(max(strlen({quote(column)})), 0) FROM {table_name(table)}"
        )

    def has_null(self, table: Relation, column: str) -> bool:
        """Whether a column holds a NULL."""
        return bool(
            self._run(f"SELECT 1 FROM {table_name(table)} WHERE {quote(column)} IS NULL LIMIT 1")
        )

    def count(self, table: Relation) -> int:
        """Rows of a table; none where the transaction does not see it."""
        return self._count(f"SELECT count(*) FROM {table_name(table)}") if self._sees(table) else 0

    def _sees(self, table: Relation) -> bool:
        """Whether a table is there: others may have made it since the snapshot, or dropped it.

        To find that out by an error would abort the transaction.
        """
        return table.temporary or bool(
            self._run(
                "SELECT 1 FROM duckdb_tables() WHERE schema_name = ? AND table_name = ?",
                [stored_schema(table.schema), table.name],
            )
        )

    def append(
        self,
        table: Relation,
        columns: Sequence[str],
        rows: pa.RecordBatchReader,
        defaults: Mapping[str, tree.Expression],
        context: ExecutionContext,
    ) -> int:
        """Insert rows that stream in, in storage types; the number inserted."""
        names = ", ".join(quote(column) for column in (*columns, *defaults))
        values = ", ".join(
            ("*", *(f"(SELECT {lower_expression(item, context)})" for item in defaults.values()))
        )
        with self._lent({INCOMING: rows}):
            return self._count(
                f"INSERT INTO {table_name(table)} ({names}) SELECT {values} FROM {INCOMING}"
            )

    def move(self, source: Relation, target: Relation, columns: Sequence[str]) -> int:
        """Move all rows from one table to another, matching columns by name."""
        names = ", ".join(quote(column) for column in columns)
        moved = self._count(
            f"INSERT INTO {table_name(target)} ({names}) SELECT {names} FROM {table_name(source)}"
        )
        self.truncate(source)
        return moved

    # --- saved definitions ---

    def save_schema(self, name: str) -> None:
        """Add a schema to what the file knows."""
        self._run("INSERT INTO _catalog.schemas VALUES (?)", [name])

    def forget_schema(self, name: str) -> None:
        """Remove a schema from what the file knows."""
        self._run("DELETE FROM _catalog.schemas WHERE name = ?", [name])

    def save_relation(self, relation: Relation) -> None:
        """Add or replace a definition, by its oid; temporary ones are not kept."""
        self.forget_relation(relation)
        if not relation.temporary:
            self._run(
                "INSERT INTO _catalog.relations VALUES (?, ?)",
                [relation.oid, save_relation(relation)],
            )

    def forget_relation(self, relation: Relation) -> None:
        """Remove a definition."""
        self._run("DELETE FROM _catalog.relations WHERE oid = ?", [relation.oid])
