"""What is judged: what a run's own log has brought, never what other runs bring meanwhile.

A table of the star schema takes notice of a log in a transaction of its own, after the log was
staged. What a table has not taken notice of yet is another run's work, half done: it is waited for,
or left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sparkify.audit import AUDIT, Run
from sparkify.errors import ConflictError
from sparkify.landing import day_of
from sparkify.names import Names
from sparkify.quality.subject import Definition, Subject, part
from sparkify.quoting import identifier, literal
from sparkify.table import LOADED, Table, TableKind
from sparkify.warehouse import WarehouseSession

EVENTS = "staging_events"

PLAYS = "plays"
"""The plays of the logs that are judged: a part of no table."""


@dataclass(frozen=True)
class _Progress:
    """What `load_audit` says of one table.

    Attributes:
        latest: its last load.
        seen: up to which load it has taken notice of others.
        loaded: the last load of the log in question.
        removed: the last time that log was taken out.
        own: the last load of the run in question.
    """

    latest: int = 0
    seen: int = 0
    loaded: int = 0
    removed: int = 0
    own: int = 0


_NOTHING = _Progress()


def subject_of(
    session: WarehouseSession,
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
        tables: their descriptions.
        plays: the query of `staged_plays.sql`, rendered.
        log_key: of the run's log; None for all logs.
        run: tables that do not follow the log are judged where this run has loaded them, or what
            they follow; None: in any case.

    Raises:
        ConflictError: another run has loaded the log, or the songs, since this one's tables took
            notice; it may do for them what is missing, so wait.
        PipelineError: the warehouse could not be asked.
    """
    known = _progress(session, names, log_key, run)
    followers = [table for table in tables if table.kind in LOADED and table.sources]
    for table in followers:
        for source in set(table.sources) - {EVENTS}:
            if known.get(source, _NOTHING).latest > known.get(table.name, _NOTHING).seen:
                raise ConflictError(f"{table.name} has yet to take notice of the new {source}")
    events = known.get(EVENTS, _NOTHING)
    noticed = min(
        (known.get(item.name, _NOTHING).seen for item in followers if EVENTS in item.sources),
        default=events.latest,
    )
    if log_key is None:
        return _of_all_logs(names, followers, plays, None if events.latest <= noticed else noticed)
    if events.loaded > noticed:
        raise ConflictError(f"{log_key} was loaded again since the tables took notice of it")
    load_id = events.loaded if events.loaded > events.removed else None
    day = day_of(log_key)
    condition = Definition("log_key = %s", (log_key,))
    if day:  # which is the sort key
        condition = Definition("log_day = %s AND log_key = %s", (day, log_key))
    others = f"target <> {literal(EVENTS)}" + (" AND dag_id = %s AND run_id = %s" * bool(run))
    values = (run.dag_id, run.run_id) if run else ()
    loads = Definition(
        f"SELECT *\nFROM {names(AUDIT)}\nWHERE load_id = %s OR ({others})",
        (load_id or 0, *values),
    )
    parts = {AUDIT: loads, **_parts(names, followers, plays, condition)}
    passed_over = frozenset(
        table.name
        for table in tables
        if run is not None
        and table.kind is not TableKind.RECORD
        and table.name not in parts
        and not any(known.get(name, _NOTHING).own for name in (table.name, *table.sources))
    )
    return Subject(log_key, day, load_id, parts, passed_over)


def _of_all_logs(
    names: Names, followers: Sequence[Table], plays: str, noticed: int | None
) -> Subject:
    """All logs; where tables lag behind, those of which they have taken notice.

    Args:
        names: of the tables.
        followers: tables that follow staging tables.
        plays: the query of the plays in the landing area.
        noticed: up to which load of logs all of them are; None where they do not lag behind.
    """
    current = (
        f"SELECT *\nFROM {names(AUDIT)}\nWHERE (target <> {literal(EVENTS)} OR load_id IN (\n"  # noqa: S608 - its name is quoted
        f"    SELECT MAX(load_id) FROM {names(AUDIT)}\n"
        f"    WHERE target = {literal(EVENTS)} AND outcome <> 'older'\n    GROUP BY object_key\n))"
    )
    if noticed is None:
        return Subject(parts={AUDIT: Definition(current)})
    late = (
        f"SELECT object_key FROM {names(AUDIT)}\n"  # noqa: S608 - its name is quoted
        f"    WHERE target = {literal(EVENTS)} AND load_id > %s"
    )
    loads = Definition(
        f"{current}\nAND (target <> {literal(EVENTS)} OR object_key NOT IN (\n    {late}\n))",
        (noticed,),
    )
    condition = Definition(f"log_key NOT IN (\n    {late}\n)", (noticed,))
    return Subject(parts={AUDIT: loads, **_parts(names, followers, plays, condition)})


def _parts(
    names: Names, followers: Sequence[Table], plays: str, condition: Definition
) -> dict[str, Definition]:
    """What is judged of the events, and of each table that follows them.

    Of the latter, the rows with the key of one of the plays; a table whose key is none of the
    columns of a play is judged as a whole.

    Args:
        names: of the tables.
        followers: tables that follow staging tables.
        plays: the query of the plays in the landing area, each with its log.
        condition: on the columns `log_day` and `log_key`.
    """
    keyed = {
        table.name: identifier(table.key[0])
        for table in followers
        if EVENTS in table.sources and len(table.key) == 1
    }
    keys = ", ".join(dict.fromkeys(keyed.values()))
    where = f"WHERE {condition.sql}"
    return {
        EVENTS: Definition(f"SELECT *\nFROM {names(EVENTS)}\n{where}", condition.values),
        PLAYS: Definition(f"SELECT {keys}\nFROM (\n{plays}\n) AS plays\n{where}", condition.values),
    } | {
        table: Definition(
            f"SELECT *\nFROM {names(table)}\nWHERE {key} IN (SELECT {key} FROM {part(PLAYS)})"  # noqa: S608 - its names are quoted
        )
        for table, key in keyed.items()
    }


def _progress(
    session: WarehouseSession, names: Names, log_key: str | None, run: Run | None
) -> dict[str, _Progress]:
    rows = session.rows(
        "SELECT target, MAX(load_id), MAX(source_load),\n"
        "    MAX(CASE WHEN object_key = %s AND outcome = 'loaded' THEN load_id END),\n"
        "    MAX(CASE WHEN object_key = %s AND outcome = 'removed' THEN load_id END),\n"
        "    MAX(CASE WHEN dag_id = %s AND run_id = %s THEN load_id END)\n"
        f"FROM {names(AUDIT)}\nGROUP BY target",
        log_key or "",
        log_key or "",
        run.dag_id if run else "",
        run.run_id if run else "",
        doing="reading how far the tables are",
    )
    return {
        str(target): _Progress(*(int(number or 0) for number in numbers))
        for target, *numbers in rows
    }
