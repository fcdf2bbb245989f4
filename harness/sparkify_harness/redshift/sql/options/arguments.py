"""What follows an option's name; ``str`` of each is how AWS writes it."""

from dataclasses import dataclass
from typing import Final

Value = str | int
Values = tuple[Value, ...]
"""Literals as Python values, words in upper case; empty where nothing follows."""

MOST: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Flag:
    """Nothing: no value."""

    def __str__(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Text:
    """A string, after an optional AS: one value.

    Args:
        what: It says, in a word.
        optional: It may be left out: no value.
        keyword: A word that may stand in its place.
    """

    what: str
    optional: bool = False
    keyword: str | None = None

    def __str__(self) -> str:
        shown = f"'{self.what}'" + (f" | {self.keyword}" if self.keyword else "")
        return f"[[AS] {shown}]" if self.optional else f"[AS] {shown}"


@dataclass(frozen=True, slots=True)
class Number:
    """A number without sign or fraction, after an optional AS: one value.

    Args:
        most: The largest that is lawful; the least is 0.
    """

    most: int = MOST

    def __str__(self) -> str:
        return "[AS] n"


@dataclass(frozen=True, slots=True)
class Word:
    """A word that may follow: one value, or none."""

    word: str

    def __str__(self) -> str:
        return f"[{self.word}]"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these words, bare or as a string, after an optional AS: one value."""

    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"[AS] {' | '.join(self.words)}"


@dataclass(frozen=True, slots=True)
class Switch:
    """ON, OFF, TRUE, which is ON, FALSE, which is OFF, or one of further words; or none.

    Args:
        words: The further ones.
    """

    words: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"[{' | '.join((*self.words, 'ON', 'OFF', 'TRUE', 'FALSE'))}]"


@dataclass(frozen=True, slots=True)
class Size:
    """A size, after an optional AS: the number as text, then its unit, MB where none is written."""

    def __str__(self) -> str:
        return "[AS] n [MB | GB]"


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of columns in parentheses: a value each."""

    def __str__(self) -> str:
        return "(column [, ...])"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How shapes are simplified: no value; the words; the words and the tolerance as text."""

    def __str__(self) -> str:
        return "[SIMPLIFY [AUTO] [n]]"


@dataclass(frozen=True, slots=True)
class Unread:
    """What the grammar does not go into: it refuses the option at once, as not emulated.

    Args:
        what: AWS writes there.
    """

    what: str

    def __str__(self) -> str:
        return self.what


Argument = Flag | Text | Number | Word | Choice | Switch | Size | Columns | Tolerance | Unread
