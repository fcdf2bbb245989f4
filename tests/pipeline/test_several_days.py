"""Several runs of the pipeline at once, and one that takes too long."""

import datetime as dt

import pytest

from sparkify_fixtures import Settings, generate
from sparkify_fixtures.oracle import expected_warehouse
from sparkify_harness.backfilling import run_days
from tests.pipeline.subject import Pipeline, expected_tables, logs_of

pytestmark = pytest.mark.pipeline


def test_days_at_once_give_what_all_at_once_gives(pipeline: Pipeline) -> None:
    data = list(generate(Settings(days=4, users=12, songs=8, seed=9)))
    pipeline.seed(data)
    ended: list[dt.date | None] = []
    results = run_days(
        pipeline.stack,
        logs_of(data),
        parallel=4,
        conf=pipeline.params(),
        on_end=lambda result: ended.append(result.day),
    )
    assert all(result.succeeded for result in results.values()), results
    assert sorted(day for day in ended if day) == sorted(results) == sorted(logs_of(data))
    assert pipeline.tables() == expected_tables(expected_warehouse(data))


def test_a_run_that_takes_too_long_is_a_failed_one_and_others_go_on(pipeline: Pipeline) -> None:
    data = list(generate(Settings(days=1, users=12, songs=8, seed=9)))
    pipeline.seed(data)
    (day,) = logs_of(data)
    begun: list[str] = []
    result = pipeline.stack.attempt(
        day,
        conf=pipeline.params(),
        limit=0.3,
        on_task=lambda task: begun.append(task.task_id),
    )
    assert (result.state, result.day) == ("failed", day)
    assert "did not end in 0.3 s and was killed in" in (result.error or "")
    assert [task.task_id for task in result.tasks] == begun
    pipeline.green(day)
    assert pipeline.tables() == expected_tables(expected_warehouse(data))
