"""How old the latest row is.

dbt: https://docs.getdbt.com/reference/resource-properties/freshness
Soda: https://docs.soda.io/soda-cl/freshness.html
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from sparkify.quality.check import Check, Finding, Measure, Warehouse, rows_of
from sparkify.quoting import identifier

_CLOCKS = dt.timedelta(minutes=5)
"""How far clocks may be apart before a time counts as future."""


@dataclass(frozen=True)
class Freshness(Check):
    """The latest time in a column is not too old, and not in the future.

    Attributes:
        column: a date or timestamp, in UTC.
        within: how old the latest may be.
        against: `now`, or `day`: the end of the day whose log is judged. A run of all logs has no
            such day; nothing is judged then.
        ahead: how far the latest may be beyond that; for `now`, as far as clocks may be apart.
        allow_empty: a table without rows passes.
    """

    kind: ClassVar[str] = "freshness"

    column: str
    within: dt.timedelta
    against: Literal["now", "day"] = "now"
    ahead: dt.timedelta = _CLOCKS
    allow_empty: bool = False

    @property
    def columns_used(self) -> Sequence[str]:
        """See `Check`."""
        return (self.column,)

    @property
    def expected(self) -> str:
        """In words."""
        moment = "now" if self.against == "now" else "the end of the log's day"
        return f"the latest {self.column} at most {self.within} before {moment}"

    def measures(self, warehouse: Warehouse) -> tuple[Measure, ...]:  # noqa: ARG002 - see `Check`
        """See `Check`."""
        return rows_of(self.table), Measure(self.table, f"MAX({identifier(self.column)})")

    def judge(self, values: Sequence[Any], warehouse: Warehouse) -> Finding:
        """See `Check`; failing is the one latest row, or none."""
        if self.against == "day" and warehouse.day is None:
            return Finding(0, "all logs, which have no one day")
        total, latest = values
        if not total:
            return Finding(0, "no row to judge", unusable=not self.allow_empty)
        if latest is None:
            return Finding(1, f"NULL in {self.column} throughout", unusable=True)
        at = _moment(latest)
        reference = warehouse.now
        if self.against == "day" and warehouse.day is not None:
            reference = _moment(warehouse.day) + dt.timedelta(days=1)
        age = reference - at
        if age < -self.ahead:
            return Finding(1, f"{at}, which is {-age} later")
        return Finding(int(age > self.within), f"{at}, which is {age} before")


def _moment(value: dt.date) -> dt.datetime:
    if not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time())
    return value if value.tzinfo is None else value.astimezone(dt.UTC).replace(tzinfo=None)
