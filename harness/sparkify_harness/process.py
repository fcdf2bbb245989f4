"""Children that never outlive us.

A server of the stack (the object store, the Redshift substitute) runs as a child process that ends
with its owner, even when the owner is killed with SIGKILL: see `sparkify_harness.lifeline`. On
Linux the program also dies with the process that watches it.

    ChildError
    ├── ChildExitError       ended although it should run
    └── ChildTimeoutError    did not become ready in time

Secrets reach a child by its environment, never by its arguments, which everybody can read.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from sparkify_harness.lifeline import end_session
from sparkify_harness.locations import import_path

_LIFELINE = Path(__file__).with_name("lifeline.py")

_POLL = 0.01
"""Seconds between two looks at something awaited."""

_TAIL = 20
"""Lines of a log shown in an error."""

_KILLED = 10.0
"""Seconds until the kernel must have ended a killed process."""

_FORKED = 10.0
"""Seconds until the watching process must have started the program."""

_NO_AWS = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}

_INHERITED = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "COVERAGE_PROCESS_CONFIG",  # set where coverage.py measures us: then our children as well
)


class ChildError(RuntimeError):
    """A child process did not do what was expected; the message has its log's end and path."""


class ChildExitError(ChildError):
    """The child ended although it should run."""


class ChildTimeoutError(ChildError):
    """The child did not become ready in time."""


class Child:
    """A running program and its process group, made by `spawn`; leaving its context stops it."""

    def __init__(self, process: subprocess.Popen[bytes], name: str, log_path: Path) -> None:
        self._process = process
        self.name = name
        self.log_path = log_path

    @property
    def pid(self) -> int:
        """Id of the process group: of the process that watches the program."""
        return self._process.pid

    @property
    def program(self) -> psutil.Process:
        """The program itself, to measure it or to kill it in a test.

        Raises:
            ChildExitError: it is not running.
        """
        deadline = time.monotonic() + _FORKED
        while self.exit_code is None and time.monotonic() < deadline:
            with contextlib.suppress(psutil.NoSuchProcess):
                if children := psutil.Process(self.pid).children():
                    return children[0]
            time.sleep(_POLL)
        raise ChildExitError(self._report("is not running"))

    @property
    def exit_code(self) -> int | None:
        """Exit code of the program, 128 + n when signal n ended it, None while it runs."""
        code = self._process.poll()
        # A signal that ends the watching process reaches us as a negative number.
        return code if code is None or code >= 0 else 128 - code

    def log_tail(self, lines: int = _TAIL) -> str:
        """The last lines of its log."""
        text = self.log_path.read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def wait_until(self, ready: Callable[[], bool], timeout: float) -> None:
        """Returns as soon as `ready()` holds.

        Args:
            ready: asked again and again; must not block for long. What it raises passes through.
            timeout: seconds.

        Raises:
            ChildExitError: at once, when the child has ended.
            ChildTimeoutError: after `timeout` seconds.
        """
        deadline = time.monotonic() + timeout
        while not ready():
            if self.exit_code is not None:
                raise ChildExitError(self._report(f"ended with exit code {self.exit_code}"))
            if time.monotonic() > deadline:
                raise ChildTimeoutError(self._report(f"was not ready after {timeout:g} s"))
            time.sleep(_POLL)

    def wait(self, timeout: float, meanwhile: Callable[[], None]) -> int:
        """Exit code of the program, as soon as it has ended.

        Args:
            timeout: seconds.
            meanwhile: called again and again, and once more when the program has ended.

        Raises:
            ChildTimeoutError: after `timeout` seconds.
        """
        deadline = time.monotonic() + timeout
        while True:
            code = self.exit_code  # asked first: what it wrote at its end is seen too
            meanwhile()
            if code is not None:
                return code
            if time.monotonic() > deadline:
                raise ChildTimeoutError(self._report(f"did not end within {timeout:g} s"))
            time.sleep(_POLL)

    def stop(self, timeout: float = 5.0) -> None:
        """Terminates the program, kills it when it still runs after `timeout` seconds.

        What it has started and left is ended with it.
        """
        if self._process.poll() is None:
            os.killpg(self.pid, signal.SIGTERM)
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
        self._close_lifeline()

    def kill(self) -> None:
        """Ends the program at once, as `kill -9` would, and whatever it started."""
        if self._process.poll() is None:
            os.killpg(self.pid, signal.SIGKILL)
            end_session(self.pid)  # before the wait: nobody else can have this id until then
        self._process.wait(_KILLED)
        self._close_lifeline()

    def _close_lifeline(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _report(self, what: str) -> str:
        tail = self.log_tail()
        log = f"its log ends with:\n{tail}" if tail else "its log is empty"
        return f"{self.name} {what}; {log}\nthe whole log: {self.log_path}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def spawn(
    argv: Sequence[str],
    *,
    name: str,
    env: Mapping[str, str],
    log_path: Path,
    cwd: Path | None = None,
    held_input: bool = False,
) -> Child:
    """Starts a program that ends when we do.

    Args:
        argv: program and arguments; no secrets, everybody can read them.
        name: what errors call it, such as "object store (minio)".
        env: its whole environment; `clean_environment` is the usual start.
        log_path: takes its standard output and error, appended; only we may read it.
        cwd: its working folder, ours by default.
        held_input: its standard input is empty, but ends only when the program is to end, however
            it is ended: for a program that starts something out of reach of our signals, such as a
            container. By default it has ended already.
    """
    log_path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        process = subprocess.Popen(  # noqa: S603 - the caller's own program
            [
                *(sys.executable, "-I", "-S", str(_LIFELINE), str(os.getpid())),
                "held" if held_input else "none",
                *argv,
            ],
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=descriptor,
            stderr=descriptor,
            cwd=cwd,
            # A session of its own: Ctrl-C reaches us alone, and we stop our children in order.
            start_new_session=True,
        )
    finally:
        os.close(descriptor)
    return Child(process, name, log_path)


def clean_environment(**extra: str) -> dict[str, str]:
    """An environment for a child with nothing of the user's settings but paths and language.

    Neither `AWS_*`, `AIRFLOW__*`, `MINIO_*` nor `~/.aws` are seen, instance metadata is not asked,
    and `python -m sparkify_harness...` works from any folder, with the same pipeline.

    Args:
        extra: variables to add.
    """
    kept = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    paths = os.pathsep.join(map(str, import_path()))
    python = {"PYTHONPATH": paths, "PYTHONUNBUFFERED": "1"}
    return kept | python | _NO_AWS | extra


def free_port(host: str = "127.0.0.1") -> int:
    """A port that was free a moment ago, for a program that cannot report one it chose itself.

    Somebody else may take it before the program does: start again with another one then.
    """
    with socket.socket() as listener:
        listener.bind((host, 0))
        port: int = listener.getsockname()[1]
        return port
