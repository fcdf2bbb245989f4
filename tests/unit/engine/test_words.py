"""What the engine would say of its own accord is said in Redshift's words."""

from collections.abc import Iterator

import pytest

from harness.redshift.errors import RedshiftError
from tests.unit.engine.sessions import Client, open_client

TABLE = (
    "CREATE TABLE t (k varchar(20), v super)",
    "INSERT INTO t SELECT '', json_parse('1')",
)
ERRORS = {
    **{
        f"the middle of {what}": (
            f"SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY {what}) FROM t",
            "42883",
        )
        for what in ("k", "v", "true", "NULL", "interval '1 day'")
    },
    "the middle of texts in a window": (
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY k) OVER () FROM t",
        "42883",
    ),
}


@pytest.fixture(scope="module")
def sql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with open_client(tmp_path_factory.mktemp("words")) as client:
        for statement in TABLE:
            client.rows(statement)
        yield client


@pytest.mark.parametrize(("statement", "sqlstate"), ERRORS.values(), ids=ERRORS)
def test_errors(statement: str, sqlstate: str, sql: Client) -> None:
    with pytest.raises(RedshiftError) as caught:
        sql.rows(statement)
    assert caught.value.sqlstate == sqlstate
    assert "internal error" not in caught.value.message
