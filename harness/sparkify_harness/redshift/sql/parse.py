"""SQL text to statements."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TypeVar

from sparkify_harness.redshift.errors import RedshiftError, StatementTooComplex, SyntaxFault
from sparkify_harness.redshift.sql import changes, syntax
from sparkify_harness.redshift.sql.garbage import LONG, emptied
from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.grammar.statements import statement
from sparkify_harness.redshift.sql.statements import QueryStatement, Statement
from sparkify_harness.redshift.sql.tokens import (
    BLANKS,
    MAX_STATEMENT,
    Token,
    TokenKind,
    scan,
    tokenize,
)

T = TypeVar("T")

REMEMBERED_LENGTH = 16_384
"""Characters of the longest string whose statements are remembered as they were read.

Clients that number their parameters send the same texts again and again."""

_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class Piece:
    """One of the statements of a string.

    Args:
        sql: The string; places of tokens, nodes and errors count in it.
        offset: Characters before the statement.
        text: Its own text, without the semicolon.
        statement: What was read; None where it is read when its turn comes: it is refused, and not
            for its syntax, or it is one of many that would fill the memory together.
    """

    sql: str = field(repr=False)
    offset: int
    text: str = field(repr=False)
    statement: Statement | None

    def read(self) -> Statement:
        """The statement.

        Raises:
            NotEmulated: Redshift has it and this substitute does not.
            RedshiftError: It is refused for another reason.
        """
        if self.statement is not None:
            return self.statement
        end = self.offset + len(self.text)
        tokens = [*scan(self.sql, self.offset, end, joins_rows=True), _end(end)]
        try:
            return _statement(self.sql, tokens, self.text, self.offset)
        finally:
            emptied(tokens)


def split(sql: str) -> Sequence[Piece]:
    """The statements in a string, without their semicolons; empty ones are left out.

    The server parses a string as a whole before it runs any of it: with an error of syntax in the
    last of several statements, the first does not run either. What is refused for other reasons is
    refused when its turn comes.

    Raises:
        SyntaxFault: Quotes or comments do not end, a character belongs to no token, a statement
            is longer than Redshift takes, or is not in the grammar. Its position counts from the
            start of the string.
    """
    return _remembered(sql) if len(sql) <= REMEMBERED_LENGTH else _split(sql)


def _split(sql: str) -> Sequence[Piece]:
    texts = list(_texts(sql))
    keeps = len(texts) == 1 or len(sql) < LONG
    try:
        return tuple(
            Piece(sql, offset, text, _checked(sql, tokens, text, offset, keeps=keeps))
            for offset, text, tokens in texts
        )
    finally:
        for _, _, tokens in texts:
            emptied(tokens)


_remembered = lru_cache(_REMEMBERED)(_split)


def parse(sql: str) -> list[Statement]:
    """The statements in a string.

    Raises:
        SyntaxFault: One is not in Redshift's grammar, or as ``split``.
        NotEmulated: Redshift has it and this substitute does not.
    """
    return [piece.read() for piece in _split(sql)]


def parse_one(sql: str) -> Statement | None:
    """The only statement in a string; None when there are but blanks and comments.

    Raises:
        SyntaxFault: There are several, or as ``parse``.
    """
    pieces = split(sql)
    if len(pieces) > 1:
        raise SyntaxFault("cannot insert multiple commands into a prepared statement")
    return pieces[0].read() if pieces else None


def parse_query(text: str) -> syntax.Query:
    """The tree of a query on its own, as in the definition of a view.

    Raises:
        SyntaxFault: It is another statement, or as ``parse``.
    """
    parsed = parse_one(text)
    if not isinstance(parsed, QueryStatement) or isinstance(parsed.tree, changes.Change):
        first = tokenize(text)[0]
        raise SyntaxFault.near(text[first.start : first.end], first.position)
    return parsed.tree


def parse_select(text: str) -> QueryStatement:
    """A query on its own as a statement, as what SHOW is run as.

    Raises:
        SyntaxFault: As ``parse_query``.
    """
    return QueryStatement(tree=parse_query(text), tag="SELECT", text=text)


def parse_expression(text: str) -> syntax.Expression:
    """An expression on its own, as in a stored DEFAULT."""

    def read(grammar: Grammar) -> syntax.Expression:
        expression = grammar.expression()
        grammar.expect_end()
        return expression

    return _read(text, tokenize(text), read)


def parse_rows(rows: changes.PlainRows) -> changes.Values:
    """Rows of plain constants, as if they had been something else."""
    begin = (rows.position or 1) - 1
    tokens = [*scan(rows.sql, begin, rows.span.end), _end(rows.span.end)]
    try:
        return _read(rows.sql, tokens, Grammar.values)
    finally:
        emptied(tokens)


def _checked(
    sql: str, tokens: Sequence[Token], text: str, offset: int, *, keeps: bool
) -> Statement | None:
    """What is read, if it is kept; None for what is refused, and not for its syntax."""
    try:
        found = _statement(sql, tokens, text, offset)
    except SyntaxFault:
        raise
    except RedshiftError:
        return None
    return found if keeps else None


def _statement(sql: str, tokens: Sequence[Token], text: str, offset: int) -> Statement:
    parsed = _read(sql, tokens, statement)
    return replace(parsed, text=parsed.text or text, offset=offset)


def _read(sql: str, tokens: Sequence[Token], read: Callable[[Grammar], T]) -> T:
    try:
        return read(Grammar(sql, tokens))
    except RecursionError:
        raise StatementTooComplex from None


def _texts(sql: str) -> Iterator[tuple[int, str, list[Token]]]:
    begin = 0
    tokens: list[Token] = []
    for token in tokenize(sql, joins_rows=True):
        if token.key != ";" and token.kind is not TokenKind.END:
            tokens.append(token)
            continue
        if tokens:
            whole = sql[begin : token.start]
            _check_size(whole)
            text = whole.lstrip(BLANKS)
            offset = begin + len(whole) - len(text)
            text = text.rstrip(BLANKS)
            tokens.append(_end(offset + len(text)))
            yield offset, text, tokens
        tokens = []
        begin = token.end


def _end(at: int) -> Token:
    return Token("", TokenKind.END, "", at, at)


def _check_size(text: str) -> None:
    if len(text) * 4 > MAX_STATEMENT and (size := len(text.encode())) > MAX_STATEMENT:
        raise SyntaxFault(
            f"Statement is too large. Statement Size: {size} bytes. "
            f"Maximum Allowed: {MAX_STATEMENT} bytes"
        )
