"""Queries that were resolved and typed, kept for the next client that sends the same text.

A tree depends on the text, the types of parameters that the client gave, and what names and
settings meant. As long as none of these differs, neither does the tree. Sessions with definitions
of their own, temporary tables among them, go without.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from sparkify_harness.redshift.sql import tree

_KEPT = 256


class BoundQueries:
    """The trees that were used last; for all sessions of a server."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._kept: OrderedDict[Hashable, tree.Bound] = OrderedDict()

    def get(self, question: Hashable, bind: Callable[[], tree.Bound]) -> tree.Bound:
        """The tree that is kept, or else the one that is made now.

        Args:
            question: all that the tree depends on.
            bind: makes it; what it raises is not kept.
        """
        with self._guard:
            found = self._kept.get(question)
            if found is not None:
                self._kept.move_to_end(question)
                return found
        found = bind()
        with self._guard:
            self._kept[question] = found
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found
