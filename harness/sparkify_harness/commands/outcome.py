"""What a run came to, for people: tasks, tables, checks, and what to do next."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sparkify.star import SHOWN
from sparkify_harness.airflow import RunResult, TaskResult
from sparkify_harness.commands.terminal import tell
from sparkify_harness.stack import QUALITY_RESULTS, QUALITY_TASK

_STYLES = {"success": "green", "failed": "bold red", "upstream_failed": "yellow", None: "dim"}

_STATES = {"upstream_failed": "not run", None: "not run"}

_ADVICE = {
    "LoadError": "Correct the records named above, or allow some to fail (COPY's MAXERROR).",
    "SourceError": "Check bucket, prefix, region and key that the task was given.",
    "LoginError": "Check user, password and database of the Airflow connection 'redshift'.",
    "StatementError": "Correct the statement in sql/; Redshift would refuse it as well, "
    "unless the error begins with 'not emulated'.",
    "QualityError": "The data was loaded, but should not be used as it is.",
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
        failed: How many of them failed.
        warnings: What those say that warn.
    """

    total: int
    failed: int
    warnings: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether checks were run, and none failed."""
        return self.total > 0 and not self.failed

    def __str__(self) -> str:
        """One line."""
        if not self.total:
            return "Quality checks: not run."
        warned = f", {len(self.warnings)} warned" if self.warnings else ""
        if self.failed:
            return f"Quality checks: {self.failed} of {self.total} failed{warned}."
        if warned:
            return f"Quality checks: none of {self.total} failed{warned}."
        return f"Quality checks: all {self.total} passed."


def verdict(result: RunResult) -> Verdict:
    """What the quality checks of a run said."""
    outcomes = result.xcoms.get(QUALITY_TASK, {}).get(QUALITY_RESULTS) or []
    return Verdict(
        len(outcomes),
        sum(not outcome["passed"] for outcome in outcomes),
        tuple(
            f"{outcome['check']}: expected {outcome['expected']}, found {outcome['actual']}"
            for outcome in outcomes
            if outcome.get("verdict") == "warn"
        ),
    )


def green(results: Sequence[RunResult]) -> bool:
    """Whether all runs ended well, checked and found right."""
    return bool(results) and all(result.succeeded and verdict(result).passed for result in results)


@dataclass(frozen=True, slots=True)
class Ended:
    """A call of `sparkify run` that came to its end.

    Args:
        folder: Of the run, for the logs.
        results: Of the runs, one for each day, or one for all.
        counts: Rows of each table; None where there is no such table.
        start: Seconds from Airflow's start until it could run a task.
        took: Seconds for everything.
        data: What was loaded.
    """

    folder: Path
    results: Sequence[RunResult]
    counts: Mapping[str, int | None]
    start: float
    took: float
    data: str

    def as_json(self) -> dict[str, Any]:
        """Plain values, for programs."""
        return {
            "run": self.folder.name,
            "folder": str(self.folder),
            "data": self.data,
            "passed": green(self.results),
            "seconds": round(self.took, 3),
            "airflow_start_seconds": round(self.start, 3),
            "runs": [_as_json(result) for result in self.results],
            "tables": dict(self.counts),
        }


def _as_json(result: RunResult) -> dict[str, Any]:
    return {
        "run_id": result.run_id,
        "day": result.day and result.day.isoformat(),
        "state": result.state,
        "seconds": round(result.duration, 3),
        "error": result.error,
        "log": str(result.log_path),
        "tasks": [
            {
                "task": task.task_id,
                "state": _STATES.get(task.state, task.state),
                "tries": task.tries,
                "seconds": task.duration,
                "value": task.value,
                "error": task.error,
            }
            for task in result.tasks
        ],
        "checks": result.xcoms.get(QUALITY_TASK, {}).get(QUALITY_RESULTS) or [],
    }


def report(ended: Ended, *, command: str) -> Iterator[RenderableType]:
    """Everything to show after the runs; text that must not be folded comes as `str`.

    Args:
        ended: The runs.
        command: How the warehouse is asked, such as `sparkify sql {sql}`.
    """
    results = ended.results
    shown = next((result for result in results if not result.succeeded), results[-1])
    if len(results) > 1:
        yield days_table(results)
    if len(results) == 1 or not shown.succeeded:
        yield task_table(shown)
    yield count_table(ended.counts)
    found = verdict(shown)
    yield Text(str(found), "green" if found.passed else "bold red")
    for warning in found.warnings if found.passed else ():  # a failed task's error has them too
        yield Text(f"  ! {warning}", "yellow")
    query = "select level, count(*) from users group by 1"
    if not green(results):
        yield from failure(shown)
        query = "select * from songplays limit 10"
    yield ""
    if not shown.succeeded:
        yield f"Log    {relative(shown.log_path)}"
    yield f"Logs   {relative(ended.folder)}"
    ask = command.format(sql=f'"{query}"')
    yield f"Ask    {ask}"
    yield f"Start  {ended.start:.1f} s until Airflow could run a task, in no task's time"


def write(parts: Iterable[RenderableType], console: Console) -> None:
    """Writes what `report` gives."""
    for part in parts:
        if isinstance(part, str):
            tell(console, part)
        else:
            console.print(part)


def relative(path: Path) -> Path:
    """The path as short as it can be from here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def task_table(result: RunResult) -> Table:
    """The tasks of one run."""
    table = new_table("Task", "State", ("Tries", "right"), ("Seconds", "right"), ("Rows", "right"))
    for task in result.tasks:
        ran = task.succeeded or task.state == "failed"
        table.add_row(
            task.task_id,
            Text(_STATES.get(task.state, task.state or ""), _STYLES.get(task.state, "")),
            str(task.tries) if ran else "",
            f"{task.duration:.2f}" if task.duration and ran else "",
            _rows(task),
        )
    return table


