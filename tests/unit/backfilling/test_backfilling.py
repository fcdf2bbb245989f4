"""Which days a backfill runs, and what it says of each afterwards."""

import datetime as dt
from pathlib import Path

import pytest

from sparkify.days import DayState, DayStatus
from sparkify.names import Names
from sparkify.objects import ObjectInfo
from sparkify_harness.airflow import RunResult, TaskResult
from sparkify_harness.backfilling import (
    DayOutcome,
    NoLog,
    Plan,
    Reprocess,
    Where,
    in_words,
    outcomes,
)
from sparkify_harness.backfilling.plan import is_due
from sparkify_harness.backfilling.survey import survey

DAY = dt.date(2018, 11, 5)
ALWAYS = ("missing", "changed", "loaded")

DUE = [
    pytest.param(Reprocess.NONE, NoLog.FAIL, {*ALWAYS}, id="what is not as it should be"),
    pytest.param(Reprocess.FAILED, NoLog.FAIL, {*ALWAYS, "failed"}, id="failed checks too"),
    pytest.param(
        Reprocess.COMPLETED, NoLog.FAIL, {*ALWAYS, "failed", "success", "warned"}, id="everything"
    ),
    pytest.param(
        Reprocess.NONE, NoLog.EMPTY, {*ALWAYS, "gone"}, id="a day without log is taken out"
    ),
]


@pytest.mark.parametrize(("reprocess", "no_log", "due"), DUE)
def test_due(reprocess: Reprocess, no_log: NoLog, due: set[str]) -> None:
    assert {state.value for state in DayState if is_due(state, reprocess, no_log)} == due


def status(
    state: DayState, day: dt.date = DAY, run_id: str | None = None, **values: object
) -> DayStatus:
    return DayStatus(day, state, run_id=run_id, **values)  # type: ignore[arg-type]


def test_a_plan_names_what_is_due_and_what_lacks_a_log() -> None:
    days = [
        status(state, dt.date(2018, 11, number))
        for number, state in enumerate(
            (DayState.SUCCESS, DayState.MISSING, DayState.CHANGED, DayState.NO_LOG, DayState.GONE),
            1,
        )
    ]
    plan = Plan.of(days, Reprocess.NONE, NoLog.FAIL)
    assert [day.day and day.day.day for day in plan.due] == [2, 3]
    assert [day.day and day.day.day for day in plan.lacking] == [4, 5]
    assert plan.describe() == "2 of 5 days to run: 1 missing, 1 changed"


def test_a_plan_without_anything_to_do_says_so() -> None:
    plan = Plan.of([status(DayState.SUCCESS)], Reprocess.NONE, NoLog.FAIL)
    assert plan.describe().startswith("nothing to run")


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((), ""),
        ((3,), "2018-11-03"),
        ((1, 2, 3), "2018-11-01 to 2018-11-03"),
        ((5, 1, 2, 7, 8), "2018-11-01 to 2018-11-02, 2018-11-05, 2018-11-07 to 2018-11-08"),
    ],
)
def test_days_in_words(numbers: tuple[int, ...], words: str) -> None:
    assert in_words(dt.date(2018, 11, number) for number in numbers) == words


def result(
    state: str, *tasks: TaskResult, run_id: str = "r2", error: str | None = None
) -> RunResult:
    return RunResult(run_id, DAY, state, 12.5, tasks, {}, Path("/logs/0001.log"), error)


GREEN = result("success", TaskResult("Stage_events", "success", 1))
RED = result(
    "failed",
    TaskResult("Stage_events", "failed", 2, error="LoadError: bad"),
    TaskResult("End_execution", "upstream_failed"),
)
HUNG = result("failed", error="it did not end in 5 s")


def outcome(
    found: DayStatus, ended: RunResult | None = None, no_log: NoLog = NoLog.FAIL
) -> DayOutcome:
    (day,) = outcomes([found], {DAY: ended} if ended else {}, no_log)
    return day


