"""What both engines are asked: chapters of statements, each in a session without data."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.unit.golden.digests import CORPORA
from tests.unit.places.subjects import Subject as Signature
from tests.unit.places.subjects import casts, subjects


@dataclass(frozen=True)
class Subject:
    """Statements that are run one after the other.

    Args:
        statements: As clients send them.
        judged: Those of them whose queries count; the others prepare.
    """

    statements: Sequence[str]
    judged: frozenset[str]


_QUERY: Final = re.compile(r"(?:--.*\n|[\s(])*(?:select|with)\b", re.IGNORECASE)


def _golden(name: str) -> Iterator[Subject]:
    """The cases of a corpus whose last statement is a query."""
    for each in CORPORA[name]():
        if _QUERY.match(each.statements[-1]):
            yield Subject(each.statements, frozenset(each.statements[-1:]))


def _pipeline() -> Iterator[Subject]:
    """The pipeline's own queries, over some songs and plays."""
    for each in CORPORA["pipeline"]():
        if _QUERY.match(each.statements[-1]):
            *tables, judged = each.statements
            yield Subject([*tables, *_landed(), judged], frozenset([judged]))


def _landed() -> Iterator[str]:
    """Songs, of which some are told twice, and plays of several users, days and sessions."""
    songs = [
        f"(1, 'A{n % 4}', {('NULL', n * 1.5)[n % 2]}, {('NULL', -n)[n % 3 > 0]}, "
        f"{('NULL', repr(f'Place {n}'))[n % 2]}, 'Artist {n % 4}{' ' * (n % 2)}', 'S{n % 7}', "
        f"'Title {n % 7}{' ' * (n // 7)}', {200 + n % 7}.25, {(0, 1999)[n % 2]})"
        for n in range(10)
    ]
    yield f"INSERT INTO staging_songs VALUES {', '.join(songs)}"
    events = [
        f"('Artist {n % 5}', 'Logged In', 'First{n % 3}', 'F', {n % 9 + n // 50}, 'Last', "
        f"{200 + n % 8}.25, '{('free', 'paid')[n // 20 % 2]}', 'Town{' ' * (n % 2)}', 'PUT', "
        f"'{('NextSong', 'NextSong', 'Home')[n % 3]}', 1540000000000, {n // 9}, 'Title {n % 8}', "
        f"200, {1541106106796 + n * 37_000_123}, 'agent', {('NULL', n % 6)[n % 6 > 0]}, "
        f"'2018-11-{1 + n // 8:02d}', 'log_data/2018/11/{n // 8}.json')"
        for n in range(70)
    ]
    yield f"INSERT INTO staging_events VALUES {', '.join(events)}"


def _examples() -> Iterator[Subject]:
    """AWS's printed pages, each of many examples."""
    for each in CORPORA["examples"]():
        yield Subject(each.statements, frozenset(filter(_QUERY.match, each.statements)))


def _signatures() -> Iterator[Subject]:
    """Calls of every signature and casts between all types, of constants and of columns."""
    for each in (*subjects(), *casts()):
        if "privilege(" in str(each):  # it asks for a table
            continue
        texts = [f"SELECT {each}", *_of_columns(each)]
        yield Subject(texts, frozenset(texts))


def _of_columns(each: Signature) -> Iterator[str]:
    columns = [
        None if argument.bare else f"c{number}" for number, argument in enumerate(each.arguments)
    ]
    if not any(columns):
        return
    made = ", ".join(
        f"{argument.constant} AS {column}"
        for column, argument in zip(columns, each.arguments, strict=True)
        if column
    )
    used = [
        column or argument.constant
        for column, argument in zip(columns, each.arguments, strict=True)
    ]
    yield f"SELECT {each.sql(*used)} FROM (SELECT {made}) AS s"


CHAPTERS: Final[Mapping[str, Callable[[], Iterator[Subject]]]] = {
    "contract": lambda: _golden("contract"),
    "pipeline": _pipeline,
    "examples": _examples,
    "signatures": _signatures,
}
"""By the name of the file that says what is left out of it."""


def shortened(sql: str) -> str:
    """A statement in one line."""
    return re.sub(r"\s+", " ", sql).strip().rstrip(";")
