"""What is killed or restarted in mid-run changes nothing: the retries succeed, no row is lost or
doubled."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from redshift_connector.error import InterfaceError

from sparkify_fixtures import StoredObject
from tests.stack.subject import FACT, START, StackUnderTest, expected

pytestmark = pytest.mark.timeout(600, func_only=True)


@pytest.fixture(autouse=True)
def loaded(stack: StackUnderTest, data: list[StoredObject]) -> None:
    """The data is in the bucket, the tables are there and empty."""
    stack.revive()
    stack.seed(data)
    if not stack.query("SELECT 1 FROM pg_tables WHERE tablename = 'songplays'"):
        assert stack.sparkify("trigger").returncode == 0
    for table in stack.tables():
        stack.execute(f'DELETE FROM "{table}"')


def test_a_worker_killed_in_mid_statement(stack: StackUnderTest, data: list[StoredObject]) -> None:
    with stack.airflow() as airflow:
        with stack.held_in_mid_statement(airflow) as run_id:
            victim = airflow.host(run_id, FACT)
            stack.kill(victim)
        tries = stack.wait_for_success(airflow, run_id)
    assert tries[FACT] > 1
    assert stack.tables() == expected(data)


def test_a_worker_that_is_stopped_ends_its_tasks_first(
    stack: StackUnderTest, data: list[StoredObject]
) -> None:
    with stack.airflow() as airflow, ThreadPoolExecutor(1) as pool:
        with stack.held_in_mid_statement(airflow) as run_id:
            leaving = airflow.host(run_id, FACT)
            stopped = pool.submit(stack.engine, "stop", "--time", "60", leaving)
            time.sleep(5)  # it has been told, and would be gone by now
            assert not stopped.done()
        tries = stack.wait_for_success(airflow, run_id)
        stopped.result()
    assert tries[FACT] == 1
    assert stack.tables() == expected(data)


@pytest.mark.parametrize("service", ["redis", "scheduler"])
def test_what_carries_tasks_is_killed_and_comes_back(
    stack: StackUnderTest, data: list[StoredObject], service: str
) -> None:
    with stack.airflow() as airflow:
        with stack.held_in_mid_statement(airflow) as run_id:
            stack.kill(stack.container(service).id)
        stack.engine("start", stack.container(service).id)
        stack.wait_for_success(airflow, run_id)
    assert stack.tables() == expected(data)


def test_the_object_store_is_killed_before_events_are_staged(
    stack: StackUnderTest, data: list[StoredObject]
) -> None:
    with stack.airflow() as airflow:
        run_id = airflow.trigger(None, {})
        stack.wait_for_task(airflow, run_id, "Create_tables", "running", "success")
        stack.kill(stack.container("minio").id)
        stack.wait_for_task(airflow, run_id, "Stage_events", "up_for_retry")
        stack.engine("start", stack.container("minio").id)
        tries = stack.wait_for_success(airflow, run_id)
    assert tries["Stage_events"] > 1
    assert stack.tables() == expected(data)


def test_the_warehouse_is_killed_in_mid_statement(
    stack: StackUnderTest, data: list[StoredObject]
) -> None:
    with stack.airflow() as airflow:
        with suppress(OSError, InterfaceError), stack.held_in_mid_statement(airflow) as run_id:
            stack.kill(stack.container("redshift").id)  # which cuts our own session as well
        stack.engine("start", stack.container("redshift").id)
        tries = stack.wait_for_success(airflow, run_id)
    assert tries[FACT] > 1
    assert stack.tables() == expected(data)


def test_nothing_is_lost_by_down_and_up(stack: StackUnderTest, data: list[StoredObject]) -> None:
    assert stack.sparkify("trigger").returncode == 0
    with stack.airflow() as airflow:
        runs = {run["dag_run_id"]: run["state"] for run in airflow.runs("manual")}
    assert stack.sparkify("down").returncode == 0
    assert stack.project.containers() == []
    started = stack.sparkify(*START)
    assert started.returncode == 0, started.stderr
    assert stack.tables() == expected(data)
    with stack.airflow() as airflow:
        assert {run["dag_run_id"]: run["state"] for run in airflow.runs("manual")} == runs
    assert stack.sparkify("trigger").returncode == 0
    assert stack.tables() == expected(data)
