"""Airflow as its user sees it: start, run DAGs, get results."""

import datetime as dt
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sparkify_harness.airflow.channel import MessageKind
from sparkify_harness.airflow.crew import Crew, Worker
from sparkify_harness.airflow.errors import RunTimedOut, WorkerDied, WorkerFailed
from sparkify_harness.airflow.runs import RunRequest, RunResult, TaskResult
from sparkify_harness.airflow.wiring import Wiring
from sparkify_harness.locations import DAGS, PLUGINS

RUN_TIMEOUT = 900.0
"""Seconds that a run may take by default."""

_LOOK = 0.2
"""Seconds between looks at a worker that is silent."""

_TAIL = 20
"""Lines of a log shown in an error."""

OnTask = Callable[[TaskResult], None]


class Airflow:
    """Airflow in child processes, which die with us and are shut off from the user's settings.

    One process imports Airflow, with `start` or with the first run, and forks a worker for each of
    the runs that are made at once: `run_dag` may be called by several threads. A worker whose run
    takes too long is killed; it, and one that died, are replaced with the next run.
    """

    def __init__(
        self,
        home: Path,
        *,
        cache: Path,
        dags: Path = DAGS,
        plugins: Path = PLUGINS,
        modules: Sequence[str] = (),
    ) -> None:
        """Describes an Airflow; starts nothing.

        Args:
            home: its AIRFLOW_HOME; all that it writes is there. Made if need be.
            cache: folder where the migrated database is kept for later homes.
            dags: folder with the DAGs.
            plugins: folder with the plugins.
            modules: what tasks import while they run; imported once, before workers are forked.
        """
        self.home = home.absolute()
        self._crew = Crew(
            self.home, cache=cache.absolute(), dags=dags, plugins=plugins, modules=modules
        )
        self._lock = threading.Lock()
        self._log_numbers: itertools.count[int] | None = None

    @property
    def log_path(self) -> Path:
        """What Airflow prints outside runs."""
        return self._crew.log_path

    def start(self) -> None:
        """Starts Airflow and returns at once, so that others can start meanwhile."""
        self._crew.start()

    def wait_until_ready(self, workers: int = 1) -> float:
        """Returns when runs can be made; starts Airflow if need be.

        Args:
            workers: how many of them are to be forked already, for as many runs at once.

        Returns:
            Seconds from Airflow's start until it could fork.

        Raises:
            WorkerFailed: it does not start.
        """
        return self._crew.wait_until_ready(workers)

    def run_dag(
        self,
        dag_id: str,
        *,
        wiring: Wiring,
        day: dt.date | None = None,
        conf: Mapping[str, Any] | None = None,
        on_task: OnTask | None = None,
        timeout: float = RUN_TIMEOUT,
    ) -> RunResult:
        """Runs a DAG to its end; called by several threads, as many runs at once.

        Args:
            dag_id: of the DAG.
            wiring: its connections and Variables.
            day: whose data interval the run has, in UTC; None for a run without one.
            conf: values for its Params.
            on_task: called after each try of a task, with state, tries and error.
            timeout: seconds for the run, after Airflow is ready.

        Raises:
            RunTimedOut: it was ended.
            WorkerDied: Airflow died in the middle.
            WorkerFailed: Airflow did not start, or cannot run this DAG.
        """
        with self._crew.worker() as worker:
            request = RunRequest(
                dag_id=dag_id,
                day=day,
                conf=conf or {},
                environment=wiring.environment(),
                log_path=self._next_log(f"{dag_id}-{day or 'all'}"),
            )
            message = _result(request, worker, on_task, timeout)
        if message["kind"] == MessageKind.ERROR:
            text = str(message["text"]).strip()
            raise WorkerFailed(f"cannot run {dag_id}: {text}\nlog: {request.log_path}")
        return RunResult.from_json(message["result"])

    def close(self) -> None:
        """Ends all its processes at once; runs under way in other threads end with WorkerFailed."""
        self._crew.close()

    def _next_log(self, name: str) -> Path:
        """A log of its own for each run, also where an earlier process has left some here."""
        folder = self.home / "runs"
        with self._lock:
            if self._log_numbers is None:
                self._log_numbers = itertools.count(1 + sum(1 for _ in folder.glob("*.log")))
            return folder / f"{next(self._log_numbers):04d}-{name}.log"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _result(
    request: RunRequest, worker: Worker, on_task: OnTask | None, timeout: float
) -> dict[str, Any]:
    """What a worker answers in the end; it tells of tasks meanwhile."""
    deadline = time.monotonic() + timeout
    task = "its beginning"
    for message in _answers(request, worker, deadline):
        if message is None:
            raise RunTimedOut(
                f"the run of {request.dag_id} did not end in {timeout:g} s and was killed in "
                f"{task}; its log: {request.log_path}",
                request.log_path,
            )
        match message["kind"]:
            case MessageKind.BEGUN:
                task = message["task_id"]
            case MessageKind.TASK:
                if on_task:
                    on_task(TaskResult(**message["task"]))
            case _:
                return message
    raise WorkerDied(
        f"Airflow died in {task}; its log ends with:\n{_tail(request.log_path)}\n"
        f"the whole log: {request.log_path}",
        request.log_path,
    )


def _answers(
    request: RunRequest, worker: Worker, deadline: float
) -> Iterator[dict[str, Any] | None]:
    """What a worker says to a request, None when the time is over; ends when the worker does."""
    with suppress(EOFError, OSError):
        worker.channel.send(request.to_json())
        while True:
            while not worker.channel.wait(min(_LOOK, max(0.0, deadline - time.monotonic()))):
                if time.monotonic() >= deadline:
                    yield None
            yield worker.channel.receive()


def _tail(path: Path) -> str:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:  # it died before it began
        return ""
    return "\n".join(lines[-_TAIL:])
