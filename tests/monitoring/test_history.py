"""What is read from the warehouse is what the runs wrote down."""

import datetime as dt
from collections import Counter

import pytest

from sparkify.days import DayState
from sparkify.errors import PipelineError
from sparkify.monitoring import history as module
from sparkify.monitoring.history import History, NoHistoryError, RunHistory
from sparkify.monitoring.overview import Health, Overview
from sparkify.monitoring.records import Verdict
from sparkify.names import Names
from sparkify_harness.warehouse import RunningWarehouse
from tests.monitoring.conftest import HOSTILE, connection_to, session_on
from tests.monitoring.story import (
    ATTACKS,
    CORRECTED,
    DAG,
    DAYS,
    DRIFTED,
    NAMES,
    NEVER_CAME,
    NOT_CHECKED,
    REJECTED,
    STILL_WRONG,
    TAKEN_OUT,
    Story,
    corrected_run,
    fill,
    key,
    story,
)

STATES = (
    dict.fromkeys(range(DAYS), DayState.SUCCESS)
    | dict.fromkeys(DRIFTED, DayState.WARNED)
    | {
        STILL_WRONG: DayState.FAILED,
        NOT_CHECKED: DayState.LOADED,
        NEVER_CAME: DayState.MISSING,
        TAKEN_OUT: DayState.MISSING,
    }
)


def test_every_day_has_its_state(overview: Overview, told: Story) -> None:
    assert {day.date: day.state for day in overview.days} == {
        told.day(number): state for number, state in STATES.items()
    }


def test_a_corrected_log_counts_with_its_last_load_alone(overview: Overview, told: Story) -> None:
    day = overview.days[CORRECTED]
    loads = [load for load in told.loads if load["log_day"] == told.day(CORRECTED)]
    assert day.load is not None
    assert day.load.load_id == max(load["load_id"] for load in loads)
    assert day.judgement is not None
    assert (day.judgement.load_id, day.judgement.failed) == (day.load.load_id, 0)


def test_what_is_wrong_now_is_what_still_stands(overview: Overview, told: Story) -> None:
    assert [(found.verdict, found.log_day) for found in overview.findings] == [
        (Verdict.FAIL, told.day(STILL_WRONG)),
        *((Verdict.WARN, told.day(number)) for number in sorted(DRIFTED, reverse=True)),
    ]


def test_the_verdict_says_what_is_the_matter(overview: Overview) -> None:
    assert overview.health is Health.FAILING
    right = Counter(STATES.values())[DayState.SUCCESS]
    assert overview.reasons == (
        f"{right} of {DAYS} days loaded and checked",
        "1 failed its checks",
        "3 with a warning",
        "1 not checked yet",
        "2 missing",
        f"{sum(REJECTED.values())} rows rejected",
    )


def test_objects_are_those_that_are_loaded(overview: Overview, told: Story) -> None:
    gone = {NEVER_CAME, TAKEN_OUT}
    assert [load.object_key for load in overview.objects] == [
        "song_data/",
        *(key(told.day(number)) for number in reversed(range(DAYS)) if number not in gone),
    ]
    etags = {load["object_key"]: load["etag"] for load in told.loads}
    assert all(load.etag == etags[load.object_key] for load in overview.objects)


def test_runs_add_up(overview: Overview, told: Story) -> None:
    loaded: Counter[str] = Counter()
    refused = 0
    for run in overview.runs:
        loaded.update(run.rows)
        refused += sum(run.rejected.values())
    expected: Counter[str] = Counter()
    for load in told.loads:
        expected[load["target"]] += load["rows_loaded"]
    assert loaded == expected
    assert refused == sum(REJECTED.values())
    assert sum(sum(run.verdicts.values()) for run in overview.runs) == len(told.results)


def test_tasks_are_timed_by_the_seconds_in_the_audit(overview: Overview, told: Story) -> None:
    slowest = overview.timings[0]
    seconds = [load["seconds"] for load in told.loads if load["task_id"] == slowest.task_id]
    assert (slowest.task_id, slowest.longest) == ("Stage_songs", max(seconds))
    assert [timing.median for timing in overview.timings] == sorted(
        (timing.median for timing in overview.timings), reverse=True
    )


