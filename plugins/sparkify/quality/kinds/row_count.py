"""How many rows a table has.

Soda: https://docs.soda.io/soda-cl/numeric-metrics.html (`row_count between`)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sparkify.quality.check import Check, Finding, Measure, Warehouse, counted, rows_of


@dataclass(frozen=True)
class RowCount(Check):
    """A table has at least, and at most, so many rows; failing are those missing or too many."""

    kind: ClassVar[str] = "row_count"

    minimum: int = 1
    maximum: int | None = None

    @property
    def expected(self) -> str:
        """In words."""
        limit = "" if self.maximum is None else f" and at most {self.maximum:,}"
        return f"at least {counted(self.minimum)}{limit}"

    def measures(self, warehouse: Warehouse) -> tuple[Measure, ...]:  # noqa: ARG002 - see `Check`
        """See `Check`."""
        return (rows_of(self.table),)

    def judge(self, values: Sequence[Any], warehouse: Warehouse) -> Finding:  # noqa: ARG002 - see `Check`
        """See `Check`."""
        count = int(values[0])
        above = 0 if self.maximum is None else count - self.maximum
        return Finding(max(self.minimum - count, above, 0), counted(count))
