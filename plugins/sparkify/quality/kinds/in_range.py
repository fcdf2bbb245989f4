"""Numbers and times between bounds.

dbt: https://github.com/dbt-labs/dbt-utils#accepted_range-source
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sparkify.quality.check import Finding, Measure, Warehouse, rows_of
from sparkify.quality.rows import Query, RowsCheck, sum_where
from sparkify.quoting import identifier

Bound = int | float | dt.date | dt.datetime


@dataclass(frozen=True)
class InRange(RowsCheck):
    """Each value that is not NULL is at least the minimum and at most the maximum.

    Raises:
        ValueError: there is neither.
    """

    kind: ClassVar[str] = "in_range"

    column: str
    minimum: Bound | None = None
    maximum: Bound | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.minimum is None and self.maximum is None:
            raise ValueError(f"a range of {self.column} needs a minimum or a maximum")

    @property
    def columns_used(self) -> Sequence[str]:
        """See `Check`."""
        return (self.column,)

    @property
    def expected(self) -> str:
        """In words."""
        least = "" if self.minimum is None else f"at least {self.minimum}"
        most = "" if self.maximum is None else f"at most {self.maximum}"
        return f"{self.column} {' and '.join(filter(None, [least, most]))}"

    def measures(self, warehouse: Warehouse) -> tuple[Measure, ...]:  # noqa: ARG002 - see `Check`
        """See `Check`: the extremes, which cost less than looking at each value."""
        column = identifier(self.column)
        return (
            rows_of(self.table),
            Measure(self.table, f"MIN({column})"),
            Measure(self.table, f"MAX({column})"),
        )

    def judge(self, values: Sequence[Any], warehouse: Warehouse) -> Finding:
        """See `Check`."""
        total, lowest, highest = values
        # Of NaN no comparison holds.
        low = self.minimum is not None and lowest is not None and not lowest >= self.minimum
        high = self.maximum is not None and highest is not None and not highest <= self.maximum
        failing = 0
        if low or high:
            measure = self.failing(warehouse)
            judged = warehouse.judged(self.table)
            sql = f"SELECT {measure.expression}\nFROM {judged}"
            failing = warehouse.ask(sql, measure.values).rows[0][0]
        return super().judge((total, failing), warehouse)

    def failing(self, warehouse: Warehouse) -> Measure:  # noqa: ARG002 - see `RowsCheck`
        """See `RowsCheck`."""
        return Measure(self.table, sum_where(self._condition), self._bounds)

    def examples(self, warehouse: Warehouse) -> Query:
        """Rows with values outside."""
        return Query(
            f"SELECT {identifier(self.column)}\n"
            f"FROM {warehouse.judged(self.table)}\nWHERE {self._condition}",
            self._bounds,
        )

    @property
    def _bounds(self) -> tuple[Bound, ...]:
        return tuple(bound for bound in (self.minimum, self.maximum) if bound is not None)

    @property
    def _condition(self) -> str:
        column = identifier(self.column)
        below = [] if self.minimum is None else [f"{column} < %s"]
        above = [] if self.maximum is None else [f"{column} > %s"]
        return " OR ".join(below + above)
