"""The summary of a step on GitHub Actions: what is in it, and that it is safe Markdown."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sparkify.days import DayState
from sparkify_harness.airflow import RunResult, TaskResult
from sparkify_harness.backfilling import DayOutcome
from sparkify_harness.commands.step_summary import append, markdown, markdown_of_days
from sparkify_harness.stack import QUALITY_RESULTS, QUALITY_TASK

PASSED = {"check": "users.level", "passed": True, "expected": "x", "actual": "y"}
FAILED = {
    "check": "users.level",
    "passed": False,
    "verdict": "fail",
    "expected": "free | paid",
    "actual": "1 row of 9\nfailing",
}
WARNED = PASSED | {"check": "drift", "verdict": "warn"}
TASKS = (
    TaskResult("Create_tables", "success", tries=1, duration=0.25, value=7),
    TaskResult("Stage_events", "success", tries=2, duration=1.0, value=8056),
    TaskResult("Load_songplays_fact_table", "success", tries=1, duration=2.0, value=6820),
    TaskResult(QUALITY_TASK, "success", tries=1, duration=1.0, value=23),
)


def run(
    *tasks: TaskResult, checks: list[dict[str, Any]] | None = None, day: dt.date | None = None
) -> RunResult:
    tasks = tasks or TASKS
    return RunResult(
        run_id="manual",
        day=day,
        state="success" if all(task.succeeded for task in tasks) else "failed",
        duration=12.5,
        tasks=tasks,
        xcoms={QUALITY_TASK: {QUALITY_RESULTS: checks}} if checks is not None else {},
        log_path=Path("/runs/1.log"),
    )


def broken(error: str | None, day: dt.date | None = None) -> RunResult:
    return run(
        TaskResult("Stage_events", "failed", tries=4, duration=0.5, error=error),
        TaskResult("Load_songplays_fact_table", "upstream_failed", duration=0.0),
        day=day,
    )


def test_one_run() -> None:
    text = markdown(
        "2018-11-01", [run(checks=[PASSED])], {"users": 1234, "time": None}, passed=True
    )
    assert text == (
        "## ✅ Sparkify: 2018-11-01\n\n"
        "| Task | State | Tries | Seconds | Rows |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| Create\\_tables | ✅ success | 1 | 0.25 | 7 |\n"
        "| Stage\\_events | ✅ success | 2 | 1.00 | 8,056 |\n"
        "| Load\\_songplays\\_fact\\_table | ✅ success | 1 | 2.00 | 6,820 |\n"
        "| Run\\_data\\_quality\\_checks | ✅ success | 1 | 1.00 |  |\n\n"
        "| Table | Rows |\n"
        "| --- | --- |\n"
        "| users | 1,234 |\n"
        "| time | not there |\n\n"
        "Quality checks: all 1 passed.\n\n"
    )


def test_several_days_have_a_line_each_and_the_first_that_failed_its_tasks() -> None:
    days = [dt.date(2018, 11, number) for number in (1, 2, 3)]
    text = markdown(
        "three days",
        [run(checks=[PASSED], day=days[0]), broken("x", days[1]), broken("y", days[2])],
        {},
        passed=False,
    )
    assert text.startswith("## ❌ Sparkify: three days\n")
    assert "| 2018-11-01 | ✅ success | 12.5 | 8,056 | 6,820 |" in text
    assert "| 2018-11-02 | ❌ failed | 12.5 |  |  |" in text
    assert text.count("| Task | State |") == 1
    assert "| Load\\_songplays\\_fact\\_table | not run |  |  |  |" in text
    assert "Quality checks of 2018-11-02: not run." in text
    assert "Quality checks of 2018-11-01" not in text
    assert "<summary>Stage\\_events failed on 2018-11-03</summary>\n\n```text\ny\n```" in text


def test_checks_that_fail_or_warn_are_a_table() -> None:
    text = markdown("x", [run(checks=[PASSED, WARNED, FAILED])], {}, passed=False)
    assert "Quality checks: 1 of 3 failed, 1 warned." in text
    assert "| fail | users.level | free \\| paid | 1 row of 9 failing |" in text
    assert "| warn | drift | x | y |" in text


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        pytest.param(
            "LoadError: a\n  s3://b/k line 3: <b>",
            "```text\nLoadError: a\n  s3://b/k line 3: <b>\n```",
            id="as it is",
        ),
        pytest.param("````\n</details>", "`````text\n````\n</details>\n`````", id="own fences"),
        pytest.param(None, "```text\nit left no error\n```", id="none"),
        pytest.param("x" * 30_000, f"```text\n{'x' * 20_000}\n```", id="long"),
    ],
)
def test_an_error_cannot_break_out(error: str | None, shown: str) -> None:
    assert shown in markdown("x", [broken(error)], {}, passed=False)


def test_a_run_that_was_ended_says_why() -> None:
    ended = replace(broken("x", dt.date(2018, 11, 1)), error="it did not end in 9 s")
    text = markdown("x", [ended], {}, passed=False)
    assert (
        "<summary>The run was ended on 2018-11-01</summary>\n\n```text\nit did not end in 9 s\n```"
    ) in text


def test_a_range_of_days_has_a_line_each_and_below_why_one_is_red() -> None:
    def day(number: int, state: DayState, error: str = "", **known: Any) -> DayOutcome:
        status: Any = None
        values = {"rows": None, "seconds": None, "attempts": 0} | known
        return DayOutcome(
            dt.date(2018, 11, number), status, state, bool(error), error=error, **values
        )

    found = [
        day(1, DayState.SUCCESS, rows=1284, seconds=1.25, attempts=2),
        day(2, DayState.MISSING, "Stage_events: SourceError: no log"),
    ]
    assert markdown_of_days("two days", found) == (
        "## ❌ Sparkify: two days\n\n"
        "| Day | State | Events | Seconds | Attempts |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| 2018-11-01 | ✅ success | 1,284 | 1.2 | 2 |\n"
        "| 2018-11-02 | ❌ missing |  |  | 0 |\n\n"
        "<details open><summary>2018-11-02 is red</summary>\n\n"
        "```text\nStage_events: SourceError: no log\n```\n\n</details>\n\n"
    )
    assert markdown_of_days("one day", found[:1]).startswith("## ✅ Sparkify: one day\n")


def test_a_cell_cannot_break_out() -> None:
    text = markdown("a | b\n# <script> `c` [d](e)", [run()], {}, passed=True)
    assert text.startswith("## ✅ Sparkify: a \\| b # &lt;script> \\`c\\` \\[d\\](e)\n\n")


def test_it_is_added_to_what_is_there(tmp_path: Path) -> None:
    file = tmp_path / "summary.md"
    for text in ("one\n", "two\n"):
        assert append(text, {"GITHUB_STEP_SUMMARY": str(file)}) is None
    assert file.read_text(encoding="utf-8") == "one\ntwo\n"


@pytest.mark.parametrize("environ", [{}, {"GITHUB_STEP_SUMMARY": ""}], ids=["unset", "empty"])
def test_nobody_asked(environ: dict[str, str]) -> None:
    assert append("text", environ) is None


def test_a_summary_that_cannot_be_written_is_a_notice(tmp_path: Path) -> None:
    problem = append("text", {"GITHUB_STEP_SUMMARY": str(tmp_path / "none" / "x")})
    assert problem == f"no summary in {tmp_path / 'none' / 'x'}: No such file or directory"