def days_table(results: Sequence[RunResult]) -> Table:
    """Several runs, a line for each."""
    table = new_table("Day", "State", ("Seconds", "right"), ("Events", "right"), ("Plays", "right"))
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
    table = new_table("Table", ("Rows", "right"))
    for name in SHOWN:
        count = counts.get(name)
        table.add_row(name, Text("not there", "dim") if count is None else f"{count:,}")
    return table


def failure(result: RunResult) -> Iterator[RenderableType]:
    """Why a run failed, and what to do about it."""
    for task in result.failed:
        tries = f" after {task.tries} tries" if task.tries > 1 else ""
        yield Text(f"\n{task.task_id} failed{tries}:", "bold red")
        yield _indented((task.error or "it left no error").strip())
    if result.error:
        yield Text("\nThe run was ended:", "bold red")
        yield _indented(result.error)
    elif not result.failed:
        yield Text("\nNo task failed, but the run is not right: see its log.", "bold red")
    for advice in dict.fromkeys(_advice(task) for task in result.failed):
        yield Text(f"\n{advice}", "bold")


def _indented(text: str) -> RenderableType:
    return Padding(Text(text), (0, 0, 0, 2), expand=False)


def _advice(task: TaskResult) -> str:
    kind = (task.error or "").partition(":")[0].rpartition(".")[2]
    return _ADVICE.get(kind, "The task's own part of the log has the full story.")


def _rows(task: TaskResult) -> str:
    if not isinstance(task.value, int) or task.task_id == QUALITY_TASK:
        return ""
    return f"{task.value:,}"


def new_table(*columns: str | tuple[str, str]) -> Table:
    """An empty table as all commands show them.

    Args:
        columns: names; with "right" beside it, a column of numbers.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        name, side = (column, "left") if isinstance(column, str) else column
        table.add_column(name, justify="right" if side == "right" else "left", overflow="fold")
    return table
