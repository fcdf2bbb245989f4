"""Waiting for what another thread does, as long as the statement is not cancelled.

S3 may keep a request waiting for as long as it likes: who reads from it has a thread of its own,
which nobody waits for when the statement ends; its connections are broken off then, so it ends.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Final, TypeVar

T = TypeVar("T")

_POLL: Final = 0.1
"""Seconds between two looks for a cancel."""


class BrokenOff(Exception):
    """Nobody wants S3's answer any more."""


def awaited(future: Future[T], check: Callable[[], None]) -> T:
    """What a thread gives.

    Args:
        future: Of that thread.
        check: Called while waiting; raises to give up.
    """
    while not wait([future], timeout=_POLL).done:
        check()
    return future.result()


def aside(work: Callable[[], T], check: Callable[[], None]) -> T:
    """What a function gives that may wait for S3; see ``awaited``."""
    pool = ThreadPoolExecutor(1, "copy-list")
    try:
        return awaited(pool.submit(work), check)
    finally:
        pool.shutdown(wait=False)
