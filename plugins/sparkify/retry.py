"""Which failures are worth another try, and how long to wait before it."""

import logging
from datetime import timedelta

from airflow.sdk import (
    Context,
    ExceptionRetryPolicy,
    RetryAction,
    RetryDecision,
    RetryRule,
    Variable,
)

from sparkify.errors import PermanentError, TransientError

log = logging.getLogger(__name__)

DELAY_VARIABLE = "sparkify_retry_delay_seconds"
RETRIES = 3
RETRY_DELAY = timedelta(minutes=5)

_MISTAKES: list[type[BaseException] | str] = [
    "airflow.sdk.exceptions.AirflowNotFoundException",
    "jinja2.exceptions.TemplateError",
    LookupError,
    TypeError,
    ValueError,
]

RULES = [
    RetryRule(PermanentError, RetryAction.FAIL, reason="waiting does not cure this"),
    RetryRule(TransientError, RetryAction.RETRY, reason="this may pass"),
    RetryRule(_MISTAKES, RetryAction.FAIL, reason="a mistake in settings or code"),
]


class PipelineRetryPolicy(ExceptionRetryPolicy):
    """Fails at once what waiting cannot cure, and takes the delay from an Airflow Variable.

    The Variable is read when a task has failed, in the task's process: reading it where the DAG
    is defined would ask the metadata database on every parse. Without the Variable, the task's own
    `retry_delay` holds.
    Airflow: https://airflow.apache.org/docs/apache-airflow/stable/core-concepts/tasks.html
    """

    def __init__(self) -> None:
        super().__init__(rules=RULES)

    def evaluate(
        self,
        exception: BaseException,
        try_number: int,
        max_tries: int,
        context: Context | None = None,
    ) -> RetryDecision:
        """Fail for a permanent error, else retry after the configured delay."""
        decision = super().evaluate(exception, try_number, max_tries, context)
        if decision.action is RetryAction.FAIL:
            return decision
        return RetryDecision.retry(configured_delay(), decision.reason)


def configured_delay() -> timedelta | None:
    """The delay that the Variable asks for; None where it is not set or not a number."""
    seconds = Variable.get(DELAY_VARIABLE, default=None)
    if seconds is None:
        return None
    try:
        return timedelta(seconds=max(0.0, float(seconds)))
    except (TypeError, ValueError):
        log.warning("Variable %s must be a number of seconds, not %r", DELAY_VARIABLE, seconds)
        return None
