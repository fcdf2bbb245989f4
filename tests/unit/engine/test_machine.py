"""A statement is logged once, by what the client wrote, also where another stands in its place."""

from collections.abc import Iterator

import pytest

from sparkify_harness.redshift.errors import ComputeFault, FailedTransaction, UndefinedRelation
from tests.unit.engine.sessions import Client, Rows, open_client

pytestmark = pytest.mark.medium


@pytest.fixture
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with open_client(tmp_path_factory.mktemp("machine")) as client:
        client.rows("create table t (a int)")
        client.rows("insert into t values (1), (2), (3)")
        client.rows("prepare kept (int) as select 6 / (a - $1) from t")
        yield client


def logged(client: Client) -> Rows:
    """The statement that ended last: text, kind, how, and rows."""
    rows = client.rows(
        "select trim(query_text), trim(query_type), trim(status), returned_rows "
        "from sys_query_history order by query_id"
    )
    return rows[-2:-1]


@pytest.mark.parametrize(
    ("sql", "rows", "kind", "count"),
    [
        pytest.param("execute kept (0)", [(6,), (3,), (2,)], "SELECT", 3, id="EXECUTE"),
        pytest.param(
            "show schemas from database dev like 'publi%'",
            [("dev", "public", 1, "local", None, None, None)],
            "SELECT",
            1,
            id="SHOW of objects",
        ),
        pytest.param("show search_path", [("$user, public",)], "UTILITY", 0, id="SHOW"),
        pytest.param("insert into t values (4), (5)", [], "INSERT", 2, id="INSERT"),
        pytest.param("update t set a = 1 where a > 1", [], "UPDATE", 2, id="UPDATE"),
        pytest.param("delete from t", [], "DELETE", 3, id="DELETE"),
        pytest.param("create table u1 (a int)", [], "DDL", 0, id="a name that ends with a number"),
    ],
)
def test_a_statement_is_logged_with_its_rows(
    client: Client, sql: str, rows: Rows, kind: str, count: int
) -> None:
    answer = client.rows(sql)
    assert [row[:2] for row in answer] == [row[:2] for row in rows]
    assert logged(client) == [(sql, kind, "success", count)]


def test_what_stands_in_its_place_fails_in_its_name(client: Client) -> None:
    with pytest.raises(ComputeFault, match="Divide by zero"):
        client.rows("execute kept (1)")
    assert logged(client) == [("execute kept (1)", "SELECT", "failed", 0)]


@pytest.mark.parametrize("sql", ["execute kept (0)", "show databases", "fetch next from c"])
def test_a_failed_block_takes_neither(client: Client, sql: str) -> None:
    client.rows("begin")
    with pytest.raises(UndefinedRelation):
        client.rows("select 1 from nowhere")
    with pytest.raises(FailedTransaction):
        client.rows(sql)
    client.rows("rollback")
