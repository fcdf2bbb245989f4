"""The processes of Airflow, seen from outside: the nursery, and the workers that it forks."""

import itertools
import secrets
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Client
from pathlib import Path
from typing import Any

from sparkify_harness.airflow.channel import HOST, KEY_VARIABLE, Channel, MessageKind
from sparkify_harness.airflow.errors import WorkerFailed
from sparkify_harness.airflow.home import environment, prepare
from sparkify_harness.process import Child, ChildError, spawn

START_TIMEOUT = 120.0
"""Seconds until Airflow must be ready: importing it takes 4, migrating its database 2."""

_FORK_TIMEOUT = 60.0
"""Seconds until a worker must be ready, or dead; it takes a tenth of one."""

_END_TIMEOUT = 10.0
"""Seconds until one must have heard of a nursery's end; what it has left is given one of them."""


@dataclass(eq=False)
class Worker:
    """A process that makes one run at a time.

    Attributes:
        channel: the line to it.
        pid: its id.
        fit: whether it can be given another run.
    """

    channel: Channel
    pid: int
    fit: bool = True


class Crew:
    """As many workers as there are runs at once; for several threads.

    Args:
        home: AIRFLOW_HOME.
        cache: folder where the migrated database is kept for later homes.
        dags: folder with the DAGs.
        plugins: folder with the plugins.
        modules: imported before workers are forked.
    """

    def __init__(
        self, home: Path, *, cache: Path, dags: Path, plugins: Path, modules: Sequence[str]
    ) -> None:
        self._home = home
        self._cache = cache
        self._dags = dags
        self._plugins = plugins
        self._modules = modules
        self._lock = threading.RLock()
        self._child: Child | None = None
        self._closed = False
        self._started = 0.0
        self._took: float | None = None
        self._key = b""
        self._idle: list[Worker] = []
        self._numbers = itertools.count(1)

    @property
    def log_path(self) -> Path:
        """What Airflow prints outside runs."""
        return self._home / "worker.log"

    def start(self) -> None:
        """Starts the nursery, unless it runs, and returns at once."""
        with self._lock:
            self._closed = False
            if self._child is not None and self._child.exit_code is None:
                return
            self._end_all()
            prepare(self._home, self._cache)
            self._port_file.unlink(missing_ok=True)
            key = secrets.token_hex(32)
            self._key = key.encode()
            self._started, self._took = time.monotonic(), None
            argv = [sys.executable, "-m", "sparkify_harness.airflow.nursery"]
            argv += [str(self._port_file), str(self._cache), *self._modules]
            variables = environment(self._home, dags=self._dags, plugins=self._plugins)
            self._child = spawn(
                argv,
                name="Airflow",
                env=variables | {KEY_VARIABLE: key},
                log_path=self.log_path,
                cwd=self._home,
            )

    def wait_until_ready(self, workers: int = 0) -> float:
        """Returns when workers can be had; starts the nursery if need be.

        Args:
            workers: how many of them are to be there already.

        Returns:
            Seconds from the nursery's start until it was ready.

        Raises:
            WorkerFailed: it does not start.
        """
        took = self._wait_for_nursery()
        with ExitStack() as hired:
            for _ in range(workers):
                hired.enter_context(self.worker())
        return took

    def _wait_for_nursery(self) -> float:
        with self._lock:
            if self._closed:
                raise WorkerFailed("Airflow was closed, and is not started by a run")
            self.start()
            if self._took is None and self._child is not None:
                left = START_TIMEOUT - (time.monotonic() - self._started)
                try:
                    self._child.wait_until(self._port_file.exists, left)
                except ChildError as error:
                    self._end_all()
                    raise WorkerFailed(str(error)) from error
                self._took = time.monotonic() - self._started
            return self._took or 0.0

    @contextmanager
    def worker(self) -> Iterator[Worker]:
        """A worker for the time of the block; one that is not fit afterwards is killed.

        Raises:
            WorkerFailed: there is none to be had.
        """
        self._wait_for_nursery()
        hired = self._rested() or self._hire()
        try:
            yield hired
        except BaseException:
            hired.fit = False
            raise
        finally:
            self._let_go(hired)

    def close(self) -> None:
        """Ends all processes at once: between runs they have nothing to finish, in one may hang.

        Until the next `start` there are no workers to be had.
        """
        with self._lock:
            self._closed = True
            self._end_all()

    @property
    def _port_file(self) -> Path:
        return self._home / "worker.port"

    def _end_all(self) -> None:
        child, self._child = self._child, None
        idle, self._idle = self._idle, []
        for worker in idle:
            worker.channel.close()
        if child is not None:
            child.kill()

    def _rested(self) -> Worker | None:
        """A worker that has made a run before and lives."""
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if _is_there(worker.channel):
                    return worker
                worker.channel.close()
        return None

    def _hire(self) -> Worker:
        """A new worker, of a new nursery where the one there was has died."""
        for is_last in (False, True):
            self._wait_for_nursery()
            asked = self._child
            try:
                return self._forked()
            except (EOFError, OSError):
                if is_last or not _has_died(asked):
                    break
        raise WorkerFailed(f"Airflow starts no worker; its log: {self.log_path}")

    def _forked(self) -> Worker:
        channel = self._ask({"kind": MessageKind.WORK, "number": next(self._numbers)})
        if not channel.wait(_FORK_TIMEOUT):
            raise TimeoutError
        return Worker(channel, channel.receive()["pid"])

    def _let_go(self, worker: Worker) -> None:
        with self._lock:
            if worker.fit and self._child is not None:
                self._idle.append(worker)
                return
        worker.channel.close()
        # A nursery that is gone has taken its workers along.
        with suppress(EOFError, OSError):
            answer = self._ask({"kind": MessageKind.END, "pid": worker.pid})
            answer.wait(_FORK_TIMEOUT)
            answer.close()

    def _ask(self, request: dict[str, Any]) -> Channel:
        port = int(self._port_file.read_text(encoding="ascii"))
        channel = Channel(Client((HOST, port), authkey=self._key))
        channel.send(request)
        return channel


def _is_there(channel: Channel) -> bool:
    """Whether a worker at rest answers.

    The end of a line may come later than that of its process, and a run that was sent into it
    would be one that failed.
    """
    try:
        channel.send({"kind": MessageKind.ASK})
        return channel.wait(_END_TIMEOUT) and channel.receive()["kind"] == MessageKind.READY
    except (EOFError, OSError):
        return False


def _has_died(nursery: Child | None) -> bool:
    """Whether one that does not answer is at its end, of which we hear a bit later."""
    try:
        return nursery is None or nursery.wait(_END_TIMEOUT, lambda: None) is not None
    except ChildError:
        return False
