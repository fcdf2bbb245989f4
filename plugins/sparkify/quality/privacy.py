"""Rows as text, for people, without data about people.

Whatever shows a row goes through here: errors, logs, XComs, `data_quality_results`, commands. The
description of a table says which of its columns are personal. Text is shown of columns alone that
are described as text and not as personal: any other may come from one, as in `first_name || ' ' ||
last_name AS who`.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from sparkify.warehouse import Row

HIDDEN = "***"

_WIDTH = 60
"""Characters of a value."""

_FIRST_LETTER_FROM = 4
"""Characters that a value must have for its first one to be shown: of `F` it would say all."""

_PLAIN = (bool, int, float, Decimal, dt.date, dt.time, dt.timedelta)

_NAMES_THINGS = re.compile(r"\[(?:42|3F|3D|0A)[0-9A-Z]{3}\]")
"""SQLSTATEs of errors about the statement: what they quote are names of things."""

_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


class Described(Protocol):
    """The part of a table's description that matters here."""

    @property
    def name(self) -> str:
        """Of the table."""

    @property
    def columns(self) -> Mapping[str, str]:
        """Types by name."""

    @property
    def personal(self) -> frozenset[str]:
        """Columns with data about people."""


@dataclass(frozen=True)
class Privacy:
    """What of the tables may be shown; of a table that nobody has described, numbers and times.

    Attributes:
        personal: columns with data about people, by table.
        public: the other columns of text, by table.
    """

    personal: Mapping[str, frozenset[str]] = field(default_factory=dict)
    public: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, tables: Iterable[Described]) -> "Privacy":
        """By the descriptions of tables."""
        tables = tuple(tables)
        return cls(
            personal={table.name: frozenset(table.personal) for table in tables},
            public={
                table.name: frozenset(
                    name for name, type_ in table.columns.items() if type_.startswith("character")
                )
                - table.personal
                for table in tables
            },
        )

    def show(self, table: str, columns: Sequence[str], row: Row) -> str:
        """A row as text, its values cut to a readable width.

        Args:
            table: whose columns they are.
            columns: names of the values.
            row: the values.
        """
        values = (
            self._value(table, column, value) for column, value in zip(columns, row, strict=True)
        )
        return f"({', '.join(values)})"

    def _value(self, table: str, column: str, value: object) -> str:
        if value is None:
            return "NULL"
        text = str(value)
        if column in self.personal.get(table, frozenset()):
            return mask(text) if isinstance(value, str) else HIDDEN
        if not isinstance(value, _PLAIN) and column not in self.public.get(table, frozenset()):
            return mask(text)
        return text if len(text) <= _WIDTH else text[:_WIDTH] + "…"


def mask(text: str) -> str:
    """What is shown of a personal value: `L***`; nothing of a short one, that there is none."""
    if not text:
        return "''"
    return (text[0] if len(text) >= _FIRST_LETTER_FROM else "") + HIDDEN


def without_values(message: str) -> str:
    """An error of the warehouse without the values that it quotes, which may be personal.

    `invalid input syntax for integer: "Lily" [22P02]` does, `relation "x" does not exist [42P01]`
    quotes a name.
    """
    return message if _NAMES_THINGS.search(message) else _QUOTED.sub(HIDDEN, message)
