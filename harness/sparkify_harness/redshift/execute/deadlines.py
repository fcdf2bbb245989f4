"""Statement timeouts: one thread watches over the statements of all sessions."""

import threading
import time
from collections.abc import Callable

from sparkify_harness.redshift.defects import internal_error

Handle = object


class Deadlines:
    """Calls what is due. A thread for each statement would cost more than many a statement."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: dict[Handle, tuple[float, Callable[[], None]]] = {}
        self._wakes = float("inf")
        self._thread: threading.Thread | None = None

    def add(self, seconds: float, call: Callable[[], None]) -> Handle:
        """Something to be called after a while, by another thread, unless it is removed before."""
        key, at = object(), time.monotonic() + seconds
        with self._changed:
            self._due[key] = at, call
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="deadlines", daemon=True)
                self._thread.start()
            elif at < self._wakes:
                self._changed.notify()
        return key

    def remove(self, key: Handle) -> None:
        """It need not be called any more; nothing happens where it was."""
        with self._changed:
            self._due.pop(key, None)

    def _watch(self) -> None:
        while True:
            with self._changed:
                now = time.monotonic()
                late = sorted((at, id(key), key) for key, (at, _) in self._due.items() if at <= now)
                calls = [self._due.pop(key)[1] for _, _, key in late]
                self._wakes = min((at for at, _ in self._due.values()), default=float("inf"))
                if not calls:
                    self._changed.wait(min(self._wakes - now, threading.TIMEOUT_MAX))
            for call in calls:
                try:
                    call()
                except Exception as defect:  # noqa: BLE001 - it must not end all other time-outs
                    internal_error(defect)
