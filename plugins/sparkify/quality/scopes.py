"""Which rows of the tables a log has brought: what a run is judged by.

Other runs load other logs meanwhile; what they bring is theirs to answer for.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from sparkify.quoting import identifier, literal

EVENTS = "staging_events"
AUDIT = "load_audit"


class Scoped(Protocol):
    """The part of a table's description that matters here."""

    @property
    def name(self) -> str:
        """Of the table."""

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that identify a row."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Staging tables that it is a function of."""


def scopes_of_log(
    log_key: str, *, tables: Iterable[Scoped], plays: str, run: tuple[str, str] | None = None
) -> dict[str, str]:
    """The condition for the rows of each table that a log has touched.

    Its events; of a table that follows the events, the rows with the key of one of its plays.
    Tables that are not there are judged as a whole, and so are tables whose key is none of the
    columns of a play.

    Args:
        log_key: key of the log's object.
        tables: descriptions.
        plays: the query of the plays in the landing area, each with its `log_key`.
        run: DAG and run whose loads are judged in `load_audit`; None for all.
    """
    own = f"{identifier('log_key')} = {literal(log_key)}"
    scopes = {EVENTS: own}
    for table in tables:
        if EVENTS in table.sources and len(table.key) == 1:
            key = identifier(table.key[0])
            scopes[table.name] = (
                f"{key} IN (\n    SELECT {key} FROM (\n{plays}\n    ) AS plays\n    WHERE {own}\n)"  # noqa: S608 - its names are quoted
            )
    if run is not None:
        dag_id, run_id = (literal(name) for name in run)
        scopes[AUDIT] = f"dag_id = {dag_id} AND run_id = {run_id}"
    return scopes


def scope_macro(scopes: Mapping[str, str]) -> Callable[[str], str]:
    """For templates: `{{ scope('staging_events') }}`, a condition; TRUE where all is judged."""
    return lambda table: f"({scopes[table]})" if table in scopes else "TRUE"
