"""The backfill that docs/aws.md tells of, as it stands there, on Airflow's own scheduler."""

import datetime as dt
from collections.abc import Iterator

import pytest

from sparkify_fixtures import StoredObject
from sparkify_fixtures.oracle import expected_warehouse
from sparkify_harness.airflow.deployment import Deployment
from sparkify_harness.stack import DAG_ID, Stack
from tests.pipeline.subject import Pipeline, Rows, logs_of
from tests.pipeline.weekly import QUERY, WEEKLY, top_songs
from tests.scheduler.gates import Gates
from tests.scheduler.subject import LIMIT, Scheduled, documented
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(1200, func_only=True)


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
    airflow.api.pause(WEEKLY)  # later tests have tables of their own, which it does not see


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


def test_the_assets_of_the_first_dag_trigger_the_second(
    backfilled: Scheduled, six_days: list[StoredObject]
) -> None:
    expected = top_songs(expected_warehouse(six_days))
    assert expected

    def found() -> Rows:
        there = backfilled.pipeline.query(
            "SELECT 1 FROM pg_tables WHERE tablename = 'weekly_top_songs'"
        )
        return backfilled.pipeline.query(QUERY) if there else []

    # The last of its runs begins when the last of the others has ended.
    assert eventually(lambda: found() == expected, within=LIMIT, every=0.2), "the songs of the week"
    runs = backfilled.airflow.wait_for_runs(WEEKLY, run_type="asset_triggered")
    assert {run["state"] for run in runs} == {"success"}, backfilled.airflow.explain(WEEKLY)