def test_one_run_has_its_loads_and_checks(filled: RunningWarehouse, told: Story) -> None:
    run_id = corrected_run(told)
    with session_on(filled) as session:
        found = RunHistory.read(session, NAMES, DAG, run_id)
    assert [load.load_id for load in found.loads] == [
        load["load_id"] for load in told.loads if load["run_id"] == run_id
    ]
    assert Counter(result.check_name for result in found.results) == Counter(
        result["check_name"] for result in told.results if result["run_id"] == run_id
    )


def test_texts_come_out_as_they_went_in(hostile_overview: Overview) -> None:
    names = {result.check_name for run in hostile_overview.runs for result in run.results}
    assert names == {f"check {attack}" for attack in ATTACKS}
    assert {run.run_id for run in hostile_overview.runs} == {f"run {attack}" for attack in ATTACKS}


@pytest.mark.parametrize("limit", [1, 8, 100, 10_000])
def test_only_whole_runs_are_read(
    limit: int, filled: RunningWarehouse, told: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RECENT_LOADS", limit)
    monkeypatch.setattr(module, "RECENT_RESULTS", limit)
    with session_on(filled) as session:
        found = History.read(session, NAMES, DAG)
    assert len(found.loads) <= limit
    written = Counter(load["run_id"] for load in told.loads)
    for run, loads in Counter(load.run_id for load in found.loads).items():
        assert loads == written[run]
    checked = Counter(result["run_id"] for result in told.results)
    for run, results in Counter(result.run_id for result in found.results).items():
        assert results == checked[run]
    assert len(found.logs) == DAYS - 1  # the state of each log, however long ago it was loaded


def test_of_two_dags_each_has_its_own(filled: RunningWarehouse) -> None:
    names = Names("two_dags")
    other = story()
    del other.loads[40:], other.results[100:]
    for row in (*other.loads, *other.results):
        row["dag_id"] = "another"
    mine = story()
    for load in mine.loads:
        load["load_id"] += len(other.loads)
    for result in mine.results:
        result["load_id"] += len(other.loads)
    del mine.loads[7:], mine.results[22:]
    with connection_to(filled) as connection:
        connection.execute("CREATE SCHEMA two_dags")
        fill(connection, other, names)
        fill(connection, mine, names)
    with session_on(filled) as session:
        found = Overview(History.read(session, names, DAG), dt.datetime(2018, 12, 31))  # noqa: DTZ001
    assert [day.date for day in found.days] == [mine.day(0)]
    assert len(found.runs) == 1


def test_older_objects_change_no_state(filled: RunningWarehouse) -> None:
    names = Names("older")
    told = Story(dt.date(2018, 11, 1))
    told.run(0, "first", dt.datetime(2018, 11, 2))  # noqa: DTZ001
    newest = told.loads[0]["load_id"]
    told.load(
        "staging_events",
        "second",
        dt.datetime(2018, 11, 3),  # noqa: DTZ001
        outcome="older",
        log_day=told.day(0),
        object_key=key(told.day(0)),
    )
    with connection_to(filled) as connection:
        connection.execute("CREATE SCHEMA older")
        fill(connection, told, names)
    with session_on(filled) as session:
        found = History.read(session, names, DAG)
    assert [log.load_id for log in found.logs] == [newest]


def test_tables_that_are_not_there_are_said_to_come(filled: RunningWarehouse) -> None:
    with connection_to(filled) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS fresh")
        connection.commit()
    with session_on(filled) as session, pytest.raises(NoHistoryError, match="first run"):
        History.read(session, Names("fresh"), DAG)


def test_other_troubles_stay_what_they_are(filled: RunningWarehouse) -> None:
    with session_on(filled) as session, pytest.raises(PipelineError) as caught:
        History.read(session, Names("no such schema"), DAG)
    assert not isinstance(caught.value, NoHistoryError)


def test_names_cannot_break_out(filled: RunningWarehouse) -> None:
    with session_on(filled) as session:
        assert RunHistory.read(session, HOSTILE, DAG, f"run {ATTACKS[0]}").loads
