"""A session of the substitute whose queries are put to PostgreSQL as well."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from sparkify_harness.redshift.catalog.logs import Logs
from sparkify_harness.redshift.catalog.relations import Relation, RelationKind
from sparkify_harness.redshift.catalog.store import CatalogStore
from sparkify_harness.redshift.copying import S3Settings
from sparkify_harness.redshift.engine.cancellation import Cancellation
from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.database import DuckDBConnection, DuckDBEngine
from sparkify_harness.redshift.engine.postgres.database import PostgresConnection
from sparkify_harness.redshift.engine.protocol import SystemTables
from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.execute.backend import SessionBackend
from sparkify_harness.redshift.execute.deadlines import Deadlines
from sparkify_harness.redshift.execute.locks import LockTable
from sparkify_harness.redshift.execute.protocol import Login
from sparkify_harness.redshift.execute.session import Instance, Session
from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.garbage import Garbage
from sparkify_harness.redshift.sql.traversal import walk
from tests.oracle.verdicts import Answer, Verdict, answered, judged

MOST_ROWS: Final = 20_000
"""Of a table that is copied to be queried."""


class CheckedConnection:
    """A connection to DuckDB that puts every query to PostgreSQL, and keeps what comes of it.

    Args:
        ours: The connection.
        theirs: To PostgreSQL.
        found: Gets a verdict for each query.
    """

    def __init__(
        self, ours: DuckDBConnection, theirs: PostgresConnection, found: list[Verdict]
    ) -> None:
        self._ours = ours
        self._theirs = theirs
        self._found = found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ours, name)

    def query(
        self,
        node: tree.Query,
        formats: Sequence[Format],
        context: ExecutionContext,
        arguments: Sequence[object],
        system: SystemTables,
    ) -> Iterator[pa.RecordBatch]:
        """Our rows; theirs are compared with them."""
        given = _tables(self._ours, node, context)
        batches: list[pa.RecordBatch] = []

        def ours() -> Iterator[pa.RecordBatch]:
            for batch in self._ours.query(node, formats, context, arguments, system):
                batches.append(batch)
                yield batch

        def theirs() -> Iterator[pa.RecordBatch]:
            return self._theirs.query(node, formats, context, arguments, system)

        own = answered(ours)
        with lent(self._theirs, given):
            self._found.append(judged(node, own, answered(theirs)))
        if isinstance(own, RedshiftError):
            raise own
        yield from batches


class lent:  # noqa: N801  # a context manager, named as what it does
    """Tables of PostgreSQL's while they are asked, in a transaction that is rolled back."""

    def __init__(
        self, connection: PostgresConnection, tables: Mapping[Relation, Sequence[pa.RecordBatch]]
    ) -> None:
        self._connection = connection
        self._tables = tables

    def __enter__(self) -> None:
        """Make them."""
        self._connection.begin()
        for relation, batches in self._tables.items():
            self._connection.create_table(relation)
            names = [column.name for column in relation.columns]
            for batch in batches:
                rows = pa.RecordBatchReader.from_batches(batch.schema, [batch])
                self._connection.append(relation, names, rows)

    def __exit__(self, *_: object) -> None:
        """Forget them."""
        self._connection.rollback()


def _tables(
    ours: DuckDBConnection, node: tree.Query, context: ExecutionContext
) -> dict[Relation, Sequence[pa.RecordBatch]]:
    """The rows of the tables that a query reads, as texts."""
    exact = replace(context, settings={**context.settings, "extra_float_digits": "2"})
    scans = [part.relation for part in walk(node) if isinstance(part, tree.Scan)]
    return {
        relation: [
            *ours.query(_everything(relation), [Format.TEXT] * len(relation.columns), exact, (), {})
        ]
        for relation in dict.fromkeys(scans)
        if relation.kind is not RelationKind.SYSTEM
    }


