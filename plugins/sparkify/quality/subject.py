"""What is judged of the tables of a warehouse, as common table expressions.

The rows of a table that are judged have a name of their own; whatever asks about them begins with
its definition. The values in it are bound: the statements of one day are those of the next, which
a warehouse has compiled already.
Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_WITH_clause.html
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sparkify.names import Names
from sparkify.quality.check import Check
from sparkify.quoting import identifier


class Definition(NamedTuple):
    """A common table expression: its query, and the values of the query's `%s`."""

    sql: str
    values: tuple[object, ...] = ()


@dataclass(frozen=True)
class Subject:
    """What is judged.

    Attributes:
        log_key: of the log; None for all logs.
        log_day: of the log.
        load_id: the load that brought its rows; None where it is not loaded, or for all logs.
        parts: what is judged of a table that is not judged as a whole; those that others build
            upon come first.
        passed_over: tables that the run had no part in.
    """

    log_key: str | None = None
    log_day: dt.date | None = None
    load_id: int | None = None
    parts: Mapping[str, Definition] = field(default_factory=dict)
    passed_over: frozenset[str] = frozenset()

    @property
    def is_absent(self) -> bool:
        """Whether the log that is to be judged is not loaded."""
        return self.log_key is not None and self.load_id is None

    def includes(self, check: Check) -> bool:
        """Whether the check is to be asked."""
        if self.is_absent and check.table in self.parts:
            return False
        return check.table not in self.passed_over and not (check.whole and self.log_key)

    def judged(self, table: str, names: Names) -> str:
        """What stands behind FROM for the rows of a table that are judged."""
        return part(table) if table in self.parts else names(table)

    def definitions(self, sql: str) -> tuple[str, tuple[object, ...]]:
        """What a statement must begin with, and its values, for the parts that it names."""
        needed: list[tuple[str, Definition]] = []
        for name, definition in reversed(tuple(self.parts.items())):
            if part(name) in sql or any(part(name) in other.sql for _, other in needed):
                needed.insert(0, (name, definition))
        if not needed:
            return "", ()
        texts = [f"{part(name)} AS (\n{definition.sql}\n)" for name, definition in needed]
        values = tuple(value for _, definition in needed for value in definition.values)
        return f"WITH {', '.join(texts)}\n", values


def part(table: str) -> str:
    """What the judged part of a table is called."""
    return identifier(f"judged_{table}")
