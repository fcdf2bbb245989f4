"""What the binder makes has a lowering; that all it may be given has a rule, its types prove."""

from collections.abc import Callable
from typing import Any

import pytest

from sparkify_harness.redshift.errors import StatementTooComplex
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.traversal import walk

pytestmark = pytest.mark.medium

EVERYTHING = (
    "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 3)"
    " SELECT u.level, sum(u.id) AS s, rank() OVER (ORDER BY count(*)) AS r,"
    " CASE WHEN max(u.id) > 1 AND NOT max(u.id) IN (1, 2) THEN max(q.x)::varchar END AS k"
    " FROM users u LEFT JOIN (SELECT id AS x FROM events) q ON u.id = q.x, c"
    " WHERE u.id IN (SELECT id FROM events) AND EXISTS (SELECT 1) AND u.name IS NULL"
    " AND u.id = (SELECT max(id) FROM events) AND u.name = $1"
    " GROUP BY u.level ORDER BY 2 LIMIT 1",
    "INSERT INTO users VALUES (1, 'a', 'b')",
    f"INSERT INTO users VALUES {', '.join(['(1)'] * 20)}",
    "UPDATE users SET id = 1",
    "DELETE FROM users",
    "MERGE INTO users USING #stage s ON users.id = s.id WHEN MATCHED THEN DELETE"
    " WHEN NOT MATCHED THEN INSERT VALUES (s.id)",
    "SELECT * FROM generate_series(1, 2)",
)


def test_every_record_of_the_tree_is_made_and_lowered(
    bound: Callable[..., tree.Bound], lowered: Callable[[str], str]
) -> None:
    made: set[type[Any]] = set()
    for sql in EVERYTHING:
        made.update(type(part) for part in walk(bound(sql).node))
        assert lowered(sql)

    records = {
        kind
        for kind in vars(tree).values()
        if isinstance(kind, type) and kind.__module__ == tree.__name__
    }
    without_place = {
        tree.Expression,
        tree.Interval,
        tree.Frame,
        tree.CastContext,
        tree.Bound,
    }
    assert records - without_place - made == set()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 FROM users WHERE " + " OR ".join(f"id = {n}" for n in range(3000)),
        " UNION ALL ".join(f"SELECT {n}, '{'x' * (n % 9)}'" for n in range(1000)),
        "SELECT " + " || ".join(f"'{n}'" for n in range(150)),
        "INSERT INTO users (id) VALUES " + ", ".join(f"({n})" for n in range(3000)),
    ],
    ids=["or", "union", "concatenation", "values"],
)
def test_long_statements_run(sql: str, engine: Any) -> None:
    assert engine.run(sql) is not None


def test_what_is_nested_too_deeply_is_refused(lowered: Callable[[str], str]) -> None:
    with pytest.raises(StatementTooComplex, match="stack depth limit exceeded"):
        lowered("SELECT " + " || ".join(f"'{n}'" for n in range(5000)))
