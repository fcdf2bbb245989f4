"""A condition of one's own on a table as a whole.

Soda: https://docs.soda.io/soda-cl/user-defined.html
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sparkify.quality.check import Check, Finding, Measure, Warehouse


@dataclass(frozen=True)
class AggregateIsTrue(Check):
    """A condition on aggregates over the rows that are judged holds, or is unknown: NULL.

    Attributes:
        condition: SQL, such as `SUM(paid) <= SUM(billed)`.
        expectation: in words.
        shown: an aggregate that is shown of what was found; text is hidden.
    """

    kind: ClassVar[str] = "aggregate_is_true"

    condition: str
    expectation: str
    shown: str

    @property
    def expected(self) -> str:
        """In words."""
        return self.expectation

    def measures(self, warehouse: Warehouse) -> tuple[Measure, ...]:  # noqa: ARG002 - see `Check`
        """See `Check`."""
        failing = f"CASE WHEN NOT ({self.condition}) THEN 1 ELSE 0 END"
        return Measure(self.table, failing), Measure(self.table, self.shown)

    def judge(self, values: Sequence[Any], warehouse: Warehouse) -> Finding:
        """See `Check`; failing is 1, or nothing."""
        failing, shown = values
        text = warehouse.show(self.table, ("",), (shown,)).strip("()")
        return Finding(int(failing or 0), f"{self.shown} = {text}")
