"""A run of a DAG: what is asked for, and what came of it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from sparkify.alerts.alert import LOG_VARIABLE


@dataclass(frozen=True)
class RunRequest:
    """A run to make.

    Attributes:
        dag_id: of the DAG.
        day: whose data interval the run has, in UTC; None for a run without an interval.
        conf: values for the DAG's Params.
        environment: variables that hold for this run alone; may hold secrets.
        log_path: takes everything that Airflow prints during the run.
    """

    dag_id: str
    day: dt.date | None
    conf: Mapping[str, Any]
    environment: Mapping[str, str] = field(repr=False)
    log_path: Path

    @property
    def variables(self) -> dict[str, str]:
        """The environment, with the log's path for alerts: no web interface shows it."""
        return {**self.environment, LOG_VARIABLE: str(self.log_path)}

    @property
    def logical_date(self) -> dt.datetime | None:
        """What `dag.test()` must be given for the data interval to be `day`.

        It infers the interval that *ends* at the logical date, where a scheduled run has the one
        that begins there: the day after is the one to pass.
        """
        if self.day is None:
            return None
        return dt.datetime.combine(self.day + dt.timedelta(days=1), dt.time(), dt.UTC)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self) | {
            "day": self.day and self.day.isoformat(),
            "log_path": str(self.log_path),
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The inverse of `to_json`."""
        day = values["day"] and dt.date.fromisoformat(values["day"])
        return cls(**values | {"day": day, "log_path": Path(values["log_path"])})


@dataclass(frozen=True)
class TaskResult:
    """What came of a task.

    Attributes:
        task_id: of the task.
        state: as Airflow calls it: success, failed, upstream_failed, ...; None if it never began.
        tries: how often it ran.
        duration: of the last try, in seconds.
        value: what it returned; rows, for the tasks that load.
        error: why it failed, as its log shows it.
    """

    task_id: str
    state: str | None
    tries: int = 0
    duration: float | None = None
    value: Any = None
    error: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether it ended well."""
        return self.state == "success"


@dataclass(frozen=True)
class RunResult:
    """What came of a run.

    Attributes:
        run_id: Airflow's name for it.
        day: whose data it loaded; None for all.
        state: success or failed.
        duration: in seconds.
        tasks: in the order in which they can run.
        xcoms: everything else that tasks published, by task and key.
        log_path: of everything that Airflow printed.
        error: what ended the run from outside, such as a limit; then only tasks that had ended
            are known.
    """

    run_id: str
    day: dt.date | None
    state: str
    duration: float
    tasks: tuple[TaskResult, ...]
    xcoms: Mapping[str, Mapping[str, Any]]
    log_path: Path
    error: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether every task ended well."""
        return self.state == "success"

    @property
    def failed(self) -> tuple[TaskResult, ...]:
        """The tasks that failed themselves, not those that could not run for it."""
        return tuple(task for task in self.tasks if task.state == "failed")

    def task(self, task_id: str) -> TaskResult:
        """One task's result.

        Raises:
            KeyError: the DAG has no such task.
        """
        for task in self.tasks:
            if task.task_id == task_id:
                return task
        raise KeyError(task_id)

    def explain(self) -> str:
        """Why the run failed: each failed task with its error, and where the log is."""
        if self.succeeded:
            return f"{self.run_id}: success"
        lines = [
            f"{task.task_id} failed: {task.error or 'no error is known'}" for task in self.failed
        ]
        if self.error:
            lines.insert(0, self.error)
        return "\n".join([f"{self.run_id}: {self.state}", *lines, f"log: {self.log_path}"])

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self) | {
            "day": self.day and self.day.isoformat(),
            "log_path": str(self.log_path),
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(
            **values
            | {
                "day": values["day"] and dt.date.fromisoformat(values["day"]),
                "log_path": Path(values["log_path"]),
                "tasks": tuple(TaskResult(**task) for task in values["tasks"]),
            }
        )
