"""Counts and sums of two tables that must agree.

Soda: https://docs.soda.io/soda-cl/recon.html
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sparkify.quality.check import Check, Finding, Measure, Warehouse
from sparkify.quality.rows import Query, sample_of


@dataclass(frozen=True)
class ReconcilesWith(Check):
    """An aggregate over the table equals one over another, each over the rows that are judged.

    Attributes:
        other: the other table.
        measure: SQL, such as `COUNT(*)` or `SUM(length)`; of no rows it is 0.
        other_measure: likewise; the same if empty.
        tolerance: by how much they may differ.
        examples: a query for rows that one of them lacks, or the name of its .sql file, to be shown
            where they differ; see `FailingRows`.
    """

    kind: ClassVar[str] = "reconciles_with"

    other: str
    measure: str = "COUNT(*)"
    other_measure: str = ""
    tolerance: float = 0.0
    examples: str = ""

    @property
    def subject(self) -> Sequence[str]:
        """See `Check`."""
        return (self.other,)

    @property
    def expected(self) -> str:
        """In words."""
        tolerance = f", give or take {self.tolerance:g}" if self.tolerance else ""
        measure = self.other_measure or self.measure
        return f"{self.measure} of {self.table} = {measure} of {self.other}{tolerance}"

    def measures(self, warehouse: Warehouse) -> tuple[Measure, ...]:  # noqa: ARG002 - see `Check`
        """See `Check`."""
        return (
            Measure(self.table, self.measure),
            Measure(self.other, self.other_measure or self.measure),
        )

    def judge(self, values: Sequence[Any], warehouse: Warehouse) -> Finding:
        """See `Check`; failing is the difference, rounded up."""
        ours, theirs = (value or 0 for value in values)
        difference = abs(ours - theirs)
        failing = math.ceil(difference) if difference > self.tolerance else 0
        sample: tuple[str, ...] = ()
        if failing and self.examples:
            query = Query(warehouse.render(self.examples))
            sample = sample_of(self.table, query, warehouse)
        return Finding(failing, f"{ours:,} and {theirs:,}", sample)
