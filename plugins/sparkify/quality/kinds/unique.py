"""No value twice.

dbt: https://docs.getdbt.com/reference/resource-properties/data-tests#unique
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from sparkify.quality.check import Measure, Warehouse
from sparkify.quality.rows import Query, RowsCheck
from sparkify.quoting import identifier, identifiers


@dataclass(frozen=True)
class Unique(RowsCheck):
    """No two rows have the same values in the columns. Redshift does not enforce keys.

    As in dbt, NULL is no value: rows with NULL in one of the columns are not compared.
    """

    kind: ClassVar[str] = "unique"

    columns: tuple[str, ...]

    @property
    def columns_used(self) -> Sequence[str]:
        """See `Check`."""
        return self.columns

    @property
    def expected(self) -> str:
        """In words."""
        return f"each {', '.join(self.columns)} once"

    def failing(self, warehouse: Warehouse) -> Measure:
        """See `RowsCheck`: the rows that are too many; dbt counts values that occur twice."""
        if len(self.columns) == 1:
            column = identifier(self.columns[0])
            return Measure(self.table, f"COUNT({column}) - COUNT(DISTINCT {column})")
        # DISTINCT takes one column; several are counted on their own.
        repeated = self.examples(warehouse).sql
        return Measure(None, f"SELECT SUM(times - 1)\nFROM (\n{repeated}\n) AS repeated")

    def examples(self, warehouse: Warehouse) -> Query:
        """Values that occur more than once, with how often."""
        key = identifiers(self.columns)
        present = " AND ".join(f"{identifier(column)} IS NOT NULL" for column in self.columns)
        return Query(
            f"SELECT {key}, COUNT(*) AS times\n"
            f"FROM {warehouse.judged(self.table)}\nWHERE {present}\n"
            f"GROUP BY {key}\nHAVING COUNT(*) > 1"
        )
