"""What is shown after a run, and when a run counts as passed."""

import datetime as dt
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from sparkify.star import SHOWN
from sparkify_harness.airflow import RunResult, TaskResult
from sparkify_harness.commands.outcome import Ended, green, report, verdict, write
from sparkify_harness.commands.terminal import output
from sparkify_harness.stack import QUALITY_RESULTS, QUALITY_TASK

PASSED = {"check": "users.level", "passed": True, "expected": "x", "actual": "y", "sample": []}
BROKEN = PASSED | {"passed": False}
WARNED = PASSED | {"verdict": "warn"}
COUNTS: dict[str, int | None] = dict.fromkeys(SHOWN, 1234)
SUCCEEDED = (
    TaskResult("Begin_execution", "success", tries=1, duration=0.5),
    TaskResult("Create_tables", "success", tries=1, duration=0.25, value=7),
    TaskResult("Stage_events", "success", tries=2, duration=1.0, value=8056),
    TaskResult("Load_songplays_fact_table", "success", tries=1, duration=1.0, value=6820),
    TaskResult(QUALITY_TASK, "success", tries=1, duration=1.0, value=23),
)


def run(
    *tasks: TaskResult, checks: list[dict[str, Any]] | None = None, day: dt.date | None = None
) -> RunResult:
    tasks = tasks or SUCCEEDED
    return RunResult(
        run_id="manual",
        day=day,
        state="success" if all(task.succeeded for task in tasks) else "failed",
        duration=12.5,
        tasks=tasks,
        xcoms={QUALITY_TASK: {QUALITY_RESULTS: checks}} if checks is not None else {},
        log_path=Path.cwd() / ".sparkify/runs/1/airflow/runs/0001.log",
    )


def failed(error: str | None, task_id: str = "Stage_events") -> RunResult:
    return run(
        SUCCEEDED[0],
        TaskResult(task_id, "failed", tries=1, duration=0.5, error=error),
        TaskResult("Load_songplays_fact_table", "upstream_failed", duration=0.0),
    )


def ended(*results: RunResult, counts: Mapping[str, int | None] = COUNTS) -> Ended:
    return Ended(Path.cwd() / ".sparkify/runs/1", results, counts, 5.25, 20.5, "30 days")


def shown(*results: RunResult, counts: Mapping[str, int | None] = COUNTS) -> list[str]:
    console = Console(file=io.StringIO(), width=80, no_color=True)
    write(report(ended(*results, counts=counts), command="sparkify sql {sql}"), console)
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    return [line.strip() for line in text.splitlines() if line.strip()]


def test_one_run() -> None:
    lines = shown(run(checks=[PASSED, PASSED]))
    assert lines == [
        "Task                        State     Tries   Seconds    Rows",
        "─────────────────────────────────────────────────────────────",
        "Begin_execution             success       1      0.50",
        "Create_tables               success       1      0.25       7",
        "Stage_events                success       2      1.00   8,056",
        "Load_songplays_fact_table   success       1      1.00   6,820",
        "Run_data_quality_checks     success       1      1.00",
        "Table             Rows",
        "──────────────────────",
        *(f"{name:<14}   1,234" for name in SHOWN),
        "Quality checks: all 2 passed.",
        "Logs   .sparkify/runs/1",
        'Ask    sparkify sql "select level, count(*) from users group by 1"',
        "Start  5.2 s until Airflow could run a task, in no task's time",
    ]


def test_several_days_have_a_line_each() -> None:
    days = [run(checks=[PASSED], day=dt.date(2018, 11, day)) for day in (1, 2)]
    lines = shown(*days)
    assert lines[0] == "Day          State     Seconds   Events   Plays"
    assert lines[2:4] == [
        "2018-11-01   success      12.5    8,056   6,820",
        "2018-11-02   success      12.5    8,056   6,820",
    ]
    assert not any(line.startswith("Task") for line in lines)


def test_a_failed_day_also_shows_its_tasks() -> None:
    lines = shown(run(checks=[PASSED], day=dt.date(2018, 11, 1)), failed("LoadError: bad"))
    assert any(line.startswith("Day") for line in lines)
    assert any(line.startswith("Task") for line in lines)


