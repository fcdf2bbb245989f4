"""What checks find is kept, and can be judged otherwise for one run."""

import datetime as dt

import pytest

from sparkify.star import CHECKS
from sparkify_fixtures import Settings, StoredObject, generate
from sparkify_harness.airflow import RunResult, TaskResult
from sparkify_harness.objectstore import StoreKind
from tests.pipeline.subject import Pipeline, session

# One kind of store is enough: the checks know nothing of it.
pytestmark = [
    pytest.mark.pipeline,
    pytest.mark.parametrize("stack", [StoreKind.EMBEDDED], indirect=True),
]

DAY = dt.date(2018, 11, 1)
TASK = "Run_data_quality_checks"
KEPT = """
SELECT run_id, task_id, log_day, load_id, check_name, severity, verdict, failing_rows, actual
FROM data_quality_results
ORDER BY checked_at, check_name
"""


@pytest.fixture(scope="module")
def golden() -> list[StoredObject]:
    """A day on which some have a level that nobody knows."""
    objects = generate(Settings(days=1, users=12, songs=5, seed=5))
    return [
        StoredObject(item.key, item.body.replace(b'"level":"free"', b'"level":"gold"'))
        for item in objects
    ]


def results_of(result: RunResult) -> dict[str, str]:
    return {item["check"]: item["verdict"] for item in result.xcoms[TASK]["quality_results"]}


def test_what_was_found_is_kept_for_each_run(
    pipeline: Pipeline, golden: list[StoredObject]
) -> None:
    pipeline.seed(golden)
    failed = pipeline.run(DAY)
    changes = {"*.accepted_values(level)": {"severity": "warn"}}
    warned = pipeline.run(DAY, checks=changes)
    assert not failed.succeeded
    assert warned.succeeded, warned.explain()
    kept = pipeline.query(KEPT)
    (load,) = pipeline.query(
        "SELECT load_id FROM load_audit WHERE target = 'staging_events' AND outcome = 'loaded' "
        "ORDER BY load_id LIMIT 1"
    )
    first = [row for row in kept if row[0] == kept[0][0]]
    assert {row[1:4] for row in first} == {(TASK, DAY, load[0])}
    assert {row[4]: row[6] for row in first} == results_of(failed)
    second = [row for row in kept if row[0] != kept[0][0]]
    assert {row[4]: row[6] for row in second} == results_of(warned)
    levels = [row for row in second if row[4].endswith("accepted_values(level)")]
    assert len(levels) == 3
    for _, _, _, _, _, severity, verdict, failing, actual in levels:
        assert (severity, verdict) == ("warn", "warn")
        assert f"{failing:,} row" in actual
        assert "such as (gold, " in actual


def test_a_full_load_is_kept_without_day_and_judges_everything(
    pipeline: Pipeline, golden: list[StoredObject]
) -> None:
    pipeline.seed(golden)
    result = pipeline.green(None, checks={"accepted_values": {"enabled": False}})
    kept = pipeline.query(KEPT)
    assert {row[2:4] for row in kept} == {(None, None)}
    judged = {check.name for check in CHECKS if check.kind != "accepted_values"}
    assert {row[4] for row in kept} == judged == set(results_of(result))


def test_songs_are_judged_by_the_run_that_staged_them(
    pipeline: Pipeline, golden: list[StoredObject]
) -> None:
    pipeline.seed(golden)
    changes = {"accepted_values": {"severity": "warn"}}
    first = results_of(pipeline.green(DAY, checks=changes))
    second = results_of(pipeline.green(DAY, checks=changes))
    about_songs = ("staging_songs.", "songs.", "artists.")
    assert {name for name in first if name not in second} == {
        name for name in first if name.startswith(about_songs)
    }


def test_a_change_of_no_check_fails_with_the_names_of_all(
    pipeline: Pipeline, golden: list[StoredObject]
) -> None:
    pipeline.seed(golden)
    result = pipeline.run(DAY, checks={"playz.*": {"enabled": False}})
    [task] = result.failed
    assert (task.task_id, task.tries) == (TASK, 1)
    assert "there is no check 'playz.*'; the kinds are not_null" in (task.error or "")
    assert "\n  users.unique(user_id)" in (task.error or "")


def test_that_results_cannot_be_kept_is_a_warning_and_nothing_more(
    pipeline: Pipeline, golden: list[StoredObject]
) -> None:
    pipeline.seed(golden)

    def drop(task: TaskResult) -> None:
        if task.task_id == "Stage_events":
            with session(pipeline.stack) as cursor:
                cursor.execute(f'DROP TABLE "{pipeline.name}".data_quality_results')

    changes = {"accepted_values": {"enabled": False}}
    result = pipeline.run(DAY, on_task=drop, checks=changes)
    assert result.succeeded, result.explain()
    assert set(results_of(result).values()) == {"pass"}
    assert "data_quality_results lacks what these checks found: locking" in (
        result.log_path.read_text()
    )
