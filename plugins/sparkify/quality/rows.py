"""Checks that are told by the rows that break them, as in dbt: none may be there.

An empty table has none, whatever went wrong before, so it fails too unless the check allows it.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, NamedTuple

from sparkify.quality.check import Check, Finding, Measure, Warehouse, counted, rows_of

SAMPLE = 5
"""Failing rows shown."""


class Query(NamedTuple):
    """A SELECT and the values of its `%s`."""

    sql: str
    values: tuple[object, ...] = ()


@dataclass(frozen=True)
class RowsCheck(Check):
    """A check told by the rows of a table that break it.

    Attributes:
        allow_empty: a table without rows passes.
    """

    _: KW_ONLY
    allow_empty: bool = False

    @abstractmethod
    def failing(self, warehouse: Warehouse) -> Measure:
        """How many rows break it; NULL is none."""

    @abstractmethod
    def examples(self, warehouse: Warehouse) -> Query:
        """The rows that break it, or what they have in common and how often."""

    def measures(self, warehouse: Warehouse) -> tuple[Measure, ...]:
        """See `Check`."""
        return rows_of(self.table), self.failing(warehouse)

    def judge(self, values: Sequence[Any], warehouse: Warehouse) -> Finding:
        """See `Check`."""
        total, failing = (int(value or 0) for value in values)
        if total == 0:
            return Finding(0, "no row to judge", unusable=not self.allow_empty)
        if failing == 0:
            return Finding(0, f"no failing row of {total:,}")
        sample = sample_of(self.table, self.examples(warehouse), warehouse)
        return Finding(failing, f"{counted(failing)} of {total:,} failing", sample)


def sample_of(table: str, query: Query, warehouse: Warehouse) -> tuple[str, ...]:
    """Some rows of a query as text, without data about people.

    Args:
        table: whose columns those of the query are.
        query: has no ORDER BY of its own.
        warehouse: to ask.
    """
    answer = warehouse.ask(
        f"SELECT *\nFROM (\n{query.sql}\n) AS failing\nORDER BY 1\nLIMIT {SAMPLE}",
        query.values,
    )
    return tuple(warehouse.show(table, answer.columns, row) for row in answer.rows)


def sum_where(condition: str) -> str:
    """An aggregate: how many rows meet the condition; NULL of no rows."""
    return f"SUM(CASE WHEN {condition} THEN 1 ELSE 0 END)"
