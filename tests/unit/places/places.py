"""The places of a statement in which an expression may stand, and what is read there.

``{x}`` is the expression over the columns of ``t``, which has a row with the recorded arguments
(``id`` 1) and one with NULLs (``id`` 2); ``{c}`` is the same over constants and ``{p}`` over
parameters, ``{type}`` the type of its value.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

Value = str | None
Row = tuple[Value, ...]
Rows = Callable[[Value, Value], list[Row]]
"""The rows of a place, given the values of the expression in the two rows of ``t``."""


@dataclass(frozen=True)
class Place:
    """A place.

    Args:
        statements: Run one by one; the rows of the last one are compared.
        rows: What they are.
        wants: ``comparable``: only of types that can be compared; ``storable``: of types that a
            column can have; ``text``, ``ordered``: for MIN and MAX; ``computed``: no constant.
        reads: Whether user tables are read or written, which is for compute nodes.
        ordered: Whether the order of rows is part of the answer.
    """

    statements: tuple[str, ...]
    rows: Rows
    wants: str = ""
    reads: bool = True
    ordered: bool = False


def _both(value: Value, other: Value) -> list[Row]:
    return [("1", value), ("2", other)]


def _values(value: Value, other: Value) -> list[Row]:
    return [(value,), (other,)]


def _first(value: Value, _: Value) -> list[Row]:
    return [(value,)]


def _known(value: Value, other: Value) -> list[Row]:
    return [(number,) for number, each in _both(value, other) if each is not None]


def _counts(times: int = 1) -> Rows:
    def rows(value: Value, other: Value) -> list[Row]:
        return [(each, str(n * times)) for each, n in Counter([value, other]).items()]

    return rows


def _distinct(value: Value, other: Value) -> list[Row]:
    return [(each,) for each in dict.fromkeys([value, other])]


def _pairs(value: Value, other: Value) -> list[Row]:
    both = _both(value, other)
    return [(one,) for one, left in both for _, right in both if left == right is not None]


def _number_of_known(value: Value, other: Value) -> list[Row]:
    return [(str(len(_known(value, other))),)]


def _sorted(value: Value, other: Value) -> list[Row]:
    known = value is None and other is not None
    return [("2",), ("1",)] if known else [("1",), ("2",)]


def _one_each(value: Value, other: Value) -> list[Row]:
    return [("1",)] if value == other else [("1",), ("2",)]


def _leading(value: Value, other: Value) -> list[Row]:
    head = other if value is None else value
    return [("1", head), ("2", head)]


def _nothing(_: Value, __: Value) -> list[Row]:
    return []


def _twice(value: Value, _: Value) -> list[Row]:
    return [("1", value), ("2", value)]


MANY: Final = 2_100
"""Rows of the table ``many``: more than the engine takes at once."""

PLACES: Final = {
    "the select list": Place(("SELECT id, {x} FROM t",), _both),
    "WHERE": Place(("SELECT id FROM t WHERE {x} IS NOT NULL",), _known),
    "WHERE, compared": Place(("SELECT id FROM t WHERE {x} = {x}",), _known, "comparable"),
    "JOIN ON": Place(
        ("CREATE TABLE e AS SELECT {x} AS v FROM t", "SELECT t.id FROM t JOIN e ON {x} = e.v"),
        _pairs,
        "comparable storable",
    ),
    "LEFT JOIN ON": Place(
        ("SELECT t.id, one.k FROM t LEFT JOIN one ON one.k = t.id AND {x} IS NOT NULL",),
        lambda value, other: [
            ("1", None if value is None else "1"), ("2", None if other is None else "2")
        ],
    ),
    "GROUP BY number": Place(
        ("SELECT {x}, count(*) FROM t GROUP BY 1",), _counts(), "comparable"
    ),
    "GROUP BY expression": Place(
        ("SELECT {x}, count(*) FROM t GROUP BY {x}",), _counts(), "comparable"
    ),
    "GROUP BY name": Place(
        ("SELECT {x} AS v, count(*) FROM t GROUP BY v",), _counts(), "comparable"
    ),
    "ROLLUP": Place(
        ("SELECT {x}, count(*) FROM t GROUP BY ROLLUP({x})",),
        lambda value, other: [*_counts()(value, other), (None, "2")],
        "comparable computed",
    ),
    "HAVING": Place(
        ("SELECT id FROM t GROUP BY id, {x} HAVING {x} IS NOT NULL",), _known, "comparable"
    ),
    "HAVING, aggregated": Place(
        ("SELECT id FROM t GROUP BY id HAVING count({x}) = 1",), _known
    ),
    "ORDER BY": Place(("SELECT id FROM t ORDER BY {x}, id",), _sorted, "comparable", ordered=True),
    "ORDER BY number": Place(
        ("SELECT id, {x} FROM t ORDER BY 2 NULLS FIRST, 1",),
        lambda value, other: sorted(
            _both(value, other), key=lambda row: (row[1] is not None, row[0])
        ),
        "comparable",
        ordered=True,
    ),
    "QUALIFY": Place(
        ("SELECT id FROM t WHERE id > 0 "
         "QUALIFY row_number() OVER (PARTITION BY {x} ORDER BY id) = 1",),
        _one_each,
        "comparable",
    ),
    "QUALIFY, filtered": Place(
        ("SELECT id FROM t WHERE id > 0 QUALIFY count({x}) OVER (PARTITION BY id) = 1",), _known
    ),
    "PARTITION BY": Place(
        ("SELECT {x}, count(*) OVER (PARTITION BY {x}) FROM t",),
        lambda value, other: [
            (each, str(Counter([value, other])[each])) for each in (value, other)
        ],
        "comparable",
    ),
    "the order of a window": Place(
        ("SELECT id, row_number() OVER (ORDER BY {x}, id) FROM t",),
        lambda value, other: [
            (str(number[0]), str(place)) for place, number in enumerate(_sorted(value, other), 1)
        ],
        "comparable",
    ),
    "a frame": Place(
        ("SELECT id, first_value({x}) OVER (ORDER BY {x}, id ROWS BETWEEN UNBOUNDED PRECEDING "
         "AND UNBOUNDED FOLLOWING) FROM t",),
        _leading,
        "comparable",
    ),
    "the argument of a window": Place(
        ("SELECT id, lag({x}) OVER (ORDER BY id) FROM t",),
        lambda value, _: [("1", None), ("2", value)],
    ),
    "DISTINCT": Place(("SELECT DISTINCT {x} FROM t",), _distinct, "comparable"),
    "COUNT(DISTINCT)": Place(
        ("SELECT count(DISTINCT {x}) FROM t",),
        lambda value, other: [(str(len({value, other} - {None})),)],
        "comparable",
    ),
    "COUNT": Place(("SELECT count({x}) FROM t",), _number_of_known),
    "MAX": Place(("SELECT max({x}) FROM t WHERE id = 1",), _first, "ordered"),
    "CASE": Place(
        ("SELECT id, CASE WHEN id = 1 THEN {x} END FROM t",),
        lambda value, _: [("1", value), ("2", None)],
    ),
    "CASE WHEN": Place(
        ("SELECT CASE WHEN {x} IS NULL THEN 0 WHEN id > 0 THEN id END FROM t",),
        lambda value, other: [(number if each is not None else "0",)
                              for number, each in _both(value, other)],
    ),
    "a branch that is not taken": Place(
        ("SELECT CASE WHEN id > 2 THEN {x} END FROM t",), lambda *_: [(None,), (None,)]
    ),
    "NVL2": Place(
        ("SELECT nvl2({x}, id, 0) FROM t",),
        lambda value, other: [(number if each is not None else "0",)
                              for number, each in _both(value, other)],
    ),
    "a derived table": Place(("SELECT id, v FROM (SELECT id, {x} AS v FROM t) AS q",), _both),
    "a scalar sub-query": Place(("SELECT (SELECT {x} FROM t WHERE id = 1) FROM one",),
                                lambda value, _: [(value,), (value,)]),
    "a correlated sub-query": Place(
        ("SELECT k, (SELECT count({x}) FROM t WHERE t.id = one.k) FROM one",),
        lambda value, other: [(number, "0" if each is None else "1")
                              for number, each in _both(value, other)],
    ),
    "EXISTS": Place(
        ("SELECT id FROM t WHERE EXISTS (SELECT 1 FROM one WHERE one.k = t.id "
         "AND {x} IS NOT NULL)",),
        _known,
    ),
    "IN": Place(("SELECT id FROM t WHERE {x} IN (SELECT {x} FROM t)",), _known, "comparable"),
    "WITH": Place(("WITH w AS (SELECT id, {x} AS v FROM t) SELECT id, v FROM w",), _both),
    "UNION ALL": Place(
        ("SELECT {x} FROM t UNION ALL SELECT {x} FROM t WHERE id > 2",), _values
    ),
    "UNION": Place(("SELECT {x} FROM t UNION SELECT {x} FROM t",), _distinct, "comparable"),
    "EXCEPT": Place(("SELECT {x} FROM t EXCEPT SELECT {x} FROM t",), _nothing, "comparable"),
    "INSERT SELECT": Place(
        ("CREATE TABLE d (id int, v {type})", "INSERT INTO d SELECT id, {x} FROM t",
         "SELECT id, v FROM d"),
        _both,
        "storable",
    ),
    "INSERT VALUES": Place(
        ("CREATE TABLE d (v {type})", "INSERT INTO d VALUES ({c})", "SELECT v FROM d"),
        _first,
        "storable",
    ),
    "UPDATE SET": Place(
        ("CREATE TABLE d (id int, v {type})", "INSERT INTO d SELECT id, NULL FROM t",
         "UPDATE d SET v = {x} FROM t WHERE t.id = d.id", "SELECT id, v FROM d"),
        _both,
        "storable",
    ),
    "DELETE": Place(
        ("DELETE FROM t WHERE {x} IS NULL", "SELECT id FROM t"),
        _known,
    ),
    "MERGE": Place(
        ("CREATE TABLE d (id int, v {type})", "INSERT INTO d VALUES (1, NULL)",
         "MERGE INTO d USING t ON d.id = t.id WHEN MATCHED THEN UPDATE SET v = {x} "
         "WHEN NOT MATCHED THEN INSERT VALUES (t.id, {x})", "SELECT id, v FROM d"),
        _both,
        "storable",
    ),
    "CREATE TABLE AS": Place(
        ("CREATE TABLE d AS SELECT id, {x} AS v FROM t", "SELECT id, v FROM d"), _both, "storable"
    ),
    "a view": Place(
        ("CREATE VIEW seen AS SELECT id, {x} AS v FROM t", "SELECT id, v FROM seen"), _both
    ),
    "a late-binding view": Place(
        ("CREATE VIEW seen AS SELECT id, {x} AS v FROM public.t WITH NO SCHEMA BINDING",
         "SELECT id, v FROM seen"),
        _both,
    ),
    "a cursor": Place(("DECLARE c CURSOR FOR SELECT id, {x} FROM t", "FETCH ALL FROM c"), _both),
    "DEFAULT": Place(
        ("CREATE TABLE d (id int, v {type} DEFAULT {c})", "INSERT INTO d (id) VALUES (1)",
         "SELECT v FROM d"),
        _first,
        "storable",
    ),
    "parameters": Place(("SELECT {p}",), _first, reads=False),
    "parameters beside a table": Place(
        ("SELECT id FROM t WHERE {p} IS NOT NULL",),
        lambda value, _: [] if value is None else [("1",), ("2",)],
    ),
    "assigned to VARCHAR": Place(
        ("CREATE TABLE d (id int, v varchar(3000))", "INSERT INTO d SELECT id, {x} FROM t",
         "SELECT id, v FROM d"),
        _both,
        "text",
    ),
    "as VARCHAR(n)": Place(("SELECT id, ({x})::varchar(3000) FROM t",), _both, "text"),
    "an empty table": Place(("SELECT id, {x} FROM hollow AS t",), _nothing),
    "an empty table, aggregated": Place(("SELECT count({x}) FROM hollow AS t",),
                                        lambda *_: [("0",)]),
    "many rows": Place(
        ("SELECT {x}, count(*) FROM t CROSS JOIN many GROUP BY 1",), _counts(MANY), "comparable"
    ),
    "many rows, counted": Place(
        ("SELECT id, count({x}) FROM t CROSS JOIN many GROUP BY id",),
        lambda value, other: [(number, "0" if each is None else str(MANY))
                              for number, each in _both(value, other)],
    ),
    "constants": Place(("SELECT {c}",), _first, reads=False),
    "constants beside a table": Place(("SELECT id, {c} FROM t",), _twice),
    "constants in WHERE": Place(
        ("SELECT 1 WHERE {c} IS NULL",),
        lambda value, _: [("1",)] if value is None else [],
        reads=False,
    ),
    "constants in GROUP BY": Place(
        ("SELECT {c}, count(*) FROM t GROUP BY {c}",),
        lambda value, _: [(value, "2")],
        "comparable",
    ),
    "constants in ORDER BY": Place(
        ("SELECT id FROM t ORDER BY {c}, id",), lambda *_: [("1",), ("2",)], "comparable",
        ordered=True,
    ),
    "constants in a sub-query": Place(
        ("SELECT v FROM (SELECT {c} AS v) AS q",), _first, reads=False
    ),
    "constants in CASE": Place(
        ("SELECT CASE WHEN {c} IS NULL THEN 'n' ELSE 'v' END",),
        lambda value, _: [("n" if value is None else "v",)],
        reads=False,
    ),
    "constants in UNION": Place(
        ("SELECT {c} UNION ALL SELECT {c}",), lambda value, _: [(value,), (value,)], reads=False
    ),
}  # fmt: skip
