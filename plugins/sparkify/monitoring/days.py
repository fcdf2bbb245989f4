"""Days as a calendar: which are loaded, from what, and whether the checks are content."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sparkify.audit import Outcome
from sparkify.days import DayState
from sparkify.monitoring.history import History
from sparkify.monitoring.records import Judgement, Load, Verdict

WEEK = 7


MEANINGS: Mapping[DayState, str] = {
    DayState.SUCCESS: "loaded, all checks passed",
    DayState.WARNED: "loaded, a check warned",
    DayState.FAILED: "loaded, a check failed",
    DayState.LOADED: "loaded, not checked yet",
    DayState.MISSING: "missing",
}
"""In words, for legends: what the warehouse alone knows of a day."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day and its log.

    Attributes:
        date: the day.
        state: what is true of it.
        load: the load that counts; None where there never was one.
        judgement: what the checks last said of it.
    """

    date: dt.date
    state: DayState
    load: Load | None = None
    judgement: Judgement | None = None


def days(history: History) -> tuple[Day, ...]:
    """Every day from the first to the last that was ever loaded; empty where there is none."""
    # Of a day that stands under several keys, the newest load of one that is still there.
    order = sorted(history.logs, key=lambda log: (log.outcome == Outcome.LOADED, log.load_id))
    logs = {log.log_day: log for log in order if log.log_day is not None}
    if not logs:
        return ()
    own = {found.load_id: found for found in history.judgements}
    return tuple(_day(date, logs.get(date), own) for date in _dates(min(logs), max(logs)))


def _day(date: dt.date, load: Load | None, judgements: Mapping[int | None, Judgement]) -> Day:
    if load is None or load.outcome != Outcome.LOADED:
        return Day(date, DayState.MISSING, load)
    judgement = judgements.get(load.load_id) or _of_all(judgements.get(None), load)
    if judgement is None:
        return Day(date, DayState.LOADED, load)
    state = {
        Verdict.PASS: DayState.SUCCESS,
        Verdict.WARN: DayState.WARNED,
        Verdict.FAIL: DayState.FAILED,
    }[judgement.verdict]
    return Day(date, state, load, judgement)


def _of_all(judgement: Judgement | None, load: Load) -> Judgement | None:
    """The judgement of all logs, where the load was among them."""
    if judgement is None or judgement.checked_at is None or load.loaded_at is None:
        return None
    return judgement if judgement.checked_at >= load.loaded_at else None


def _dates(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    for offset in range((last - first).days + 1):
        yield first + dt.timedelta(days=offset)


@dataclass(frozen=True, slots=True)
class Week:
    """A column of the calendar.

    Attributes:
        month: to write above it: of the first week that begins in a month; else None.
        days: Monday to Sunday; None before the first day and after the last.
    """

    month: dt.date | None
    days: tuple[Day | None, ...]


def weeks(all_days: Sequence[Day]) -> tuple[Week, ...]:
    """The days in weeks that begin on Monday."""
    if not all_days:
        return ()
    start = all_days[0].date.weekday()
    cells: list[Day | None] = [None] * start + list(all_days)
    cells += [None] * (-len(cells) % WEEK)
    found: list[Week] = []
    month = None
    for index in range(0, len(cells), WEEK):
        row = tuple(cells[index : index + WEEK])
        first = next(day.date.replace(day=1) for day in row if day is not None)
        found.append(Week(first if first != month else None, row))
        month = first
    return tuple(found)
