"""A run that hangs is ended by its DAG's time-out, with the task that hangs, and told of."""

import datetime as dt
import os
from collections.abc import Iterator

import psutil
import pytest

from sparkify_harness.airflow.deployment import Deployment
from sparkify_harness.stack import DAG_ID, Stack
from tests.pipeline.subject import Pipeline
from tests.processes import gone
from tests.scheduler.gates import BEFORE, HOLD, Gates
from tests.scheduler.subject import LIMIT, Scheduled
from tests.scheduler.told import told
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(1200, func_only=True)

DAY = dt.date(2018, 11, 20)
TASK = "Create_tables"
TIMEOUT = "dag_run_timeout"
"""Name of the time-out in Airflow's answers."""


@pytest.fixture(scope="module")
def hanging(stack: Stack, airflow: Deployment, gates: Gates) -> Iterator[tuple[Scheduled, str]]:
    """A run whose first task does not end."""
    scheduled = Scheduled(Pipeline(stack, "hanging"), airflow, gates)
    gates.shut(DAY, TASK, BEFORE, HOLD)
    run_id = scheduled.begin(DAY)
    assert eventually(lambda: gates.held(DAY, TASK, BEFORE), within=LIMIT, every=0.2), (
        f"{TASK} waits at its gate"
    )
    yield scheduled, run_id
    gates.open(DAY, TASK, BEFORE)


@pytest.fixture
def time_out(airflow: Deployment, gates: Gates) -> Iterator[None]:
    """The DAG's runs may take a second, those that go on already too."""

    def seen() -> object:
        return airflow.api.ask("GET", f"/api/v2/dags/{DAG_ID}/details")[TIMEOUT]

    before = seen()
    gates.limit_runs(1)
    airflow.api.parse_again(DAG_ID)
    assert eventually(lambda: seen() != before, within=LIMIT, every=0.2), "the time-out"
    yield
    gates.limit_runs(None)
    airflow.api.parse_again(DAG_ID)
    assert eventually(lambda: seen() == before, within=LIMIT, every=0.2), "the DAG's own time-out"


def test_all_that_airflow_starts_ends_with_it(
    hanging: tuple[Scheduled, str], airflow: Deployment, gates: Gates
) -> None:
    # `sparkify_harness.lifeline` ends sessions; Airflow gives tasks process groups of their own.
    task = psutil.Process(gates.held(DAY, TASK, BEFORE))
    scheduler = airflow.component("scheduler")
    assert os.getpgid(task.pid) != scheduler.pid
    for process in [task, *psutil.Process(scheduler.pid).children(recursive=True)]:
        assert os.getsid(process.pid) == scheduler.pid


def test_a_run_ends_after_the_time_that_its_dag_allows_and_is_told_of(
    hanging: tuple[Scheduled, str], time_out: None, stack: Stack, gates: Gates
) -> None:
    scheduled, run_id = hanging
    assert scheduled.ended(run_id) == "failed"
    process = gates.held(DAY, TASK, BEFORE)
    assert eventually(lambda: process and gone(process), within=LIMIT, every=0.2), (
        "the end of the task that hangs"
    )
    assert eventually(lambda: "run_timed_out" in told(stack, run_id), within=LIMIT, every=0.2), (
        "the alert"
    )
