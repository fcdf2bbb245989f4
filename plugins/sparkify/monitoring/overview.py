"""A history summed up: the verdict in a line, how fresh the data is, and what is shown below."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from sparkify.audit import Outcome
from sparkify.days import DayState
from sparkify.monitoring.checks import CheckTrend, findings, trends
from sparkify.monitoring.days import Day, days
from sparkify.monitoring.history import History
from sparkify.monitoring.records import CheckResult, Load, Verdict
from sparkify.monitoring.runs import Run, runs
from sparkify.monitoring.timing import TaskTiming, slowest

CHARTED = 90
"""Runs in charts."""

DETAILED = 30
"""Runs whose checks and loads are shown one by one."""


class Health(StrEnum):
    """The verdict."""

    GOOD = "good"
    ATTENTION = "attention"
    FAILING = "failing"
    EMPTY = "empty"


TITLES: Mapping[Health, str] = {
    Health.GOOD: "All good",
    Health.ATTENTION: "Needs attention",
    Health.FAILING: "Failing",
    Health.EMPTY: "Nothing loaded yet",
}
"""The verdict in words."""


@dataclass(frozen=True)
class Overview:
    """Everything that a report shows of a DAG.

    Attributes:
        history: what it is made from.
        now: when it was made, in UTC without a zone, as the warehouse's times are.
    """

    history: History
    now: dt.datetime

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """The calendar."""
        return days(self.history)

    @cached_property
    def states(self) -> Mapping[DayState, int]:
        """How many days are in which state."""
        return Counter(day.state for day in self.days)

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """All runs that are remembered in detail, oldest first."""
        return runs(self.history.loads, self.history.results)

    @property
    def charted(self) -> tuple[Run, ...]:
        """The runs in charts, oldest first."""
        return self.runs[-CHARTED:]

    @property
    def detailed(self) -> tuple[Run, ...]:
        """The runs shown one by one, oldest first."""
        return self.runs[-DETAILED:]

    @cached_property
    def checked(self) -> tuple[Run, ...]:
        """The last runs that checked something, oldest first."""
        return tuple(run for run in self.runs if run.results)[-DETAILED:]

    @cached_property
    def trends(self) -> tuple[CheckTrend, ...]:
        """The checks over the runs in `checked`."""
        return trends(self.checked)

    @cached_property
    def findings(self) -> tuple[CheckResult, ...]:
        """What is wrong now."""
        return findings(self.history)

    @cached_property
    def timings(self) -> tuple[TaskTiming, ...]:
        """The tasks, the slowest first."""
        return slowest(self.charted)

    @cached_property
    def logs(self) -> tuple[Load, ...]:
        """The logs that are loaded now, newest day first."""
        return tuple(log for log in self.history.logs if log.outcome == Outcome.LOADED)[::-1]

    @cached_property
    def objects(self) -> tuple[Load, ...]:
        """What is loaded now: the songs, then the logs, newest day first."""
        return (*([self.history.songs] if self.history.songs else []), *self.logs)

    @cached_property
    def rejected(self) -> tuple[Load, ...]:
        """The loads in `objects` of which COPY refused rows."""
        return tuple(load for load in self.objects if load.rows_rejected)

    @cached_property
    def newest(self) -> Load | None:
        """The log of the newest day that is loaded."""
        dated = [log for log in self.logs if log.log_day is not None]
        return max(dated, key=lambda log: (log.log_day, log.load_id), default=None)

    @cached_property
    def age(self) -> dt.timedelta | None:
        """Since the last load of a log; None where there is none."""
        loaded = [log.loaded_at for log in self.logs if log.loaded_at is not None]
        return max(self.now - max(loaded), dt.timedelta()) if loaded else None

    @cached_property
    def health(self) -> Health:
        """The verdict."""
        if not self.days and not self.runs:
            return Health.EMPTY
        if self.states.get(DayState.FAILED) or any(
            result.verdict is Verdict.FAIL for result in self.findings
        ):
            return Health.FAILING
        complete = self.states.get(DayState.SUCCESS, 0) == len(self.days)
        blemished = self.findings or self.rejected
        return Health.GOOD if complete and not blemished else Health.ATTENTION

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """Why, in short parts of a sentence; the first says how many days are right."""
        if self.health is Health.EMPTY:
            return ("no run has loaded anything",)
        states = self.states
        right = states.get(DayState.SUCCESS, 0)
        parts = [f"{right} of {counted(len(self.days), 'day')} loaded and checked"]
        for state, words in (
            (DayState.FAILED, "failed its checks"),
            (DayState.WARNED, "with a warning"),
            (DayState.LOADED, "not checked yet"),
            (DayState.MISSING, "missing"),
        ):
            if count := states.get(state, 0):
                parts.append(f"{count} {words.replace('its', 'their') if count > 1 else words}")
        if self.rejected:
            rows = sum(load.rows_rejected or 0 for load in self.rejected)
            parts.append(f"{counted(rows, 'row')} rejected")
        return tuple(parts)


def counted(number: int, noun: str) -> str:
    """The number and its noun: `1 day`, `2,000 days`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def ago(age: dt.timedelta) -> str:
    """An age in its largest unit: `3 hours ago`."""
    seconds = int(age.total_seconds())
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            return f"{counted(seconds // size, unit)} ago"
    return "just now"
