"""What other processes do: they may end, or be ended, between any two questions about them."""

from collections.abc import Iterator

import psutil


def descendants(of: int | None = None) -> set[psutil.Process]:
    """The children of a process, their children, and so on; those that have ended among them.

    Args:
        of: Its id; this process where there is none.
    """
    return set(psutil.Process(of).children(recursive=True))


def gone(process: psutil.Process | int) -> bool:
    """Whether a process has ended, also where nobody has asked for its exit code yet."""
    try:
        known = psutil.Process(process) if isinstance(process, int) else process
        return not known.is_running() or known.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def command_lines(of: set[psutil.Process]) -> Iterator[tuple[psutil.Process, str]]:
    """Those that still run, each with its arguments, a blank between them."""
    for process in of:
        # One that has ended since, or has ended and was not waited for, has none to tell.
        try:
            words = process.cmdline()
        except psutil.NoSuchProcess:  # a zombie's error is one of these
            continue
        yield process, " ".join(words)
