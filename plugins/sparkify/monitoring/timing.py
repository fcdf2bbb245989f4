"""How long tasks take in the warehouse."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from sparkify.monitoring.runs import Run


@dataclass(frozen=True, slots=True)
class TaskTiming:
    """One task over several runs; seconds of its loads or checks, without Airflow's own time.

    Attributes:
        task_id: of the task.
        runs: in how many runs it did something.
        median: of the runs.
        longest: of the runs.
        last: of the newest run.
    """

    task_id: str
    runs: int
    median: float
    longest: float
    last: float


def slowest(runs: Sequence[Run]) -> tuple[TaskTiming, ...]:
    """All tasks, the slowest by median first."""
    seconds: dict[str, list[float]] = {}
    for run in runs:
        for task, spent in run.seconds.items():
            seconds.setdefault(task, []).append(spent)
    found = [
        TaskTiming(task, len(spent), median(spent), max(spent), spent[-1])
        for task, spent in seconds.items()
    ]
    return tuple(sorted(found, key=lambda timing: (-timing.median, timing.task_id)))
