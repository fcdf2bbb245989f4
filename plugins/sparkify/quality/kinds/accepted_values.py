"""Only values of a list.

dbt: https://docs.getdbt.com/reference/resource-properties/data-tests#accepted_values
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from sparkify.quality.check import Measure, Warehouse
from sparkify.quality.rows import Query, RowsCheck, sum_where
from sparkify.quoting import identifier


@dataclass(frozen=True)
class AcceptedValues(RowsCheck):
    """Each value is one of a list; NULL passes only where allowed, other than in dbt."""

    kind: ClassVar[str] = "accepted_values"

    column: str
    values: tuple[str | int, ...]
    allow_null: bool = False

    @property
    def columns_used(self) -> Sequence[str]:
        """See `Check`."""
        return (self.column,)

    @property
    def expected(self) -> str:
        """In words."""
        null = " or NULL" if self.allow_null else ""
        return f"{self.column} one of {', '.join(map(str, self.values))}{null}"

    def failing(self, warehouse: Warehouse) -> Measure:  # noqa: ARG002 - see `RowsCheck`
        """See `RowsCheck`."""
        return Measure(self.table, sum_where(self._condition), self.values)

    def examples(self, warehouse: Warehouse) -> Query:
        """Other values, with how often."""
        column = identifier(self.column)
        return Query(
            f"SELECT {column}, COUNT(*) AS times\n"
            f"FROM {warehouse.judged(self.table)}\nWHERE {self._condition}\nGROUP BY {column}",
            self.values,
        )

    @property
    def _condition(self) -> str:
        column = identifier(self.column)
        marks = ", ".join(["%s"] * len(self.values))
        null = "" if self.allow_null else f" OR {column} IS NULL"
        return f"{column} NOT IN ({marks}){null}"
