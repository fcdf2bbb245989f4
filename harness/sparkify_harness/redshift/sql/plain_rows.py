"""Rows of VALUES that are plain constants, found in the text at once and read column by column.

A long INSERT has millions of tokens, whose records cost far more than what they say. So a list of
rows that holds quoted strings, numbers, NULL and truth values alone is one token, and its cells are
taken from the text when the columns that they go to are known. Whatever else stands there, such as
a cast, DEFAULT, an octal escape or a comment, is left to the grammar, with the whole list.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

FEWEST: Final = 20
"""Rows from which it is worth it."""

_CELLS: Final = 2_048
"""Cells that are read at once: some half millisecond, in which nobody else runs."""

_ROOM: Final = 131_072
"""Characters that are looked at in one step, as a pattern remembers each of its repetitions. What
stands before the rows is no longer, nor is one of them."""

_BLANK = r"[ \t\r\n\f]*+"
_GAP = r"(?:[ \t\r\n\f]|--[^\r\n]*[\r\n]|/\*(?:[^*/]|\*(?!/)|/(?!\*))*\*/)"
_NAME = (
    r'(?:\#?[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_$\u0080-\U0010ffff]*|"[^"]+")'  # no quote inside
)
_COLUMNS = r"""\((?:[^()'"$/-]|"[^"]*")*\)"""
_INSERT = re.compile(
    rf"{_GAP}*(?i:insert){_GAP}+(?i:into){_GAP}+"
    rf"{_NAME}(?:{_GAP}*\.{_GAP}*{_NAME})*(?:{_GAP}*{_COLUMNS})?{_GAP}*",
    re.ASCII,
)
_END = re.compile(rf"{_BLANK}(?:(?:--[^\r\n]*|/\*[^*/]*\*/){_BLANK})?(?:;|\Z)")
_CELL_TEXT = (
    r"(?:'[^'\\\0]*(?:(?:''|\\[^0-7\0])[^'\\\0]*)*'"
    rf"|(?:[+-]{_BLANK})?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
    r"|(?i:null|true|false))"
)
_CELL = re.compile(_CELL_TEXT, re.ASCII)
_FIRST = re.compile(
    rf"{_BLANK}\({_BLANK}{_CELL_TEXT}(?:{_BLANK},{_BLANK}{_CELL_TEXT})*{_BLANK}\)", re.ASCII
)
_COMMA = re.compile(rf"{_BLANK},")


class Span(NamedTuple):
    """Where rows stand in a text.

    Args:
        begin: Offset of the first one.
        end: Offset after the last one.
        width: Cells of each.
    """

    begin: int
    end: int
    width: int


def find(sql: str, statement: int, values: int, begin: int, limit: int) -> Span | None:
    """The rows after the word VALUES, if they are plain, of one length, and end the statement.

    Args:
        sql: The text.
        statement: Offset at which the statement begins.
        values: Offset of the word.
        begin: Offset after it.
        limit: Offset at which the text ends.

    Returns:
        None where the grammar has to read them: they are few, something else is among them or
        around them, or the statement is none that begins with INSERT.
    """
    first = _FIRST.match(sql, begin, min(begin + _ROOM, limit))
    if first is None or begin - statement > _ROOM or not _INSERT.fullmatch(sql, statement, values):
        return None
    width = len(_CELL.findall(sql, begin, first.end()))
    count, at = 0, begin
    while True:
        found = _next(sql, at, limit, width)
        if found is None:
            return None
        at = found.end()
        if count < FEWEST:
            count += len(_CELL.findall(sql, found.start(), at)) // width
        comma = _COMMA.match(sql, at, limit)
        if comma is None:
            break
        at = comma.end()
    plain = count >= FEWEST and _END.match(sql, at, limit)
    return Span(begin, at, width) if plain else None


def columns(sql: str, span: Span) -> Iterator[list[list[str]]]:
    """The cells as they are written, some rows at a time: a list of them for each column.

    Args:
        sql: The text.
        span: From ``find``.
    """
    begin, end, width = span
    while begin < end:
        found = _next(sql, begin, end, width)
        assert found is not None  # noqa: S101  # so it was found
        cells = _CELL.findall(sql, begin, found.end())
        yield [cells[number::width] for number in range(width)]
        comma = _COMMA.match(sql, found.end(), end)
        begin = end if comma is None else comma.end()


def _next(sql: str, begin: int, end: int, width: int) -> re.Match[str] | None:
    return _rows(width).match(sql, begin, min(begin + _ROOM, end))


@lru_cache(maxsize=64)
def _rows(width: int) -> re.Pattern[str]:
    """One row or several of them; each has so many cells."""
    more = f"(?:{_BLANK},{_BLANK}{_CELL_TEXT}){{{width - 1}}}" if width > 1 else ""
    row = rf"{_BLANK}\({_BLANK}{_CELL_TEXT}{more}{_BLANK}\)"
    most = max(_CELLS // width, 1)
    return re.compile(rf"{row}(?:{_BLANK},{row}){{0,{most - 1}}}", re.ASCII)
