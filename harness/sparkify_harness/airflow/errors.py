"""What can go wrong with Airflow itself; a failed task is not an error but a result.

AirflowError
├── WorkerFailed      the process did not start, or could not run the DAG at all
│   └── WorkerDied    it died in the middle of a run
├── RunTimedOut       a run took too long
├── DeploymentFailed  a component did not start or died
├── CommandFailed     a command of Airflow ended badly
└── AirflowApiError   the api-server does not answer, or refuses, in its own words
"""

from pathlib import Path


class AirflowError(RuntimeError):
    """Airflow could not be used; the message names the log."""


class WorkerFailed(AirflowError):
    """The process that runs Airflow did not start, died, or met a DAG that it cannot run."""


class WorkerDied(WorkerFailed):
    """The process that made a run died; the next run gets another one.

    Attributes:
        log_path: of everything that Airflow printed until then.
    """

    def __init__(self, message: str, log_path: Path | None = None) -> None:
        super().__init__(message)
        self.log_path = log_path


class RunTimedOut(AirflowError):
    """A run did not end in time; what ran it, or all of Airflow, says whether it goes on.

    Attributes:
        log_path: of everything that Airflow printed until then.
    """

    def __init__(self, message: str, log_path: Path | None = None) -> None:
        super().__init__(message)
        self.log_path = log_path


class DeploymentFailed(AirflowError):
    """A component of Airflow did not start or died; the message has the end of its log."""


class CommandFailed(AirflowError):
    """A command of Airflow ended with another exit code than 0; the message has what it said."""


class AirflowApiError(AirflowError):
    """Airflow does not answer, or refuses."""