def test_a_failure_shows_error_state_advice_and_log() -> None:
    error = "LoadError: COPY into staging_events\n  s3://b/k line 3: column ts: [1207] 'abc'"
    lines = shown(failed(error), counts=COUNTS | {"users": None})
    assert "Load_songplays_fact_table   not run" in lines
    assert "users            not there" in lines
    assert "Quality checks: not run." in lines
    at = lines.index("Stage_events failed:")
    assert lines[at + 1 : at + 3] == error.replace("  ", "").splitlines()
    assert lines[at + 3].startswith("Correct the records named above")
    assert "Log    .sparkify/runs/1/airflow/runs/0001.log" in lines


def test_a_run_that_was_ended_says_by_what() -> None:
    hung = replace(
        failed(None), tasks=SUCCEEDED[:1], error="the run did not end in 5 s and was killed"
    )
    lines = shown(hung)
    at = lines.index("The run was ended:")
    assert lines[at + 1] == "the run did not end in 5 s and was killed"
    assert "No task failed" not in " ".join(lines)


def test_programs_get_the_same_as_json() -> None:
    found = ended(
        run(checks=[PASSED], day=dt.date(2018, 11, 1)), failed("LoadError: bad")
    ).as_json()
    assert json.loads(json.dumps(found)) == found
    assert (found["run"], found["passed"], found["airflow_start_seconds"]) == ("1", False, 5.25)
    good, bad = found["runs"]
    assert (good["day"], good["state"], good["checks"]) == ("2018-11-01", "success", [PASSED])
    assert good["tasks"][2] == {
        "task": "Stage_events",
        "state": "success",
        "tries": 2,
        "seconds": 1.0,
        "value": 8056,
        "error": None,
    }
    assert (bad["day"], bad["state"]) == (None, "failed")
    assert [task["state"] for task in bad["tasks"]] == ["success", "failed", "not run"]
    assert bad["tasks"][1]["error"] == "LoadError: bad"
    assert found["tables"]["songplays"] == 1234


def test_where_it_is_no_terminal_nothing_is_folded(capsys: pytest.CaptureFixture[str]) -> None:
    long = "LoadError: " + "x " * 200
    write(report(ended(failed(long)), command="sparkify sql {sql}"), output())
    assert f"  {long.strip()}" in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        pytest.param("SourceError: x", "Check bucket, prefix, region and key", id="source"),
        pytest.param("LoginError: x", "Check user, password and database", id="login"),
        pytest.param("StatementError: x", "Correct the statement in sql/", id="statement"),
        pytest.param("QualityError: x", "should not be used as it is", id="quality"),
        pytest.param("ConnectionLostError: x", "its log says why", id="connection"),
        pytest.param("KeyError: 'x'", "The task's own part of the log", id="anything else"),
        pytest.param(None, "it left no error", id="no error at all"),
    ],
)
def test_advice(error: str | None, advice: str) -> None:
    assert advice in " ".join(shown(failed(error)))


def test_an_error_is_no_markup() -> None:
    assert "StatementError: [/red] at or near [XX000]" in shown(
        failed("StatementError: [/red] at or near [XX000]")
    )


@pytest.mark.parametrize(
    ("results", "passed"),
    [
        pytest.param([run(checks=[PASSED])], True, id="tasks and checks passed"),
        pytest.param([run(checks=[PASSED, BROKEN])], False, id="a check failed, no task did"),
        pytest.param([run(checks=[])], False, id="no check was made"),
        pytest.param([run()], False, id="the checks left nothing"),
        pytest.param([failed("x")], False, id="a task failed"),
        pytest.param([run(checks=[PASSED]), run()], False, id="the second run failed"),
        pytest.param([], False, id="nothing was run"),
    ],
)
def test_green(results: list[RunResult], passed: bool) -> None:
    assert green(results) is passed


@pytest.mark.parametrize(
    ("checks", "text"),
    [
        ([PASSED, BROKEN, BROKEN], "2 of 3 failed."),
        ([PASSED, BROKEN, WARNED], "1 of 3 failed, 1 warned."),
        ([PASSED, WARNED], "none of 2 failed, 1 warned."),
        ([PASSED], "all 1 passed."),
        ([], "not run."),
    ],
)
def test_what_the_checks_said_is_counted(checks: list[dict[str, Any]], text: str) -> None:
    assert str(verdict(run(checks=checks))) == f"Quality checks: {text}"


def test_warnings_are_told_though_the_run_is_green() -> None:
    lines = shown(run(checks=[PASSED, WARNED]))
    assert "! users.level: expected x, found y" in [line.strip() for line in lines]
    assert green([run(checks=[PASSED, WARNED])])
