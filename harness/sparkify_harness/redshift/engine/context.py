"""What session functions such as GETDATE() or CURRENT_USER answer while a statement runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime


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
