"""A PostgreSQL as an engine, as far as it goes: tables that are filled and queried.

Everything of a connection is temporary. What it has follows ``engine.protocol.EngineConnection``.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from typing import Final

import psycopg
import pyarrow as pa

from sparkify_harness.redshift.catalog.relations import Relation, RelationKind
from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.postgres.faults import NoCounterpart, translate
from sparkify_harness.redshift.engine.postgres.literals import argument
from sparkify_harness.redshift.engine.postgres.lower import lower_output
from sparkify_harness.redshift.engine.postgres.names import quote, table_name
from sparkify_harness.redshift.engine.postgres.types import storage_type
from sparkify_harness.redshift.engine.protocol import SystemTables
from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.traversal import walk
from sparkify_harness.redshift.types import Kind

OLDEST: Final = 150_000
"""The first version that has ``regexp_like`` and its like."""
_TIMEOUT: Final = 5_000
_SESSION: Final = (
    "SET client_min_messages TO error",
    f"SET statement_timeout TO {_TIMEOUT}",
    "SET DateStyle TO 'ISO, MDY'",
    "SET IntervalStyle TO postgres",
    "SET bytea_output TO hex",
    "SET standard_conforming_strings TO on",
    "SET jit TO off",
)


def _sql(text: str) -> bytes:
    """Text that lowerings made, which psycopg takes as bytes alone."""
    return text.encode()


class PostgresConnection:
    """A connection to a PostgreSQL with the functions of ``prelude.sql``.

    Args:
        connection: In autocommit.
    """

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        self._cursor = psycopg.RawCursor(connection)
        for statement in _SESSION:
            self._run(statement)

    def _run(self, sql: str, arguments: Sequence[object] = ()) -> None:
        try:
            self._cursor.execute(_sql(sql), [*map(argument, arguments)] or None)
        except psycopg.Error as error:
            raise translate(error) from error

    def begin(self) -> None:
        """Start a transaction."""
        self._run("BEGIN")

    def rollback(self) -> None:
        """Roll back; without a transaction nothing happens."""
        self._run("ROLLBACK")

    def create_table(self, table: Relation) -> None:
        """Create the storage of a table, which is gone with the transaction."""
        columns = ", ".join(
            f"{quote(column.name)} {storage_type(column.type)}" for column in table.columns
        )
        self._run(f"CREATE TEMPORARY TABLE {table_name(table)} ({columns}) ON COMMIT DROP")

    def append(self, table: Relation, columns: Sequence[str], rows: pa.RecordBatchReader) -> int:
        """Insert rows that stream in, in storage types or as the texts of their values.

        Returns:
            The number inserted.
        """
        names = ", ".join(map(quote, columns))
        kinds = [column.type.kind for column in table.columns if column.name in columns]
        count = 0
        try:
            with self._cursor.copy(_sql(f"COPY {table_name(table)} ({names}) FROM STDIN")) as copy:
                for batch in rows:
                    for row in zip(*(each.to_pylist() for each in batch.columns), strict=True):
                        copy.write_row([*map(_stored, row, kinds)])
                        count += 1
        except psycopg.Error as error:
            raise translate(error) from error
        return count

    def query(
        self,
        node: tree.Query,
        formats: Sequence[Format],
        context: ExecutionContext,
        arguments: Sequence[object],
        system: SystemTables,
    ) -> Iterator[pa.RecordBatch]:
        """Run a query in the transaction that is open.

        Raises:
            NoCounterpart: PostgreSQL has nothing for a part of it.
            RedshiftError: It fails.
        """
        if any(form is not Format.TEXT for form in formats):
            raise NoCounterpart("results in binary form")
        sql = lower_output(node, formats, context)
        self._lend(node, system)
        with self._as_in(context):
            self._run(sql, arguments)
            try:
                rows = self._cursor.fetchall()
            except psycopg.Error as error:
                raise translate(error) from error
        columns = [*zip(*rows, strict=True)] or [() for _ in formats]
        yield pa.RecordBatch.from_arrays(
            [pa.array(column, pa.string()) for column in columns],
            [f"c{number}" for number in range(len(formats))],
        )

    @contextmanager
    def _as_in(self, context: ExecutionContext) -> Iterator[None]:
        """The settings of the session that a value's text depends on."""
        digits = int(context.settings.get("extra_float_digits", "0"))
        if digits > 0:
            raise NoCounterpart("extra_float_digits, which PostgreSQL does not count since 12")
        zone = context.settings.get("timezone", "UTC")
        sql = "SELECT set_config('TimeZone', $1, true), set_config('extra_float_digits', $2, true)"
        self._run(sql, [zone, digits])
        yield

    def _lend(self, node: tree.Query, system: SystemTables) -> None:
        """Make the system tables that a query reads."""
        scans = [part.relation for part in walk(node) if isinstance(part, tree.Scan)]
        for relation in dict.fromkeys(scans):
            if relation.kind is not RelationKind.SYSTEM:
                continue
            rows = system[relation.schema, relation.name]
            self.create_table(relation)
            self.append(relation, rows.column_names, rows.to_reader())

    def close(self) -> None:
        """Roll back and close."""
        self._connection.close()


def _stored(value: object, kind: Kind) -> object:
    match value:
        case None:
            return None
        case str() if kind is Kind.CHAR:
            return value.rstrip(" ")
        case str() if kind is Kind.VARBYTE:
            return f"\\x{value}"
    return argument(value)


class PostgresEngine:
    """A PostgreSQL server.

    Args:
        dsn: Of a database that is ours alone; it is given a schema ``redshift``.

    Raises:
        NoCounterpart: The server is too old.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        prelude = files(__package__).joinpath("prelude.sql").read_text(encoding="utf-8")
        with psycopg.connect(dsn, autocommit=True) as connection:
            if connection.info.server_version < OLDEST:
                raise NoCounterpart(f"PostgreSQL {connection.info.server_version // 10_000}")
            connection.execute(_sql(prelude))

    def connect(self) -> PostgresConnection:
        """A connection for one client."""
        return PostgresConnection(psycopg.connect(self._dsn, autocommit=True))
