"""An operand is computed once, wherever it stands: right values, and none of the engine's words.

What is narrowed to CHAR(n) or VARCHAR(n) stands in the SQL for the engine in one place, be it an
aggregate, a window function, a sub-query, or a call that may fail or answers differently each time.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from sparkify_harness.redshift.errors import ComputeFault
from tests.unit.engine.sessions import Client, open_client

TABLES = (
    "CREATE TABLE s (id int, n varchar(20))",
    "INSERT INTO s VALUES (1, 'abcdef')",
    "CREATE TABLE o (k varchar(3))",
    "INSERT INTO o VALUES ('abc'), ('xyz')",
    "CREATE TABLE d (id int, v varchar(6))",
)
OPERANDS = {
    "an aggregate": ("aggregate", "max({n})"),
    "LISTAGG": ("aggregate", "listagg({n}, ',')"),
    "a window function": ("window", "max({n}) OVER ()"),
    "a window function of a row": ("window", "lag({n}, 0) OVER (ORDER BY s.id)"),
    "a sub-query": ("any", "(SELECT max(q.n) FROM s AS q)"),
    "a call that may fail": ("row", "split_part({n}, ',', 1)"),
    "a call that repeats": ("row", "lpad({n}, 6, 'x')"),
    "a call with another answer each time": ("row", "({n} || left(random()::text, 0))"),
    "a date as text": ("row", "({n} || left(to_char('2018-11-15'::date, 'Day'), 0))"),
}
"""What is narrowed, all of it ``abcdef`` for an ``{n}`` of that value, and where it may stand."""


@dataclass(frozen=True)
class Place:
    """Where an operand stands.

    Args:
        statements: Run one by one; ``{x}`` is the operand as a VARCHAR(3), ``{long}`` the operand
            itself. The rows of the last one are compared.
        rows: Of the last statement.
        takes: Kinds of operands that SQL allows there.
        n: What ``{n}`` is there.
        arguments: Of the last statement.
    """

    statements: tuple[str, ...]
    rows: list[tuple[object, ...]]
    takes: tuple[str, ...] = ("any", "row")
    n: str = "s.n"
    arguments: tuple[object, ...] = ()


EVERY = ("any", "row", "aggregate", "window")
CONSTANT = "'abcdef'::varchar(20)"
ABC: list[tuple[object, ...]] = [("abc",)]
PLACES = {
    "the select list": Place(("SELECT {x} FROM s",), ABC, EVERY),
    "CHAR in the select list": Place(("SELECT ({long})::char(3) FROM s",), ABC, EVERY),
    "WHERE": Place(("SELECT id FROM s WHERE {x} = 'abc'",), [(1,)]),
    "BETWEEN": Place(("SELECT id FROM s WHERE {x} BETWEEN 'abc' AND 'abd'",), [(1,)]),
    "CASE x WHEN": Place(
        ("SELECT CASE {x} WHEN 'a' THEN 1 WHEN 'abc' THEN 2 ELSE 3 END FROM s",), [(2,)], EVERY
    ),
    "JOIN ON": Place(("SELECT s.id FROM s JOIN o ON {x} = o.k",), [(1,)]),
    "GROUP BY": Place(("SELECT {x}, count(*) FROM s GROUP BY 1",), [("abc", 1)]),
    "ROLLUP": Place(
        ("SELECT {x}, count(*) FROM s GROUP BY ROLLUP(1) ORDER BY 1",), [("abc", 1), (None, 1)]
    ),
    "HAVING": Place(
        ("SELECT count(*) FROM s GROUP BY s.n HAVING {x} = 'abc'",),
        [(1,)],
        ("any", "row", "aggregate"),
    ),
    "ORDER BY": Place(("SELECT id FROM s ORDER BY {x}, id",), [(1,)], ("any", "row", "window")),
    "the keys of windows": Place(
        ("SELECT row_number() OVER (PARTITION BY {x} ORDER BY {x}) FROM s",), [(1,)]
    ),
    "the argument of a window": Place(("SELECT max({x}) OVER () FROM s",), ABC),
    "the argument of an aggregate": Place(("SELECT max({x}) FROM s",), ABC),
    "DISTINCT": Place(("SELECT DISTINCT {x} FROM s",), ABC, EVERY),
    "a branch that is not taken": Place(
        ("SELECT CASE WHEN min(o.k) = 'abc' THEN 'q' ELSE {x} END FROM o, s GROUP BY s.n",),
        [("q",)],
        ("any", "row", "aggregate"),
    ),
    "a scalar sub-query": Place(("SELECT (SELECT {x} FROM s) FROM o LIMIT 1",), ABC, EVERY),
    "IN": Place(("SELECT k FROM o WHERE k IN (SELECT {x} FROM s)",), ABC, EVERY),
    "a derived table": Place(("SELECT v FROM (SELECT {x} AS v FROM s) AS t",), ABC, EVERY),
    "WITH": Place(("WITH w AS (SELECT {x} AS v FROM s) SELECT v FROM w",), ABC, EVERY),
    "UNION": Place(("SELECT {x} FROM s UNION SELECT k FROM o WHERE k = 'abc'",), ABC, EVERY),
    "UNION ALL": Place(("SELECT {x} FROM s UNION ALL SELECT k FROM o WHERE k = ''",), ABC, EVERY),
    "INSERT SELECT": Place(
        ("INSERT INTO d SELECT 1, {long} FROM s", "SELECT v FROM d"), [("abcdef",)], EVERY
    ),
    "INSERT VALUES": Place(
        ("INSERT INTO d VALUES (1, {long})", "SELECT v FROM d"), [("abcdef",)], n=CONSTANT
    ),
    "UPDATE SET": Place(
        (
            "INSERT INTO d VALUES (1, 'q')",
            "UPDATE d SET v = {long} FROM s WHERE s.id = d.id",
            "SELECT v FROM d",
        ),
        [("abcdef",)],
    ),
    "MERGE": Place(
        (
            "INSERT INTO d VALUES (1, 'q')",
            "MERGE INTO d USING s ON d.id = s.id WHEN MATCHED THEN UPDATE SET v = {long} "
            "WHEN NOT MATCHED THEN INSERT VALUES (s.id, {long})",
            "SELECT v FROM d",
        ),
        [("abcdef",)],
        ("row",),
    ),
    "CREATE TABLE AS": Place(
        ("CREATE TABLE made AS SELECT {x} AS v FROM s", "SELECT v FROM made"), ABC, EVERY
    ),
    "a view": Place(
        ("CREATE VIEW seen AS SELECT {x} AS v FROM s", "SELECT v FROM seen"), ABC, EVERY
    ),
    "DEFAULT": Place(
        (
            "CREATE TABLE made (id int, v varchar(6) DEFAULT {long})",
            "INSERT INTO made (id) VALUES (1)",
            "ALTER TABLE made ADD COLUMN w varchar(6) DEFAULT {long}",
            "SELECT v, w FROM made",
        ),
        [("abcdef", "abcdef")],
        ("row",),
        n=CONSTANT,
    ),
    "a cursor": Place(("DECLARE c CURSOR FOR SELECT {x} FROM s", "FETCH NEXT FROM c"), ABC, EVERY),
    "a parameter": Place(("SELECT {x}",), ABC, ("row",), "$1::varchar(20)", ("abcdef",)),
    "a parameter beside a table": Place(
        ("SELECT {x} FROM s WHERE {x} = 'abc'",), ABC, ("row",), "$1::varchar(20)", ("abcdef",)
    ),
}
CASES = [
    pytest.param(place, operand, id=f"{what} in {where}")
    for where, place in PLACES.items()
    for what, (kind, operand) in OPERANDS.items()
    if kind in place.takes
]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A session with tables of one row."""
    with open_client(tmp_path_factory.mktemp("operands")) as client:
        for statement in TABLES:
            client.rows(statement)
        yield client


