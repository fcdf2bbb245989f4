"""Constants of sub-queries on a server that refuses to compare them, and on one that does not."""

from collections.abc import Iterator

import psycopg
import pytest

from sparkify_harness.redshift.sql.unknowns import UnknownLiterals
from sparkify_harness.warehouse import Warehouse, open_warehouse
from tests.redshift.cases import Case, table
from tests.redshift.cleaning import clean
from tests.redshift.clients import Client, Connector

T = ("CREATE TABLE t (a int, s varchar(9))", "INSERT INTO t VALUES (1, 'x'), (2, 'y')")
UNTYPED = ("XX000", 'failed to find conversion function from "unknown" to text')

COMPARED = [
    Case("GROUP BY", "SELECT k, count(*) FROM (SELECT 'x' AS k FROM t) q GROUP BY k", T,
         [("x", 2)]),
    Case("UNION", "WITH q AS (SELECT 'z' AS k) SELECT k FROM q UNION ALL SELECT s FROM t "
         "WHERE a = 1", T, [("z",), ("x",)]),
    Case("a join", "WITH q AS (SELECT 'x' AS k) SELECT a FROM t JOIN q ON s = k", T, [(1,)]),
    Case("CREATE TABLE AS", "CREATE TABLE c AS SELECT k FROM (SELECT 'x' AS k FROM t) q "
         "GROUP BY k", T),
    Case("CREATE VIEW", "CREATE VIEW v AS SELECT k FROM (SELECT 'x' AS k FROM t) q GROUP BY k", T),
]  # fmt: skip
PLAIN = [
    Case("CREATE TABLE AS, plain", "CREATE TABLE c AS SELECT k, a FROM "
         "(SELECT 'x' AS k, a FROM t) q", T),
    Case("INSERT", "INSERT INTO t SELECT 3, k FROM (SELECT 'z' AS k) q", T),
    Case("SELECT", "SELECT k FROM (SELECT 'x' AS k) q", rows=[("x",)]),
]  # fmt: skip


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """A server with ``--unknown-literals=compared``."""
    folder = tmp_path_factory.mktemp("compared")
    with open_warehouse(folder=folder, unknowns=UnknownLiterals.COMPARED) as running:
        yield running.connection


@pytest.fixture
def refusing(strict: Warehouse) -> Iterator[Client]:
    """A client of it; what it created is gone afterwards."""
    opened = Connector(strict)
    yield opened
    opened.close()
    with psycopg.connect(strict.dsn(with_password=True), autocommit=True) as connection:
        clean(connection)


@table(*COMPARED, *PLAIN)
def test_they_are_compared(case: Case, sql: Client) -> None:
    case.check(sql)


@pytest.mark.parametrize("case", COMPARED, ids=lambda case: case.id)
def test_they_are_refused_where_they_are_compared(case: Case, refusing: Client) -> None:
    Case(case.id, case.sql, case.setup, error=UNTYPED).check(refusing)


@pytest.mark.parametrize("case", PLAIN, ids=lambda case: case.id)
def test_they_are_taken_where_they_are_not(case: Case, refusing: Client) -> None:
    case.check(refusing)
