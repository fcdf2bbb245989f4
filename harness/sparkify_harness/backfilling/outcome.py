"""What came of each day of a range: what the warehouse says, and what the runs did."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sparkify.days import DayState, DayStatus
from sparkify_harness.airflow import RunResult
from sparkify_harness.backfilling.plan import NoLog, lacks_log


@dataclass(frozen=True, slots=True)
class DayOutcome:
    """A day, for people and programs.

    Attributes:
        status: as the warehouse and the bucket have it now.
        state: the one to show: failed where its run failed before anything was loaded.
        is_red: whether it is not as it should be.
        rows: events in the warehouse.
        seconds: that its last run took, as far as that is known.
        attempts: how often it was loaded, or a run failed before it was.
        ran: whether it was run just now.
        error: why it is red.
        log: where the log of its run is, if that failed.
    """

    day: dt.date
    status: DayStatus
    state: DayState
    is_red: bool
    rows: int | None
    seconds: float | None
    attempts: int
    ran: bool = False
    error: str = ""
    log: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        status = self.status
        return {
            "day": self.day.isoformat(),
            "state": self.state.value,
            "red": self.is_red,
            "ran": self.ran,
            "rows": self.rows,
            "rejected": status.rejected,
            "seconds": self.seconds,
            "attempts": self.attempts,
            "key": status.key,
            "etag": status.etag,
            "bytes": status.bytes,
            "loaded_at": status.loaded_at and status.loaded_at.isoformat(),
            "run_id": status.run_id,
            "failing_checks": list(status.failing),
            "warnings": status.warnings,
            "error": self.error or None,
            "log": self.log or None,
        }


def outcomes(
    statuses: Iterable[DayStatus],
    results: Mapping[dt.date, RunResult],
    no_log: NoLog,
    log_of: Callable[[RunResult], str] = lambda result: str(result.log_path),
) -> Iterator[DayOutcome]:
    """What came of each day.

    Args:
        statuses: of the days, after the runs.
        results: of those that were run.
        no_log: what a day without a log is.
        log_of: where the log of a run is.
    """
    for status in statuses:
        if status.day is not None:
            result = results.get(status.day)
            log = log_of(result) if result and not result.succeeded else ""
            yield _outcome(status.day, status, result, no_log, log)


def _outcome(
    day: dt.date, status: DayStatus, result: RunResult | None, no_log: NoLog, log: str
) -> DayOutcome:
    failed = result is not None and not result.succeeded
    state = DayState.FAILED if failed else status.state
    if result is not None and result.succeeded and state is DayState.LOADED:
        state = DayState.SUCCESS
    error = _error(state, status, result, no_log)
    # A run that failed before it loaded anything has left no trace in the warehouse.
    untold = failed and status.run_id != (result and result.run_id)
    return DayOutcome(
        day=day,
        status=status,
        state=state,
        is_red=bool(error),
        rows=status.rows,
        seconds=result.duration if result else status.seconds,
        attempts=status.loads + untold,
        ran=result is not None,
        error=error,
        log=log,
    )


def _error(state: DayState, status: DayStatus, result: RunResult | None, no_log: NoLog) -> str:
    """Why the day is not as it should be; empty where it is."""
    if result is not None and not result.succeeded:
        return _of_run(result)
    if lacks_log(state):
        if no_log is NoLog.EMPTY and state is DayState.NO_LOG:
            return ""
        return (
            "there is no log, but rows of an earlier one"
            if state is DayState.GONE
            else "there is no log"
        )
    match state:
        case DayState.FAILED:
            return f"checks failed: {', '.join(status.failing)}"
        case DayState.MISSING:
            return "it is not loaded"
        case DayState.CHANGED:
            return "its log is another one now than the one that is loaded"
        case DayState.LOADED:
            return "its run did not come to its end"
        case _:
            return ""


def _of_run(result: RunResult) -> str:
    lines = [
        f"{task.task_id}: {(task.error or 'it left no error').strip()}" for task in result.failed
    ]
    if result.error:
        lines.insert(0, result.error)
    return "\n".join(lines) or "no task failed, but the run is not right: see its log"
