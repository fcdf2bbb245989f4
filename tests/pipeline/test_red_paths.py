"""What a user sees when something is wrong: which task fails, how soon, and with which words."""

import datetime as dt
import json
import re
from collections.abc import Callable

import pytest

from sparkify_fixtures import Settings, StoredObject, generate
from sparkify_harness.airflow import RunResult
from tests.pipeline.subject import Pipeline
from tests.ports import refusing_port

pytestmark = pytest.mark.pipeline

DAY = dt.date(2018, 11, 1)
LOG = f"log_data/2018/11/{DAY}-events.json"


@pytest.fixture(scope="module")
def small() -> list[StoredObject]:
    """A day of few users."""
    return list(generate(Settings(days=1, users=10, songs=5, seed=5)))


def failed_once(result: RunResult, task_id: str) -> str:
    """The error of the task that failed, at its first try."""
    assert [task.task_id for task in result.failed] == [task_id], result.explain()
    assert result.task(task_id).tries == 1
    assert result.task("End_execution").state == "upstream_failed"
    return result.task(task_id).error or ""


def on_minio(pipeline: Pipeline) -> bool:
    """Whether the store is MinIO itself, with its deviations from S3."""
    return pipeline.stack.store.kind.is_minio


def with_log(objects: list[StoredObject], change: Callable[[str], str]) -> list[StoredObject]:
    """The objects with the text of their log changed."""
    return [
        StoredObject(item.key, change(item.body.decode()).encode()) if item.key == LOG else item
        for item in objects
    ]


def test_a_wrong_s3_key(pipeline: Pipeline, small: list[StoredObject]) -> None:
    pipeline.seed(small)
    result = pipeline.run(DAY, wiring=pipeline.wiring("aws_credentials", login="AKIAWRONG"))
    errors = " ".join(task.error or "" for task in result.failed)
    assert {task.tries for task in result.failed} == {1}
    assert "SourceError: listing s3://sparkify/" in errors
    of_s3 = "" if on_minio(pipeline) else "AWS "
    text = f"S3 says InvalidAccessKeyId: The {of_s3}Access Key Id you provided does not exist"
    assert text in errors


def test_a_wrong_s3_secret(pipeline: Pipeline, small: list[StoredObject]) -> None:
    pipeline.seed(small)
    result = pipeline.run(DAY, wiring=pipeline.wiring("aws_credentials", password="wrong-secret"))
    errors = " ".join(task.error or "" for task in result.failed)
    assert "request signature we calculated does not match" in errors
    assert "wrong-secret" not in result.log_path.read_text()


def test_a_wrong_region(pipeline: Pipeline, small: list[StoredObject]) -> None:
    pipeline.seed(small)
    result = pipeline.run(DAY, region="eu-north-1")
    errors = " ".join(task.error or "" for task in result.failed)
    assert {task.tries for task in result.failed} == {1}
    assert "must be addressed using the specified endpoint" in errors


def test_a_missing_prefix(pipeline: Pipeline, small: list[StoredObject]) -> None:
    pipeline.seed(small)
    error = failed_once(pipeline.run(dt.date(2018, 12, 24)), "Stage_events")
    key = f"{pipeline.name}/log_data/2018/12/2018-12-24-events.json"
    assert error.startswith(f"SourceError: there is no log at s3://sparkify/{key}; ")


def test_a_missing_bucket(pipeline: Pipeline) -> None:
    result = pipeline.run(DAY, bucket="no-such-bucket-at-all")
    assert {task.task_id for task in result.failed} == {"Stage_events", "Stage_songs"}
    assert {task.tries for task in result.failed} == {1}
    # MinIO tells an account without rights there AccessDenied: sparkify_harness.objectstore.minio.
    says = "AccessDenied" if on_minio(pipeline) else "NoSuchBucket"
    assert f"S3 says {says}" in (result.task("Stage_events").error or "")


