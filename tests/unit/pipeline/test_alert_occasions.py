"""Which alert a callback's context makes, and that telling it never makes things worse."""

import datetime as dt
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.log import mask_secret
from airflow.sdk.observability import stats

from sparkify.alerts import deadline
from sparkify.alerts.alert import LOG_VARIABLE, Alert, AlertKind
from sparkify.alerts.notifier import AlertNotifier
from sparkify.alerts.occasions import occasion
from sparkify.errors import LoadError, SourceError

pytestmark = pytest.mark.medium

DAY = dt.datetime(2018, 11, 3, tzinfo=dt.UTC)
TASK = SimpleNamespace(
    dag_id="sparkify_etl",
    run_id="scheduled__2018-11-03",
    task_id="Stage_events",
    try_number=2,
    log_url="http://airflow.example/log",
)
TASK_CONTEXT: dict[str, Any] = {
    "ti": TASK,
    "run_id": TASK.run_id,
    "data_interval_start": DAY,
    "data_interval_end": DAY + dt.timedelta(days=1),
}
WITHOUT_TASK: dict[str, Any] = {
    "dag": SimpleNamespace(dag_id="sparkify_etl"),
    "run_id": "scheduled__2018-11-03",
}


def warning(*checks: str) -> dict[str, Any]:
    found = {"expected": "at least 9 rows", "actual": "7 rows"}
    return {"quality_warnings": [{"check": check, **found} for check in checks]}


def refusing() -> LoadError:
    error = LoadError("COPY into staging_events: failed")
    error.refused = ({"line_number": 2, "reason": "Invalid value."},)
    return error


@pytest.mark.parametrize(
    ("context", "kind", "title", "error"),
    [
        pytest.param(
            TASK_CONTEXT | {"exception": SourceError("no such prefix")},
            AlertKind.TASK_FAILED,
            "sparkify_etl 2018-11-03: Stage_events failed on try 2",
            "SourceError: no such prefix",
            id="a task",
        ),
        pytest.param(
            TASK_CONTEXT,
            AlertKind.TASK_FAILED,
            "sparkify_etl 2018-11-03: Stage_events failed on try 2",
            "It left no error: its process was killed, or lost; see the log.",
            id="a task that was killed",
        ),
        pytest.param(
            TASK_CONTEXT | {"reason": "task_failure"},
            AlertKind.RUN_FAILED,
            "sparkify_etl 2018-11-03: the run failed; the last task to fail was Stage_events",
            "",
            id="a run",
        ),
        pytest.param(
            WITHOUT_TASK | {"reason": "all_tasks_deadlocked"},
            AlertKind.RUN_FAILED,
            "sparkify_etl scheduled__2018-11-03: the run failed",
            "No task can run any more: each waits for another.",
            id="a run, no task known",
        ),
        pytest.param(
            TASK_CONTEXT | {"reason": "timed_out"},
            AlertKind.RUN_TIMED_OUT,
            "sparkify_etl 2018-11-03: the run took too long and was ended; "
            "Stage_events had not ended",
            "It ran longer than the DAG's dagrun_timeout.",
            id="a run that hangs",
        ),
        pytest.param(
            WITHOUT_TASK | {"reason": "struck by lightning"},
            AlertKind.RUN_FAILED,
            "sparkify_etl scheduled__2018-11-03: the run failed",
            "struck by lightning",
            id="a reason that Airflow has not today",
        ),
    ],
)
def test_the_alert_of_a_context(
    context: dict[str, Any], kind: AlertKind, title: str, error: str
) -> None:
    alert = occasion(context)
    assert (alert.kind, alert.title, alert.error) == (kind, title, error)
    assert alert.run_id == "scheduled__2018-11-03"
    assert alert.log == ("http://airflow.example/log" if "ti" in context else "")


def test_refused_records_come_with_the_alert() -> None:
    alert = occasion(TASK_CONTEXT | {"exception": refusing()})
    assert alert.refused == ({"line_number": 2, "reason": "Invalid value."},)


def test_checks_that_warn_have_a_line_each() -> None:
    alert = occasion(TASK_CONTEXT | warning("a", "b"))
    assert alert.kind is AlertKind.CHECKS_WARNED
    assert alert.title == "sparkify_etl 2018-11-03: 2 quality checks warn in Stage_events"
    assert alert.text.startswith(
        "- a: expected at least 9 rows, found 7 rows\n- b: expected at least 9 rows, found 7 rows\n"
    )


def test_a_run_without_interval_has_no_day() -> None:
    instant = {"data_interval_start": DAY, "data_interval_end": DAY}
    assert occasion(TASK_CONTEXT | instant).day is None


