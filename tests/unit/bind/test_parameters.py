"""Types of ``$n``, found from where each stands."""

from collections.abc import Callable

import pytest

from sparkify_harness.redshift.errors import IndeterminateDatatype, RedshiftError
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.types import BIGINT, INTEGER, RedshiftType, varchar

CASES = [
    ("SELECT * FROM events WHERE id = $1", "integer"),
    ("SELECT * FROM events WHERE $1 = id", "integer"),
    ("SELECT * FROM events WHERE at > $1 AND day = $2", "timestamp without time zone, date"),
    ("SELECT * FROM events WHERE id IN ($1, $2)", "integer, integer"),
    ("SELECT * FROM events WHERE id BETWEEN $1 AND $2", "integer, integer"),
    ("SELECT * FROM events WHERE price = $1", "numeric(38,18)"),
    ("SELECT * FROM events WHERE level LIKE $1", "character varying"),
    ("SELECT * FROM events WHERE $1", "boolean"),
    ("SELECT dateadd(day, $1, at) FROM events", "bigint"),
    ("SELECT coalesce($1, 0)", "integer"),
    ("SELECT $1::date, $1", "date"),
    ("SELECT $1, $1 + 1", "integer"),
    ("SELECT $1", "character varying"),
    ("SELECT $1 = $2", "character varying, character varying"),
    ("SELECT $1 UNION SELECT 1", "integer"),
    ("SELECT * FROM (SELECT $1 AS a) q", "character varying"),
    ("SELECT CASE WHEN id = $2 THEN $1 ELSE level END FROM users",
     "character varying, integer"),
    ("INSERT INTO users VALUES ($1, $2, $3)",
     "integer, character varying(20), character varying(10)"),
    ("INSERT INTO users (level, id) SELECT $1, $2", "character varying(10), integer"),
    ("INSERT INTO events (id, price) VALUES ($1, $2)", "integer, numeric(8,2)"),
    ("UPDATE users SET name = $1 WHERE id = $2", "character varying(20), integer"),
    ("DELETE FROM users WHERE id = $1", "integer"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "expected"), CASES, ids=[sql for sql, _ in CASES])
def test_the_context_decides_the_type(
    sql: str, expected: str, bound: Callable[..., tree.Bound]
) -> None:
    assert ", ".join(str(kind) for kind in bound(sql).parameters) == expected


@pytest.mark.parametrize(
    ("sql", "given", "expected"),
    [
        ("SELECT $1", [INTEGER], [INTEGER]),
        ("SELECT * FROM events WHERE id = $1", [BIGINT], [BIGINT]),
        ("SELECT $1, $2", [None, INTEGER], [varchar(), INTEGER]),
        ("SELECT 1", [INTEGER], [INTEGER]),
    ],
)
def test_the_client_decides_the_type(
    sql: str,
    given: list[RedshiftType | None],
    expected: list[RedshiftType],
    bound: Callable[..., tree.Bound],
) -> None:
    assert list(bound(sql, given).parameters) == expected


@pytest.mark.parametrize("sql", ["SELECT $1 IS NULL", "SELECT $2"])
def test_a_parameter_that_nothing_decides_is_refused(
    sql: str, bound: Callable[..., tree.Bound]
) -> None:
    with pytest.raises(
        IndeterminateDatatype, match=r"could not determine data type of parameter \$1"
    ):
        bound(sql)


def test_a_parameter_in_limit_is_not_implemented(bound: Callable[..., tree.Bound]) -> None:
    with pytest.raises(RedshiftError, match="Not implemented") as caught:
        bound("SELECT id FROM users LIMIT $1")

    assert caught.value.sqlstate == "XX000"
