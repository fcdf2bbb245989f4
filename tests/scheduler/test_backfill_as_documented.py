"""The backfill that docs/aws.md tells of, as it stands there, on Airflow's own scheduler."""

import datetime as dt
from collections.abc import Iterator

import pytest

from fixtures import StoredObject
from harness.airflow.deployment import Deployment
from harness.stack import DAG_ID, Stack
from tests.pipeline.subject import Pipeline, logs_of
from tests.scheduler.gates import Gates
from tests.scheduler.subject import Scheduled, documented

pytestmark = pytest.mark.timeout(1200, func_only=True)


WEEKLY = "sparkify_weekly_top_songs"
"""The DAG that is triggered by the assets of the first."""


@pytest.fixture(scope="module")
def backfilled(
    stack: Stack, airflow: Deployment, gates: Gates, six_days: list[StoredObject]
) -> Iterator[Scheduled]:
    """Six days, after the command; only its days are others."""
    stack.seed(six_days)
    first, *_, last = sorted(logs_of(six_days))
    words = documented("airflow backfill create", "aws.md")
    for option, day in (("--from-date", first), ("--to-date", last)):
        words[words.index(option) + 1] = day.isoformat()
    airflow.command(*words)
    airflow.wait_for_runs(DAG_ID, run_type="backfill")
    yield Scheduled(Pipeline(stack, "public"), airflow, gates)
    if airflow.api.knows(WEEKLY):  # later tests have tables of their own, which it does not see
        airflow.api.pause(WEEKLY)


def test_every_day_is_a_run_and_they_go_on_at_once(
    backfilled: Scheduled, six_days: list[StoredObject]
) -> None:
    runs = backfilled.airflow.api.dag_runs(DAG_ID, "backfill")
    days = [dt.datetime.fromisoformat(run["data_interval_start"]).date() for run in runs]
    assert days == sorted(logs_of(six_days))
    assert {run["state"] for run in runs} == {"success"}, backfilled.airflow.explain(DAG_ID)
    # Otherwise it would show nothing that runs one after another do not.
    assert max(run["start_date"] for run in runs) < min(run["end_date"] for run in runs)


def test_every_table_is_what_the_oracle_says(
    backfilled: Scheduled, six_days: list[StoredObject]
) -> None:
    backfilled.check(six_days)


def test_the_second_dag_runs_after_the_first(backfilled: Scheduled) -> None:
    airflow = backfilled.airflow
    if not airflow.api.knows(WEEKLY):
        pytest.skip(f"there is no DAG {WEEKLY}")
    runs = airflow.wait_for_runs(WEEKLY, run_type="asset_triggered")
    assert {run["state"] for run in runs} == {"success"}, airflow.explain(WEEKLY)