def test_a_local_run_leads_to_its_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LOG_VARIABLE, "/runs/1.log")
    assert occasion(TASK_CONTEXT).log == "/runs/1.log"


def test_secrets_and_pieces_of_statements_are_taken_out() -> None:
    mask_secret("hush-hush-hush")
    error = refusing()
    error.refused = ({"value": "a hush-hush-hush b", "code": 1216},)
    error.args = (
        'syntax error in context "SECRET_ACCESS_KEY \'hush-h", at line 3; hush-hush-hush',
    )
    alert = occasion(TASK_CONTEXT | {"exception": error})
    assert alert.error == "LoadError: syntax error, at line 3; ***"
    assert alert.refused == ({"value": "a *** b", "code": 1216},)
    (line,) = occasion(TASK_CONTEXT | warning("hush-hush-hush")).checks
    assert line.startswith("***: expected")


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that the Variable names."""
    file = tmp_path / "alerts.jsonl"
    monkeypatch.setenv("AIRFLOW_VAR_SPARKIFY_ALERTS", f"file:{file}")
    return file


def test_the_notifier_tells_what_the_variable_says(told: Path) -> None:
    AlertNotifier()(TASK_CONTEXT | {"exception": refusing()})
    (line,) = told.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["refused"][0]["line_number"] == 2


def test_the_notifier_tells_of_checks_that_warn(told: Path) -> None:
    AlertNotifier()(TASK_CONTEXT | warning("users.row_count"))
    alert = json.loads(told.read_text(encoding="utf-8"))
    assert alert["kind"] == "checks_warned"
    assert alert["checks"] == ["users.row_count: expected at least 9 rows, found 7 rows"]


@pytest.mark.parametrize(
    "context", [{}, {"reason": None, "ti": 3}, {"ti": object()}], ids=["empty", "odd", "no task"]
)
def test_the_notifier_never_raises(context: dict[str, Any], told: Path) -> None:
    AlertNotifier()(context)


def test_a_wrong_setting_is_told_in_the_log_and_raises_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AIRFLOW_VAR_SPARKIFY_ALERTS", "pigeon")
    AlertNotifier()(TASK_CONTEXT)
    assert "'pigeon' names no channel for alerts; write one of: file:" in capsys.readouterr().out


def test_a_channel_that_fails_is_counted_and_its_secrets_stay_hidden(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    counted: list[tuple[str, Any]] = []
    monkeypatch.setattr(stats, "incr", lambda name, count, tags: counted.append((name, tags)))
    monkeypatch.setenv("AIRFLOW_VAR_SPARKIFY_ALERTS", "slack:hook")
    connection = {"conn_type": "slackwebhook", "password": "http://127.0.0.1:1/hush-hush-token"}
    monkeypatch.setenv("AIRFLOW_CONN_HOOK", json.dumps(connection))
    AlertNotifier()(TASK_CONTEXT)
    assert counted == [("sparkify.alerts_undelivered", {"dag_id": "sparkify_etl"})]
    # Slack's library says where it posts to; Airflow masks that, with the logging of a task.
    printed = [line for line in capsys.readouterr().out.splitlines() if "AlertNotifier" in line]
    assert "slack:hook was not told: URLError: " in printed[0]
    assert "Told 0 of 1 channels" in printed[1]
    assert "hush-hush" not in "".join(printed)


def test_nobody_is_told_where_nothing_is_set(capsys: pytest.CaptureFixture[str]) -> None:
    AlertNotifier()(TASK_CONTEXT)
    assert "Told" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        pytest.param(None, deadline.DEFAULT, id="not set"),
        pytest.param("90", dt.timedelta(seconds=90), id="seconds"),
        pytest.param("0.5", dt.timedelta(seconds=0.5), id="half a second"),
    ],
)
def test_the_limit_of_a_run_is_airflows_configuration(
    text: str | None, limit: dt.timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    if text is not None:
        monkeypatch.setenv("AIRFLOW__SPARKIFY__DAGRUN_TIMEOUT_SECONDS", text)
    assert deadline.dagrun_timeout() == limit


@pytest.mark.parametrize("text", ["", "soon", "0", "-1", "nan", "inf", "1e300"])
def test_a_limit_that_is_none_is_refused_with_its_name(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__SPARKIFY__DAGRUN_TIMEOUT_SECONDS", text)
    with pytest.raises(ValueError, match=r"\[sparkify\] dagrun_timeout_seconds must be a number"):
        deadline.dagrun_timeout()


def test_an_alert_says_when() -> None:
    assert Alert(AlertKind.TRIAL, "d", "r").at.tzinfo is dt.UTC
