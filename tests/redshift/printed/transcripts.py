"""Transcripts of AWS's printed examples: a question in SQL, and the answer that its page shows.

A file is a chapter of the Database Developer Guide. ``# page`` begins a page, whose tables are
its own. A statement ends with a semicolon at the end of a line; the lines up to the next blank
line are its answer: rows, with `` | `` between columns, perhaps under a head of labels and dashes.
``null`` is NULL and ``''`` the empty string; blanks around a value do not count. Other answers are
``(0 rows)``, ``ERROR: message`` (or ``ERROR 22003: message``, or ``ERROR`` alone), which is the
beginning of the message, and ``not emulated``. A statement without an answer prepares what follows.

Comments before a statement say more: ``in any order`` of rows whose order is open, and
``misprint: why`` of an answer that cannot be right. Rows of AWS's sample database are cut down to a
few that the page shows; ``null`` stands where the page leaves a blank.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
ADDRESS: Final = "https://docs.aws.amazon.com/redshift/latest/dg/{page}.html"

Row = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A statement, and what the page prints.

    Args:
        line: Where it begins in its file.
        sql: The statement.
        answer: Lines of the answer; empty for a statement that only prepares.
        in_any_order: Whether the order of the rows is open.
        misprint: Why the printed answer cannot be right.
    """

    line: int
    sql: str
    answer: tuple[str, ...]
    in_any_order: bool = False
    misprint: str | None = None

    @property
    def labels(self) -> tuple[str, ...] | None:
        """Printed labels of the columns, where the page has them."""
        if len(self.answer) > 1 and set(self.answer[1]) <= set("-+"):
            return tuple(_cells(self.answer[0]))
        return None

    @property
    def rows(self) -> list[Row]:
        """Printed rows."""
        lines = self.answer if self.labels is None else self.answer[2:]
        return [] if lines == ("(0 rows)",) else [_row(line) for line in lines]


@dataclass(frozen=True, slots=True)
class Page:
    """The examples of a page, in their order."""

    name: str
    examples: tuple[Example, ...]

    @property
    def address(self) -> str:
        """Where they are printed."""
        return ADDRESS.format(page=self.name)


def _row(line: str) -> Row:
    return tuple(_value(cell) for cell in _cells(line))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"\s\|\s", line)]


def _value(cell: str) -> str | None:
    return {"null": None, "''": ""}.get(cell, cell)


def pages() -> list[Page]:
    """Every page of every chapter."""
    return [page for path in sorted(FOLDER.glob("*.txt")) for page in read(path)]


def read(path: Path) -> Iterator[Page]:
    """The pages of a chapter."""
    name = ""
    found: list[Example] = []
    block: list[tuple[int, str]] = []
    for number, line in enumerate([*path.read_text().splitlines(), ""], start=1):
        if line.startswith("# "):
            if name:
                yield Page(name, tuple(found))
            name, found = line[2:], []
        elif line.strip():
            block.append((number, line))
        elif block:
            found.extend(_examples(block))
            block = []
    yield Page(name, tuple(found))


def _examples(block: list[tuple[int, str]]) -> Iterator[Example]:
    """The statements of a block; the last one has what remains as its answer."""
    comments = [text[3:] for _, text in block if text.startswith("-- ")]
    lines = [(number, text) for number, text in block if not text.startswith("-- ")]
    ends = [index for index, (_, text) in enumerate(lines) if text.endswith(";")]
    begin = 0
    for end in ends:
        is_last = end == ends[-1]
        yield Example(
            line=lines[begin][0],
            sql="\n".join(text for _, text in lines[begin : end + 1]),
            answer=tuple(text for _, text in lines[end + 1 :]) if is_last else (),
            in_any_order=is_last and "in any order" in comments,
            misprint=next(
                (text.removeprefix("misprint: ") for text in comments if "misprint: " in text), None
            )
            if is_last
            else None,
        )
        begin = end + 1
