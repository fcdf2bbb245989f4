"""What a long statement leaves behind goes in small steps, so that nobody waits for it.

A statement of 16 MB becomes millions of objects. Python's collector looks at all of them again and
again while they are made, for seconds in which no other thread runs; and to let go of a tree of
them is one step as well, however large the tree. So the collector is switched off while such a text
is read, does not look at what came of it, and the tree is taken apart by a thread of its own.

Python: https://docs.python.org/3/library/gc.html#gc.freeze
"""

import gc
import queue
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

Parts = Callable[[], Iterator[object]]

LONG: Final = 65_536
"""Characters from which a text is long."""

_STEP: Final = 256
"""Objects that are let go of at once."""

_PAUSE: Final = 0.0005
"""Seconds after each step in which others run."""

_ONCE: Final = 4_096
"""Objects without others inside that are let go of at once: some microseconds for hundred."""


class Garbage:
    """What came of long texts, and a thread that takes it apart; for all sessions of a server."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._reading = 0
        self._kept = 0
        self._gone: queue.SimpleQueue[Parts] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    @contextmanager
    def undisturbed(self, size: int) -> Iterator[None]:
        """A text is read: if it is long, nothing is collected meanwhile.

        Args:
            size: Its characters.
        """
        if size < LONG:
            yield
            return
        with self._guard:
            self._reading += 1
            gc.disable()
        read = False
        try:
            yield
            read = True
        finally:
            with self._guard:
                self._reading -= 1
                if not self._reading:
                    # What was read in part is garbage as soon as the error is told.
                    if read:
                        gc.freeze()
                    elif not self._kept:
                        gc.unfreeze()
                    gc.enable()

    def keep(self, holder: object, parts: Parts) -> None:
        """See to it that what came of a long text is taken apart when its holder is gone.

        Args:
            holder: Nobody uses what it holds without it.
            parts: Gives what it holds and all that is in it, what holds before what is held, and
                holds nothing any more then.
        """
        with self._guard:
            self._kept += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="garbage", daemon=True)
                self._thread.start()
        weakref.finalize(holder, self._gone.put, parts).atexit = False

    def _run(self) -> None:
        while True:
            _take_apart(self._gone.get())
            with self._guard:
                self._kept -= 1
                if not self._kept and not self._reading:
                    gc.unfreeze()


def _take_apart(parts: Parts) -> None:
    held: list[object] = []
    part: object = None
    for part in parts():
        held.append(part)
        if len(held) % _STEP == 0:
            time.sleep(_PAUSE)
    del parts, part
    held.reverse()
    while held:
        del held[-_STEP:]
        time.sleep(_PAUSE)


def emptied(items: list[Any]) -> None:
    """Let go of a list of small things without keeping others waiting."""
    while items:
        del items[-_ONCE:]
