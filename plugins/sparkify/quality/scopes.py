"""What is judged: what a run's own log has brought, never what other runs bring meanwhile.

A table of the star schema takes notice of a log in a transaction of its own, after the log was
staged. What a table has not taken notice of yet is another run's work, half done: it is waited for,
or left out.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sparkify.audit import AUDIT, Audit, Run
from sparkify.errors import ConflictError
from sparkify.names import Names
from sparkify.quoting import identifier, literal
from sparkify.table import LOADED, Table
from sparkify.warehouse import Session

EVENTS = "staging_events"


@dataclass(frozen=True)
class Subject:
    """What is judged.

    Attributes:
        log_key: of the log; None for all logs.
        log_day: of the log.
        load_id: the load that brought its rows; None where it is not loaded, or for all logs.
        scopes: by table, the condition for the rows that are judged; of other tables all are.
    """

    log_key: str | None = None
    log_day: dt.date | None = None
    load_id: int | None = None
    scopes: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_absent(self) -> bool:
        """Whether the log that is to be judged is not loaded."""
        return self.log_key is not None and self.load_id is None


def subject_of(
    session: Session,
    names: Names,
    tables: Sequence[Table],
    plays: str,
    *,
    log_key: str | None,
    run: Run | None = None,
) -> Subject:
    """What is to be judged now, in the transaction that will judge it.

    Args:
        session: of the warehouse.
        names: of the tables.
        tables: the star schema.
        plays: the query of `staged_plays.sql`, rendered.
        log_key: of the run's log; None for all logs.
        run: whose loads are judged in `load_audit`; None for those of all.

    Raises:
        ConflictError: another run has loaded the log, or the songs, since this one's tables took
            notice; it may do for them what is missing, so wait.
        PipelineError: the warehouse could not be asked.
    """
    followers = [table for table in tables if table.kind in LOADED and table.sources]
    latest, seen = _progress(session, names)
    for table in followers:
        for source in table.sources:
            if source != EVENTS and latest.get(source, 0) > seen.get(table.name, 0):
                raise ConflictError(f"{table.name} has yet to take notice of the new {source}")
    noticed = min((seen.get(t.name, 0) for t in followers if EVENTS in t.sources), default=0)
    scopes = {}
    if run is not None:
        scopes[AUDIT] = f"dag_id = {literal(run.dag_id)} AND run_id = {literal(run.run_id)}"
    if log_key is None:
        if latest.get(EVENTS, 0) > noticed:
            scopes |= scopes_of_logs(
                f"log_key NOT IN (\n    SELECT object_key FROM {names(AUDIT)}\n"  # noqa: S608 - its name is quoted
                f"    WHERE target = {literal(EVENTS)} AND load_id > {noticed:d}\n)",
                tables=followers,
                plays=plays,
            )
        return Subject(scopes=scopes)
    loaded = Audit(session, names).current(EVENTS, log_key).get(log_key)
    if loaded and loaded.load_id > noticed:
        raise ConflictError(f"{log_key} was loaded again since the tables took notice of it")
    scopes |= scopes_of_logs(f"log_key = {literal(log_key)}", tables=followers, plays=plays)
    if loaded is None:
        return Subject(log_key, scopes=scopes)
    return Subject(log_key, loaded.log_day, loaded.load_id, scopes)


def scopes_of_logs(condition: str, *, tables: Sequence[Table], plays: str) -> dict[str, str]:
    """The condition for the rows of each table that some logs have touched.

    Their events; of a table that follows the events, the rows with the key of one of their plays.
    A table whose key is none of the columns of a play is judged as a whole.

    Args:
        condition: on the column `log_key`.
        tables: that follow staging tables.
        plays: the query of the plays in the landing area, each with its `log_key`.
    """
    scopes = {EVENTS: condition}
    for table in tables:
        if EVENTS in table.sources and len(table.key) == 1:
            key = identifier(table.key[0])
            scopes[table.name] = (
                f"{key} IN (\n    SELECT {key} FROM (\n{plays}\n    ) AS plays\n"  # noqa: S608 - its names are quoted
                f"    WHERE {condition}\n)"
            )
    return scopes


def scope_macro(scopes: Mapping[str, str]) -> Callable[[str], str]:
    """For templates: `{{ scope('staging_events') }}`, a condition; TRUE where all is judged."""
    return lambda table: f"({scopes[table]})" if table in scopes else "TRUE"


def _progress(session: Session, names: Names) -> tuple[dict[str, int], dict[str, int]]:
    """The last load that changed each staging table, and what each other has taken notice of."""
    rows = session.rows(
        "SELECT target, MAX(CASE WHEN outcome <> 'older' THEN load_id END), MAX(source_load)\n"
        f"FROM {names(AUDIT)}\nGROUP BY target",
        doing="reading how far the tables are",
    )
    latest = {str(target): int(load or 0) for target, load, _ in rows}
    return latest, {str(target): int(source or 0) for target, _, source in rows}
