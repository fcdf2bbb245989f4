"""What can go wrong with Airflow itself; a failed task is not an error but a result.

AirflowError
├── WorkerFailed   the process did not start, died, or could not run the DAG at all
└── RunTimedOut    a run took too long and was ended
"""

from pathlib import Path


class AirflowError(RuntimeError):
    """Airflow could not be used; the message names the log."""


class WorkerFailed(AirflowError):
    """The process that runs Airflow did not start, died, or met a DAG that it cannot run."""


class RunTimedOut(AirflowError):
    """A run did not end in time; its process was killed, so nothing of it goes on.

    Attributes:
        log_path: of everything that Airflow printed until then.
    """

    def __init__(self, message: str, log_path: Path | None = None) -> None:
        super().__init__(message)
        self.log_path = log_path
