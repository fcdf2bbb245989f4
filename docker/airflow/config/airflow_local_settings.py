"""Where the local stack deviates from production: its schedule ends, and it waits less.

With catchup off, a DAG runs yesterday as soon as it is unpaused; the data of a local stack is from
2018, and yesterday's log would be missing.

A task whose worker was killed is tried again by the scheduler, after the delay that the DAG
defines; the Variable, which the pipeline's retry policy reads, never comes into it.

Airflow: https://airflow.apache.org/docs/apache-airflow/stable/administration-and-deployment/cluster-policies.html
"""

import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ending_schedule import EndingCronDataIntervalTimetable

if TYPE_CHECKING:
    from airflow.sdk import DAG

SCHEDULE_END = "SPARKIFY_SCHEDULE_END"
"""The last day that has a log; where it is empty the schedule goes on, as in production."""

RETRY_DELAY = timedelta(seconds=2)


def dag_policy(dag: "DAG") -> None:
    """Gives the pipeline a schedule that ends."""
    end = os.environ.get(SCHEDULE_END)
    if dag.dag_id == "sparkify_etl" and end:
        dag.timetable = EndingCronDataIntervalTimetable("@daily", "UTC", last=end)


def task_policy(task: Any) -> None:
    """Shortens the wait between tries."""
    task.retry_delay = RETRY_DELAY
