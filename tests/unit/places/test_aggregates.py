"""Every aggregate and window function in the places that it may stand in, against its model."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

import pytest

from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.sql.functions.aggregates import (
    COUNT_ROWS,
    GROUPING,
    GROUPING_ID,
    MAX,
    MEDIAN,
    MIN,
    SUM,
)
from sparkify_harness.redshift.sql.functions.library import OVERLOADS
from sparkify_harness.redshift.sql.functions.registry import FunctionKind
from sparkify_harness.redshift.sql.traversal import walk
from sparkify_harness.redshift.sql.tree import Aggregate as AggregateNode
from sparkify_harness.redshift.sql.tree import Window as WindowNode
from sparkify_harness.redshift.types import Kind
from tests.unit.engine.sessions import Client
from tests.unit.places import models
from tests.unit.places.models import AGGREGATES, VALUES, WINDOWS, Aggregate, Row, Window
from tests.unit.places.places import MANY
from tests.unit.places.samples import SAMPLES, sample

pytestmark = pytest.mark.medium

Group = Sequence[Row]
Of = Callable[[Group], str | None]
"""What is read of the aggregate of some rows."""
Answer = list[tuple[str | None, ...]]


def _groups(table: Group) -> list[tuple[str, list[Row]]]:
    ordered = sorted(table, key=lambda row: (row.group, row.id))
    return [(str(key), list(rows)) for key, rows in groupby(ordered, lambda row: row.group)]


def _whole(table: Group, of: Of) -> Answer:
    return [(of(table),)]


def _by_group(table: Group, of: Of) -> Answer:
    return [(key, of(rows)) for key, rows in _groups(table)]


def _known_groups(table: Group, of: Of) -> Answer:
    return [(key,) for key, rows in _groups(table) if of(rows) is not None]


PLACES: dict[str, tuple[tuple[str, ...], Callable[[Group, Of], Answer]]] = {
    "the select list": (("SELECT {x} FROM g",), _whole),
    "GROUP BY": (("SELECT k, {x} FROM g GROUP BY k",), _by_group),
    "GROUP BY number": (("SELECT k + 0, {x} FROM g GROUP BY 1",), _by_group),
    "ROLLUP": (("SELECT k, {x} FROM g GROUP BY ROLLUP(k)",),
               lambda table, of: [*_by_group(table, of), (None, of(table))]),
    "HAVING": (("SELECT k FROM g GROUP BY k HAVING {x} IS NOT NULL",), _known_groups),
    "ORDER BY": (("SELECT k, {x} FROM g GROUP BY k ORDER BY {x}, k",), _by_group),
    "CASE": (("SELECT k, CASE WHEN k > 0 THEN {x} END FROM g GROUP BY k",), _by_group),
    "NVL2": (("SELECT k FROM g GROUP BY k HAVING nvl2({x}, 1, 0) = 1",), _known_groups),
    "a scalar sub-query": (("SELECT (SELECT {x} FROM g) FROM one WHERE k = 1",), _whole),
    "a derived table": (("SELECT v FROM (SELECT {x} AS v FROM g) AS q",), _whole),
    "WITH": (("WITH w AS (SELECT k, {x} AS v FROM g GROUP BY k) SELECT k, v FROM w",), _by_group),
    "UNION ALL": (("SELECT {x} FROM g UNION ALL SELECT {x} FROM g",),
                  lambda table, of: _whole(table, of) * 2),
    "INSERT SELECT": (("CREATE TABLE d AS SELECT k, {x} AS v FROM g GROUP BY k",
                       "INSERT INTO d SELECT k, {x} FROM g GROUP BY k", "SELECT k, v FROM d"),
                      lambda table, of: _by_group(table, of) * 2),
    "UPDATE SET": (("CREATE TABLE d AS SELECT {x} AS v FROM g",
                    "UPDATE d SET v = NULL", "UPDATE d SET v = (SELECT {x} FROM g)",
                    "SELECT v FROM d"), _whole),
    "a view": (("CREATE VIEW seen AS SELECT k, {x} AS v FROM g GROUP BY k",
                "SELECT k, v FROM seen"), _by_group),
    "a late-binding view": (("CREATE VIEW seen AS SELECT k, {x} AS v FROM public.g GROUP BY k "
                             "WITH NO SCHEMA BINDING", "SELECT k, v FROM seen"), _by_group),
    "a cursor": (("DECLARE c CURSOR FOR SELECT {x} FROM g", "FETCH ALL FROM c"), _whole),
    "beside a window": (("SELECT k, {x}, count(*) OVER () FROM g GROUP BY k",),
                        lambda table, of: [(*row, "3") for row in _by_group(table, of)]),
    "an empty table": (("SELECT {x} FROM g WHERE false",), lambda _, of: [(of([]),)]),
    "an empty table with GROUP BY": (("SELECT k, {x} FROM g WHERE false GROUP BY k",),
                                     lambda *_: []),
    "many rows": (("SELECT k, {x} FROM g CROSS JOIN many GROUP BY k",),
                  lambda table, of: _by_group([row for row in table for _ in range(MANY)], of)),
    "a parameter beside it": (("SELECT k, {x} FROM g WHERE k = $1 GROUP BY k",),
                              lambda table, of: _by_group(table, of)[:1]),
}  # fmt: skip


def _sliding(table: Group, of: Of) -> Answer:
    return [
        (str(row.id), of(rows[max(place - 1, 0) : place + 2]))
        for _, rows in _groups(table)
        for place, row in enumerate(rows)
    ]


def _running(table: Group, of: Of) -> Answer:
    return [
        (str(row.id), of(rows[: place + 1]))
        for _, rows in _groups(table)
        for place, row in enumerate(rows)
    ]


def _partitioned(table: Group, of: Of) -> Answer:
    return [(str(row.id), of(rows)) for _, rows in _groups(table) for row in rows]


FRAMES: dict[str, tuple[str, Callable[[Group, Of], Answer], bool]] = {
    "OVER ()": ("()", lambda table, of: [(str(row.id), of(table)) for row in table], False),
    "PARTITION BY": ("(PARTITION BY k)", _partitioned, False),
    "PARTITION BY an expression": ("(PARTITION BY k * 2)", _partitioned, False),
    "a running frame": (
        "(PARTITION BY k ORDER BY id ROWS UNBOUNDED PRECEDING)", _running, True
    ),
    "a sliding frame": (
        "(PARTITION BY k ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING)", _sliding, True
    ),
}  # fmt: skip
AROUND: dict[str, tuple[str, ...]] = {
    "the select list": ("SELECT id, {x} FROM g",),
    "a derived table": ("SELECT id, v FROM (SELECT id, {x} AS v FROM g) AS q",),
    "WITH": ("WITH w AS (SELECT id, {x} AS v FROM g) SELECT id, v FROM w",),
    "CASE": ("SELECT id, CASE WHEN id > 0 THEN {x} END FROM g",),
    "ORDER BY": ("SELECT id, {x} FROM g ORDER BY {x}",),
    "QUALIFY": ("SELECT id, {x} AS v FROM g WHERE id > 0 QUALIFY nvl2({x}, 1, 1) = 1",),
    "DISTINCT": ("SELECT DISTINCT id, {x} FROM g",),
    "UNION ALL": ("SELECT id, {x} FROM g UNION ALL SELECT id, {x} FROM g WHERE false",),
    "INSERT SELECT": ("CREATE TABLE d AS SELECT id, {x} AS v FROM g WHERE false",
                      "INSERT INTO d SELECT id, {x} FROM g", "SELECT id, v FROM d"),
    "a view": ("CREATE VIEW seen AS SELECT id, {x} AS v FROM g", "SELECT id, v FROM seen"),
    "a cursor": ("DECLARE c CURSOR FOR SELECT id, {x} FROM g", "FETCH ALL FROM c"),
}  # fmt: skip
"""Places of a window function."""


def _constant(value: Any, kind: str) -> str:
    written = models.text(value, "" if kind == "char(9)" else kind)
    return "NULL" if written is None else f"'{written}'::{kind}"


@pytest.fixture(scope="module")
def tables(client: Client) -> Iterator[Client]:
    """A table of each type, named by its place in ``VALUES``."""
    for number, kind in enumerate(VALUES):
        client.rows(f"CREATE TABLE g{number} (id int, k int, v {kind})")
        rows = ", ".join(
            f"({row.id}, {row.group}, {_constant(row.value, kind)})" for row in models.rows(kind)
        )
        client.rows(f"INSERT INTO g{number} VALUES {rows}")
    yield client
    for number in range(len(VALUES)):
        client.rows(f"DROP TABLE g{number}")


def answer(client: Client, kind: str, statements: Sequence[str], sql: str) -> Answer:
    """The rows of the last statement, in any order."""
    table = f"g{list(VALUES).index(kind)}"
    client.rows("BEGIN")
    try:
        *before, last = [
            statement.replace("{x}", sql).replace("public.g ", f"public.{table} ")
            for statement in statements
        ]
        client.rows(f"CREATE TEMP TABLE g AS SELECT * FROM {table}")
        for statement in before:
            client.rows(statement)
        arguments = [1] if "$1" in last else []
        return sorted(client.rows(last, arguments, Format.TEXT), key=repr)
    finally:
        client.rows("ROLLBACK")


OTHERWISE = {
    COUNT_ROWS,
    SUM[Kind.INTERVAL],
    *(overloads[kind] for overloads in (MIN, MAX) for kind in (Kind.INTERVAL, Kind.VARBYTE)),
    *(MEDIAN[kind] for kind in (Kind.DATE, Kind.TIMESTAMP, Kind.TIMESTAMPTZ)),
    GROUPING,
    GROUPING_ID,
}
"""Signatures without a model: of intervals, which no column holds, of VARBYTE, whose text is other
than what is inserted, and of what only GROUP BY has: AWS's printed answers are their tests."""
CASES = [(each, kind) for each in AGGREGATES for kind in each.kinds]
IDS = [f"{each.template.format(kind)}" for each, kind in CASES]


