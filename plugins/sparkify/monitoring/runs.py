"""Loads and results of checks, put together by run."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sparkify.monitoring.records import EVENTS, CheckResult, Load, Verdict


@dataclass(frozen=True, slots=True)
class Span:
    """When a task was at work in the warehouse, in seconds since the run's first one."""

    task_id: str
    begin: float
    end: float


@dataclass(frozen=True)
class Run:
    """One run of the DAG.

    Attributes:
        run_id: Airflow's name for it.
        loads: oldest first; of a task that ran again, all.
        results: oldest first; of a check that ran again, all.
    """

    run_id: str
    loads: tuple[Load, ...]
    results: tuple[CheckResult, ...]

    @cached_property
    def days(self) -> tuple[dt.date, ...]:
        """The days that it loaded or judged, in order."""
        found = {load.log_day for load in self.loads} | {item.log_day for item in self.results}
        return tuple(sorted(day for day in found if day is not None))

    @cached_property
    def began(self) -> dt.datetime | None:
        """When its first load began, or its first check was done."""
        times = [load.started_at or load.loaded_at for load in self.loads]
        times += [result.checked_at for result in self.results]
        return min((time for time in times if time is not None), default=None)

    @cached_property
    def ended(self) -> dt.datetime | None:
        """When its last load or check was done."""
        times = [load.loaded_at for load in self.loads]
        times += [result.checked_at for result in self.results]
        return max((time for time in times if time is not None), default=None)

    @cached_property
    def standing_loads(self) -> tuple[Load, ...]:
        """The last load of each target and log: a task that ran again counts once."""
        last = {(load.target, load.log_day, load.object_key): load for load in self.loads}
        return tuple(last.values())

    @cached_property
    def standing_results(self) -> Mapping[tuple[str, str], CheckResult]:
        """What each check said last."""
        return {result.check: result for result in self.results}

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """Rows that came in, by target."""
        return _summed(self.standing_loads, "rows_loaded")

    @cached_property
    def rejected(self) -> Mapping[str, int]:
        """Rows that COPY refused, by target."""
        found = _summed(self.standing_loads, "rows_rejected")
        return {target: count for target, count in found.items() if count}

    @cached_property
    def verdicts(self) -> Mapping[Verdict, int]:
        """How many checks said what."""
        return Counter(result.verdict for result in self.standing_results.values())

    @cached_property
    def verdict(self) -> Verdict | None:
        """The worst of them; None where nothing was checked."""
        return max(self.verdicts, key=lambda verdict: verdict.rank, default=None)

    @cached_property
    def seconds(self) -> Mapping[str, float]:
        """What the loads and checks took, by task."""
        spent = [(load.task_id, load.seconds) for load in self.standing_loads]
        spent += [(result.task_id, result.seconds) for result in self.standing_results.values()]
        found: dict[str, float] = {}
        for task, seconds in spent:
            found[task] = found.get(task, 0) + (seconds or 0)
        return found

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """When each task was at work, in order; one that ran again, from first to last."""
        found: dict[str, tuple[dt.datetime, dt.datetime]] = {}
        ends = [(load.task_id, load.loaded_at, load.seconds) for load in self.loads]
        ends += [(result.task_id, result.checked_at, result.seconds) for result in self.results]
        for task, end, seconds in ends:
            if end is None:
                continue
            begin = end - dt.timedelta(seconds=seconds or 0)
            before = found.get(task, (begin, end))
            found[task] = (min(before[0], begin), max(before[1], end))
        zero = min((begin for begin, _ in found.values()), default=None)
        spans = [
            Span(task, (begin - zero).total_seconds(), (end - zero).total_seconds())
            for task, (begin, end) in found.items()
            if zero is not None
        ]
        return tuple(sorted(spans, key=lambda span: (span.begin, span.end)))

    @property
    def label(self) -> str:
        """What it loaded, short: a day, a span of days, or when it ran."""
        if len(self.days) == 1:
            return f"{self.days[0]:%Y-%m-%d}"
        if self.days:
            return f"{self.days[0]:%Y-%m-%d} to {self.days[-1]:%Y-%m-%d}"
        return f"{self.began:%Y-%m-%d %H:%M}" if self.began else self.run_id

    @property
    def tick(self) -> str:
        """What it loaded, very short: for an axis."""
        if self.days:
            return f"{self.days[-1]:%b} {self.days[-1].day}"
        return f"{self.began:%b %d %H:%M}" if self.began else ""

    @property
    def staged(self) -> int | None:
        """Events that it staged; None where it staged no log."""
        return self.rows.get(EVENTS)


def _summed(loads: Iterable[Load], field: str) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for load in loads:
        count = getattr(load, field)
        if count is not None:
            found[load.target] = found.get(load.target, 0) + count
    return found


def runs(loads: Iterable[Load], results: Iterable[CheckResult]) -> tuple[Run, ...]:
    """All runs that loaded or checked something, in the order in which they began."""
    loaded: dict[str, list[Load]] = {}
    for load in loads:
        loaded.setdefault(load.run_id, []).append(load)
    checked: dict[str, list[CheckResult]] = {}
    for result in results:
        checked.setdefault(result.run_id, []).append(result)
    found = [
        Run(name, tuple(loaded.get(name, ())), tuple(checked.get(name, ())))
        for name in loaded | checked
    ]
    return tuple(sorted(found, key=lambda run: (run.began or dt.datetime.min, run.run_id)))  # noqa: DTZ901 - UTC


def tables(shown: Sequence[Run]) -> tuple[str, ...]:
    """The tables that the runs loaded, in the order of loading."""
    return tuple(dict.fromkeys(table for run in reversed(shown) for table in run.rows))
