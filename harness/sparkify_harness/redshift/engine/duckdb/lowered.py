"""The engine's text of trees that were lowered before.

A text follows from the tree and from what of the session it was answered from; functions that tell
of the session or the moment stand in it as their answers.
"""

from collections.abc import Callable, Hashable
from typing import Final, NamedTuple

from sparkify_harness.redshift.engine.context import ExecutionContext, NotedContext
from sparkify_harness.redshift.remembered import Remembered
from sparkify_harness.redshift.sql import tree

LONGEST: Final = 131_072
"""Characters of the longest text that is kept."""

_MOST: Final = 512
_ROOM: Final = 2_097_152
"""Characters of all texts together."""


class _Kept(NamedTuple):
    node: tree.Node
    text: str
    holds: Callable[[ExecutionContext], bool]


class LoweredTexts:
    """The texts that were used last; for all connections to a database."""

    def __init__(self) -> None:
        self._kept: Remembered[_Kept] = Remembered(_MOST, _ROOM)

    def get(
        self,
        node: tree.Node,
        circumstances: Hashable,
        context: ExecutionContext,
        lower: Callable[[ExecutionContext], str],
    ) -> str:
        """The text that is kept, or else the one that is made now.

        Args:
            node: The very tree: one that is equal to it is compared with nothing.
            circumstances: All else that the text depends on, besides the context.
            context: The session and the moment.
            lower: Makes the text by nothing but this context.
        """
        # While the tree is kept, no other has its id.
        key = id(node), circumstances
        kept = self._kept.get(key)
        if kept is not None and kept.node is node and kept.holds(context):
            return kept.text
        noted = NotedContext(context)
        text = lower(noted)
        holds = noted.end()
        if holds is not None and len(text) <= LONGEST:
            self._kept.put(key, _Kept(node, text, holds), len(text))
        return text