def _text_of(aggregate: Aggregate, kind: str) -> Of:
    def of(table: Group) -> str | None:
        return models.text(aggregate.model(models.known(table)), kind)

    return of


@pytest.mark.parametrize("size", SAMPLES)
@pytest.mark.parametrize(("aggregate", "kind"), CASES, ids=IDS)
def test_an_aggregate(aggregate: Aggregate, kind: str, size: int, tables: Client) -> None:
    sql, table = aggregate.template.format("v"), models.rows(kind)
    wrong = []
    places = [name for name in PLACES if aggregate.exact or name != "many rows"]
    for name in sample(places, size, f"{sql} {kind}"):
        statements, expected = PLACES[name]
        wanted = sorted(expected(table, _text_of(aggregate, kind)), key=repr)
        found = answer(tables, kind, statements, sql)
        if found != wanted:
            wrong.append(f"{name}: {found}, not {wanted}")
    assert not wrong, "\n".join(wrong)


FRAMED = [
    (each, kind, name)
    for each, kind in CASES
    if each.windows
    for name, (_, _, framed) in FRAMES.items()
    if each.frames or not framed
]


@pytest.mark.parametrize("size", SAMPLES)
@pytest.mark.parametrize(
    ("aggregate", "kind", "frame"),
    FRAMED,
    ids=[f"{each.template.format(kind)} {frame}" for each, kind, frame in FRAMED],
)
def test_an_aggregate_over_a_window(
    aggregate: Aggregate, kind: str, frame: str, size: int, tables: Client
) -> None:
    over, expected, _ = FRAMES[frame]
    wanted = sorted(expected(models.rows(kind), _text_of(aggregate, kind)), key=repr)
    check_around(tables, kind, f"{aggregate.template.format('v')} OVER {over}", wanted, size)


