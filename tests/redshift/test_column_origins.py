"""Which column of which table a result's column is, as clients tell it: ftable and ftablecol.

https://www.postgresql.org/docs/current/libpq-exec.html#LIBPQ-PQFTABLECOL
"""

from collections.abc import Iterator

import psycopg
import pytest

from sparkify_harness.warehouse import Warehouse
from tests.redshift.cleaning import clean

Origin = tuple[str, str] | None

TABLES = (
    "CREATE TABLE t (a int, b varchar(5), c int)",
    "CREATE TABLE u (c int, d int)",
    "CREATE VIEW v AS SELECT b AS x, a AS y, 1 AS z FROM t",
    "CREATE VIEW l AS SELECT b FROM public.t WITH NO SCHEMA BINDING",
)
QUERIES: dict[str, list[Origin]] = {
    "SELECT * FROM t": [("t", "a"), ("t", "b"), ("t", "c")],
    "SELECT c, a AS named, a FROM t": [("t", "c"), ("t", "a"), ("t", "a")],
    "SELECT a + 1, 'x', b || '', CAST(a AS bigint) FROM t": [None] * 4,
    "SELECT u.*, t.b FROM t JOIN u ON u.c = t.c": [("u", "c"), ("u", "d"), ("t", "b")],
    "SELECT x.c, y.c FROM t x, u y": [("t", "c"), ("u", "c")],
    "SELECT s.c FROM (SELECT c, a FROM t) s": [("t", "c")],
    "WITH s AS (SELECT d FROM u) SELECT d, count(*) FROM s GROUP BY d": [("u", "d"), None],
    "SELECT y, z, x FROM v": [("v", "y"), ("v", "z"), ("v", "x")],
    "SELECT b FROM l": [None],
    "SELECT c FROM t UNION SELECT c FROM u": [None],
}


@pytest.fixture
def connection(warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    with psycopg.connect(warehouse.dsn(with_password=True), autocommit=True) as opened:
        for statement in TABLES:
            opened.execute(statement)
        yield opened
        clean(opened)


def origins(connection: psycopg.Connection, sql: str) -> list[Origin]:
    """By the numbers in RowDescription, looked up where the catalog has them."""
    result = connection.execute(sql).pgresult
    assert result is not None
    numbers = [(result.ftable(at), result.ftablecol(at)) for at in range(result.nfields)]
    found = connection.execute(
        "SELECT c.oid, attnum, relname, attname FROM pg_attribute "
        "JOIN pg_class c ON c.oid = attrelid WHERE relname IN ('t', 'u', 'v', 'l')"
    ).fetchall()
    names: dict[tuple[int, int], Origin] = {
        (oid, at): (table, name) for oid, at, table, name in found
    }
    return [names[pair] if pair != (0, 0) else None for pair in numbers]


@pytest.mark.parametrize(("sql", "expected"), QUERIES.items(), ids=QUERIES)
def test_a_column_names_the_table_and_the_place_that_it_is_from(
    connection: psycopg.Connection, sql: str, expected: list[Origin]
) -> None:
    assert origins(connection, sql) == expected
