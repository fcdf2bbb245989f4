"""A catalog of a few relations, and an engine that holds the tables among them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import duckdb
import pytest

from sparkify_harness.redshift.catalog.relations import Column, Identity, Relation, RelationKind
from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.faults import translate
from sparkify_harness.redshift.engine.duckdb.lower import lower, lower_output
from sparkify_harness.redshift.engine.duckdb.names import INCOMING, quote, table_name
from sparkify_harness.redshift.engine.duckdb.types import storage_type
from sparkify_harness.redshift.errors import InvalidSchemaName
from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.bind import bind
from sparkify_harness.redshift.sql.parse import parse_one
from sparkify_harness.redshift.sql.statements import QueryStatement
from sparkify_harness.redshift.sql.unknowns import UnknownLiterals
from sparkify_harness.redshift.types import (
    BIGINT,
    DATE,
    DOUBLE,
    INTEGER,
    NAME,
    SMALLINT,
    TIMESTAMP,
    RedshiftType,
    char,
    numeric,
    varchar,
)

TABLES = (
    Relation(
        "public",
        "events",
        RelationKind.TABLE,
        (
            Column("id", INTEGER, not_null=True),
            Column("level", varchar(10)),
            Column("code", char(4)),
            Column("price", numeric(8, 2)),
            Column("small", SMALLINT),
            Column("big", BIGINT),
            Column("ratio", DOUBLE),
            Column("day", DATE),
            Column("at", TIMESTAMP),
        ),
        oid=100,
    ),
    Relation(
        "public",
        "users",
        RelationKind.TABLE,
        (Column("id", INTEGER), Column("name", varchar(20)), Column("level", varchar(10))),
        oid=101,
    ),
    Relation(
        "other",
        "users",
        RelationKind.TABLE,
        (Column("id", BIGINT), Column("nick", varchar(20))),
        oid=102,
    ),
    Relation(
        "pg_temp",
        "#stage",
        RelationKind.TABLE,
        (Column("id", INTEGER), Column("name", varchar(20))),
        oid=103,
        temporary=True,
    ),
    Relation(
        "public",
        "filled",
        RelationKind.TABLE,
        (
            Column("a", INTEGER, not_null=True),
            Column("b", varchar(3), default="'dft'"),
            Column("c", numeric(4, 1), default="1.25"),
            Column("d", INTEGER),
        ),
        oid=104,
    ),
    Relation(
        "public",
        "counted",
        RelationKind.TABLE,
        (Column("id", BIGINT, not_null=True, identity=Identity(0, 1)), Column("v", varchar(5))),
        oid=105,
    ),
    Relation(
        "public",
        "numbered",
        RelationKind.TABLE,
        (
            Column("id", BIGINT, not_null=True, identity=Identity(1, 1, by_default=True)),
            Column("v", varchar(5)),
        ),
        oid=106,
    ),
)
VIEWS = (
    Relation(
        "public",
        "paid",
        RelationKind.VIEW,
        (Column("id", INTEGER), Column("name", varchar(20))),
        oid=200,
        definition="SELECT id, name FROM public.users WHERE level = 'paid'",
    ),
    Relation(
        "public",
        "frozen",
        RelationKind.VIEW,
        (Column("id", INTEGER), Column("name", varchar(20))),
        oid=201,
        definition="SELECT * FROM public.users",
    ),
    Relation(
        "public",
        "late",
        RelationKind.LATE_BINDING_VIEW,
        (),
        oid=202,
        definition="SELECT id, level FROM public.users",
    ),
)
SYSTEM = (
    Relation(
        "pg_catalog",
        "pg_tables",
        RelationKind.SYSTEM,
        (Column("schemaname", NAME), Column("tablename", NAME)),
        oid=1,
    ),
    Relation(
        "information_schema",
        "tables",
        RelationKind.SYSTEM,
        (Column("table_schema", varchar()), Column("table_name", varchar())),
        oid=2,
    ),
)


class FakeCatalog:
    """Relations found along the path pg_temp, pg_catalog, public."""

    def __init__(self) -> None:
        self._relations = {(each.schema, each.name): each for each in (*TABLES, *VIEWS, *SYSTEM)}

    def relation(self, name: Sequence[str]) -> Relation | None:
        if len(name) > 1:
            if not self.schema_exists(name[-2]):
                raise InvalidSchemaName(f'schema "{name[-2]}" does not exist')
            return self._relations.get((name[-2], name[-1]))
        for schema in ("pg_temp", "pg_catalog", "public"):
            found = self._relations.get((schema, name[0]))
            if found is not None:
                return found
        return None

    def schema_exists(self, name: str) -> bool:
        return any(schema == name for schema, _ in self._relations)


CONTEXT = ExecutionContext(
    statement_time=datetime(2018, 11, 15, 12, tzinfo=UTC),
    transaction_time=datetime(2018, 11, 15, 11, tzinfo=UTC),
    user="awsuser",
    database="dev",
    search_path=("public",),
    pid=7,
    settings={},
)


def bind_text(
    sql: str,
    parameters: Sequence[RedshiftType | None] = (),
    settings: dict[str, str] | None = None,
    unknowns: UnknownLiterals = UnknownLiterals.SORTED,
) -> tree.Bound:
    statement = parse_one(sql)
    assert isinstance(statement, QueryStatement)
    return bind(statement, FakeCatalog(), parameters, settings or {}, unknowns)


class Engine:
    """DuckDB with the tables of the catalog."""

    def __init__(self) -> None:
        self.connection = duckdb.connect(config={"threads": 2})
        self.connection.execute("SET TimeZone = 'UTC'")
        self.connection.execute("CREATE SCHEMA public; CREATE SCHEMA other; CREATE SCHEMA _system")
        self.connection.execute("CREATE TEMP SEQUENCE _recursion")
        self.connection.execute("CREATE TEMP SEQUENCE _recursion_size")
        for table in TABLES:
            columns = ", ".join(
                f"{quote(column.name)} {storage_type(column.type)}"
                + (" NOT NULL" if column.not_null and column.identity is None else "")
                for column in table.columns
            )
            temporary = "TEMP " if table.temporary else ""
            self.connection.execute(f"CREATE {temporary}TABLE {table_name(table)} ({columns})")

    def run(self, sql: str, *arguments: object, **settings: str) -> list[tuple[object, ...]]:
        """Rows of a query, typed; of a statement, its count."""
        context = replace(CONTEXT, settings=settings)
        node = bind_text(sql).node
        if isinstance(node, tree.Insert) and isinstance(node.source, tree.PlainRows):
            self.connection.register(INCOMING, node.source.values)
        return self.execute(lower(node, context), arguments)

    def text(self, sql: str) -> list[tuple[object, ...]]:
        """Rows of a query in Redshift's text format."""
        statement = bind_text(sql)
        assert isinstance(statement.node, tree.Select | tree.SetOperation)
        formats = [Format.TEXT] * len(statement.columns)
        return self.execute(lower_output(statement.node, formats, CONTEXT))

    def execute(self, sql: str, arguments: Sequence[object] = ()) -> list[tuple[object, ...]]:
        try:
            return self.connection.execute(sql, list(arguments) or None).fetchall()
        except duckdb.Error as error:
            raise translate(error) from error


@pytest.fixture(scope="session")
def catalog() -> FakeCatalog:
    """The catalog."""
    return FakeCatalog()


@pytest.fixture(scope="session")
def bound() -> Callable[..., tree.Bound]:
    """Binds a text against the catalog."""
    return bind_text


@pytest.fixture(scope="session")
def lowered() -> Callable[[str], str]:
    """Binds and lowers a text."""
    return lambda sql: lower(bind_text(sql).node, CONTEXT)


@pytest.fixture(scope="session")
def new_engine() -> Iterator[Callable[[], Engine]]:
    """Opens engines."""
    opened: list[Engine] = []

    def open_engine() -> Engine:
        opened.append(Engine())
        return opened[-1]

    yield open_engine
    for each in opened:
        each.connection.close()


@pytest.fixture(scope="session")
def shared_engine(new_engine: Callable[[], Engine]) -> Engine:
    """One for all tests that empty it again."""
    return new_engine()


@pytest.fixture
def engine(shared_engine: Engine) -> Iterator[Engine]:
    """An engine whose tables are empty."""
    shared_engine.connection.execute("BEGIN")
    yield shared_engine
    shared_engine.connection.execute("ROLLBACK")
