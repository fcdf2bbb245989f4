"""`python -m sparkify_harness.airflow.nursery`: imports Airflow once, and forks workers.

    nursery PORT_FILE CACHE_FOLDER [MODULE ...]

Whoever connects says what for. A worker is a fork that keeps the line, see
`sparkify_harness.airflow.worker`: it costs some 20 ms, where a fresh process costs seconds. Ending
one is done here and not by its number from outside: only a parent knows that the number is still
its child's. The environment must be that of `sparkify_harness.airflow.home.environment`.
"""

import contextlib
import ctypes
import gc
import os
import shutil
import signal
import sys
from multiprocessing import AuthenticationError
from multiprocessing.connection import Listener
from pathlib import Path

import psutil

from sparkify_harness.airflow import worker
from sparkify_harness.airflow.channel import HOST, KEY_VARIABLE, Channel, MessageKind
from sparkify_harness.airflow.priming import prime
from sparkify_harness.airflow.watcher import Watcher

_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>

_KILLED = 10.0
"""Seconds until the kernel must have ended a killed process."""


def main(port_file: Path, cache: Path, modules: list[str]) -> None:
    """Serves until it is ended; never returns."""
    key = os.environ.pop(KEY_VARIABLE).encode()
    prime(cache, modules)
    watcher = Watcher()
    watcher.listen()
    databases = Path(os.environ["AIRFLOW_HOME"]) / "workers"
    shutil.rmtree(databases, ignore_errors=True)
    databases.mkdir()
    # Collecting garbage in a worker would write to every object, and so copy all memory.
    gc.collect()
    gc.freeze()
    workers: set[int] = set()
    with Listener((HOST, 0), authkey=key) as listener:
        _announce(port_file, listener.address[1])
        while True:
            with contextlib.suppress(EOFError, OSError, AuthenticationError):
                channel = Channel(listener.accept())
                request = channel.receive()
                match request["kind"]:
                    case MessageKind.WORK:
                        number = request["number"]
                        pid = _fork(listener, channel, watcher, databases / f"{number}.db")
                        workers.add(pid)
                    case MessageKind.END if request["pid"] in workers:
                        _end(request["pid"])
                        channel.send({"kind": MessageKind.ENDED})
                channel.close()
            workers = {pid for pid in workers if not _is_over(pid)}


def _announce(port_file: Path, port: int) -> None:
    draft = port_file.with_suffix(".new")
    draft.write_text(str(port), encoding="ascii")
    draft.replace(port_file)


def _fork(listener: Listener, channel: Channel, watcher: Watcher, database: Path) -> int:
    """Id of a new process that serves the line."""
    nursery = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == nursery:
            listener.close()
            worker.serve(channel, watcher, database)
            code = 0
    finally:
        os._exit(code)


def _is_over(pid: int) -> bool:
    """Whether a child has ended; its number is free from then on."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:  # waited for already
        return True


def _end(pid: int) -> None:
    """Kills a child and all that it started, and returns when they are gone."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        for member in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        psutil.wait_procs(family, timeout=_KILLED)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
