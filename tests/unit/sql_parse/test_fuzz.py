"""Whatever arrives, the answer is a statement or an error that a client understands."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.sql.parse import parse, split
from sparkify_harness.redshift.sql.reserved import RESERVED
from sparkify_harness.redshift.sql.tokens import tokenize
from tests.unit.sql_parse import (
    test_copy,
    test_dml,
    test_queries,
    test_refused_queries,
    test_refused_statements,
    test_utility,
)

pytestmark = pytest.mark.medium

STATEMENTS = [
    *(case[0] for case in test_queries.CASES),
    *(case[0] for case in test_dml.CASES),
    *(case[0] for case in test_refused_queries.CASES),
    *(case[0] for case in test_refused_statements.CASES),
    *(case[0] for case in test_utility.CASES),
    *(f"copy t from 's3://b' {case[0]}" for case in test_copy.FORMATS),
]


def passes(read: Callable[[str], object], sql: str) -> bool:
    """Whether a text is read without an error."""
    try:
        read(sql)
    except RedshiftError:
        return False
    return True


WHOLE = [sql for sql in STATEMENTS if passes(tokenize, sql)]
"""Those whose quotes and comments end where they do."""
READ = [sql for sql in WHOLE if passes(split, sql)]
"""Those that are in the grammar."""
WORDS = sorted({word for sql in STATEMENTS for word in sql.split()} | RESERVED)


def survives(sql: str) -> None:
    error = None
    try:
        parse(sql)
    except RedshiftError as raised:
        error = raised
    if error is not None:
        assert error.message
        assert error.position is None or 1 <= error.position <= len(sql) + 1


@given(st.text(max_size=200))
def test_any_text(sql: str) -> None:
    survives(sql)


@given(st.text(alphabet="'\"$\\/*-;eE\n a1.#@|", max_size=60))
def test_any_quotes_and_comments(sql: str) -> None:
    survives(sql)


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    survives(data.decode("latin-1"))
    survives(data.decode("utf-8", "surrogateescape"))


@settings(max_examples=300)
@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_any_words(words: list[str]) -> None:
    survives(" ".join(words))


@settings(max_examples=300)
@given(st.sampled_from(STATEMENTS), st.integers(0, 60), st.integers(0, 6), st.sampled_from(WORDS))
def test_statements_with_a_word_replaced(sql: str, place: int, count: int, word: str) -> None:
    words = sql.split(" ")
    words[place % len(words) : place % len(words) + count] = [word]
    survives(" ".join(words))


@given(st.sampled_from(STATEMENTS), st.integers(0, 200))
def test_statements_cut_short(sql: str, length: int) -> None:
    survives(sql[:length])


NUMBER = re.compile(r"(?<![\w.])\d+")
LONG = "9" * 5000
"""More digits than Python reads as one number."""


@pytest.mark.parametrize("sql", [sql for sql in STATEMENTS if NUMBER.search(sql)])
def test_any_number_may_have_any_length(sql: str) -> None:
    for found in NUMBER.finditer(sql):
        survives(sql[: found.start()] + LONG + sql[found.end() :])


@given(st.text(max_size=100))
def test_tokens_cover_the_text_in_order(sql: str) -> None:
    try:
        tokens = tokenize(sql)
    except RedshiftError:
        return
    assert [token.start for token in tokens] == sorted(token.start for token in tokens)
    assert all(one.end <= two.start for one, two in pairwise(tokens))


@given(st.lists(st.sampled_from(READ), max_size=4))
def test_split_finds_every_statement(statements: list[str]) -> None:
    sql = "\n;".join(statements)
    whole = split(sql)
    assert all(sql[piece.offset :].startswith(piece.text) for piece in whole)
    texts = [piece.text for one in statements for piece in split(one)]
    assert [piece.text for piece in whole] == texts
