"""What session functions such as GETDATE() or CURRENT_USER answer while a statement runs."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class ExecutionContext:
    """The session and the moment in which a statement runs.

    Args:
        statement_time: Start of the statement, UTC, aware.
        transaction_time: Start of the transaction, UTC, aware.
        user: Session user.
        database: Current database.
        search_path: Schemas that exist, in order, ``$user`` resolved.
        pid: Process id of the session.
        settings: Configuration parameters by lower-case name, as SHOW prints them.
        last_copy_id: Query id of the last COPY, -1 before any.
        last_copy_count: Rows that the last COPY loaded.
        last_unload_count: Rows that the last UNLOAD wrote.
        last_query_id: Query id of the last query, -1 before any.
        visible: Finds the object ids of the relations that their bare names mean.
        on_leader: Whether the statement runs on the leader node: it reads no user tables.
    """

    statement_time: datetime
    transaction_time: datetime
    user: str
    database: str
    search_path: tuple[str, ...]
    pid: int
    settings: Mapping[str, str]
    last_copy_id: int = -1
    last_copy_count: int = 0
    last_unload_count: int = 0
    last_query_id: int = -1
    visible: Callable[[], frozenset[int]] = frozenset
    on_leader: Callable[[], bool] = bool


_FLEETING = frozenset({"statement_time", "transaction_time", "last_query_id", "visible"})
"""Answers that are others with the next statement, or cannot be compared."""


class NotedMapping(Mapping[str, str]):
    """A mapping that notes what it is asked, so that the answers can be compared with others.

    Args:
        values: What it answers from until the end.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._asked: dict[str, str | None] = {}

    def __getitem__(self, key: str) -> str:
        found = self._asked[key] = self._values.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[str]:
        raise TypeError("it is asked for one value after the other")

    def __len__(self) -> int:
        raise TypeError("it is asked for one value after the other")

    def end(self) -> None:
        """Let go of the values; the answers remain."""
        self._values = {key: value for key, value in self._asked.items() if value is not None}

    def holds(self, values: Mapping[str, str]) -> bool:
        """Whether others would have answered the same."""
        return all(values.get(key) == value for key, value in self._asked.items())


class NotedContext(ExecutionContext):
    """A context that notes what it is asked, but for what follows from the statement alone.

    Args:
        context: Whose answers it gives.
        parameters: How many the statement has of its own.

    Attributes:
        deferred: What is to be asked anew each time that the statement runs, by the call that
            wants to know it.
    """

    __slots__ = ("_asked", "_parameters", "deferred")

    _asked: dict[str, object]
    _parameters: int
    deferred: dict[Hashable, Callable[[ExecutionContext], object]]

    def __init__(self, context: ExecutionContext, parameters: int = 0) -> None:
        given = {each.name: getattr(context, each.name) for each in fields(context)}
        super().__init__(**(given | {"settings": NotedMapping(context.settings)}))
        object.__setattr__(self, "_asked", {})
        object.__setattr__(self, "_parameters", parameters)
        object.__setattr__(self, "deferred", {})

    def defer(self, call: Hashable, answer: Callable[[ExecutionContext], object]) -> int:
        """Leave an answer to the context in which the statement runs.

        Args:
            call: Who wants to know; the same one is told the same.
            answer: Of any context.

        Returns:
            The number of the parameter that takes it, after those of the statement.
        """
        self.deferred.setdefault(call, answer)
        return self._parameters + [*self.deferred].index(call) + 1

    def __getattribute__(self, name: str) -> Any:
        found = object.__getattribute__(self, name)
        if name in _NOTED:
            object.__getattribute__(self, "_asked")[name] = found
        return found

    def end(self) -> Callable[[ExecutionContext], bool] | None:
        """Whether another context has the same answers, as a function.

        None where no other has them.
        """
        asked, settings = self._asked, self.settings
        if not _FLEETING.isdisjoint(asked):
            return None
        assert isinstance(settings, NotedMapping)  # noqa: S101  # from __init__
        settings.end()

        def holds(context: ExecutionContext) -> bool:
            same = all(getattr(context, name) == value for name, value in asked.items())
            return same and settings.holds(context.settings)

        return holds


_NOTED = frozenset(each.name for each in fields(ExecutionContext)) - {"settings", "on_leader"}
