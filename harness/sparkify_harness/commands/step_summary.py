"""What runs came to, as Markdown for the page of a job on GitHub Actions.

GitHub: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sparkify_harness.airflow import RunResult, TaskResult
from sparkify_harness.backfilling import DayOutcome
from sparkify_harness.stack import QUALITY_RESULTS, QUALITY_TASK

VARIABLE = "GITHUB_STEP_SUMMARY"
"""Names the file that GitHub shows; set by its runner, so that nothing is written elsewhere."""

_ERROR = 20_000
"""Characters of an error: GitHub refuses a step's summary of more than 1 MiB."""

_STATES = {
    "success": "✅ success",
    "failed": "❌ failed",
    "upstream_failed": "not run",
    None: "not run",
}

_STAGE, _FACT = "Stage_events", "Load_songplays_fact_table"


def append(text: str, environ: Mapping[str, str] = os.environ) -> str | None:
    """Adds to the summary of the step, where there is one.

    Returns:
        Why it could not be written; None if it was, or if nobody asked for it.
    """
    path = environ.get(VARIABLE)
    if not path:
        return None
    try:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        return f"no summary in {path}: {error.strerror}"
    return None


def markdown(
    what: str, results: Sequence[RunResult], counts: Mapping[str, int | None], *, passed: bool
) -> str:
    """The runs as Markdown: days, tasks, tables, checks, errors.

    Args:
        what: Was loaded, one line.
        results: Of the runs, one for each day, or one for all.
        counts: Rows of each table; None where there is no such table.
        passed: Whether all of it is right, checks included.
    """
    parts = [f"## {'✅' if passed else '❌'} Sparkify: {_cell(what)}"]
    several = len(results) > 1
    if several:
        parts.append(_table(("Day", "State", "Seconds", "Events", "Plays"), map(_day, results)))
    for result in [item for item in results if not (several and item.succeeded)][:1]:
        tasks = map(_task, result.tasks)
        parts.append(_table(("Task", "State", "Tries", "Seconds", "Rows"), tasks))
    if counts:
        rows = ((name, "not there" if n is None else f"{n:,}") for name, n in counts.items())
        parts.append(_table(("Table", "Rows"), rows))
    parts += [part for result in results for part in _checks(result, named=several)]
    parts += [part for result in results for part in _errors(result)]
    return "\n\n".join(parts) + "\n\n"


def markdown_of_days(what: str, found: Sequence[DayOutcome]) -> str:
    """What came of a range of days, as Markdown.

    Args:
        what: Was to be loaded, one line.
        found: A line for each; why a day is red stands below.
    """
    red = [day for day in found if day.is_red]
    parts = [f"## {'❌' if red else '✅'} Sparkify: {_cell(what)}"]
    rows = (
        (
            str(day.day),
            f"{'❌' if day.is_red else '✅'} {day.state.value}",
            "" if day.rows is None else f"{day.rows:,}",
            "" if day.seconds is None else f"{day.seconds:.1f}",
            str(day.attempts),
        )
        for day in found
    )
    parts.append(_table(("Day", "State", "Events", "Seconds", "Attempts"), rows))
    parts += [_folded(f"{day.day} is red", day.error) for day in red]
    return "\n\n".join(parts) + "\n\n"


def _day(result: RunResult) -> Sequence[str]:
    rows = {task.task_id: _rows(task) for task in result.tasks}
    return (
        str(result.day or "all"),
        _STATES.get(result.state, result.state),
        f"{result.duration:.1f}",
        rows.get(_STAGE, ""),
        rows.get(_FACT, ""),
    )


def _task(task: TaskResult) -> Sequence[str]:
    ran = task.state in {"success", "failed"}
    return (
        task.task_id,
        _STATES.get(task.state, task.state or ""),
        str(task.tries) if ran else "",
        f"{task.duration:.2f}" if ran and task.duration is not None else "",
        _rows(task),
    )


def _rows(task: TaskResult) -> str:
    if not isinstance(task.value, int) or task.task_id == QUALITY_TASK:
        return ""
    return f"{task.value:,}"


def _checks(result: RunResult, *, named: bool) -> Iterator[str]:
    found: Sequence[Mapping[str, Any]] = result.xcoms.get(QUALITY_TASK, {}).get(QUALITY_RESULTS, ())
    wrong = [item for item in found if _verdict(item) != "pass"]
    day = f" of {result.day or 'all logs'}" if named else ""
    if not found:
        yield f"Quality checks{day}: not run."
    elif not wrong:
        if not named:
            yield f"Quality checks: all {len(found)} passed."
    else:
        failed = sum(_verdict(item) == "fail" for item in wrong)
        yield f"Quality checks{day}: {failed} of {len(found)} failed, {len(wrong) - failed} warned."
        rows = ([_verdict(item), item["check"], item["expected"], item["actual"]] for item in wrong)
        yield _table(("Verdict", "Check", "Expected", "Found"), rows)


def _verdict(outcome: Mapping[str, Any]) -> str:
    return str(outcome.get("verdict") or ("pass" if outcome["passed"] else "fail"))


def _errors(result: RunResult) -> Iterator[str]:
    day = f" on {result.day}" if result.day else ""
    if result.error:
        yield _folded(f"The run was ended{day}", result.error)
    for task in result.failed:
        if task.task_id == QUALITY_TASK:  # the table of checks says it
            continue
        yield _folded(f"{task.task_id} failed{day}", task.error or "it left no error")


def _folded(title: str, text: str) -> str:
    text = text.strip()[:_ERROR]
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", text)), default=0))
    return (
        f"<details open><summary>{_cell(title)}</summary>\n\n"
        f"{fence}text\n{text}\n{fence}\n\n</details>"
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([_cell(str(cell)) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    """A text that is one cell, whatever it contains."""
    text = " ".join(text.split()).replace("\\", "\\\\").replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([|`*_\[\]])", r"\\\1", text)
