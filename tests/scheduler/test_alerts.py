"""Who is told of a failure on a real scheduler: by the task, then by the DAG processor."""

import datetime as dt

import pytest

from sparkify_harness.airflow.deployment import Deployment
from sparkify_harness.stack import DAG_ID, Stack
from tests.pipeline.subject import Pipeline
from tests.scheduler.gates import BEFORE, FAIL, Gates
from tests.scheduler.subject import LIMIT, Scheduled
from tests.scheduler.told import told
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(600, func_only=True)

DAY = dt.date(2018, 11, 21)
TASK = "Create_tables"


def test_a_task_and_its_run_are_told_with_a_link_to_the_log(
    stack: Stack, airflow: Deployment, gates: Gates
) -> None:
    scheduled = Scheduled(Pipeline(stack, "failing"), airflow, gates)
    gates.shut(DAY, TASK, BEFORE, FAIL)
    run_id = scheduled.begin(DAY)
    assert scheduled.ended(run_id) == "failed"
    gates.open(DAY, TASK, BEFORE)
    assert eventually(lambda: len(told(stack, run_id)) == 2, within=LIMIT, every=0.2), "both alerts"
    alerts = told(stack, run_id)
    task, run = alerts["task_failed"], alerts["run_failed"]
    assert task["error"] == "AirflowFailException: told to"
    for alert in (task, run):
        assert (alert["task_id"], alert["try_number"], alert["day"]) == (TASK, 1, str(DAY))
        assert alert["log"].startswith(f"{airflow.url}/dags/{DAG_ID}/runs/")
        assert alert["log"].endswith(f"/tasks/{TASK}?try_number=1")