@pytest.fixture
def sql(tables: Client) -> Iterator[Client]:
    """The same; what a test does to it is undone."""
    tables.rows("BEGIN")
    yield tables
    tables.rows("ROLLBACK")


@pytest.mark.parametrize(("place", "operand"), CASES)
def test_it_can_be(place: Place, operand: str, sql: Client) -> None:
    long = operand.format(n=place.n)
    *before, last = [
        statement.format(x=f"({long})::varchar(3)", long=long) for statement in place.statements
    ]
    for statement in before:
        sql.rows(statement)
    assert sql.rows(last, place.arguments) == place.rows


@pytest.mark.parametrize(
    "operand", [operand for _, operand in OPERANDS.values()], ids=list(OPERANDS)
)
def test_too_long_for_its_column_is_redshifts_error(operand: str, sql: Client) -> None:
    sql.rows("CREATE TABLE narrow (v varchar(3))")
    with pytest.raises(ComputeFault) as caught:
        sql.rows(f"INSERT INTO narrow SELECT {operand.format(n='s.n')} FROM s")
    assert caught.value.message == "Value too long for character type"
    assert "Value too long for type character varying(3)" in (caught.value.detail or "")


LONGER = "lpad(max(n), abs(id) + 8, upper('x'))"


@pytest.mark.parametrize(
    ("statement", "rows"),
    [
        (f"SELECT {LONGER} FROM s GROUP BY abs(id)", [("XXXabcdef",)]),
        (
            f"SELECT count(*) FROM s GROUP BY abs(id) HAVING {LONGER} > 'A' ORDER BY {LONGER}",
            [(1,)],
        ),
        (
            f"SELECT id FROM (SELECT abs(id) AS id, {LONGER} AS v FROM s GROUP BY abs(id)) AS t "
            "WHERE nullif(upper(v), lower(v)) = 'XXXABCDEF'",
            [(1,)],
        ),
        ("SELECT nullif(upper(n), (SELECT max(upper(k)) FROM o)) FROM s", [("ABCDEF",)]),
        ("SELECT lpad(upper(n), 8, (SELECT max(k) FROM o)) FROM s", [("xyABCDEF",)]),
        ("SELECT lpad(upper(n), 7, (SELECT max(o.k) FROM o WHERE o.k = left(s.n, 3))) FROM s",
         [("aABCDEF",)]),
        ("SELECT decode(upper(n), 'X', (SELECT 'p'), lpad(lower(n), 7, 'q')) FROM s",
         [("qabcdef",)]),
        ("SELECT CASE upper(n) WHEN lower(n) THEN 'p' ELSE lpad(lower(n), 7, 'q') END FROM s",
         [("qabcdef",)]),
        ("SELECT count(*) FROM s JOIN o ON nullif(upper(n), lower(k)) = upper(n)", [(2,)]),
        ("SELECT upper(n) BETWEEN (SELECT 'AB') AND lower(n) FROM s", [(True,)]),
    ],
)  # fmt: skip
def test_several_compound_operands(
    statement: str, rows: list[tuple[object, ...]], sql: Client
) -> None:
    assert sql.rows(statement) == rows


