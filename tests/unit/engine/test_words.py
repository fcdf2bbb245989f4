"""What the engine would say of its own accord is said in Redshift's words."""

from collections.abc import Iterator

import pytest

from sparkify_harness.redshift.errors import RedshiftError
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
    "JSON that a session answers": (
        "SELECT json_extract_path_text(current_schema(), 'a')",
        "XX000",
    ),
}
VALUES = {
    "JSON that a session answers, if that may be wrong": (
        "SELECT json_extract_path_text(current_schema(), 'a', true)",
        None,
    ),
    "a number of what is no JSON, which has its type": (
        "SELECT json_array_length('x', true)",
        None,
    ),
    "the text of an interval that is a constant NULL": (
        "SELECT age(NULL, current_date) || 'a'",
        None,
    ),
    "an outer column that a sub-query groups by": (
        "SELECT count(*) FROM t WHERE k IN (SELECT k::varchar(3) GROUP BY k)",
        1,
    ),
    "an outer column beside one of the sub-query's own": (
        "SELECT count(*) FROM t WHERE k IN (SELECT t.k FROM t x GROUP BY t.k)",
        1,
    ),
}
"""What the engine would refuse that is a value."""


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


@pytest.mark.parametrize(("statement", "value"), VALUES.values(), ids=VALUES)
def test_values(statement: str, value: object, sql: Client) -> None:
    assert sql.rows(statement) == [(value,)]
