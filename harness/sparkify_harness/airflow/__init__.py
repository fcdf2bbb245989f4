"""Airflow in a process of its own: a home, connections, and runs of a DAG through `dag.test()`.

Importing this package does not import Airflow.
"""

from sparkify_harness.airflow.errors import AirflowError, RunTimedOut, WorkerDied, WorkerFailed
from sparkify_harness.airflow.process import RUN_TIMEOUT, Airflow
from sparkify_harness.airflow.runs import RunResult, TaskResult
from sparkify_harness.airflow.wiring import Wiring, aws_connection, redshift_connection

__all__ = [
    "RUN_TIMEOUT",
    "Airflow",
    "AirflowError",
    "RunResult",
    "RunTimedOut",
    "TaskResult",
    "Wiring",
    "WorkerDied",
    "WorkerFailed",
    "aws_connection",
    "redshift_connection",
]
