"""Changes of a statement's pieces, whatever they mean: most of what comes out is no statement."""

import re
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from random import Random

from sparkify_harness.redshift.sql.reserved import RESERVED
from tests.fuzz.constants import NUMBERS, STRINGS
from tests.fuzz.corpus import corpus

_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<string>[eE]?'(?:[^'\\]|\\.|'')*')|(?P<quoted>\"[^\"]*\")"
    r"|(?P<number>\d+(?:\.\d*)?)|(?P<word>\$?\w+)|(?P<symbol>::|\|\||[<>!=]+|.)",
    re.DOTALL,
)

Tokens = list[str]


def tokens(sql: str) -> Tokens:
    """The pieces of a statement, white space and all; of any text whatever."""
    return [found.group() for found in _TOKEN.finditer(sql)]


@cache
def _pool() -> dict[str, list[str]]:
    """Every piece of the corpus, by its sort."""
    found: dict[str, set[str]] = defaultdict(set)
    for subject in corpus():
        for match in _TOKEN.finditer(subject.sql):
            if len(match.group()) <= 100:
                found[str(match.lastgroup)].add(match.group())
    found["word"] |= RESERVED
    found["number"] |= set(NUMBERS)
    found["string"] |= set(STRINGS)
    return {sort: sorted(pieces) for sort, pieces in found.items()}


def _places(pieces: Tokens) -> list[int]:
    """Where something may be changed; where a COPY reads and with which keys stays as it is."""
    found = [
        place
        for place, piece in enumerate(pieces)
        if not piece.isspace() and not piece.startswith(("'$FOLDER", "$KEYS"))
    ]
    return found or [0]


def _drop(dice: Random, pieces: Tokens) -> None:
    at = dice.choice(_places(pieces))
    del pieces[at : at + dice.choice((1, 1, 1, 2, 3, 5))]


def _repeat(dice: Random, pieces: Tokens) -> None:
    at = dice.choice(_places(pieces))
    span = pieces[at : at + dice.choice((1, 2, 4, 8))]
    pieces[at:at] = [*span, " "]


def _swap(dice: Random, pieces: Tokens) -> None:
    one, other = dice.choice(_places(pieces)), dice.choice(_places(pieces))
    pieces[one], pieces[other] = pieces[other], pieces[one]


def _replace(dice: Random, pieces: Tokens) -> None:
    """By another of its sort."""
    at = dice.choice(_places(pieces))
    match = _TOKEN.match(pieces[at])
    sort = str(match.lastgroup) if match else "symbol"
    pieces[at] = dice.choice(_pool()[sort])


def _insert(dice: Random, pieces: Tokens) -> None:
    sort = dice.choice(sorted(_pool()))
    pieces.insert(dice.choice(_places(pieces)), f" {dice.choice(_pool()[sort])} ")


def _splice(dice: Random, pieces: Tokens) -> None:
    """The beginning of one and the end of another."""
    other = tokens(dice.choice(corpus()).sql)
    pieces[dice.choice(_places(pieces)) :] = other[dice.choice(_places(other)) :]


def _again(dice: Random, pieces: Tokens) -> None:
    """A second statement behind it."""
    pieces += [";", " ", *dice.choice((pieces, tokens(dice.choice(corpus()).sql)))]


def _character(dice: Random, pieces: Tokens) -> None:
    at = dice.choice(_places(pieces))
    text = pieces[at]
    inside = dice.randrange(len(text)) if text else 0
    odd = dice.choice("'\"\\;$#@`{}[]%é\u00a0\u200b\x01𐍈")
    pieces[at] = text[:inside] + odd + text[inside + dice.randint(0, 1) :]


def _cut(dice: Random, pieces: Tokens) -> None:
    del pieces[dice.choice(_places(pieces)) :]


_CHANGES: tuple[tuple[Callable[[Random, Tokens], None], int], ...] = (
    (_replace, 6), (_drop, 3), (_repeat, 2), (_swap, 2), (_insert, 2), (_splice, 2), (_again, 1),
    (_character, 2), (_cut, 1),
)  # fmt: skip
_FUNCTIONS, _WEIGHTS = zip(*_CHANGES, strict=True)


def piece_changed(dice: Random, sql: str) -> str:
    """A statement with some of its pieces changed."""
    pieces = tokens(sql)
    if pieces:
        dice.choices(_FUNCTIONS, _WEIGHTS)[0](dice, pieces)
    return "".join(pieces)
