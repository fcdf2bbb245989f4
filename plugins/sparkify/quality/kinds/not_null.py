"""No NULL where there must be a value.

dbt: https://docs.getdbt.com/reference/resource-properties/data-tests#not_null
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from sparkify.quality.check import Measure, Warehouse
from sparkify.quality.rows import Query, RowsCheck, sum_where
from sparkify.quoting import identifier, identifiers


@dataclass(frozen=True)
class NotNull(RowsCheck):
    """No row has NULL in any of the columns.

    Attributes:
        columns: that must have values.
        show_columns: shown of a failing row; the checked columns if empty.
        where: only rows that meet this condition are judged.
    """

    kind: ClassVar[str] = "not_null"

    columns: tuple[str, ...]
    show_columns: tuple[str, ...] = ()
    where: str | None = None

    @property
    def columns_used(self) -> Sequence[str]:
        """See `Check`."""
        return self.columns

    @property
    def expected(self) -> str:
        """In words."""
        return f"no NULL in {', '.join(self.columns)}" + (f" where {self.where}" * bool(self.where))

    def failing(self, warehouse: Warehouse) -> Measure:  # noqa: ARG002 - see `RowsCheck`
        """See `RowsCheck`."""
        return Measure(self.table, sum_where(self._condition))

    def examples(self, warehouse: Warehouse) -> Query:
        """Rows with a NULL."""
        shown = identifiers(self.show_columns or self.columns)
        judged = warehouse.judged(self.table)
        return Query(f"SELECT {shown}\nFROM {judged}\nWHERE {self._condition}")

    @property
    def _condition(self) -> str:
        nulls = " OR ".join(f"{identifier(column)} IS NULL" for column in self.columns)
        return f"({nulls})" + (f" AND ({self.where})" if self.where else "")
