"""How the rows of a load compare with those of the loads before it, as `load_audit` has them.

Soda: https://docs.soda.io/soda-cl/numeric-metrics.html (change over time)
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sparkify.quality.check import Check, Finding, Measure, Warehouse, counted

AUDIT = "load_audit"


@dataclass(frozen=True)
class RowCountDrift(Check):
    """The rows of the latest load are near the median of the loads before it.

    The latest load is sought among those that are judged; there may be none.

    Attributes:
        last: how many loads before it are compared with.
        at_least: the least share of their median.
        at_most: the greatest; None for no limit.
        same_object: compare with loads of the same object only: with earlier versions of a log.
        history: loads that there must be before anything is judged.
    """

    kind: ClassVar[str] = "row_count_drift"

    last: int = 7
    at_least: float = 0.5
    at_most: float | None = 2.0
    same_object: bool = False
    history: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.history <= self.last:
            raise ValueError(f"history is between 1 and the last {self.last} loads")

    @property
    def subject(self) -> Sequence[str]:
        """See `Check`."""
        return ("earlier versions",) if self.same_object else (f"last {self.last}",)

    @property
    def expected(self) -> str:
        """In words."""
        most = "" if self.at_most is None else f" and at most {self.at_most:g}"
        loads = "earlier loads of the same object" if self.same_object else "loads before"
        return f"rows at least {self.at_least:g}{most} times the median of the {loads}"

    def measures(self, warehouse: Warehouse) -> tuple[Measure, ...]:  # noqa: ARG002 - see `Check`
        """See `Check`."""
        return ()

    def judge(self, values: Sequence[Any], warehouse: Warehouse) -> Finding:  # noqa: ARG002 - see `Check`
        """See `Check`; failing are the rows missing or too many."""
        counts = [int(rows or 0) for (rows,) in self._loads(warehouse)]
        if not counts:
            return Finding(0, "no load to judge")
        latest, *before = counts
        if len(before) < self.history:
            return Finding(0, f"{counted(latest)}; too few loads before it to compare with")
        median = statistics.median(before)
        most = latest if self.at_most is None else math.floor(self.at_most * median)
        failing = max(math.ceil(self.at_least * median) - latest, latest - most, 0)
        return Finding(
            failing,
            f"{counted(latest)}; the median of {counted(len(before), 'load')} before is {median:g}",
        )

    def _loads(self, warehouse: Warehouse) -> list[tuple[Any, ...]]:
        same = " AND loads.object_key = latest.object_key" if self.same_object else ""
        return warehouse.ask(
            "SELECT loads.rows_loaded\n"  # noqa: S608 - its names are quoted
            f"FROM {warehouse.name_of(AUDIT)} AS loads\n"
            "JOIN (\n"
            f"    SELECT load_id, object_key\n    FROM {warehouse.judged(AUDIT)}\n"
            "    WHERE target = %s AND outcome = 'loaded'\n"
            "    ORDER BY load_id DESC\n    LIMIT 1\n"
            f") AS latest ON loads.load_id <= latest.load_id{same}\n"
            "WHERE loads.target = %s AND loads.outcome = 'loaded'\n"
            f"ORDER BY loads.load_id DESC\nLIMIT {self.last + 1}",
            (self.table, self.table),
        ).rows
