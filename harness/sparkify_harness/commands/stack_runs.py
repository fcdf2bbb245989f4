"""Follows runs of the pipeline in Airflow until they end."""

import time
from collections.abc import Sequence
from typing import Any

from sparkify_harness.commands.exits import CommandError
from sparkify_harness.commands.progress import Steps
from sparkify_harness.commands.terminal import messages
from sparkify_harness.compose.airflow_api import AirflowApi
from sparkify_harness.stack import DAG_ID, TASKS

_LOOK = 0.5
"""Seconds between two looks."""

_PARSED = 60.0
"""Seconds until a DAG processor that is healthy must have parsed the DAG."""

_COUNTED_OUT = 60.0
"""Seconds until Airflow must have noticed the end of a backfill."""

_ENDED = {"success", "failed"}


def wait_for_dag(airflow: AirflowApi) -> None:
    """Returns when Airflow knows the DAG.

    Raises:
        CommandError: it takes too long.
    """
    deadline = time.monotonic() + _PARSED
    while not airflow.knows_dag():
        if time.monotonic() > deadline:
            raise CommandError(
                f"Airflow has not parsed {DAG_ID} after {_PARSED:g} s: "
                "sparkify stack logs dag-processor"
            )
        time.sleep(_LOOK)


def wait_for_backfill(airflow: AirflowApi) -> None:
    """Returns when a new backfill may begin.

    Airflow looks every 30 seconds which backfills have come to their end.

    Raises:
        CommandError: another one is really running.
    """
    deadline = time.monotonic() + _COUNTED_OUT
    with Steps(messages()) as steps, steps.step("Waiting for the last backfill to be closed"):
        while airflow.is_backfilling():
            if time.monotonic() > deadline:
                raise CommandError(
                    "another backfill is running, and Airflow allows one at a time: "
                    "let it end, or cancel it in the web interface"
                )
            time.sleep(_LOOK)


def follow(airflow: AirflowApi, run_id: str, timeout: float) -> None:
    """Returns when the run has ended."""
    deadline = time.monotonic() + timeout
    ended: set[str] = set()
    with Steps(messages()) as steps, steps.step("Running", total=TASKS) as step:
        while airflow.state(run_id) not in _ENDED:
            for task, state in airflow.task_states(run_id).items():
                if state in {"success", "failed", "upstream_failed"} and task not in ended:
                    ended.add(task)
                    step.advance(f"{task:<25}")
            _check_deadline(deadline, timeout)
            time.sleep(_LOOK)


def follow_all(airflow: AirflowApi, mine: Sequence[str], timeout: float) -> list[dict[str, Any]]:
    """The runs, when all have ended."""
    deadline = time.monotonic() + timeout
    ended = 0
    with Steps(messages()) as steps, steps.step("Loading days", total=len(mine)) as step:
        while True:
            runs = [run for run in airflow.runs("backfill") if run["dag_run_id"] in mine]
            over = [run for run in runs if run["state"] in _ENDED]
            for run in over[ended:]:
                step.advance(f"Loaded {run['logical_date'][:10]}")
            ended = len(over)
            if ended == len(mine):
                return runs
            _check_deadline(deadline, timeout)
            time.sleep(_LOOK)


def _check_deadline(deadline: float, timeout: float) -> None:
    if time.monotonic() > deadline:
        raise CommandError(f"not ended after {timeout:g} s; it goes on, in the web interface")
