"""What a history means: days, runs, checks, and the verdict."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from sparkify.days import DayState
from sparkify.monitoring.checks import CheckTrend, findings, trends
from sparkify.monitoring.days import Day, days, weeks
from sparkify.monitoring.history import History
from sparkify.monitoring.overview import Health, Overview, ago
from sparkify.monitoring.page import size
from sparkify.monitoring.records import CheckResult, Judgement, Load, Verdict
from sparkify.monitoring.runs import runs
from sparkify.monitoring.timing import slowest

DAY = dt.date(2018, 11, 5)
NOON = dt.datetime(2018, 11, 6, 12)  # noqa: DTZ001 - the warehouse's times have no zone
EMPTY = History("dag", (), None, (), (), (), ())
A_LOAD = Load(
    load_id=1,
    dag_id="dag",
    run_id="run",
    task_id="Stage_events",
    target="staging_events",
    outcome="loaded",
    log_day=DAY,
    object_key="key",
    etag="etag",
    last_modified=NOON,
    bytes=1,
    rows_read=10,
    rows_loaded=10,
    rows_rejected=0,
    started_at=NOON,
    loaded_at=NOON + dt.timedelta(seconds=2),
    seconds=2.0,
)
A_RESULT = CheckResult(
    dag_id="dag",
    run_id="run",
    task_id="Checks",
    log_day=DAY,
    load_id=1,
    check_name="unique",
    table_name="users",
    severity="error",
    verdict=Verdict.PASS,
    failing_rows=0,
    expectation="none",
    actual="none",
    seconds=0.5,
    checked_at=NOON + dt.timedelta(seconds=5),
)


def load(**values: Any) -> Load:
    return replace(A_LOAD, **values)


def result(**values: Any) -> CheckResult:
    return replace(A_RESULT, **values)


def judged(
    load_id: int | None, passed: int, warned: int, failed: int, *, after: float = 1
) -> Judgement:
    return Judgement(load_id, passed, warned, failed, NOON + dt.timedelta(hours=after))


@pytest.mark.parametrize(
    ("logs", "judgements", "state"),
    [
        pytest.param([load()], [], DayState.LOADED, id="no verdict yet"),
        pytest.param([load()], [judged(1, 3, 0, 0)], DayState.SUCCESS, id="all passed"),
        pytest.param([load()], [judged(1, 2, 1, 0)], DayState.WARNED, id="one warned"),
        pytest.param([load()], [judged(1, 1, 1, 1)], DayState.FAILED, id="one failed"),
        pytest.param(
            [load(load_id=2)], [judged(1, 0, 0, 3)], DayState.LOADED, id="an earlier load failed"
        ),
        pytest.param([load(outcome="removed")], [], DayState.MISSING, id="taken out"),
        pytest.param(
            [load()], [judged(None, 3, 0, 0)], DayState.SUCCESS, id="all logs judged after it"
        ),
        pytest.param(
            [load()],
            [judged(None, 3, 0, 0, after=-1)],
            DayState.LOADED,
            id="all logs judged before it",
        ),
        pytest.param(
            [load()],
            [judged(None, 0, 0, 3), judged(1, 3, 0, 0)],
            DayState.SUCCESS,
            id="its own verdict goes before that of all",
        ),
        pytest.param(
            [load(load_id=5, object_key="old prefix", outcome="removed"), load(load_id=3)],
            [judged(3, 1, 0, 0)],
            DayState.SUCCESS,
            id="under two keys, one of them taken out",
        ),
    ],
)
def test_a_day_has_a_state(logs: list[Load], judgements: list[Judgement], state: DayState) -> None:
    found = days(replace(EMPTY, logs=tuple(logs), judgements=tuple(judgements)))
    assert [day.state for day in found] == [state]


def test_days_between_loaded_ones_are_missing() -> None:
    logs = (load(), load(log_day=DAY + dt.timedelta(days=3)))
    assert [day.state for day in days(replace(EMPTY, logs=logs))] == [
        DayState.LOADED,
        DayState.MISSING,
        DayState.MISSING,
        DayState.LOADED,
    ]


def test_a_log_without_a_day_is_on_no_calendar() -> None:
    history = replace(EMPTY, logs=(load(log_day=None),))
    assert days(history) == ()
    assert Overview(history, NOON).objects == history.logs


@pytest.mark.parametrize(
    ("first", "count", "columns"),
    [
        pytest.param(dt.date(2018, 11, 5), 7, ["1234567"], id="Monday to Sunday"),
        pytest.param(dt.date(2018, 11, 4), 2, ["      1", "1      "], id="Sunday and Monday"),
        pytest.param(dt.date(2018, 11, 7), 3, ["  123  "], id="within a week"),
    ],
)
def test_weeks_begin_on_monday(first: dt.date, count: int, columns: list[str]) -> None:
    shown = weeks([Day(first + dt.timedelta(days=n), DayState.LOADED) for n in range(count)])
    assert [tuple(day is not None for day in week.days) for week in shown] == [
        tuple(mark != " " for mark in column) for column in columns
    ]


def test_months_are_named_once_each() -> None:
    first = dt.date(2018, 10, 20)
    shown = weeks([Day(first + dt.timedelta(days=n), DayState.LOADED) for n in range(60)])
    named = [week.month for week in shown if week.month]
    assert named == [dt.date(2018, month, 1) for month in (10, 11, 12)]
    assert weeks([]) == ()


def test_a_task_that_ran_again_counts_once() -> None:
    again = load(load_id=2, rows_loaded=7, rows_rejected=3, seconds=4.0)
    (run,) = runs([load(), again], [result(verdict=Verdict.FAIL), result()])
    assert run.rows == {"staging_events": 7}
    assert run.rejected == {"staging_events": 3}
    assert run.verdict is Verdict.PASS
    assert run.seconds == {"Stage_events": 4.0, "Checks": 0.5}


def test_a_run_of_many_logs_adds_them_up() -> None:
    other = load(log_day=DAY + dt.timedelta(days=1), object_key="other", rows_loaded=5)
    (run,) = runs([load(), other], [])
    assert (run.staged, run.label) == (15, "2018-11-05 to 2018-11-06")
    assert (run.verdict, run.rejected) == (None, {})


def test_runs_come_in_the_order_in_which_they_began() -> None:
    early = load(run_id="early", started_at=NOON - dt.timedelta(hours=1))
    found = runs([load(run_id="late"), early], [result(run_id="checks only", log_day=None)])
    assert [run.run_id for run in found] == ["early", "late", "checks only"]
    assert found[-1].label == "2018-11-06 12:00"


def test_spans_count_from_the_first_task() -> None:
    late = load(task_id="Load", target="users", loaded_at=NOON + dt.timedelta(seconds=4), seconds=1)
    (run,) = runs([load(), late], [result(seconds=0.5)])
    assert [(span.task_id, span.begin, span.end) for span in run.spans] == [
        ("Stage_events", 0.0, 2.0),
        ("Load", 3.0, 4.0),
        ("Checks", 4.5, 5.0),
    ]


def test_checks_in_trouble_come_first() -> None:
    history = [
        [result(check_name="a"), result(check_name="b", verdict=Verdict.WARN)],
        [result(check_name="a"), result(check_name="b"), result(check_name="c")],
        [result(check_name="a"), result(check_name="b"), result(check_name="c", verdict="fail")],
    ]
    made = [
        replace(item, run_id=str(number), verdict=Verdict(item.verdict))
        for number, items in enumerate(history)
        for item in items
    ]
    found = trends(runs([], made))
    assert [trend.name for trend in found] == ["c", "b", "a"]
    assert [(trend.passed, len(trend.done), trend.streak) for trend in found] == [
        (1, 2, 1),
        (2, 3, 2),
        (3, 3, 3),
    ]
    assert found[0].results[0] is None


def test_a_check_that_never_ran_has_no_streak() -> None:
    trend = CheckTrend("users", "unique", (None,))
    assert (trend.last, trend.streak, trend.passed) == (None, 0, 0)


def test_a_finding_ends_with_the_load_that_it_judged() -> None:
    warned = result(verdict=Verdict.WARN)
    failed = result(verdict=Verdict.FAIL, load_id=2)
    of_all = result(verdict=Verdict.WARN, load_id=None, log_day=None)
    history = replace(EMPTY, logs=(load(load_id=2),), findings=(warned, of_all, failed))
    assert findings(history) == (failed, of_all)


def test_tasks_are_ordered_by_their_median() -> None:
    seconds = {"steady": (3.0, 3.0, 3.0), "once slow": (1.0, 1.0, 60.0)}
    loads = [
        load(run_id=str(number), task_id=task, target=task, seconds=spent)
        for task, times in seconds.items()
        for number, spent in enumerate(times)
    ]
    found = slowest(runs(loads, []))
    assert [(timing.task_id, timing.median, timing.longest, timing.runs) for timing in found] == [
        ("steady", 3.0, 3.0, 3),
        ("once slow", 1.0, 60.0, 3),
    ]


JUDGED = replace(EMPTY, logs=(load(),), loads=(load(),), judgements=(judged(1, 3, 0, 0),))
FAILED = result(verdict=Verdict.FAIL)


@pytest.mark.parametrize(
    ("history", "health"),
    [
        pytest.param(EMPTY, Health.EMPTY, id="nothing"),
        pytest.param(JUDGED, Health.GOOD, id="one good day"),
        pytest.param(
            replace(JUDGED, logs=(load(rows_rejected=1),)), Health.ATTENTION, id="a row rejected"
        ),
        pytest.param(replace(JUDGED, judgements=()), Health.ATTENTION, id="not checked"),
        pytest.param(
            replace(JUDGED, findings=(result(verdict=Verdict.WARN),)),
            Health.ATTENTION,
            id="a warning",
        ),
        pytest.param(replace(JUDGED, findings=(FAILED,)), Health.FAILING, id="a failure"),
        pytest.param(
            replace(JUDGED, judgements=(judged(1, 2, 0, 1),)), Health.FAILING, id="a failed day"
        ),
        pytest.param(
            replace(JUDGED, logs=(), findings=(replace(FAILED, load_id=None),)),
            Health.FAILING,
            id="a failure of all logs",
        ),
    ],
)
def test_the_verdict(history: History, health: Health) -> None:
    assert Overview(history, NOON).health is health


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (7199, "1 hour ago"),
        (172_800, "2 days ago"),
        (250_000_000, "2,893 days ago"),
    ],
)
def test_an_age_in_words(seconds: int, text: str) -> None:
    assert ago(dt.timedelta(seconds=seconds)) == text


def test_what_was_loaded_by_a_clock_ahead_of_ours_is_of_now() -> None:
    assert Overview(JUDGED, NOON).age == dt.timedelta()


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (None, ""),
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.0 kB"),
        (99_949, "99.9 kB"),
        (141_678, "142 kB"),
        (999_600, "1.0 MB"),
        (5_000_000_000, "5.0 GB"),
    ],
)
def test_bytes_in_words(number: int | None, text: str) -> None:
    assert size(number) == text
