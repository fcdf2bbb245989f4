"""Airflow as its user sees it: start, run a DAG, get a result."""

import datetime as dt
import secrets
import sys
import time
from collections.abc import Callable, Mapping
from multiprocessing.connection import Client
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from harness.airflow.channel import HOST, KEY_VARIABLE, Channel, Kind
from harness.airflow.errors import RunTimedOut, WorkerFailed
from harness.airflow.home import CHECKOUT, environment, prepare
from harness.airflow.runs import RunRequest, RunResult, TaskResult
from harness.airflow.wiring import Wiring
from harness.process import Child, ChildError, spawn

START_TIMEOUT = 120.0
"""Seconds until Airflow must be ready: importing it takes 4, migrating its database 2."""

RUN_TIMEOUT = 900.0
"""Seconds that a run may take by default."""

_LOOK = 0.2
"""Seconds between looks at a process that is silent."""

OnTask = Callable[[TaskResult], None]


class Airflow:
    """Airflow in a child process, which dies with us and is shut off from the user's settings.

    Runs are made one at a time. The process starts with `start`, or with the first run; a run that
    takes too long ends it, and the next run starts another.
    """

    def __init__(
        self,
        home: Path,
        *,
        cache: Path,
        dags: Path = CHECKOUT / "dags",
        plugins: Path = CHECKOUT / "plugins",
    ) -> None:
        """Describes an Airflow; starts nothing.

        Args:
            home: its AIRFLOW_HOME; all that it writes is there. Made if need be.
            cache: folder where the migrated database is kept for later homes.
            dags: folder with the DAGs.
            plugins: folder with the plugins.
        """
        self.home = home.absolute()
        self._dags = dags
        self._plugins = plugins
        self._cache = cache.absolute()
        self._child: Child | None = None
        self._channel: Channel | None = None
        self._key = b""
        self._runs = 0

    @property
    def log_path(self) -> Path:
        """What Airflow prints outside runs."""
        return self.home / "worker.log"

    def start(self) -> None:
        """Starts the process and returns at once, so that others can start meanwhile."""
        if self._child is not None:
            return
        prepare(self.home, self._cache)
        self._port_file.unlink(missing_ok=True)
        key = secrets.token_hex(32)
        self._key = key.encode()
        self._child = spawn(
            [
                sys.executable,
                "-m",
                "harness.airflow.worker",
                str(self._port_file),
                str(self._cache),
            ],
            name="Airflow",
            env=environment(self.home, dags=self._dags, plugins=self._plugins)
            | {KEY_VARIABLE: key},
            log_path=self.log_path,
            cwd=self.home,
        )

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
        """Runs a DAG to its end.

        Args:
            dag_id: of the DAG.
            wiring: its connections and Variables.
            day: whose data interval the run has, in UTC; None for a run without one.
            conf: values for its Params.
            on_task: called after each try of a task, with state, tries and error.
            timeout: seconds for the run, after Airflow is ready.

        Raises:
            RunTimedOut: it was ended.
            WorkerFailed: Airflow did not start, died, or cannot run this DAG.
        """
        channel = self._ready()
        self._runs += 1
        request = RunRequest(
            dag_id=dag_id,
            day=day,
            conf=conf or {},
            environment=wiring.environment(),
            log_path=self.home / "runs" / f"{self._runs:04d}-{dag_id}-{day or 'all'}.log",
        )
        channel.send(request.to_json())
        deadline = time.monotonic() + timeout
        while True:
            message = self._next(channel, deadline)
            if message is None:
                self.close()
                raise RunTimedOut(
                    f"the run of {dag_id} did not end in {timeout:g} s and was killed; "
                    f"its log: {request.log_path}",
                    request.log_path,
                )
            match message["kind"]:
                case Kind.TASK:
                    if on_task:
                        on_task(TaskResult(**message["task"]))
                case Kind.ERROR:
                    text = str(message["text"]).strip()
                    raise WorkerFailed(f"cannot run {dag_id}: {text}\nlog: {request.log_path}")
                case _:
                    return RunResult.from_json(message["result"])

    def close(self) -> None:
        """Ends the process at once: between runs it has nothing to finish, in one it may hang."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        if self._child is not None:
            self._child.kill()
            self._child = None

    @property
    def _port_file(self) -> Path:
        return self.home / "worker.port"

    def _ready(self) -> Channel:
        """The line to a process that has Airflow loaded."""
        if self._channel is not None:
            return self._channel
        self.start()
        assert self._child is not None  # noqa: S101 - start has set it
        deadline = time.monotonic() + START_TIMEOUT
        try:
            self._child.wait_until(self._port_file.exists, START_TIMEOUT)
        except ChildError as error:
            self.close()
            raise WorkerFailed(str(error)) from error
        port = int(self._port_file.read_text(encoding="ascii"))
        channel = Channel(Client((HOST, port), authkey=self._key))
        message = self._next(channel, deadline)
        if message is None or message["kind"] != Kind.READY:
            self.close()
            raise WorkerFailed(
                f"Airflow was not ready after {START_TIMEOUT:g} s; its log: {self.log_path}"
            )
        self._channel = channel
        return channel

    def _next(self, channel: Channel, deadline: float) -> dict[str, Any] | None:
        """The worker's next message; None when the time is over.

        Raises:
            WorkerFailed: it died.
        """
        while not channel.wait(_LOOK):
            if time.monotonic() > deadline:
                return None
        try:
            return channel.receive()
        except (EOFError, OSError):
            tail = self._child.log_tail() if self._child else ""
            self.close()
            raise WorkerFailed(
                f"Airflow died; its log ends with:\n{tail}\nthe whole log: {self.log_path}"
            ) from None

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
