"""The engine's text of trees that were lowered before.

A text follows from the tree and from what of the session it was answered from. Functions that tell
of the session or the moment stand in it as parameters, after those of the statement.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Final, NamedTuple

import duckdb

from sparkify_harness.redshift.engine.context import ExecutionContext, NotedContext
from sparkify_harness.redshift.engine.duckdb.literals import argument
from sparkify_harness.redshift.remembered import Remembered
from sparkify_harness.redshift.sql import tree

LONGEST: Final = 131_072
"""Characters of the longest text that is kept."""

_MOST: Final = 512
_ROOM: Final = 1_048_576
"""Characters of all texts together. What the engine reads of them takes some 25 times as much."""


Values = list[object] | dict[str, object] | None
"""The values of parameters, in order or by number; None where there are none."""


class Lowered:
    """A statement in the engine's words.

    Args:
        text: Its SQL.
        deferred: What the session answers each time that it runs, by numbers of parameters.

    Attributes:
        kept: Whether it ran before.
        few: Whether it is known to give few rows; at any time it may give many.
    """

    def __init__(
        self, text: str, deferred: Sequence[tuple[int, Callable[[ExecutionContext], object]]] = ()
    ) -> None:
        self.text = text
        self.kept = False
        self.few = False
        self._deferred = deferred
        self._read: duckdb.Statement | None = None

    def runnable(self, cursor: duckdb.DuckDBPyConnection) -> str | duckdb.Statement:
        """What to run; as the engine has read it, where it is run again."""
        return self.read(cursor) if self.kept else self.text

    def read(self, cursor: duckdb.DuckDBPyConnection) -> duckdb.Statement:
        """As the engine reads it, for any connection."""
        if self._read is None:
            [self._read] = cursor.extract_statements(self.text)
        return self._read

    def values(
        self,
        arguments: Sequence[object],
        context: ExecutionContext,
        cursor: duckdb.DuckDBPyConnection,
    ) -> Values:
        """The values of its parameters.

        Args:
            arguments: Python values of the statement's own.
            context: The session and the moment in which it runs.
            cursor: For what the text is read by.
        """
        given = list(map(argument, arguments))
        if not self._deferred:
            return given or None
        every = dict(enumerate(given, 1)) | {at: answer(context) for at, answer in self._deferred}
        # A lowering may have made nothing of an argument, and then there is no such parameter.
        named = self.read(cursor).named_parameters
        return {name: value for at, value in every.items() if (name := str(at)) in named}


class _Kept(NamedTuple):
    node: tree.Node
    lowered: Lowered
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
        *,
        parameters: int,
        place: Callable[[ExecutionContext], ExecutionContext] = lambda context: context,
    ) -> Lowered:
        """The text that is kept, or else the one that is made now.

        Args:
            node: The very tree: one that is equal to it is compared with nothing.
            circumstances: All else that the text depends on, besides the context.
            context: The session and the moment.
            lower: Makes the text by nothing but this context.
            parameters: How many the tree has.
            place: Says to the context what follows from the tree.
        """
        # While the tree is kept, no other has its id.
        key = id(node), circumstances, parameters
        kept = self._kept.get(key)
        if kept is not None and kept.node is node and kept.holds(context):
            kept.lowered.kept = True
            return kept.lowered
        noted = NotedContext(place(context), parameters)
        text = lower(noted)
        lowered = Lowered(text, tuple(enumerate(noted.deferred.values(), parameters + 1)))
        holds = noted.end()
        if holds is not None and len(text) <= LONGEST:
            self._kept.put(key, _Kept(node, lowered, holds), len(text))
        return lowered
