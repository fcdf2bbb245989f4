"""A task that is cleared finds a whole day to load, whatever state its run is in.

In a run that has failed or goes on, the task is stopped at a gate, before its work or after it; in
a run that has ended well it is cleared as it stands, or because the day's log was corrected. It is
cleared alone or with all that comes after it, by the REST API, which is what the web interface
calls, or by Airflow's command. Meanwhile the runs of other days stage and load.
"""

import datetime as dt
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import pytest

from sparkify_fixtures import LOG_PREFIX, Settings, StoredObject, generate
from sparkify_harness.airflow.deployment import Deployment
from sparkify_harness.stack import DAG_ID, Stack
from tests.pipeline.subject import Pipeline, logs_of, session
from tests.processes import gone
from tests.scheduler.cases import TASKS, WAYS, Finished, Interrupted, Round, rounds
from tests.scheduler.gates import FAIL, Gates
from tests.scheduler.subject import LIMIT, Scheduled
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(1200, func_only=True)

SETTINGS = Settings(days=len(WAYS), users=40, songs=40, seed=8, start=dt.date(2018, 11, 10))
SCHEMA = "cleared"


@dataclass(frozen=True)
class Recovered:
    """Runs that were stopped, cleared, and have come to their ends.

    Attributes:
        scheduled: what runs them.
        round: what happens to them.
        runs: Airflow's names for them, by their days.
        objects: what was in the bucket.
    """

    scheduled: Scheduled
    round: Round
    runs: Mapping[dt.date, str]
    objects: list[StoredObject]


@pytest.fixture(scope="module", params=rounds(), ids=lambda one: one.name)
def recovered(
    request: pytest.FixtureRequest, stack: Stack, airflow: Deployment, gates: Gates
) -> Recovered:
    """A run for each day, stopped where the round says and cleared there."""
    scheduled = Scheduled(Pipeline(stack, SCHEMA), airflow, gates)
    objects = list(generate(SETTINGS))
    scheduled.pipeline.seed(objects)
    with session(stack) as cursor:
        cursor.execute(f'DROP SCHEMA IF EXISTS "{SCHEMA}" CASCADE')  # of a round that failed
        cursor.execute(f'CREATE SCHEMA "{SCHEMA}"')
    cases = dict(zip(sorted(logs_of(objects)), request.param.interrupted, strict=True))
    for day, case in cases.items():
        gates.shut(day, case.task, case.point, case.word)
    runs = {day: scheduled.begin(day) for day in cases}
    with ThreadPoolExecutor(len(runs)) as pool:
        list(pool.map(partial(interrupt, scheduled), cases, runs.values(), cases.values()))
    return Recovered(scheduled, request.param, runs, objects)


def interrupt(scheduled: Scheduled, day: dt.date, run_id: str, case: Interrupted) -> None:
    """Waits until the run is stopped, clears the task, and lets it go on."""
    if case.word == FAIL:
        assert scheduled.ended(run_id) == "failed"
        scheduled.gates.open(day, case.task, case.point)
        clear(scheduled, run_id, case)
        if scheduled.ended(run_id) == "failed":
            # What could not run for it waits to be cleared too; here everything did well again.
            assert not case.way.downstream, scheduled.airflow.explain(DAG_ID)
            assert scheduled.tasks(run_id)[case.task]["state"] == "success"
            scheduled.airflow.api.clear(DAG_ID, run_id, only_failed=True)
    else:
        held = partial(scheduled.gates.held, day, case.task, case.point)
        assert eventually(held, within=LIMIT, every=0.2), f"{case.task} waits at its gate"
        process = held()
        clear(scheduled, run_id, case)
        assert eventually(lambda: process and gone(process), within=LIMIT, every=0.2), (
            f"the end of {case.task}'s first try"
        )
        scheduled.gates.open(day, case.task, case.point)
    scheduled.end(run_id)
    tasks = scheduled.tasks(run_id)
    assert tasks[case.task]["try_number"] == 2
    assert {task for task in tasks if tasks[task]["pid"]} == set(TASKS)


def clear(scheduled: Scheduled, run_id: str, case: Interrupted | Finished) -> None:
    """Clears a task in the way of the case."""
    if case.way.interface == "api":
        cleared = scheduled.airflow.api.clear(
            DAG_ID, run_id, [case.task], downstream=case.way.downstream
        )
        assert case.task in cleared
        return
    date = scheduled.run(run_id)["logical_date"]
    words = ["tasks", "clear", DAG_ID, "--yes", "--start-date", date, "--end-date", date]
    # Airflow 3.3 takes it for a part of the name: https://github.com/apache/airflow/pull/72941
    words += ["--task-regex", case.task]
    words += ["--downstream"] if case.way.downstream else []
    scheduled.airflow.command(*words)


def test_in_a_run_that_failed_or_goes_on(recovered: Recovered) -> None:
    recovered.scheduled.check(recovered.objects)


def test_in_a_run_that_ended_well(recovered: Recovered) -> None:
    scheduled, objects = recovered.scheduled, list(recovered.objects)
    cases = dict(zip(recovered.runs, recovered.round.finished, strict=True))
    for day, case in cases.items():
        if case.corrected:
            objects = [halved(item) if item.key == log_of(day) else item for item in objects]
    scheduled.pipeline.seed(item for item in objects if item.key.startswith(LOG_PREFIX))
    with ThreadPoolExecutor(len(cases)) as pool:
        list(pool.map(partial(clear, scheduled), recovered.runs.values(), cases.values()))
    for run_id in recovered.runs.values():
        scheduled.end(run_id)
    scheduled.check(objects)


def log_of(day: dt.date) -> str:
    """Key of a day's log."""
    return f"{LOG_PREFIX}{day:%Y/%m/%Y-%m-%d}-events.json"


def halved(log: StoredObject) -> StoredObject:
    """A corrected log: the first half of its events."""
    lines = log.body.splitlines(keepends=True)
    return StoredObject(log.key, b"".join(lines[: len(lines) // 2]))
