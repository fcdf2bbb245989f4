"""The binder is a wall of its own: what has no rule is refused, what it makes has a lowering."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlglot import exp

from sparkify_harness.redshift.errors import NotEmulated, StatementTooComplex, SyntaxFault
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.bind import bind_query
from sparkify_harness.redshift.sql.bind.expressions import (
    OPERATORS,
    PATTERNS,
    PREFIXES,
    bind_expression,
)
from sparkify_harness.redshift.sql.bind.scope import Binding, Scope
from sparkify_harness.redshift.sql.bind.traversal import walk

KNOWN: tuple[type[Any], ...] = (
    exp.Column,
    exp.Paren,
    exp.Literal,
    exp.Null,
    exp.Boolean,
    exp.Interval,
    exp.Parameter,
    exp.Cast,
    exp.And,
    exp.Or,
    exp.Not,
    exp.Is,
    exp.Between,
    exp.Case,
    exp.In,
    exp.Exists,
    exp.Query,
    exp.Escape,
    exp.Window,
    exp.WithinGroup,
    exp.Anonymous,
    exp.Operator,
    exp.AtTimeZone,
    exp.Extract,
    exp.Substring,
    exp.Trim,
    exp.StrPosition,
    *OPERATORS,
    *PATTERNS,
    *PREFIXES,
)


def concrete_classes() -> Iterator[type[exp.Expression]]:
    for kind in vars(exp).values():
        if isinstance(kind, type) and issubclass(kind, exp.Expression):
            yield kind


class NoRelations:
    def relation(self, name: object) -> None:
        return None

    def schema_exists(self, name: str) -> bool:
        return False


def refuse_query(node: exp.Expr, scope: Scope) -> tree.Query:
    raise AssertionError(node, scope)


def test_a_node_without_a_rule_is_refused() -> None:
    scope = Scope(Binding(NoRelations(), (), {}, refuse_query, refuse_query))
    strange = [kind for kind in concrete_classes() if not issubclass(kind, KNOWN)]
    accepted = []
    for kind in strange:
        try:
            bind_expression(kind(this=exp.Null(), expression=exp.Null()), scope)
        except (NotEmulated, SyntaxFault):
            continue
        except NotImplementedError:  # abstract in sqlglot
            continue
        accepted.append(kind)

    assert len(strange) > 800
    assert accepted == []


def test_no_query_but_the_known_ones_is_bound() -> None:
    with pytest.raises(NotEmulated, match="a query of the kind Table"):
        bind_query(exp.Table(this=exp.to_identifier("t")), None)  # type: ignore[arg-type]  # never asked


EVERYTHING = (
    "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 3)"
    " SELECT u.level, sum(u.id) AS s, rank() OVER (ORDER BY count(*)) AS r,"
    " CASE WHEN max(u.id) > 1 AND NOT max(u.id) IN (1, 2) THEN max(q.x)::varchar END AS k"
    " FROM users u LEFT JOIN (SELECT id AS x FROM events) q ON u.id = q.x, c"
    " WHERE u.id IN (SELECT id FROM events) AND EXISTS (SELECT 1) AND u.name IS NULL"
    " AND u.id = (SELECT max(id) FROM events) AND u.name = $1"
    " GROUP BY u.level ORDER BY 2 LIMIT 1",
    "INSERT INTO users VALUES (1, 'a', 'b')",
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
