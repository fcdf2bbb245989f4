"""The local stack's one deviation from production: its schedule ends where its data ends.

With catchup off, a DAG runs yesterday as soon as it is unpaused; the data of a local stack is from
2018, and yesterday's log would be missing.

Airflow: https://airflow.apache.org/docs/apache-airflow/stable/administration-and-deployment/cluster-policies.html
"""

import os
from typing import TYPE_CHECKING

from ending_schedule import EndingCronDataIntervalTimetable

if TYPE_CHECKING:
    from airflow.sdk import DAG

SCHEDULE_END = "SPARKIFY_SCHEDULE_END"
"""The last day that has a log; where it is empty the schedule goes on, as in production."""


def dag_policy(dag: "DAG") -> None:
    """Gives the pipeline a schedule that ends."""
    end = os.environ.get(SCHEDULE_END)
    if dag.dag_id == "sparkify_etl" and end:
        dag.timetable = EndingCronDataIntervalTimetable("@daily", "UTC", last=end)