def check_around(client: Client, kind: str, sql: str, wanted: Answer, size: int) -> None:
    """Compare the rows of a window function in some places."""
    wrong = []
    for name in sample([*AROUND], size, f"{sql} {kind}"):
        found = answer(client, kind, AROUND[name], sql)
        if found != wanted:
            wrong.append(f"{name}: {found}, not {wanted}")
    assert not wrong, "\n".join(wrong)


WINDOWED = [
    (each, kind) for each in WINDOWS for kind in ("integer", "numeric(8,2)", "double precision")
]


@pytest.mark.parametrize("size", SAMPLES)
@pytest.mark.parametrize(
    ("window", "kind"), WINDOWED, ids=[f"{each.template.format(kind)}" for each, kind in WINDOWED]
)
def test_a_window_function(window: Window, kind: str, size: int, tables: Client) -> None:
    wanted = [
        (str(row.id), models.text(value, kind))
        for _, rows in _groups(models.rows(kind))
        for row, value in zip(rows, window.model(rows), strict=True)
    ]
    check_around(tables, kind, window.template.format("v"), sorted(wanted, key=repr), size)


def test_every_aggregate_and_window_function_has_a_model(tables: Client) -> None:
    found = set()
    sqls = [(each.template.format("v"), kind) for each, kind in CASES]
    sqls += [(each.template.format("v"), kind) for each, kind in WINDOWED]
    for sql, kind in sqls:
        prepared = tables.prepare(f"SELECT {sql} FROM g{list(VALUES).index(kind)} AS g")
        assert prepared.bound is not None
        found |= {
            part.overload
            for part in walk(prepared.bound.node)
            if isinstance(part, AggregateNode | WindowNode)
        }
    every = {
        item
        for overloads in OVERLOADS.values()
        for item in overloads
        if item.kind in {FunctionKind.AGGREGATE, FunctionKind.WINDOW}
    }
    assert every - found == OTHERWISE
