"""A history for a terminal of 80 columns, and as JSON."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from sparkify.days import DayState
from sparkify.monitoring.days import MEANINGS, Day
from sparkify.monitoring.overview import TITLES, Health, Overview, ago
from sparkify.monitoring.records import CheckResult, Load, Verdict
from sparkify.monitoring.runs import Run
from sparkify_harness.commands.outcome import new_table

MONTHS = 12
FINDINGS = 10
RUNS = 7
TASKS = 8

_HEALTH = {
    Health.GOOD: "bold green",
    Health.ATTENTION: "bold yellow",
    Health.FAILING: "bold red",
    Health.EMPTY: "bold",
}
_DAYS = {
    DayState.SUCCESS: ("■", "green"),
    DayState.WARNED: ("!", "yellow"),
    DayState.FAILED: ("×", "bold red"),
    DayState.LOADED: ("?", "blue"),
    DayState.MISSING: ("_", "dim"),
}
_VERDICTS = {Verdict.PASS: "green", Verdict.WARN: "yellow", Verdict.FAIL: "bold red"}


def summary(overview: Overview) -> Iterator[RenderableType]:
    """Everything to show, part by part."""
    title = Text(f"{overview.history.dag_id}: ", "bold")
    yield title.append(TITLES[overview.health], _HEALTH[overview.health])
    yield f"{', '.join(overview.reasons)}."
    if overview.newest is not None and overview.age is not None:
        yield f"Newest log {overview.newest.log_day}, last load {ago(overview.age)}."
    if overview.days:
        yield ""
        yield from _calendar(overview.days)
    if overview.findings:
        yield _findings(overview.findings[:FINDINGS])
        if len(overview.findings) > FINDINGS:
            yield Text(f"and {len(overview.findings) - FINDINGS} more.")
    if overview.runs:
        yield _runs(overview.runs[-RUNS:])
    if overview.timings:
        table = new_table("Slowest tasks", *((name, "right") for name in ("Median s", "Longest s")))
        for timing in overview.timings[:TASKS]:
            table.add_row(timing.task_id, f"{timing.median:.2f}", f"{timing.longest:.2f}")
        yield table


def _calendar(days: Sequence[Day]) -> Iterator[Text]:
    """A line for each month, a mark for each day, and what the marks mean."""
    months = [list(group) for _, group in groupby(days, lambda day: day.date.replace(day=1))]
    for month in months[-MONTHS:]:
        line = Text(f"{month[0].date:%b %Y}  " + " " * (month[0].date.day - 1))
        for day in month:
            line.append(*_DAYS[day.state])
        yield line
    for state in sorted({day.state for day in days}, key=list(DayState).index):
        yield Text("          ").append(*_DAYS[state]).append(f" {MEANINGS[state]}", "dim")


def _findings(findings: Sequence[CheckResult]) -> RenderableType:
    table = new_table("Day", "Table", "Check", "Verdict", "Found")
    for result in findings:
        table.add_row(
            str(result.log_day or "all"),
            Text(result.table_name),
            Text(result.check_name),
            Text(result.verdict.value, _VERDICTS[result.verdict]),
            Text(result.actual or ""),
        )
    return table


def _runs(runs: Sequence[Run]) -> RenderableType:
    table = new_table("Last runs", "Began", ("Events", "right"), ("Rejected", "right"), "Checks")
    for run in reversed(runs):
        table.add_row(
            Text(run.label),
            f"{run.began:%Y-%m-%d %H:%M}" if run.began else "",
            f"{run.staged:,}" if run.staged is not None else "",
            f"{sum(run.rejected.values()):,}",
            _checks(run),
        )
    return table


def _checks(run: Run) -> Text:
    if run.verdict is None:
        return Text("not checked", "dim")
    parts = [f"{run.verdicts[verdict]} {verdict}" for verdict in Verdict if run.verdicts[verdict]]
    return Text(", ".join(parts), _VERDICTS[run.verdict])


def as_json(overview: Overview) -> Mapping[str, Any]:
    """The history as objects, arrays, numbers and texts; times in ISO 8601, in UTC."""
    return {
        "dag_id": overview.history.dag_id,
        "as_of": _time(overview.now),
        "health": overview.health.value,
        "summary": ", ".join(overview.reasons),
        "days": [_day(day) for day in overview.days],
        "songs": _object(overview.history.songs) if overview.history.songs else None,
        "findings": [_finding(result) for result in overview.findings],
        "runs": [_run(run) for run in overview.runs],
        "tasks": [
            {
                "task_id": timing.task_id,
                "runs": timing.runs,
                "median_seconds": timing.median,
                "longest_seconds": timing.longest,
            }
            for timing in overview.timings
        ],
    }


def _day(day: Day) -> Mapping[str, Any]:
    known = {"day": day.date.isoformat(), "state": day.state.value}
    if day.state is DayState.MISSING or day.load is None:
        return known
    return {**known, **_object(day.load)}


def _object(load: Load) -> Mapping[str, Any]:
    return {
        "load_id": load.load_id,
        "object_key": load.object_key,
        "etag": load.etag,
        "bytes": load.bytes,
        "last_modified": _time(load.last_modified),
        "loaded_at": _time(load.loaded_at),
        "rows_read": load.rows_read,
        "rows_loaded": load.rows_loaded,
        "rows_rejected": load.rows_rejected,
    }


def _finding(result: CheckResult) -> Mapping[str, Any]:
    return {
        "day": result.log_day.isoformat() if result.log_day else None,
        "table": result.table_name,
        "check": result.check_name,
        "severity": result.severity,
        "verdict": result.verdict.value,
        "failing_rows": result.failing_rows,
        "expectation": result.expectation,
        "actual": result.actual,
        "run_id": result.run_id,
        "checked_at": _time(result.checked_at),
    }


def _run(run: Run) -> Mapping[str, Any]:
    return {
        "run_id": run.run_id,
        "days": [day.isoformat() for day in run.days],
        "began": _time(run.began),
        "ended": _time(run.ended),
        "rows": dict(run.rows),
        "rejected": dict(run.rejected),
        "checks": {verdict.value: run.verdicts.get(verdict, 0) for verdict in Verdict},
        "seconds": {task: round(seconds, 3) for task, seconds in run.seconds.items()},
    }


def _time(time: dt.datetime | None) -> str | None:
    return time.isoformat(timespec="seconds") + "Z" if time else None
