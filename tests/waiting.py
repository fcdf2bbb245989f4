"""Waiting for what comes about in its own time."""

import time
from collections.abc import Callable


def eventually(holds: Callable[[], object], within: float = 30.0, every: float = 0.02) -> bool:
    """Whether it holds, as soon as it does, or after so many seconds.

    Args:
        holds: Is asked.
        within: Seconds, far more than it takes: nothing is measured by it.
        every: Seconds between two questions.
    """
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True
