"""Settings of the Airflow of these tests: as any of ours, with a gate before and after each task.

A gate is a file below a folder that `SPARKIFY_TEST_GATES` names; without it the task goes on:

    <day of the run>/<task>.before      and .after, when what the task does is committed
        fail        the task fails, and is not tried again
        hold        the task waits until the file is gone; beside it, `.held` has its process id
    dagrun_timeout  how many seconds a run may take, read when the DAG is parsed
"""

import datetime as dt
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sparkify_harness.airflow import local_settings
from sparkify_harness.airflow.local_settings import (
    create_async_metadata_engine,
    create_metadata_engine,
)
from tests.files import write_at_once

if TYPE_CHECKING:
    from airflow.sdk import DAG

__all__ = ["create_async_metadata_engine", "create_metadata_engine", "dag_policy", "task_policy"]
"""What Airflow takes from here."""

FOLDER = "SPARKIFY_TEST_GATES"
FAIL, HOLD = "fail", "hold"
BEFORE, AFTER = "before", "after"

_LOOK = 0.05
_LIMIT = 300.0
"""Seconds that a task waits at a gate, when its test has forgotten it."""


@dataclass(frozen=True)
class Gates:
    """The tests' end of the gates.

    Attributes:
        folder: has the files.
    """

    folder: Path

    def shut(self, day: dt.date, task_id: str, point: str, word: str) -> None:
        """Lets a task of a run fail, or wait."""
        gate = _gate(self.folder, day.isoformat(), task_id, point)
        gate.parent.mkdir(parents=True, exist_ok=True)
        _held(gate).unlink(missing_ok=True)
        write_at_once(gate, word)

    def open(self, day: dt.date, task_id: str, point: str) -> None:
        """Lets it go on."""
        _gate(self.folder, day.isoformat(), task_id, point).unlink()

    def held(self, day: dt.date, task_id: str, point: str) -> int | None:
        """The process that waits at a gate, or waited there last."""
        held = _held(_gate(self.folder, day.isoformat(), task_id, point))
        return int(held.read_text()) if held.exists() else None

    def limit_runs(self, seconds: float | None) -> None:
        """Sets the DAG's time-out, as soon as it is parsed again; None: its own."""
        if seconds is None:
            _timeout(self.folder).unlink()
        else:
            write_at_once(_timeout(self.folder), str(seconds))


def dag_policy(dag: "DAG") -> None:
    """As `sparkify_harness.airflow.local_settings` has it, and the time-out."""
    local_settings.dag_policy(dag)
    if (limit := _timeout(Path(os.environ[FOLDER]))).exists():
        dag.dagrun_timeout = dt.timedelta(seconds=float(limit.read_text()))


def task_policy(task: Any) -> None:
    """As `sparkify_harness.airflow.local_settings` has it, and the gates."""
    local_settings.task_policy(task)
    task._pre_execute_hook = partial(_pass, BEFORE)
    task._post_execute_hook = partial(_pass, AFTER)


def _pass(point: str, context: Any, result: object = None) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    start = context.get("data_interval_start")
    day = start.date().isoformat() if start else "no day"
    gate = _gate(Path(os.environ[FOLDER]), day, context["ti"].task_id, point)
    word = ""
    with suppress(FileNotFoundError):
        word = gate.read_text()
    if word == FAIL:
        raise AirflowFailException("told to")
    if word == HOLD:
        write_at_once(_held(gate), str(os.getpid()))
        deadline = time.monotonic() + _LIMIT
        while gate.exists() and time.monotonic() < deadline:
            time.sleep(_LOOK)


def _gate(folder: Path, day: str, task_id: str, point: str) -> Path:
    return folder / day / f"{task_id}.{point}"


def _held(gate: Path) -> Path:
    return gate.with_name(f"{gate.name}.held")


def _timeout(folder: Path) -> Path:
    return folder / "dagrun_timeout"
