"""What was made before, kept as long as there is room for it."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class Remembered(Generic[V]):
    """The values that were used last; for all sessions of a server.

    Args:
        most: How many there are at most.
        room: What their sizes come to at most.
    """

    def __init__(self, most: int, room: int) -> None:
        self._most = most
        self._room = room
        self._guard = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()

    def get(self, key: Hashable) -> V | None:
        """The value that is kept under a key, if one is."""
        with self._guard:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: V, size: int) -> None:
        """Keep a value in the place of what was under its key; what was not used for long goes.

        Args:
            key: What it is asked for by.
            value: To be changed by nobody.
            size: Of itself, in the unit of the room.
        """
        with self._guard:
            self._kept[key] = value, size
            self._kept.move_to_end(key)
            # Added up anew: who is cancelled ends anywhere, and a running total would be wrong.
            while len(self._kept) > self._most or self.size > self._room:
                self._kept.popitem(last=False)

    @property
    def size(self) -> int:
        """What the sizes of all that is kept come to."""
        return sum(size for _, size in self._kept.values())
