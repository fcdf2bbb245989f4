"""SQL text to statements."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from sqlglot import exp

from sparkify_harness.redshift.errors import RedshiftError, StatementTooComplex, SyntaxFault
from sparkify_harness.redshift.garbage import emptied
from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.grammar.statements import statement
from sparkify_harness.redshift.sql.screen import screened
from sparkify_harness.redshift.sql.statements import QueryStatement, Statement
from sparkify_harness.redshift.sql.tokens import MAX_STATEMENT, Kind, Token, tokenize

T = TypeVar("T")

REMEMBERED_LENGTH = 16_384
"""Characters of the longest statement that is remembered as it was read.

Clients that number their parameters send the same texts again and again."""

_REMEMBERED = 256


def split(sql: str) -> list[tuple[int, str]]:
    """The statements in a string, without their semicolons; empty ones are left out.

    The server parses a string as a whole before it runs any of it: with an error of syntax in the
    last of several statements, the first does not run either.

    Returns:
        For each its offset in characters, and its text.

    Raises:
        SyntaxFault: Quotes or comments do not end, a character belongs to no token, a statement
            is longer than Redshift takes, or one of several is not in the grammar.
    """
    pieces = list(_pieces(sql))
    try:
        if len(pieces) > 1:
            for _, _, tokens in pieces:
                _check_syntax(sql, tokens)
        return [(offset, text) for offset, text, _ in pieces]
    finally:
        _forget(pieces)


def parse(sql: str) -> list[Statement]:
    """The statements in a string.

    Raises:
        SyntaxFault: One is not in Redshift's grammar; its position counts from the start of
            ``sql``.
        NotEmulated: Redshift has it and this substitute does not.
    """
    pieces = list(_pieces(sql))
    try:
        return [
            _read(sql, tokens, lambda grammar: _statement(grammar, text, offset))  # noqa: B023  # at once
            for offset, text, tokens in pieces
        ]
    finally:
        _forget(pieces)


def parse_one(sql: str) -> Statement | None:
    """The only statement in a string; None when there are but blanks and comments.

    Raises:
        SyntaxFault: There are several, or as ``parse``.
    """
    return _remembered(sql) if len(sql) <= REMEMBERED_LENGTH else _parse_one(sql)


def _parse_one(sql: str) -> Statement | None:
    statements = parse(sql)
    if len(statements) > 1:
        raise SyntaxFault("cannot insert multiple commands into a prepared statement")
    return statements[0] if statements else None


_remembered = lru_cache(_REMEMBERED)(_parse_one)


def parse_query(text: str) -> QueryStatement:
    """A query on its own, as in UNLOAD and in the definition of a view."""
    parsed = parse_one(text)
    if not isinstance(parsed, QueryStatement) or parsed.tag != "SELECT":
        first = tokenize(text)[0]
        raise SyntaxFault.near(text[first.start : first.end], first.start + 1)
    return parsed


def parse_expression(text: str) -> exp.Expression:
    """An expression on its own, as in a stored DEFAULT."""

    def read(grammar: Grammar) -> exp.Expression:
        expression = grammar.expression()
        grammar.expect_end()
        return screened(expression)

    return _read(text, tokenize(text), read)


def _check_syntax(sql: str, tokens: Sequence[Token]) -> None:
    # What is refused for other reasons is refused when its turn comes.
    try:
        _read(sql, tokens, statement)
    except SyntaxFault:
        raise
    except RedshiftError:
        pass


def _statement(grammar: Grammar, text: str, offset: int) -> Statement:
    parsed = statement(grammar)
    return replace(parsed, text=parsed.text or text, offset=offset)


def _read(sql: str, tokens: Sequence[Token], read: Callable[[Grammar], T]) -> T:
    try:
        return read(Grammar(sql, tokens))
    except RecursionError:
        raise StatementTooComplex from None


def _pieces(sql: str) -> Iterator[tuple[int, str, list[Token]]]:
    begin = 0
    tokens: list[Token] = []
    for token in tokenize(sql):
        if token.key != ";" and token.kind is not Kind.END:
            tokens.append(token)
            continue
        if tokens:
            text = sql[begin : token.start]
            _check_size(text)
            offset = begin + len(text) - len(text.lstrip())
            end = Token("", Kind.END, "", token.start, token.start)
            yield offset, text.strip(), [*tokens, end]
        tokens = []
        begin = token.end


def _forget(pieces: list[tuple[int, str, list[Token]]]) -> None:
    for _, _, tokens in pieces:
        emptied(tokens)


def _check_size(text: str) -> None:
    if len(text) * 4 > MAX_STATEMENT and (size := len(text.encode())) > MAX_STATEMENT:
        raise SyntaxFault(
            f"Statement is too large. Statement Size: {size} bytes. "
            f"Maximum Allowed: {MAX_STATEMENT} bytes"
        )
