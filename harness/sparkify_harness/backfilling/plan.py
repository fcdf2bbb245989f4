"""Which days a backfill runs: those whose rows are not what they should be, and what is asked for.

The words are Airflow's own, and what they mean:
https://airflow.apache.org/docs/apache-airflow/stable/core-concepts/backfill.html
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from sparkify.days import DayState, DayStatus


class Reprocess(StrEnum):
    """Which days run again that were loaded and judged before."""

    NONE = "none"
    FAILED = "failed"
    COMPLETED = "completed"


class NoLog(StrEnum):
    """What a day without a log is."""

    FAIL = "fail"
    """Red: a log should be there."""

    EMPTY = "empty"
    """A day without plays; what an earlier log of it has brought is taken out."""


_ALWAYS = {DayState.MISSING, DayState.CHANGED, DayState.LOADED}
"""Not loaded, loaded from another object, or by a run that did not come to its end."""


def is_due(state: DayState, reprocess: Reprocess, no_log: NoLog) -> bool:
    """Whether a day in that state is run."""
    match state:
        case DayState.FAILED:
            return reprocess is not Reprocess.NONE
        case DayState.SUCCESS | DayState.WARNED:
            return reprocess is Reprocess.COMPLETED
        case DayState.GONE:
            return no_log is NoLog.EMPTY
        case _:
            return state in _ALWAYS


def lacks_log(state: DayState) -> bool:
    """Whether nothing lies in the bucket for the day."""
    return state in {DayState.NO_LOG, DayState.GONE}


@dataclass(frozen=True)
class Plan:
    """What a backfill would do.

    Attributes:
        days: the range, in order.
        due: those that are to be run.
        lacking: those without a log.
    """

    days: tuple[DayStatus, ...]
    due: tuple[DayStatus, ...]
    lacking: tuple[DayStatus, ...]

    @classmethod
    def of(cls, days: Sequence[DayStatus], reprocess: Reprocess, no_log: NoLog) -> Self:
        """The plan for days in their states."""
        return cls(
            days=tuple(days),
            due=tuple(day for day in days if is_due(day.state, reprocess, no_log)),
            lacking=tuple(day for day in days if lacks_log(day.state)),
        )

    def describe(self) -> str:
        """One line: how many days are to be run, and why."""
        if not self.due:
            return "nothing to run; --reprocess completed runs days once more that are loaded"
        counts = Counter(day.state for day in self.due)
        why = ", ".join(f"{count} {state}" for state, count in counts.items())
        return f"{len(self.due)} of {len(self.days)} days to run: {why}"


def stretches(days: Iterable[dt.date]) -> list[tuple[dt.date, dt.date]]:
    """The first and the last day of each stretch without a gap, in order."""
    found: list[tuple[dt.date, dt.date]] = []
    for day in sorted(days):
        if found and day - found[-1][1] == dt.timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def in_words(days: Iterable[dt.date]) -> str:
    """Days as stretches: "2018-11-01 to 2018-11-03, 2018-11-07"."""
    return ", ".join(
        f"{first} to {last}" if last > first else str(first) for first, last in stretches(days)
    )
