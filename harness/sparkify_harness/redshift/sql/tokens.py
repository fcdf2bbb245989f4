"""Redshift SQL as tokens: the lexical rules of PostgreSQL 8.0, and nothing beyond.

Redshift:
    https://docs.aws.amazon.com/redshift/latest/dg/r_names.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html

A tokenizer of several dialects takes backticks, Jinja, ``1_000`` and ``0x1F``, and joins words to
keywords of other databases; so this one is its own. What it does not know is a syntax error.
"""

import re
from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

from sparkify_harness.redshift.errors import SyntaxFault
from sparkify_harness.redshift.sql import plain_rows
from sparkify_harness.redshift.sql.garbage import emptied
from sparkify_harness.redshift.sql.reserved import RESERVED

MAX_STATEMENT: Final = 16_777_216
"""Bytes. https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_commands.html"""

MAX_IDENTIFIER: Final = 127

BLANKS: Final = " \t\r\n\f"
"""What may stand between tokens; no other blank of Unicode's, which are letters of names."""


class TokenKind(Enum):
    """What a token is."""

    WORD = "word"
    QUOTED = "quoted identifier"
    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    PARAMETER = "parameter"
    SYMBOL = "symbol"
    ROWS = "rows of plain constants"
    END = "end"


class Token(NamedTuple):
    """A token.

    Args:
        key: What the grammar compares: the lower-case word, or the symbol; empty for the rest.
        kind: Which sort.
        value: Folded identifier, string without quotes and escapes, digits, parameter number;
            the length of each row.
            A string may hold NUL: COPY takes it as NULL.
        start: 0-based offset of its first character.
        end: Offset after its last character.
    """

    key: str
    kind: TokenKind
    value: str
    start: int
    end: int

    @property
    def position(self) -> int:
        """The place of its first character, as errors tell it."""
        return self.start + 1


class Unterminated(SyntaxFault):
    """A string, a quoted name or a comment is still open where the text ends."""


