"""Chapters: files of statements, each with what the front end makes of it.

A statement, a line ``----``, and its text up to the next empty line. The statements of a chapter
are read one after the other in one session, after those of ``definitions.sql``. A statement whose
first line is ``-- given: integer, none`` comes from a client that says types of its parameters.
The chapter ``unknown_literals`` is of a server that refuses more of these than others.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sparkify_harness.redshift import types
from sparkify_harness.redshift.sql.parse import split
from sparkify_harness.redshift.sql.unknowns import UnknownLiterals
from tests.unit.golden.printer import Printer
from tests.unit.golden.reading import World

FOLDER: Final = Path(__file__).parent / "files" / "chapters"
DEFINITIONS: Final = FOLDER / "definitions.sql"
_BLOCK: Final = re.compile(r"((?:#.*\n|\n)*)((?:.+\n)+?)----\n((?:.+\n)*)")
_GIVEN: Final = re.compile(r"-- given: (.*)")
_TYPES: Final = {
    str(each): each for each in vars(types).values() if isinstance(each, types.RedshiftType)
}


@dataclass(frozen=True)
class Block:
    """A statement of a chapter.

    Args:
        head: Comments and empty lines before it.
        sql: The statement.
        answer: What is made of it.
    """

    head: str
    sql: str
    answer: str

    def __str__(self) -> str:
        return f"{self.head}{self.sql}\n----\n{self.answer}\n"


def paths() -> list[Path]:
    """The files of all chapters."""
    return sorted(FOLDER.glob("*.txt"))


def blocks(path: Path) -> list[Block]:
    """The statements of a chapter, with what the file says of them.

    Raises:
        ValueError: Something in the file is no statement with its answer.
    """
    text = path.read_text(encoding="utf-8")
    found = [*_BLOCK.finditer(text)]
    if "".join(each[0] for each in found) != text:
        raise ValueError(f"{path.name}: not all of it is statements, each with a line ----")
    return [Block(each[1], each[2].rstrip("\n"), each[3].rstrip("\n")) for each in found]


def read(path: Path, printer: Printer) -> Iterator[Block]:
    """The same statements, with what is made of them now."""
    compared = path.stem == "unknown_literals"
    world = World(UnknownLiterals.COMPARED if compared else UnknownLiterals.SORTED)
    for piece in split(DEFINITIONS.read_text(encoding="utf-8")):
        [reading] = world.read(piece.text)
        assert reading.error is None, (piece.text, reading.error)
    for block in blocks(path):
        readings = world.read(block.sql, _given(block.sql))
        texts = [printer.text(reading, block.sql) for reading in readings]
        yield Block(block.head, block.sql, "\n;\n".join(texts) or "no statement")


def _given(sql: str) -> list[types.RedshiftType | None]:
    said = _GIVEN.match(sql)
    return [] if said is None else [_TYPES.get(name.strip()) for name in said[1].split(",")]
