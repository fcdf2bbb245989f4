"""What the engine would say of its own accord is said in Redshift's words."""

from collections.abc import Iterator

import pytest

from harness.redshift.errors import RedshiftError
from tests.unit.engine.sessions import Client, open_client

TABLE = (
    "CREATE TABLE t (j varchar(100), k varchar(20), v super)",
    r"""INSERT INTO t SELECT '{"a": {"b": 1}, "": 2, "d\\"e": 4}', '', json_parse('1')""",
)
ERRORS = {
    "an escape of two characters": ("SELECT k LIKE 'b' ESCAPE 'xx' FROM t", "22025"),
    "an escape that escapes nothing": ("SELECT 'a' LIKE 'ax' ESCAPE 'x'", "22025"),
    "a key of JSON that is a star": ("SELECT json_extract_path_text(j, '*') FROM t", "0A000"),
    "a key of JSON that ends with a backslash": (
        r"SELECT json_extract_path_text(j, 'a', k || 'c\\') FROM t",
        "0A000",
    ),
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


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ("'a', 'b'", "1"),
        ("'a', k", None),
        ("''", None),
        ("k", None),
        (r"""'d\"e'""", "4"),
        ("'a.b'", None),
        ("'[0]'", None),
        ("NULL", None),
    ],
)
def test_keys_of_json(keys: str, found: str | None, sql: Client) -> None:
    assert sql.rows(f"SELECT json_extract_path_text(j, {keys}) FROM t") == [(found,)]
