"""Plain rows that are read at once mean what they mean one by one, or are refused alike."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkify_harness.redshift.catalog.relations import Column, Relation, RelationKind
from sparkify_harness.redshift.errors import RedshiftError, SyntaxFault
from sparkify_harness.redshift.sql import changes, plain_rows, tree
from sparkify_harness.redshift.sql.bind import bind
from sparkify_harness.redshift.sql.parse import parse, parse_one, parse_rows
from sparkify_harness.redshift.sql.statements import QueryStatement, Statement
from sparkify_harness.redshift.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    REAL,
    SMALLINT,
    SUPER,
    TIMESTAMP,
    TIMESTAMPTZ,
    RedshiftType,
    char,
    numeric,
    varchar,
)

pytestmark = pytest.mark.medium

TYPES = [
    BOOLEAN, SMALLINT, INTEGER, BIGINT, numeric(9, 3), numeric(19, 4), numeric(38, 0),
    numeric(4, 4), REAL, DOUBLE, char(4), varchar(6), varchar(40), DATE, TIMESTAMP, TIMESTAMPTZ,
    SUPER,
]  # fmt: skip

DIGITS = st.from_regex(r"[+-]?(0|[0-9]{1,6})", fullmatch=True)
POINTS = st.from_regex(r"[+-]?([0-9]{1,6}\.[0-9]{0,4}|\.[0-9]{1,4})", fullmatch=True)
LONG = st.from_regex(r"[+-]?[0-9]{1,42}(\.[0-9]{0,42})?", fullmatch=True)
EDGES = st.sampled_from(
    ["-0", "-0.0", "-0e0", "-\t1", "+ 1", "- 1.5", "32767", "32768", "-32768", "-32769",
     "2147483647", "2147483648", "-2147483648", "9223372036854775807", "9223372036854775808",
     "-9223372036854775808", "-9223372036854775809", "0.0005", "99999.9995", "999999.999",
     "1000000", "1e3", "1E-3", "1e400", "-1.5e38", "4e38", "0000000000000000000000001",
     "922337203685477.5807", "922337203685477.5808", "0.1234", "0.12345",
     "1.7976931348623157e308", "1234567890123456789012.5", "0.30000000000000004",
     "12345678901234567.89"]
)  # fmt: skip
NUMBERS = [DIGITS, POINTS, LONG, EDGES]
BODIES = [
    st.sampled_from(
        ["", "a", "abcd", "ab    ", "abcdefgh", "größe", "€€", "''", r"\\", r"\'", r"\n"]
    ),
    st.text("ab ü(),;", max_size=8),
    st.dates().map(str),
    st.datetimes().map(str),
    st.sampled_from(
        ["2018-11-01", "20181101", "2018-W01-1", "2018-02-30", "0000-01-01", "99999-01-01",
         "11/01/2018", "yesterday-ish", "1", "-7", "1.5", "true", "f", "nan", "infinity"]
    ),
    st.sampled_from(
        ["2018-11-01 21:01:46.796", "2018-11-01 24:00:00", "2018-11-01 21:01:60", "Nov 1 2018",
         "2018-11-01 21:01:46.7", "2018-11-01 21:01:46+02", "2018-11-01T21:01:46", " 2018-11-01 "]
    ),
]  # fmt: skip
STRINGS = [each.map(lambda body: f"'{body}'") for each in BODIES]
WORDS = st.sampled_from(["true", "FALSE", "True"])
NULLS = st.sampled_from(["NULL", "null"])
CELLS = [*NUMBERS, *STRINGS, WORDS]


@st.composite
def columns(draw: st.DrawFn, count: int) -> tuple[RedshiftType, list[str]]:
    """A type, and cells that are mostly of one kind."""
    kinds = draw(st.lists(st.sampled_from(CELLS), min_size=1, max_size=2))
    if draw(st.booleans()):
        kinds.append(NULLS)
    cells = draw(st.lists(st.one_of(kinds), min_size=count, max_size=count))
    return draw(st.sampled_from(TYPES)), cells


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[RedshiftType], list[tuple[str, ...]]]:
    count = draw(st.integers(plain_rows.FEWEST, plain_rows.FEWEST + 4))
    found = draw(st.lists(columns(count), min_size=1, max_size=3))
    return [kind for kind, _ in found], [*zip(*(cells for _, cells in found), strict=True)]


class Catalog:
    """One table."""

    def __init__(self, types: list[RedshiftType]) -> None:
        made = [Column(f"c{number}", kind) for number, kind in enumerate(types)]
        self._table = Relation("public", "t", RelationKind.TABLE, tuple(made), oid=100)

    def relation(self, name: Any) -> Relation:
        return self._table

    def schema_exists(self, name: str) -> bool:
        return True


def one_by_one(statement: Statement) -> Statement:
    """The statement with its rows as the grammar reads them."""
    if isinstance(statement, QueryStatement) and isinstance(statement.tree, changes.Insert):
        rows = statement.tree.source
        if isinstance(rows, changes.PlainRows):
            return replace(statement, tree=replace(statement.tree, source=parse_rows(rows)))
    return statement


def outcome(statement: Statement, catalog: Catalog) -> Any:
    """The values that are inserted; or the error; or the tree where the engine has more to do."""
    assert isinstance(statement, QueryStatement)
    try:
        node = bind(statement, catalog, (), {}).node
    except RedshiftError as error:
        return error.sqlstate, error.message, error.detail, error.hint, error.position
    assert isinstance(node, tree.Insert)
    if isinstance(node.source, tree.PlainRows):
        return [list(map(exact, row.values())) for row in node.source.values.to_pylist()]
    assert isinstance(node.source, tree.ValueRows)
    if all(isinstance(cell, tree.Literal) for row in node.source.rows for cell in row):
        return [[exact(cell.value) for cell in row] for row in node.source.rows]  # type: ignore[attr-defined]
    return node


def exact(value: object) -> object:
    return repr(value) if isinstance(value, float) else value


@settings(max_examples=300, deadline=None)
@given(tables())
def test_they_are_bound_as_others_are(
    table: tuple[list[RedshiftType], list[tuple[str, ...]]],
) -> None:
    types, rows = table
    written = ", ".join(f"({', '.join(row)})" for row in rows)
    statement = parse_one(f"INSERT INTO t VALUES {written}")
    alone = one_by_one(statement) if statement else None
    assert statement is not None
    assert alone is not None
    assert alone is not statement

    catalog = Catalog(types)
    assert outcome(statement, catalog) == outcome(alone, catalog)


PARTS = st.sampled_from(
    ["insert into t", 'INSERT  INTO s.t (a, "B")', "insert into t(a)", "insert", "into", "values",
     "VALUES", "(1, 'x')", "(-1.5, NULL)", "(+ 2, true)", "(2, 'it''s')", r"(3, 'a\'b')",
     "('a'\n'b', 1)", r"(1, '\101')", "(1)", "(1, 2, 3)", "(default, 1)", "(1 + 1, 2)", "(1e, 2)",
     "(1::int, 2)", "(date '2018-11-01', 1)", "($1, 2)", "((1), 2)", "()", ",", ",", ",", ";", ";",
     "--x\n", "-- )", "/* ; */", "/* /* */ */", "'", '"', "$$", "select", "returning a", "explain",
     "a", "."]
)  # fmt: skip
LISTS = st.lists(
    st.sampled_from(["(1, 'x')", "(-1.5, NULL)", "(2, 'it''s')", "( 3 ,\n'' )"]), min_size=1
).map(", ".join)
TEXTS = st.one_of(
    st.lists(st.one_of(PARTS, LISTS), max_size=12).map(" ".join),
    st.tuples(PARTS, LISTS, PARTS).map(lambda parts: f"insert into t values {parts[1]} {parts[2]}"),
    st.tuples(PARTS, LISTS, PARTS).map(
        lambda parts: f"insert into t {parts[0]} values {parts[1]};{parts[2]}"
    ),
)


def read(sql: str) -> Any:
    try:
        return [repr(one_by_one(statement)) for statement in parse(sql)]
    except RedshiftError as error:
        return error.sqlstate, error.message, error.position


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_any_text_is_read_as_without_them(sql: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_rows, "FEWEST", 1)
        found = read(sql)
        patch.setattr(plain_rows, "find", lambda *_: None)
        assert found == read(sql)


NOT_PLAIN = ["default", "1 + 1", "(1)", "'a'\n'b'", r"'\101'", "1::int", "date '2018-11-01'", "$1"]


@pytest.mark.parametrize("cell", NOT_PLAIN)
def test_what_is_no_plain_constant_is_left_to_the_grammar(cell: str) -> None:
    assert _source([*["(1)"] * 20, f"({cell})"]) is changes.Values


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        (plain_rows.FEWEST, changes.PlainRows),
        (plain_rows.FEWEST - 1, changes.Values),
        (5000, changes.PlainRows),
    ],
)
def test_few_rows_are_read_one_by_one(rows: int, kind: type[Any]) -> None:
    assert _source(["(1)"] * rows) is kind


@pytest.mark.parametrize(
    "head",
    [
        "insert into t",
        '-- why\n/* who */ INSERT INTO\ts . "T" (a, "b c")',
        "select 1; insert into t",
    ],
)
def test_they_are_found_behind(head: str) -> None:
    statement = parse(f"{head} values {', '.join(['(1)'] * 20)} -- done")[-1]
    assert one_by_one(statement) is not statement


LONG_BLANKS = " " * 200_000
QUOTES = "''" * 100_000


@pytest.mark.parametrize(
    "text",
    [
        f"insert into t values {', '.join(['(1)'] * 20)}{LONG_BLANKS}x",
        f"insert into t values {', '.join(['(1)'] * 20)}, ({LONG_BLANKS}1 x)",
        f"insert into t values {', '.join(['(1)'] * 20)}, (-{LONG_BLANKS}1 x)",
        f"insert into t{LONG_BLANKS}x values {', '.join(['(1)'] * 20)}",
        f"insert into t values {', '.join(['(1)'] * 20)}, ({'1' * 200_000}x)",
        f"insert into t values {', '.join(['(1)'] * 20)}, ('{QUOTES}x')x",
    ],
    ids=["after", "in a row", "after a sign", "before", "digits", "quotes"],
)
def test_a_long_text_that_is_refused_takes_no_long_time(text: str) -> None:
    with pytest.raises(SyntaxFault, match="syntax error at or near"):
        parse(text)


def _source(rows: list[str]) -> type[Any]:
    statement = parse_one(f"insert into t values {', '.join(rows)}")
    assert isinstance(statement, QueryStatement)
    assert isinstance(statement.tree, changes.Insert)
    return type(statement.tree.source)


def test_a_table_that_numbers_its_rows_gets_them_one_by_one(
    bound: Callable[..., tree.Bound],
) -> None:
    rows = ", ".join(["('a')"] * 20)
    for table, kind in (("counted (v)", tree.ValueRows), ("users (name)", tree.PlainRows)):
        node = bound(f"INSERT INTO {table} VALUES {rows}").node
        assert isinstance(node, tree.Insert)
        assert isinstance(node.source, kind)


def test_defaults_stand_in_each_row(engine: Any) -> None:
    rows = ", ".join(f"({number}, NULL)" for number in range(20))
    assert engine.run(f"INSERT INTO filled (a, d) VALUES {rows}") == [(20,)]
    assert engine.run("SELECT count(a), min(b), max(c), count(d) FROM filled")[0][:2] == (20, "dft")
