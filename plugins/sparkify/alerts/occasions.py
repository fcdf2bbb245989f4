"""The alert that fits what Airflow says of a task or a run.

Airflow: https://airflow.apache.org/docs/apache-airflow/stable/administration-and-deployment/logging-monitoring/callbacks.html
"""

import datetime as dt
import os
from collections.abc import Iterable, Mapping
from typing import Any

from sparkify.alerts.alert import LOG_VARIABLE, Alert, AlertKind
from sparkify.errors import LoadError, redact

_TIMED_OUT = "timed_out"

_REASONS = {
    "task_failure": "",
    "all_tasks_deadlocked": "No task can run any more: each waits for another.",
    _TIMED_OUT: "It ran longer than the DAG's dagrun_timeout.",
}
"""What Airflow's words for why a run failed mean. A task's failure has an alert of its own."""


WARNINGS = "quality_warnings"
"""Key in the context of a task that checks: the outcomes that warn, as dictionaries."""


def occasion(context: Mapping[str, Any]) -> Alert:
    """The alert for a callback's context.

    Of checks where it has some that warn, of a run where Airflow gives a reason, else of a task.
    """
    if WARNINGS in context:
        return of_warnings(context)
    return of_run(context) if "reason" in context else of_task(context)


def of_task(context: Mapping[str, Any]) -> Alert:
    """A task failed for good.

    Args:
        context: of its callback. Without an exception where its process was killed.
    """
    error = context.get("exception")
    text = "It left no error: its process was killed, or lost; see the log."
    if error is not None:
        named = f"{type(error).__name__}: " if isinstance(error, BaseException) else ""
        text = f"{named}{error}"
    refused = error.refused if isinstance(error, LoadError) else ()
    return _alert(AlertKind.TASK_FAILED, context, error=text, refused=refused)


def of_run(context: Mapping[str, Any]) -> Alert:
    """A run failed, or took too long.

    Args:
        context: of the DAG's callback; its task is the last that failed, or that had not ended.
    """
    reason = str(context["reason"])
    kind = AlertKind.RUN_TIMED_OUT if reason == _TIMED_OUT else AlertKind.RUN_FAILED
    return _alert(kind, context, error=_REASONS.get(reason, reason))


def of_warnings(context: Mapping[str, Any]) -> Alert:
    """Checks warn: `users.row_count: expected at least 90 rows, found 71 rows`.

    Args:
        context: of the task that checks, with what they found as `quality_warnings`.
    """
    lines = (
        f"{item['check']}: expected {item['expected']}, found {item['actual']}"
        for item in context[WARNINGS]
    )
    return _alert(AlertKind.CHECKS_WARNED, context, checks=tuple(map(clean, lines)))


def _alert(
    kind: AlertKind,
    context: Mapping[str, Any],
    *,
    error: str = "",
    refused: Iterable[Mapping[str, Any]] = (),
    checks: tuple[str, ...] = (),
) -> Alert:
    task: Any = context.get("ti")
    run: Any = context.get("dag_run")
    dag: Any = context.get("dag")
    return Alert(
        kind=kind,
        dag_id=task.dag_id if task else dag.dag_id if dag else "",
        run_id=str(context.get("run_id") or (run and run.run_id) or (task and task.run_id) or ""),
        task_id=task.task_id if task else None,
        try_number=task.try_number if task else None,
        day=_day(context),
        error=clean(error),
        refused=tuple(
            {name: clean(item) if isinstance(item, str) else item for name, item in row.items()}
            for row in refused
        ),
        checks=checks,
        log=os.environ.get(LOG_VARIABLE) or (task.log_url if task else ""),
    )


def _day(context: Mapping[str, Any]) -> dt.date | None:
    start, end = (context.get(f"data_interval_{which}") for which in ("start", "end"))
    if isinstance(start, dt.datetime) and isinstance(end, dt.datetime) and start < end:
        return start.date()
    return None


def clean(text: str) -> str:
    """Without what Airflow knows as a secret, and without pieces of statements."""
    # Imported here: parsing a DAG must not load it.
    from airflow.providers.common.compat.sdk import redact as mask  # noqa: PLC0415 - see above

    return str(mask(redact(text, ())))
