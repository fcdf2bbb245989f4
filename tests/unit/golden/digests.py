"""Digests of what the front end makes of all that the tests say: one line for each subject.

A line has a digest of the typed trees, one of the engine's SQL, and the subject's name. The
subjects are those of ``tests/fuzz`` (the contract's cases with what is run before them, the
pipeline's SQL, the grammar's own tests), every production of AWS's grammar, AWS's printed
examples, and a call of every signature and every cast that is recorded.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Final

from tests.fuzz import corpus
from tests.redshift.cases import Case
from tests.redshift.printed.transcripts import pages
from tests.redshift.suite import contract
from tests.unit.golden.printer import Printer
from tests.unit.golden.reading import World
from tests.unit.places.subjects import casts, subjects
from tests.unit.sql_parse.test_productions import PRODUCTIONS

FOLDER: Final = Path(__file__).parent / "files" / "digests"
_LONGEST: Final = 70


@dataclass(frozen=True)
class Subject:
    """Statements that are read one after the other, in a session of their own.

    Args:
        name: What they are called.
        statements: As clients send them.
    """

    name: str
    statements: Sequence[str]

    def trees(self) -> Iterator[tuple[str, list[str]]]:
        """For each statement its readings in one line, and the engine's SQL of its queries."""
        world, printer = World(), Printer()
        for sql in self.statements:
            readings = world.read(sql)
            text = "\n".join(printer.line(each) for each in readings)
            yield text, [lowered for each in readings for lowered in each.lowered()]

    def digest(self) -> str:
        """The line of the file."""
        texts, engines = zip(*self.trees(), strict=True)
        return f"{_hash(texts)} {_hash([*chain(*engines)])} {self.name}"


def _hash(texts: Sequence[str]) -> str:
    return sha256("\0".join(texts).encode("utf-8", "surrogateescape")).hexdigest()[:8]


def _contract() -> Iterator[Subject]:
    """Each case of the contract, with what its test runs before it."""
    before = {each.name: each for each in corpus._contract()}
    for entry in contract():
        if entry.id in before:
            yield _of(before[entry.id])
        elif isinstance(entry.case, Case):  # a statement before it must fail
            yield Subject(entry.id, [*entry.case.setup, entry.case.sql])


def _of(found: corpus.Subject) -> Subject:
    sql = corpus.bare(found.sql)
    return Subject(found.name or _name(sql), [*found.setup, sql])


def _name(sql: str) -> str:
    return re.sub(r"\s+", " ", sql).strip()[:_LONGEST]


def _alone(statements: Iterable[str]) -> Iterator[Subject]:
    for sql in statements:
        yield Subject(_name(sql), [sql])


def _grammar() -> Iterator[Subject]:
    yield from map(_of, (*corpus._places(), *corpus._grammar()))
    yield from _alone(PRODUCTIONS)


def _examples() -> Iterator[Subject]:
    for page in pages():
        yield Subject(page.name, [example.sql for example in page.examples])


CORPORA: Final[Mapping[str, Callable[[], Iterator[Subject]]]] = {
    "contract": _contract,
    "pipeline": lambda: map(_of, corpus._pipeline()),
    "grammar": _grammar,
    "examples": _examples,
    "functions": lambda: _alone(f"SELECT {each}" for each in (*subjects(), *casts())),
}
"""By the name of the file."""
