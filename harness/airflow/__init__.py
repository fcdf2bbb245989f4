"""Airflow in a process of its own: a home, connections, and runs of a DAG through `dag.test()`.

Importing this package does not import Airflow.
"""

from harness.airflow.errors import AirflowError, RunTimedOut, WorkerFailed
from harness.airflow.process import Airflow
from harness.airflow.runs import RunResult, TaskResult
from harness.airflow.wiring import Wiring, aws_connection, redshift_connection

__all__ = [
    "Airflow",
    "AirflowError",
    "RunResult",
    "RunTimedOut",
    "TaskResult",
    "Wiring",
    "WorkerFailed",
    "aws_connection",
    "redshift_connection",
]
