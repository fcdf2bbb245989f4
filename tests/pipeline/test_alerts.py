"""Who is told, and of what, when a run of the real DAG goes wrong."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sparkify_fixtures import Settings, StoredObject, generate
from sparkify_harness.alerting import quoted
from sparkify_harness.objectstore import StoreKind
from tests.pipeline.subject import Pipeline
from tests.pipeline.test_red_paths import with_log

ONE_STORE = pytest.mark.parametrize("stack", [StoreKind.EMBEDDED], indirect=True)
"""Which store serves does not matter here."""

pytestmark = [pytest.mark.pipeline, ONE_STORE]

DAY = dt.date(2018, 11, 1)


@pytest.fixture(scope="module")
def small() -> list[StoredObject]:
    return list(generate(Settings(days=1, users=5, songs=3, seed=7)))


@pytest.fixture
def alerts(tmp_path: Path) -> Path:
    """The file that is told."""
    return tmp_path / "on, call" / "alerts.jsonl"


def run(pipeline: Pipeline, setting: str, **params: Any) -> Any:
    wiring = pipeline.wiring("redshift")
    variables = {**wiring.variables, "sparkify_alerts": setting}
    return pipeline.run(DAY, wiring=replace(wiring, variables=variables), **params)


def told(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def broken(objects: list[StoredObject]) -> list[StoredObject]:
    """The day's log with a record that is none."""

    def break_second(text: str) -> str:
        lines = text.splitlines()
        lines[1] = lines[1].rstrip("}")
        return "\n".join(lines)

    return with_log(objects, break_second)


def test_a_failed_task_is_told_with_the_refused_records_and_the_log(
    pipeline: Pipeline, small: list[StoredObject], alerts: Path
) -> None:
    pipeline.seed(broken(small))
    result = run(pipeline, f"file:{quoted(alerts)}")
    task, ended = told(alerts)

    key = f"{pipeline.name}/log_data/2018/11/2018-11-01-events.json"
    assert (task["kind"], task["dag_id"], task["task_id"]) == (
        "task_failed",
        "sparkify_etl",
        "Stage_events",
    )
    assert (task["run_id"], task["day"], task["try_number"]) == (result.run_id, "2018-11-01", 1)
    assert task["error"].startswith("LoadError: COPY into staging_events: Load into table")
    assert f"s3://sparkify/{key} line" in task["error"]
    assert task["refused"][0]["filename"] == f"s3://sparkify/{key}"
    assert {row["line_number"] for row in task["refused"]} <= {2, 3}
    assert 1100 <= task["refused"][0]["code"] <= 1300
    assert task["log"] == str(result.log_path)

    assert (ended["kind"], ended["task_id"]) == ("run_failed", "Stage_events")
    assert ended["title"] == (
        "sparkify_etl 2018-11-01: the run failed; the last task to fail was Stage_events"
    )
    assert alerts.stat().st_mode & 0o777 == 0o600


def test_an_alert_holds_no_secret(
    pipeline: Pipeline, small: list[StoredObject], alerts: Path
) -> None:
    stack = pipeline.stack
    secrets = [stack.reader.secret_access_key, stack.warehouse.password]
    leaking = with_log(
        small, lambda text: text.replace('"ts":', f'"ts":"{" ".join(secrets)}","was":', 1)
    )
    pipeline.seed(leaking)
    result = run(pipeline, f"file:{quoted(alerts)}")
    task = told(alerts)[0]
    assert task["refused"][0]["column"] == "ts"
    for secret in secrets:
        assert secret not in alerts.read_text(encoding="utf-8")
        assert secret not in result.log_path.read_text(encoding="utf-8")
        assert secret not in (result.task("Stage_events").error or "")
    assert "***" in task["refused"][0]["value"]


def test_a_task_is_told_once_after_its_last_try(pipeline: Pipeline, alerts: Path) -> None:
    result = run(pipeline, f"file:{quoted(alerts)}?on=task_failed", bucket="no-such-bucket-at-all")
    assert len(result.failed) == 2
    assert sorted(alert["task_id"] for alert in told(alerts)) == ["Stage_events", "Stage_songs"]


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        pytest.param("carrier:pigeon", "'carrier:pigeon' names no channel", id="no-channel"),
        pytest.param("file:/proc/nonesuch/alerts", "was not told", id="cannot-be-written"),
        pytest.param("slack:nonesuch", "slack:nonesuch was not told", id="no-connection"),
    ],
)
def test_a_channel_that_fails_changes_nothing(
    setting: str, complaint: str, pipeline: Pipeline, small: list[StoredObject], alerts: Path
) -> None:
    pipeline.seed(broken(small))
    result = run(pipeline, setting if "carrier" in setting else f"{setting},file:{quoted(alerts)}")
    assert [task.task_id for task in result.failed] == ["Stage_events"]
    assert (result.task("Stage_events").error or "").startswith("LoadError")
    assert complaint in result.log_path.read_text(encoding="utf-8")
    if "carrier" not in setting:
        assert [alert["kind"] for alert in told(alerts)] == ["task_failed", "run_failed"]


def test_a_green_run_tells_nobody(
    pipeline: Pipeline, small: list[StoredObject], alerts: Path
) -> None:
    pipeline.seed(small)
    assert run(pipeline, f"file:{quoted(alerts)}").succeeded
    assert not alerts.exists()


def test_a_check_that_warns_is_told_and_the_run_is_green(
    pipeline: Pipeline, small: list[StoredObject], alerts: Path
) -> None:
    pipeline.seed(with_log(small, lambda text: text.replace('"level":"free"', '"level":"gold"')))
    warn = {"*accepted_values(level*": {"severity": "warn"}}
    result = run(pipeline, f"file:{quoted(alerts)}", checks=warn)
    assert result.succeeded, result.explain()
    (alert,) = told(alerts)
    assert (alert["kind"], alert["task_id"]) == ("checks_warned", "Run_data_quality_checks")
    assert {line.split(".")[0] for line in alert["checks"]} == {
        "staging_events",
        "songplays",
        "users",
    }
    assert all("expected level one of free, paid, found" in line for line in alert["checks"])
