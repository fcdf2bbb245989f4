"""Each value has its row in another table.

dbt: https://docs.getdbt.com/reference/resource-properties/data-tests#relationships
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from sparkify.quality.check import Measure, Warehouse
from sparkify.quality.rows import Query, RowsCheck, sum_where
from sparkify.quoting import identifier


@dataclass(frozen=True)
class Relationships(RowsCheck):
    """Each value that is not NULL occurs in another table. Redshift enforces no foreign keys.

    Attributes:
        column: of the table.
        parent: the other table, all of it, whatever is judged of this one.
        parent_column: where the values must be.
    """

    kind: ClassVar[str] = "relationships"

    column: str
    parent: str
    parent_column: str

    def __post_init__(self) -> None:
        super().__post_init__()
        identifier(self._known)

    @property
    def columns_used(self) -> Sequence[str]:
        """See `Check`."""
        return (self.column,)

    @property
    def subject(self) -> Sequence[str]:
        """See `Check`."""
        return (f"{self.column} in {self.parent}",)

    @property
    def expected(self) -> str:
        """In words."""
        return f"each {self.column} in {self.parent}.{self.parent_column}"

    def failing(self, warehouse: Warehouse) -> Measure:
        """See `RowsCheck`."""
        return Measure(self.table, sum_where(self._orphan), join=self._join(warehouse))

    def examples(self, warehouse: Warehouse) -> Query:
        """Values without a parent, with how often."""
        column = identifier(self.column)
        return Query(
            f"SELECT {column}, COUNT(*) AS times\n"
            f"FROM {warehouse.judged(self.table)}\n{self._join(warehouse)}\n"
            f"WHERE {self._orphan}\nGROUP BY {column}"
        )

    @property
    def _known(self) -> str:
        """What the parent's column is called beside the table's own."""
        return f"{self.column} in {self.parent}"

    @property
    def _orphan(self) -> str:
        return f"{identifier(self.column)} IS NOT NULL AND {identifier(self._known)} IS NULL"

    def _join(self, warehouse: Warehouse) -> str:
        known, parent = identifier(self._known), identifier(self.parent_column)
        return (
            f"LEFT JOIN (\n    SELECT DISTINCT {parent} AS {known}\n"  # noqa: S608 - its names are quoted
            f"    FROM {warehouse.name_of(self.parent)}\n"
            f"    WHERE {parent} IN (\n"
            f"        SELECT {identifier(self.column)} FROM {warehouse.judged(self.table)}\n"
            f"    )\n) AS {known}\n"
            f"    ON {known}.{known} = {identifier(self.column)}"
        )
