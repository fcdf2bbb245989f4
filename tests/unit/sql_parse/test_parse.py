"""Splitting, and the ways to parse one thing."""

import pytest

from sparkify_harness.redshift.errors import NotEmulated, StatementTooComplex, SyntaxFault
from sparkify_harness.redshift.sql.garbage import LONG
from sparkify_harness.redshift.sql.parse import (
    parse,
    parse_expression,
    parse_one,
    parse_query,
    split,
)
from sparkify_harness.redshift.sql.statements import Begin, Commit, QueryStatement

SPLITS = [
    ("nothing", "", []),
    ("blanks and comments", " -- x\n /* ; */ ;; ", []),
    ("one", "select 1", [(0, "select 1")]),
    ("final semicolon", " select 1 ; ", [(1, "select 1")]),
    ("two", "begin; commit", [(0, "begin"), (7, "commit")]),
    ("semicolon in a string", "select ';'; commit", [(0, "select ';'"), (12, "commit")]),
    ("semicolon in dollar quotes", "select $$;$$", [(0, "select $$;$$")]),
    ("semicolon in a comment", "select 1 -- ;\n; commit", [(0, "select 1 -- ;"), (16, "commit")]),
    ("comment before", "/* x */ select 1", [(0, "/* x */ select 1")]),
    ("a blank that is a letter", "select a\u00a0; commit", [(0, "select a\u00a0"), (11, "commit")]),
    ("offsets count characters", "select 'é'; commit", [(0, "select 'é'"), (12, "commit")]),
]


@pytest.mark.parametrize(
    ("sql", "expected"), [case[1:] for case in SPLITS], ids=[case[0] for case in SPLITS]
)
def test_split(sql: str, expected: list[tuple[int, str]]) -> None:
    assert [(piece.offset, piece.text) for piece in split(sql)] == expected


def test_an_error_of_syntax_anywhere_is_found_before_anything_runs() -> None:
    with pytest.raises(SyntaxFault) as raised:
        split("delete from t; comit; select 1")
    assert (raised.value.message, raised.value.position) == (
        'syntax error at or near "comit"',
        16,
    )


def test_the_end_of_input_is_where_a_statement_ends() -> None:
    for sql in ("select 1 +", "select 1 + \n ;", "select 1; select 2 +   "):
        with pytest.raises(SyntaxFault, match="end of input") as raised:
            split(sql)
        assert raised.value.position == len(sql.rstrip("; \n")) + 1


def test_what_is_not_emulated_waits_for_its_turn() -> None:
    assert len(split("select 1; call p(); create table t (a uuid)")) == 3


@pytest.mark.parametrize("sql", ["select 1", "begin; select 1", f"select '{'x' * LONG}'"])
def test_what_was_read_is_handed_on(sql: str) -> None:
    assert all(piece.read() is piece.statement for piece in split(sql))


def test_what_is_not_emulated_is_told_from_the_start_of_the_string() -> None:
    first, second = split("select 'é';  create table t (a geometry)")
    assert first.read() == first.statement
    assert second.statement is None
    with pytest.raises(NotEmulated) as raised:
        second.read()
    assert raised.value.position == 32


def test_of_many_long_statements_none_stays() -> None:
    sql = "\n; ".join(["select 'x' /* why */ || 'y' -- so"] * (LONG // 16))
    pieces = split(sql)
    assert all(piece.statement is None for piece in pieces)
    for piece in (pieces[0], pieces[-1]):
        statement = piece.read()
        assert isinstance(statement, QueryStatement)
        assert statement.text == "select 'x' /* why */ || 'y' -- so"
        assert statement.tree.position == piece.offset + 1


def test_statements_carry_their_text_and_offset() -> None:
    first, second = parse("begin ;\n commit;")
    assert first == Begin(text="begin", offset=0)
    assert second == Commit(text="commit", offset=9)


def test_position_of_an_error_counts_from_the_start_of_the_string() -> None:
    with pytest.raises(SyntaxFault) as raised:
        parse("select 1; select from t")
    assert raised.value.position == 18


def test_nothing_is_no_statement() -> None:
    assert parse_one(" -- nothing\n;") is None


def test_several_statements_are_not_prepared() -> None:
    with pytest.raises(SyntaxFault, match="cannot insert multiple commands into a prepared stat"):
        parse_one("select 1; select 2")


def test_one_statement_may_end_with_semicolons() -> None:
    assert isinstance(parse_one("select 1;;"), QueryStatement)


@pytest.mark.parametrize("sql", ["insert into t values (1)", "begin", "select 1 into t", ""])
def test_only_a_query_is_a_query(sql: str) -> None:
    with pytest.raises(SyntaxFault):
        parse_query(sql)


@pytest.mark.parametrize("sql", ["1, 2", "1 2", "", "select 1", "default"])
def test_only_an_expression_is_an_expression(sql: str) -> None:
    with pytest.raises(SyntaxFault):
        parse_expression(sql)


PLACES = [
    ("  foo(a)", 3),
    ("1 + t.b", 3),
    ("a::int", 2),
    ("1 + $2", 3),
    ("a = b", 3),
    ("'x'", None),
]


@pytest.mark.parametrize(("sql", "expected"), PLACES, ids=[sql for sql, _ in PLACES])
def test_nodes_know_their_place(sql: str, expected: int | None) -> None:
    assert parse_expression(sql).position == expected


def test_too_large_a_statement_is_refused_by_its_bytes() -> None:
    sql = "select '" + "é" * 8_388_608 + "'"
    with pytest.raises(SyntaxFault) as raised:
        parse(sql)
    assert raised.value.message == (
        "Statement is too large. Statement Size: 16777225 bytes. Maximum Allowed: 16777216 bytes"
    )


@pytest.mark.medium
@pytest.mark.parametrize("opening", ["(", "f(", "- ", "not ", "case when ", "(select "])
def test_nesting_without_end_is_refused(opening: str) -> None:
    with pytest.raises(StatementTooComplex, match="stack depth limit exceeded"):
        parse("select " + opening * 50_000)


def test_many_operators_are_no_nesting() -> None:
    parse("select " + " or ".join(["a = 1"] * 5_000))
