"""What a run came to, for people: tasks, tables, checks, and what to do next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from harness.airflow import RunResult, TaskResult
from harness.stack import QUALITY_RESULTS, QUALITY_TASK, STAR_TABLES

_STYLES = {"success": "green", "failed": "bold red", "upstream_failed": "yellow", None: "dim"}

_STATES = {"upstream_failed": "not run", None: "not run"}

_ADVICE = {
    "LoadError": "Correct the records named above, or allow some to fail (COPY's MAXERROR).",
    "SourceError": "Check bucket, prefix, region and key that the task was given.",
    "LoginError": "Check user, password and database of the Airflow connection 'redshift'.",
    "StatementError": "Correct the statement in sql/; Redshift would refuse it as well, "
    "unless the error begins with 'not emulated'.",
    "QualityError": "The data was loaded, but should not be used as it is. Look at it:",
    "ConnectionLostError": "The warehouse went away; its log says why.",
    "ServiceError": "The store or the warehouse had a fault of its own; see its log.",
    "ConflictError": "Another transaction got in the way; run it again.",
}
"""What to do about a task's error, by the name of its class."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the quality checks said.

    Args:
        total: Number of checks; 0 where they were not run.
        failed: One line for each that failed.
    """

    total: int
    failed: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether checks were run, and none failed."""
        return self.total > 0 and not self.failed

    def __str__(self) -> str:
        """One line."""
        if not self.total:
            return "Quality checks: not run."
        if self.failed:
            return f"Quality checks: {len(self.failed)} of {self.total} failed."
        return f"Quality checks: all {self.total} passed."


def verdict(result: RunResult) -> Verdict:
    """What the quality checks of a run said."""
    outcomes = result.xcoms.get(QUALITY_TASK, {}).get(QUALITY_RESULTS) or []
    failed = tuple(
        f"{outcome['check']}: expected {outcome['expected']}, found {outcome['actual']}"
        for outcome in outcomes
        if not outcome["passed"]
    )
    return Verdict(len(outcomes), failed)


def green(results: Sequence[RunResult]) -> bool:
    """Whether all runs ended well, checked and found right."""
    return bool(results) and all(result.succeeded and verdict(result).passed for result in results)


def report(
    results: Sequence[RunResult],
    counts: Mapping[str, int | None],
    *,
    folder: Path,
    command: str,
) -> Group:
    """Everything to show after the runs.

    Args:
        results: Of the runs, one for each day, or one for all.
        counts: Rows of each table; None where there is no such table.
        folder: Of the run, for the logs.
        command: How the warehouse is asked, such as `sparkify sql`.
    """
    parts: list[RenderableType] = []
    if len(results) > 1:
        parts.append(days_table(results))
    shown = next((result for result in results if not result.succeeded), results[-1])
    if len(results) == 1 or not shown.succeeded:
        parts.append(task_table(shown))
    parts += [count_table(counts), _verdict_text(verdict(shown))]
    if not green(results):
        parts.append(failure(shown, folder, command))
    else:
        example = '"select level, count(*) from users group by 1"'
        parts.append(Text(f"\nAsk it:  {command.format(sql=example)}\nLogs:    {folder}"))
    return Group(*parts)


def task_table(result: RunResult) -> Table:
    """The tasks of one run."""
    table = _table("Task", "State", ("Tries", "right"), ("Seconds", "right"), ("Rows", "right"))
    for task in result.tasks:
        table.add_row(
            task.task_id,
            Text(_STATES.get(task.state, task.state or ""), _STYLES.get(task.state, "")),
            str(task.tries) if task.succeeded or task.state == "failed" else "",
            "" if task.duration is None else f"{task.duration:.2f}",
            _rows(task),
        )
    return table


def days_table(results: Sequence[RunResult]) -> Table:
    """Several runs, a line for each."""
    table = _table("Day", "State", ("Seconds", "right"), ("Events", "right"), ("Plays", "right"))
    for result in results:
        rows = {task.task_id: _rows(task) for task in result.tasks}
        table.add_row(
            str(result.day or "all"),
            Text(result.state, _STYLES.get(result.state, "")),
            f"{result.duration:.1f}",
            rows.get("Stage_events", ""),
            rows.get("Load_songplays_fact_table", ""),
        )
    return table


def count_table(counts: Mapping[str, int | None]) -> Table:
    """Rows of the tables."""
    table = _table("Table", ("Rows", "right"))
    for name in STAR_TABLES:
        count = counts.get(name)
        table.add_row(name, Text("not there", "dim") if count is None else f"{count:,}")
    return table


def failure(result: RunResult, folder: Path, command: str) -> Group:
    """Why a run failed, where the logs are, what to do next."""
    return Group(*_failure(result, folder, command))


def _failure(result: RunResult, folder: Path, command: str) -> Iterator[RenderableType]:
    for task in result.failed:
        tries = f" after {task.tries} tries" if task.tries > 1 else ""
        yield Text(f"\n{task.task_id} failed{tries}:", "bold red")
        yield Padding(Text((task.error or "it left no error").strip()), (0, 0, 0, 2))
    if not result.failed:
        yield Text("\nNo task failed, but the run is not right: see its log.", "bold red")
    yield Text("\nWhat to do next", "bold")
    for advice in dict.fromkeys(_advice(task) for task in result.failed):
        yield Padding(Text(advice), (0, 0, 0, 2))
    example = '"select * from songplays limit 10"'
    lines = {
        "log of the run": result.log_path,
        "other logs": folder,
        "ask the warehouse": command.format(sql=example),
    }
    yield Padding(
        Text("\n".join(f"{name}: {value}" for name, value in lines.items())), (0, 0, 0, 2)
    )


def _advice(task: TaskResult) -> str:
    kind = (task.error or "").partition(":")[0].rpartition(".")[2]
    return _ADVICE.get(kind, "The task's own part of the log has the full story.")


def _rows(task: TaskResult) -> str:
    if not isinstance(task.value, int) or task.task_id == QUALITY_TASK:
        return ""
    return f"{task.value:,}"


def _verdict_text(found: Verdict) -> Text:
    text = Text(str(found), "green" if found.passed else "bold red")
    return text.append("".join(f"\n  ✗ {line}" for line in found.failed), "not bold")


def _table(*columns: str | tuple[str, str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        name, side = (column, "left") if isinstance(column, str) else column
        table.add_column(name, justify="right" if side == "right" else "left", overflow="fold")
    return table
