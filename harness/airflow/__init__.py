"""Airflow in a process of its own: a home, connections, and runs of a DAG through `dag.test()`.

Importing this package does not import Airflow.
"""

from harness.airflow.errors import AirflowError, RunTimedOut, WorkerDied, WorkerFailed
from harness.airflow.process import RUN_TIMEOUT, Airflow
from harness.airflow.runs import RunResult, TaskResult
from harness.airflow.wiring import Wiring, aws_connection, redshift_connection

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
