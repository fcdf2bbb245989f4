"""A cancel: asked for by any thread, heeded by the thread that runs the statement.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_CANCEL.html

What runs is in one of four states. Python without effects (reading, binding, lowering) has an
exception raised in it from outside, wherever it is. What the engine computes is interrupted in the
engine's own way. A commit is left alone. Everything else asks for itself.
"""

import ctypes
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from sparkify_harness.redshift.errors import QueryCanceled

T = TypeVar("T")


class _Interrupted(BaseException):
    """Raised in a thread by another one; what handles errors does not take it for one."""


class Cancellation:
    """Whether the running statement of one session is to end.

    Attributes:
        query: Id of the query that runs, which the error names.
    """

    def __init__(self) -> None:
        self.query = -1
        self._guard = threading.Lock()
        self._since: float | None = None
        self._committing = False
        self._stop: Callable[[], None] | None = None

    @property
    def requested(self) -> bool:
        """Whether a cancel was asked for."""
        return self._since is not None

    @property
    def pending(self) -> float:
        """Seconds since it was asked for; 0 without."""
        since = self._since
        return 0.0 if since is None else time.monotonic() - since

    def arm(self) -> None:
        """Forget an earlier cancel: it was for what ran before."""
        self._since = None

    def request(self) -> None:
        """Ask for the end of what runs, from another thread; again, where that was not heeded.

        An engine forgets an interrupt that comes between two of its steps.
        """
        with self._guard:
            if self._committing:
                return
            if self._since is None:
                self._since = time.monotonic()
            if self._stop is not None:
                self._stop()

    def check(self) -> None:
        """Give up if a cancel was asked for.

        Raises:
            QueryCanceled: In Redshift's words.
        """
        if self.requested:
            raise QueryCanceled(f"Query ({self.query}) canceled on user's request")

    def think(self, work: Callable[[], T]) -> T:
        """What Python without effects gives; it may end at any of its instructions.

        Args:
            work: Takes no lock but by ``with``, and changes nothing that outlives it.

        Raises:
            QueryCanceled: It was cancelled before it was done.
        """
        before = self._stop
        strikes = _Strikes(threading.get_ident())
        try:
            self._begin(strikes.strike)
            try:
                return work()
            finally:
                self._end(before)
                strikes.absorb()  # one that came as the work was done
        except _Interrupted:
            self._leave(before, strikes)
            self.check()
            raise

    def _leave(self, before: Callable[[], None] | None, strikes: "_Strikes") -> None:
        """What was struck ends, and no strike is left for what comes after it."""
        while True:
            with suppress(_Interrupted):
                self._end(before)
                strikes.absorb()
                return

    @contextmanager
    def computing(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """The engine computes something.

        Args:
            interrupt: Makes it end with an error.

        Raises:
            QueryCanceled: It was cancelled before it began.
        """
        before = self._stop
        self._begin(interrupt)
        try:
            yield
        finally:
            self._end(before)

    @contextmanager
    def committing(self) -> Iterator[None]:
        """Here the statement cannot be cancelled, so that no error hides what is committed.

        Raises:
            QueryCanceled: It was cancelled before.
        """
        with self._guard:
            self.check()
            self._committing = True
        try:
            yield
        finally:
            self._committing = False

    def _begin(self, stop: Callable[[], None]) -> None:
        with self._guard:
            self.check()
            self._stop = stop

    def _end(self, before: Callable[[], None] | None) -> None:
        with self._guard:
            self._stop = before


class _Strikes:
    """Exceptions that other threads raise in one thread, of which none gets lost.

    Args:
        thread: Where they strike.
    """

    def __init__(self, thread: int) -> None:
        self._thread = thread
        self._struck = False
        self._absorbed = False

    def strike(self) -> None:
        """Raise one, at the next instruction of Python's; it takes the place of one on its way."""
        self._struck = True
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(self._thread), ctypes.py_object(_Interrupted)
        )

    def absorb(self) -> None:
        """Called by the struck thread when no more can come: takes the one that may be on its way.

        It cannot be taken back: Python 3.11 keeps looking for it from then on, for ever where
        something traces.

        Raises:
            _Interrupted: There was one; once.
        """
        if self._struck and not self._absorbed:
            self._absorbed = True
            self.strike()
            while True:
                time.sleep(0)