_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n\f]+)
  | (?P<comment>--[^\r\n]*)
  | (?P<block>/\*)
  | (?P<escaped>[eE]')
  | (?P<word>\#?[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_$\u0080-\U0010ffff]*)
  | (?P<string>')
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<quoted>")
  | (?P<dollar>\$(?:[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_\u0080-\U0010ffff]*)?\$)
  | (?P<parameter>\$\d+)
  | (?P<typecast>::)
  | (?P<punctuation>[(),;.\[\]:])
  | (?P<operator>[~!@\#^&|`?+\-*/%<>=]+)
    """,
    re.VERBOSE | re.ASCII,
)
_STRING = re.compile(r"([^'\\]*(?:(?:\\.|'')[^'\\]*)*)'", re.DOTALL)
_CONTINUED = re.compile(r"[ \t\f]*(?:--[^\r\n]*)?[\r\n](?:[ \t\r\n\f]|--[^\r\n]*[\r\n])*'")
_QUOTED = re.compile(r'([^"]*(?:""[^"]*)*)"')
_ESCAPE = re.compile(r"\\([0-7]{1,3}|.)", re.DOTALL)
_CONTROLS: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_TRAILING_JUNK = re.compile(r"[A-Za-z_$\u0080-\U0010ffff][A-Za-z0-9_$\u0080-\U0010ffff]*")
_WORD_START = re.compile(r"[A-Za-z_\u0080-\U0010ffff]")
_SECRET = re.compile(r"credentials|access_key|session_token|symmetric_key", re.IGNORECASE)
_KEEPS_SIGN: Final = frozenset("~!@#^&|`?%")
_MOST_DIGITS: Final = 18
_UPPER: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def tokenize(sql: str, *, joins_rows: bool = False) -> list[Token]:
    """The tokens of a string, with one of kind END last.

    Args:
        sql: The string.
        joins_rows: As ``scan``.

    Raises:
        SyntaxFault: A character begins no token; quotes or comments do not end.
    """
    tokens: list[Token] = []
    try:
        tokens.extend(scan(sql, joins_rows=joins_rows))
    except BaseException:
        emptied(tokens)
        raise
    tokens.append(Token("", TokenKind.END, "", len(sql), len(sql)))
    return tokens


def scan(
    sql: str, begin: int = 0, end: int | None = None, *, joins_rows: bool = False
) -> Iterator[Token]:
    """The tokens of a string one after the other, without one for its end.

    Args:
        sql: The string, in which the offsets of tokens count.
        begin: Where the first token may begin.
        end: Where the last one ends; the end of the string by default.
        joins_rows: Whether the rows of an INSERT are one token of kind ROWS where they are plain.

    Raises:
        Unterminated: Quotes or comments do not end.
        SyntaxFault: A character begins no token.
    """
    match = _TOKEN.match
    at = statement = begin
    length = len(sql) if end is None else end
    while at < length:
        found = match(sql, at)
        if found is None:
            raise SyntaxFault.near(sql[at], at + 1)
        end = found.end()
        group = found.lastgroup
        if group == "word":
            word = fold(found.group())
            yield Token(word, TokenKind.WORD, word, at, end)
            if joins_rows and word == "values":
                rows = plain_rows.find(sql, statement, at, end, length)
                if rows is not None:
                    end = rows.end
                    yield Token("", TokenKind.ROWS, str(rows.width), rows.begin, end)
        elif group in {"punctuation", "typecast"}:
            key = found.group()
            if key == ";":
                statement = end
            yield Token(key, TokenKind.SYMBOL, "", at, end)
        elif group == "string":
            value, end = _string(sql, at, end)
            yield Token("", TokenKind.STRING, value, at, end)
        elif group == "number":
            yield _number(sql, at, end)
        elif group == "operator":
            end = _operator_end(sql, at, end)
            key = sql[at:end]
            yield Token("<>" if key == "!=" else key, TokenKind.SYMBOL, "", at, end)
        elif group == "block":
            end = _comment_end(sql, at)
        elif group not in {"space", "comment"}:
            token = _rare(sql, at, end, group or "")
            end = token.end
            yield token
        at = end


def _rare(sql: str, at: int, end: int, group: str) -> Token:
    if group == "quoted":
        return _quoted(sql, at)
    if group == "escaped":
        value, end = _string(sql, at, end)
        return Token("", TokenKind.STRING, value, at, end)
    if group == "parameter":
        _refuse_junk(sql, end)
        return Token("", TokenKind.PARAMETER, sql[at + 1 : end], at, end)
    close = sql.find(sql[at:end], end)
    if close < 0:
        raise _unterminated("dollar-quoted string", sql, at)
    return Token("", TokenKind.STRING, sql[end:close], at, close + end - at)


def fold(identifier: str) -> str:
    """An identifier as Redshift keeps it: ASCII letters in lower case, at most 127 bytes.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_names.html
    """
    folded = identifier.lower() if identifier.isascii() else identifier.translate(_UPPER)
    if len(folded) * 4 > MAX_IDENTIFIER:
        encoded = folded.encode("utf-8", "surrogatepass")
        if len(encoded) > MAX_IDENTIFIER:
            return encoded[:MAX_IDENTIFIER].decode("utf-8", "ignore")
    return folded


def _quoted(sql: str, at: int) -> Token:
    found = _QUOTED.match(sql, at + 1)
    if found is None:
        raise _unterminated("quoted identifier", sql, at)
    name = found.group(1).replace('""', '"')
    if not name:
        raise SyntaxFault('zero-length delimited identifier at or near """"', position=at + 1)
    return Token("", TokenKind.QUOTED, fold(name), at, found.end())


def _string(sql: str, at: int, begin: int) -> tuple[str, int]:
    parts = []
    while True:
        found = _STRING.match(sql, begin)
        if found is None:
            raise _unterminated("quoted string", sql, at)
        part = found.group(1)
        if "'" in part or "\\" in part:
            part = unescape(part)
        parts.append(part)
        more = _CONTINUED.match(sql, found.end())
        if more is None:
            return "".join(parts), found.end()
        begin = more.end()


def unescape(text: str) -> str:
    """What stands between the quotes of a string, without escapes and doubled quotes.

    Raises:
        SyntaxFault: Its octal escapes give no UTF-8.
    """
    # re.split keeps the escapes at the odd places; doubled quotes stand between them.
    pieces = _ESCAPE.split(text)
    for index, piece in enumerate(pieces):
        pieces[index] = _escape(piece) if index % 2 else piece.replace("''", "'")
    joined = "".join(pieces)
    try:
        return joined.encode("utf-8", "surrogateescape").decode("utf-8")
    except UnicodeError:
        raise SyntaxFault('invalid byte sequence for encoding "UTF8"') from None


def _escape(code: str) -> str:
    if not "0" <= code[0] <= "7":
        return _CONTROLS.get(code, code)
    byte = int(code, 8) & 0xFF
    return chr(byte) if byte < 0x80 else chr(0xDC00 + byte)


def is_whole(text: str) -> bool:
    """Whether it is a whole number of digits alone that a BIGINT surely holds.

    The grammar takes no longer one where it wants a number. Python does not read them either.
    """
    return text.isdecimal() and len(text) <= _MOST_DIGITS


def _number(sql: str, at: int, end: int) -> Token:
    _refuse_junk(sql, end)
    text = sql[at:end]
    return Token("", TokenKind.INTEGER if is_whole(text) else TokenKind.NUMBER, text, at, end)


def _refuse_junk(sql: str, end: int) -> None:
    # PostgreSQL 8.0 reads 0x1F as the number 0 and the alias x1F: refused, as nobody means that.
    # A key word cannot be an alias: redshift_connector's own catalog queries say ``-4WHEN``.
    junk = _TRAILING_JUNK.match(sql, end)
    if junk and junk.group().lower() not in RESERVED:
        raise SyntaxFault.near(junk.group(), end + 1)


def _operator_end(sql: str, at: int, end: int) -> int:
    run = sql[at:end]
    for comment in ("--", "/*"):
        if (found := run.find(comment)) > 0:
            run = run[:found]
    if run[-1] == "#" and len(run) > 1 and _WORD_START.match(sql, at + len(run)):
        run = run[:-1]  # a=#b: a temporary table, no operator =#
    if _KEEPS_SIGN.isdisjoint(run):
        run = run.rstrip("+-") or run[0]
    return at + len(run)


def _comment_end(sql: str, at: int) -> int:
    # Not by a pattern: one search through megabytes is one step, in which nobody else runs.
    depth, begin = 1, at + 2
    end = sql.find("*/", begin)
    while end >= 0:
        opened = sql.find("/*", begin, end + 1)
        if opened >= 0:
            depth, begin = depth + 1, opened + 2
        else:
            depth, begin = depth - 1, end + 2
            if not depth:
                return begin
        if begin > end:
            end = sql.find("*/", begin)
    raise _unterminated("/* comment", sql, at)


def _unterminated(what: str, sql: str, at: int) -> Unterminated:
    # What follows an open quote may hold the keys of a COPY: it is not repeated then.
    if _SECRET.search(sql):
        return Unterminated(f"unterminated {what}", position=at + 1)
    return Unterminated(f'unterminated {what} at or near "{sql[at:]}"', position=at + 1)