def _everything(relation: Relation) -> tree.Select:
    columns = (
        tree.OutputColumn(each.name, tree.ColumnRef(each.type, "t1", each.name))
        for each in relation.columns
    )
    return tree.Select(columns=tuple(columns), source=tree.Scan("t1", relation))


class CheckedEngine:
    """DuckDB, whose connections are checked."""

    def __init__(self, theirs: PostgresConnection, found: list[Verdict]) -> None:
        self._engine = DuckDBEngine(None)
        self._theirs = theirs
        self._found = found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def connect(self, cancellation: Cancellation) -> Any:
        """A connection for one client."""
        return CheckedConnection(self._engine.connect(cancellation), self._theirs, self._found)


class _Untimed(Deadlines):
    """No statement takes long here, and no thread is to outlive the test."""

    def add(self, seconds: float, call: Callable[[], None]) -> object:
        return object()


class _Kept(Garbage):
    """Leaves what came of long statements to Python, without a thread."""

    def keep(self, holder: object, parts: object) -> None:
        gc.unfreeze()


class World:
    """A substitute with data of its own; one session after the other.

    Args:
        theirs: PostgreSQL.
    """

    def __init__(self, theirs: PostgresConnection) -> None:
        self._found: list[Verdict] = []
        self._engine = CheckedEngine(theirs, self._found)
        self._instance = Instance(
            engine=self._engine,
            catalog=CatalogStore(("public",), ()),
            locks=LockTable(),
            logs=Logs(),
            database="dev",
            users={"awsuser": ""},
            s3=S3Settings(endpoint="http://127.0.0.1:1", roles={}),
            folder=Path(),
            deadlines=_Untimed(),
            garbage=_Kept(),
        )

    def run(self, statements: Sequence[str]) -> Iterator[tuple[str, Verdict]]:
        """What becomes of each query of some statements, in a session of their own.

        What they leave behind is gone afterwards.
        """
        login = Login(
            user="awsuser",
            database="dev",
            options={},
            pid=7,
            notify=lambda notice: None,
            terminate=lambda: None,
            interrupt=lambda: None,
        )
        backend = SessionBackend(session := Session(self._instance, login, {}))
        try:
            for sql in statements:
                self._found.clear()
                _run(backend, session, sql)
                yield from ((sql, verdict) for verdict in self._found)
            if session.transaction.status != "I":
                _run(backend, session, "ROLLBACK")
            for sql in self._leftovers():
                _run(backend, session, sql)
        finally:
            backend.close()

    def _leftovers(self) -> Iterator[str]:
        catalog = self._instance.catalog
        for schema, name in catalog.relations():
            for word in ("VIEW", "TABLE"):
                yield f'DROP {word} IF EXISTS "{schema}"."{name}" CASCADE'
        for schema in catalog.schemas() - {"public"}:
            yield f'DROP SCHEMA IF EXISTS "{schema}" CASCADE'

    def close(self) -> None:
        """Forget the data."""
        self._engine.close()


def _run(backend: SessionBackend, session: Session, sql: str) -> None:
    """Run the statements of a text, up to the first that fails, and read all of their rows."""
    with suppress(RedshiftError):
        for piece in backend.split(sql):
            prepared = backend.prepare(piece, ())
            arguments = (None,) * len(prepared.parameters)
            formats = [Format.TEXT] * len(prepared.fields or ())
            result = backend.execute(prepared, arguments, formats)
            for _batch in result.batches or ():
                pass
            session.settle()
    backend.arm()


@dataclass(frozen=True)
class Table:
    """Rows that expressions are computed over, each column as texts of its values."""

    relation: Relation
    batch: pa.RecordBatch


def ask(
    theirs: PostgresConnection, node: tree.Select, table: Table | None, context: ExecutionContext
) -> Answer:
    """PostgreSQL's answer to a query over one table."""
    given = {} if table is None else {table.relation: [table.batch]}
    formats = [Format.TEXT] * len(node.columns)
    with lent(theirs, given):
        return answered(lambda: theirs.query(node, formats, context, (), {}))
