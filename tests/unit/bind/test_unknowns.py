"""Where a constant of a query below, of type "unknown", is refused, by either setting."""

from collections.abc import Callable

import pytest

from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.unknowns import UnknownLiterals

REFUSED = 'failed to find conversion function from "unknown" to text'
Q = "(SELECT 'x' AS k, NULL AS n, 'x'::varchar AS typed, id FROM users) q"
IN_CTE = "WITH q AS (SELECT 'x' AS k, NULL AS n, 'x'::varchar AS typed, id FROM users)"

SORTED = {
    "ORDER BY": f"SELECT {{k}} AS o FROM {Q} ORDER BY o",
    "ORDER BY, by number": f"SELECT {{k}} FROM {Q} ORDER BY 1",
    "ORDER BY beside others": f"SELECT id FROM {Q} ORDER BY id, {{k}}",
    "MIN": f"SELECT min({{k}}) FROM {Q}",
    "MAX": f"{IN_CTE} SELECT max({{k}}) FROM q",
}
"""Refused always, as every report has it."""

COMPARED = {
    "GROUP BY": f"SELECT {{k}}, count(*) FROM {Q} GROUP BY {{k}}",
    "GROUP BY, by number": f"{IN_CTE} SELECT {{k}}, count(*) FROM q GROUP BY 1",
    "GROUP BY ALL": f"SELECT {{k}}, count(*) FROM {Q} GROUP BY ALL",
    "GROUP BY ROLLUP": f"SELECT count(*) FROM {Q} GROUP BY ROLLUP (id, {{k}})",
    "DISTINCT": f"SELECT DISTINCT {{k}} FROM {Q}",
    "COUNT of DISTINCT": f"SELECT count(DISTINCT {{k}}) FROM {Q}",
    "UNION ALL": f"SELECT {{k}} FROM {Q} UNION ALL SELECT name FROM users",
    "UNION, on the right": f"SELECT name FROM users UNION SELECT {{k}} FROM {Q}",
    "UNION of three": f"SELECT name FROM users UNION SELECT 'y' UNION SELECT {{k}} FROM {Q}",
    "INTERSECT": f"SELECT name FROM users INTERSECT SELECT {{k}} FROM {Q}",
    "EXCEPT": f"SELECT {{k}} FROM {Q} EXCEPT SELECT name FROM users",
    "UNION in a sub-query": f"SELECT 1 FROM (SELECT {{k}} FROM {Q} UNION SELECT 'y') r",
    "a join": f"SELECT 1 FROM users JOIN {Q} ON name = {{k}}",
    "an outer join": f"SELECT 1 FROM users LEFT JOIN {Q} ON {{k}} = name AND users.id = q.id",
    "a join by WHERE": f"{IN_CTE} SELECT 1 FROM users, q WHERE {{k}} = name",
    "a join by USING": "SELECT 1 FROM users JOIN (SELECT {k} AS name FROM " + Q + ") r"
    " USING (name)",
    "a comparison": f"SELECT 1 FROM {Q} WHERE {{k}} > 'a'",
    "IN": f"SELECT 1 FROM {Q} WHERE {{k}} IN ('a', 'b')",
    "IN a query": f"SELECT 1 FROM users WHERE name IN (SELECT {{k}} FROM {Q})",
    "BETWEEN": f"SELECT 1 FROM {Q} WHERE {{k}} BETWEEN 'a' AND 'b'",
    "PARTITION BY": f"SELECT count(*) OVER (PARTITION BY {{k}}) FROM {Q}",
    "ORDER BY of a window": f"SELECT row_number() OVER (ORDER BY {{k}}) FROM {Q}",
    "in a view of its own": f"SELECT j FROM (SELECT {{k}} AS j FROM {Q}) r GROUP BY j",
    "INSERT": f"INSERT INTO users (id) SELECT count(*) FROM {Q} GROUP BY {{k}}",
    "UPDATE": f"UPDATE users SET id = 1 FROM {Q} WHERE {{k}} = name",
    "DELETE": f"DELETE FROM users USING {Q} WHERE {{k}} = name",
}
"""Refused where the setting says so."""

PLAIN = {
    "SELECT": f"SELECT {{k}}, id FROM {Q} ORDER BY id",
    "COUNT": f"SELECT count({{k}}) FROM {Q}",
    "IS NULL": f"SELECT 1 FROM {Q} WHERE {{k}} IS NULL",
    "INSERT": f"INSERT INTO users (name, id) SELECT {{k}}, id FROM {Q}",
    "GROUP BY others": f"SELECT id, count({{k}}) FROM {Q} GROUP BY id",
    "a join by others": f"SELECT {{k}} FROM users JOIN {Q} ON users.id = q.id",
}
"""Taken always."""

OWN = [
    "SELECT 'x' AS k, count(*) FROM users GROUP BY k",
    "SELECT DISTINCT 'x', id FROM users",
    "SELECT 'x' AS k UNION SELECT 'y' ORDER BY k",
    "SELECT 1 FROM users WHERE name = 'x'",
    "SELECT k FROM (SELECT 'x' AS k UNION ALL SELECT 'y') q GROUP BY k",
]
"""A query's own constants have the type that their place gives them."""


def refused(bound: Callable[..., tree.Bound], sql: str, unknowns: UnknownLiterals) -> str:
    try:
        bound(sql, unknowns=unknowns)
    except RedshiftError as error:
        return f"{error.sqlstate} {error.message}"
    return ""


@pytest.mark.parametrize("column", ["q.k", "q.n"])
@pytest.mark.parametrize("unknowns", UnknownLiterals)
@pytest.mark.parametrize("place", SORTED)
def test_it_is_never_sorted(
    place: str, unknowns: UnknownLiterals, column: str, bound: Callable[..., tree.Bound]
) -> None:
    assert refused(bound, SORTED[place].format(k=column), unknowns) == f"XX000 {REFUSED}"


@pytest.mark.parametrize("column", ["q.k", "q.n"])
@pytest.mark.parametrize("place", COMPARED)
def test_it_is_compared_by_default(
    place: str, column: str, bound: Callable[..., tree.Bound]
) -> None:
    sql = COMPARED[place].format(k=column)

    assert refused(bound, sql, UnknownLiterals.SORTED) == ""
    assert refused(bound, sql, UnknownLiterals.COMPARED) == f"XX000 {REFUSED}"


@pytest.mark.parametrize("unknowns", UnknownLiterals)
@pytest.mark.parametrize("place", PLAIN)
def test_what_compares_nothing_takes_it(
    place: str, unknowns: UnknownLiterals, bound: Callable[..., tree.Bound]
) -> None:
    assert refused(bound, PLAIN[place].format(k="q.k"), unknowns) == ""


@pytest.mark.parametrize("unknowns", UnknownLiterals)
@pytest.mark.parametrize("sql", [*SORTED.values(), *COMPARED.values()])
def test_a_cast_in_the_sub_query_helps(
    sql: str, unknowns: UnknownLiterals, bound: Callable[..., tree.Bound]
) -> None:
    assert refused(bound, sql.format(k="q.typed"), unknowns) == ""


@pytest.mark.parametrize("unknowns", UnknownLiterals)
@pytest.mark.parametrize("sql", OWN)
def test_a_query_has_types_for_its_own_constants(
    sql: str, unknowns: UnknownLiterals, bound: Callable[..., tree.Bound]
) -> None:
    assert refused(bound, sql, unknowns) == ""
