"""The small process that stands between us and a program we start, and ends it when we are gone.

Run by file, isolated and without site-packages (`python -I -S lifeline.py PARENT INPUT PROGRAM
...`), so that it starts in some 20 ms and imports nothing of the program's environment. Its
standard input is a pipe that only the parent holds open: end of file means that the parent has
died, however it died. With INPUT `held` the program's standard input is such a pipe too, which only
we hold open, for programs that start something out of reach of signals; with `none` it is empty.
"""

import ctypes
import os
import select
import signal
import sys
import threading
import time

_GRACE = 1.0
"""Seconds between terminating and killing the program of a dead parent, or what it has left."""

_LOOK = 0.02
"""Seconds between looks at what is left."""

_PARENT_CHECK = 0.5
"""Seconds between looks at the parent's id: a forked copy of the parent may hold the pipe open."""

_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def end_session(session: int) -> None:
    """Kills every process of a session but this one, whatever its process group.

    A program may put what it starts into groups of their own, as Airflow does with each task: they
    are out of reach of a signal to the program's group, but they stay in its session.

    Args:
        session: its id, which is that of the process that began it.
    """
    killed = {os.getpid()}
    # One that is listed may start another before it is killed: until none is new.
    while new := _members(session) - killed:
        for process in new:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue
        killed |= new


def _members(session: int) -> set[int]:
    """The processes of a session, those that have ended and not been waited for too."""
    try:
        names = os.listdir("/proc")  # noqa: PTH208 - importing pathlib takes as long as all else
    except FileNotFoundError:  # macOS
        with os.popen("ps -axo pid=") as listing:  # noqa: S605, S607 - no argument is anybody's
            names = listing.read().split()
    return {int(name) for name in names if name.isdecimal() and _session_of(int(name)) == session}


def _session_of(process: int) -> int | None:
    try:
        return os.getsid(process)
    except (ProcessLookupError, PermissionError):
        return None


def _end_what_is_left() -> None:
    """Ends what the program has started and left, some of it by force."""
    os.killpg(0, signal.SIGTERM)
    deadline = time.monotonic() + _GRACE
    session = os.getsid(0)
    while len(_members(session)) > 1 and time.monotonic() < deadline:
        time.sleep(_LOOK)
    end_session(session)


def _end_session_with_parent(parent: int) -> None:
    """Waits until `parent` is gone, then ends this session, ourselves included."""
    while os.getppid() == parent:
        readable, _, _ = select.select([0], [], [], _PARENT_CHECK)
        if readable and not os.read(0, 1):
            break
    os.killpg(0, signal.SIGTERM)
    time.sleep(_GRACE)
    end_session(os.getsid(0))
    os.killpg(0, signal.SIGKILL)


def _become(program: list[str], watcher: int, standard_input: int) -> None:
    """Replaces this process, a fork of `watcher`, by `program`; never returns."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != watcher:  # it died before we asked
            os._exit(1)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and exec would keep that
    os.dup2(standard_input, 0)
    try:
        os.execvp(program[0], program)  # noqa: S606 - starting programs is the purpose
    except OSError as error:
        os.write(2, f"cannot run {program[0]}: {error.strerror}\n".encode())
    os._exit(127)


def main(parent: int, program: list[str], *, held: bool) -> int:
    """Runs `program` until it ends or `parent` does; its exit code, 128 + n after signal n."""
    if os.getppid() != parent:
        return 1
    watcher = os.getpid()
    # The end for writing is never closed, nor inherited by the program: it ends with this process.
    standard_input = os.pipe()[0] if held else os.open(os.devnull, os.O_RDONLY)
    child = os.fork()
    if child == 0:
        _become(program, watcher, standard_input)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        # They are meant for the program, which is in our group; we stay to report how it ended.
        # Not before the fork: a signal that comes in between must reach a default handler.
        signal.signal(number, lambda *_: None)
    threading.Thread(target=_end_session_with_parent, args=(parent,), daemon=True).start()
    _, status = os.waitpid(child, 0)
    _end_what_is_left()
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    os._exit(main(int(sys.argv[1]), sys.argv[3:], held=sys.argv[2] == "held"))