FAILING = "split_part(s.n, ',', s.id - 1)"
"""Fails for the row of the table."""


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("CASE WHEN s.id = 2 THEN ({f})::varchar(3) ELSE 'q' END", id="CASE"),
        pytest.param("CASE s.id WHEN 2 THEN ({f})::varchar(3) ELSE 'q' END", id="CASE x"),
        pytest.param(
            "CASE upper(s.n) WHEN 'A' THEN ({f})::varchar(3) ELSE 'q' END", id="CASE of a call"
        ),
        pytest.param("coalesce('q', ({f})::varchar(3))", id="COALESCE"),
        pytest.param("nvl(lower('Q'), ({f})::varchar(3))", id="NVL"),
        pytest.param("nvl2(upper(s.n), 'q', ({f})::varchar(3))", id="NVL2"),
        pytest.param("decode(upper(s.n), 'ABCDEF', 'q', ({f})::varchar(3))", id="DECODE"),
        pytest.param(
            "CASE WHEN s.id = 2 AND ({f})::varchar(3) = 'a' THEN 'p' ELSE 'q' END", id="AND"
        ),
        pytest.param(
            "CASE WHEN s.id = 1 OR ({f})::varchar(3) = 'a' THEN 'q' ELSE 'p' END", id="OR"
        ),
    ],
)
def test_what_is_not_reached_is_not_computed(expression: str, sql: Client) -> None:
    assert sql.rows(f"SELECT {expression.format(f=FAILING)} FROM s") == [("q",)]


def test_what_is_reached_fails_in_redshifts_words(sql: Client) -> None:
    with pytest.raises(ComputeFault, match="field position must be greater than zero"):
        sql.rows(f"SELECT ({FAILING})::varchar(3) FROM s")


def test_a_random_operand_is_computed_once(sql: Client) -> None:
    rows = " UNION ALL ".join(["SELECT id FROM s"] * 40)
    choice = "CASE round(random()) WHEN 0 THEN 'a' WHEN 1 THEN 'b' END"
    assert sql.rows(f"SELECT count(*) FROM ({rows}) AS t WHERE {choice} IS NULL") == [(0,)]


@pytest.mark.parametrize("constant", ["pg_backend_pid()", "current_user", "current_date", "1 + 1"])
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT {c}, count(*) FROM s GROUP BY 1",
        "SELECT {c}, count(*) FROM s GROUP BY {c} ORDER BY {c}",
        "SELECT {c}, count(*) FROM s GROUP BY 1 ORDER BY 1, {c} DESC",
        "SELECT DISTINCT {c}, 1 FROM s ORDER BY {c}",
        "SELECT {c}, id FROM s ORDER BY {c}, id",
        "SELECT max({c}), count(*) FROM s GROUP BY n HAVING max({c}) = {c} ORDER BY max({c})",
        "SELECT {c}, row_number() OVER (PARTITION BY {c} ORDER BY {c}) FROM s ORDER BY {c}",
        "SELECT {c}, len(listagg(id::varchar, ',') WITHIN GROUP (ORDER BY {c})) FROM s GROUP BY 1",
    ],
)
def test_a_constant_is_no_number_of_a_column(statement: str, constant: str, sql: Client) -> None:
    [(expected,)] = sql.rows(f"SELECT {constant} FROM s")
    assert sql.rows(statement.format(c=constant)) == [(expected, 1)]


def test_a_constant_is_null_in_the_total_of_rollup(sql: Client) -> None:
    found = sql.rows("SELECT pg_backend_pid(), current_user FROM s GROUP BY ROLLUP(1, 2)")
    assert sorted(found, key=str) == [(4711, "awsuser"), (4711, None), (None, None)]