JUDGED = [
    pytest.param(status(DayState.SUCCESS), None, "success", "", id="as before"),
    pytest.param(status(DayState.SUCCESS), GREEN, "success", "", id="run and green"),
    pytest.param(status(DayState.WARNED), GREEN, "warned", "", id="run, and a check warned"),
    pytest.param(
        status(DayState.LOADED), GREEN, "success", "", id="green, but its checks left no record"
    ),
    pytest.param(
        status(DayState.LOADED), None, "loaded", "its run did not come to its end", id="half a run"
    ),
    pytest.param(
        status(DayState.FAILED, failing=("users unique", "plays")),
        None,
        "failed",
        "checks failed: users unique, plays",
        id="checks failed before",
    ),
    pytest.param(
        status(DayState.MISSING), RED, "failed", "Stage_events: LoadError: bad", id="not loaded"
    ),
    pytest.param(
        status(DayState.SUCCESS),
        RED,
        "failed",
        "Stage_events: LoadError: bad",
        id="the run failed, what it had loaded before is there",
    ),
    pytest.param(status(DayState.LOADED), HUNG, "failed", "it did not end in 5 s", id="hung"),
    pytest.param(
        status(DayState.LOADED),
        result("failed"),
        "failed",
        "no task failed, but the run is not right: see its log",
        id="failed for no reason",
    ),
    pytest.param(status(DayState.MISSING), None, "missing", "it is not loaded", id="not run"),
    pytest.param(
        status(DayState.CHANGED),
        GREEN,
        "changed",
        "its log is another one now than the one that is loaded",
        id="changed while it was run",
    ),
    pytest.param(status(DayState.NO_LOG), None, "no log", "there is no log", id="no log"),
    pytest.param(
        status(DayState.GONE),
        None,
        "gone",
        "there is no log, but rows of an earlier one",
        id="its log is gone",
    ),
]


@pytest.mark.parametrize(("found", "ended", "state", "error"), JUDGED)
def test_a_day_is_what_the_warehouse_and_its_run_say(
    found: DayStatus, ended: RunResult | None, state: str, error: str
) -> None:
    day = outcome(found, ended)
    assert (day.state.value, day.error, day.is_red) == (state, error, bool(error))
    assert day.ran == (ended is not None)


def test_a_day_without_log_is_not_red_where_that_is_the_policy() -> None:
    assert not outcome(status(DayState.NO_LOG), no_log=NoLog.EMPTY).is_red
    assert outcome(status(DayState.GONE), no_log=NoLog.EMPTY).is_red


def test_the_run_just_made_says_how_long_it_took() -> None:
    before = status(DayState.SUCCESS, rows=7, seconds=3.0, loads=2)
    assert (outcome(before).seconds, outcome(before, GREEN).seconds) == (3.0, 12.5)


@pytest.mark.parametrize(
    ("found", "ended", "attempts"),
    [
        pytest.param(status(DayState.SUCCESS, run_id="r1", loads=2), None, 2, id="loaded twice"),
        pytest.param(status(DayState.SUCCESS, run_id="r2", loads=2), GREEN, 2, id="just now"),
        pytest.param(
            status(DayState.FAILED, run_id="r2", loads=2), RED, 2, id="loaded, then failed"
        ),
        pytest.param(
            status(DayState.SUCCESS, run_id="r1", loads=1), RED, 2, id="failed before it loaded"
        ),
        pytest.param(status(DayState.MISSING), RED, 1, id="never loaded"),
    ],
)
def test_attempts(found: DayStatus, ended: RunResult | None, attempts: int) -> None:
    assert outcome(found, ended).attempts == attempts


def test_only_red_runs_name_their_log() -> None:
    assert outcome(status(DayState.MISSING), RED).log == "/logs/0001.log"
    assert outcome(status(DayState.SUCCESS), GREEN).log == ""


def test_programs_get_plain_values() -> None:
    found = outcome(
        status(DayState.SUCCESS, rows=7, loaded_at=dt.datetime.fromisoformat("2018-12-01T01:00")),
        GREEN,
    ).as_json()
    assert found["day"] == "2018-11-05"
    assert found["loaded_at"] == "2018-12-01T01:00:00"
    assert (found["state"], found["red"], found["ran"], found["rows"]) == (
        "success",
        False,
        True,
        7,
    )


def test_a_run_without_params_reads_and_writes_where_the_defaults_say() -> None:
    where = Where.of({})
    assert where == Where("log_data/", Names("public"))
    assert where.key(DAY) == "log_data/2018/11/2018-11-05-events.json"


def test_params_say_where_logs_and_tables_are() -> None:
    where = Where.of({"schema": "mine", "log_prefix": "a/b/", "tables": {"users": "people"}})
    assert where == Where("a/b/", Names("mine", {"users": "people"}))


def test_only_the_logs_that_runs_of_their_day_read_count() -> None:
    keys = ("log_data/2018/11/2018-11-05-events.json", "log_data/2018-11-06-events.json")
    objects = [ObjectInfo(key, "a", None, 1) for key in keys]
    found = survey(None, Where.of({}), objects, DAY, DAY + dt.timedelta(days=1))
    assert [day.state for day in found] == [DayState.MISSING, DayState.NO_LOG]