def test_a_malformed_line_names_file_and_line_and_changes_nothing(
    pipeline: Pipeline, small: list[StoredObject]
) -> None:
    def break_second(text: str) -> str:
        lines = text.splitlines()
        lines[1] = lines[1].rstrip("}")
        return "\n".join(lines)

    pipeline.seed(small)
    pipeline.green(DAY)
    before, counts = pipeline.tables(), pipeline.counts()
    pipeline.seed(with_log(small, break_second))
    error = failed_once(pipeline.run(DAY), "Stage_events")
    assert error.startswith("LoadError: COPY into staging_events: Load into table")
    assert re.search(rf"\n  s3://sparkify/{pipeline.name}/{LOG} line \d+:.* \[1\d\d\d\]", error)
    assert pipeline.tables() == before
    assert pipeline.counts() == counts


def test_a_value_that_is_too_long_names_column_and_value(
    pipeline: Pipeline, small: list[StoredObject]
) -> None:
    def lengthen(text: str) -> str:
        first, *others = text.splitlines()
        event = json.loads(first) | {"userAgent": "x" * 2000}
        return "\n".join([json.dumps(event), *others])

    pipeline.seed(with_log(small, lengthen))
    error = failed_once(pipeline.run(DAY), "Stage_events")
    assert "line 1: column user_agent (varchar(1024)): String length exceeds DDL length" in error
    assert "[1204], value 'xxxx" in error


def test_a_wrong_warehouse_password(pipeline: Pipeline) -> None:
    wiring = pipeline.wiring("redshift", password="wrong-password")
    result = pipeline.run(DAY, wiring=wiring)
    error = failed_once(result, "Create_tables")
    assert "LoginError: connecting to redshift (127.0.0.1:" in error
    assert "password authentication failed" in error
    assert "wrong-password" not in result.log_path.read_text()


def test_a_warehouse_that_is_down_is_tried_again(pipeline: Pipeline) -> None:
    with refusing_port() as port:
        result = pipeline.run(DAY, wiring=pipeline.wiring("redshift", port=port))
    assert [task.task_id for task in result.failed] == ["Create_tables"]
    assert result.task("Create_tables").tries == 4
    assert "ConnectionLostError: connecting to redshift" in (
        result.task("Create_tables").error or ""
    )


def test_a_missing_connection_is_not_tried_again(pipeline: Pipeline) -> None:
    error = failed_once(pipeline.run(DAY, redshift_conn_id="nonesuch"), "Create_tables")
    assert "nonesuch" in error


@pytest.mark.parametrize("loaded", [False, True], ids=["empty-warehouse", "full-warehouse"])
def test_keys_in_camel_case_without_jsonpaths_load_nulls_and_the_checks_say_so(
    loaded: bool, pipeline: Pipeline, small: list[StoredObject]
) -> None:
    pipeline.seed(small)
    before = None
    if loaded:
        pipeline.green(DAY)
        before = pipeline.tables()
    result = pipeline.run(DAY, log_jsonpaths="auto")
    error = failed_once(result, "Run_data_quality_checks")
    staged = "SELECT COUNT(user_id), COUNT(first_name), SIGN(COUNT(level)) FROM staging_events"
    assert pipeline.query(staged) == [(0, 0, 1)]
    assert (
        "✗ staging_events.not_null(session_id, item_in_session, ts, page): expected no NULL"
    ) in error
    assert "! songplays.row_count: expected at least 1 row, found 0 rows" in error
    if loaded:  # what went wrong is made good by a run that does it right
        pipeline.green(DAY)
        assert pipeline.tables() == before


def test_a_check_that_fails_shows_the_rows(pipeline: Pipeline, small: list[StoredObject]) -> None:
    pipeline.seed(with_log(small, lambda text: text.replace('"level":"free"', '"level":"gold"')))
    result = pipeline.run(DAY)
    error = failed_once(result, "Run_data_quality_checks")
    assert re.search(
        r"✗ users\.accepted_values\(level\): expected level one of free, paid, "
        r"found \d+ rows? of \d+ failing; such as \(gold, \d+\)",
        error,
    )
    results = result.xcoms["Run_data_quality_checks"]["quality_results"]
    assert {check["check"] for check in results if not check["passed"]} == {
        f"{table}.accepted_values(level)" for table in ("staging_events", "songplays", "users")
    }
