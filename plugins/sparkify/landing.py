"""The landing area: staging tables that are kept, and replaced object by object.

`staging_events` says of each row which log brought it (`log_day`, `log_key`). COPY reads into a
temporary table of the session, so nothing is shared while it runs and nothing is left behind by a
task that dies. Then one short transaction replaces the rows of the logs, keeps the plays that are
withdrawn by it in `withdrawn_plays` until every table has taken notice, and records the loads.

What that transaction finds in the bucket decides, not what was there when reading began: nobody
else can change the landing area meanwhile, so what is loaded last is what was there last.
"""

import datetime as dt
import logging
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from sparkify.audit import AUDIT, Audit, Entry, Loaded, Outcome, Run
from sparkify.errors import SourceChangedError, StatementError
from sparkify.names import Names
from sparkify.objects import ObjectInfo
from sparkify.quoting import identifier, identifiers
from sparkify.star import FOLLOWERS, STAGING_EVENTS, WITHDRAWN_PLAYS
from sparkify.warehouse import WarehouseSession

log = logging.getLogger(__name__)

LOG_COLUMNS = ("log_day", "log_key")
"""Columns of `staging_events` that say which log brought a row."""

EVENT_COLUMNS = tuple(name for name in STAGING_EVENTS.columns if name not in LOG_COLUMNS)
"""Columns of `staging_events` that COPY fills."""

INCOMING = f"{STAGING_EVENTS.name}_incoming"
"""The temporary table that COPY reads into."""

_DAY = re.compile(r"(\d{4}-\d\d-\d\d)-events\.json$")


@dataclass(frozen=True)
class Log:
    """A log that was read into the temporary table.

    Attributes:
        source: the object as it was before COPY read it.
        rows: that COPY loaded.
        rejected: that it passed over, by its MAXERROR.
    """

    source: ObjectInfo
    rows: int
    rejected: int = 0

    @property
    def day(self) -> dt.date | None:
        """The day that the key names, if it does."""
        return day_of(self.source.key)


def day_of(key: str) -> dt.date | None:
    """The day of the log with that key: `log_data/2018/11/2018-11-01-events.json`."""
    match = _DAY.search(key)
    try:
        return dt.date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def of_logs(keys: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """The condition for the rows of logs, and its values; by the days, which are the sort key."""
    days = {str(day) for key in keys if (day := day_of(key))}
    condition = f"log_key IN ({_marks(keys)})"
    if any(day_of(key) is None for key in keys):
        return condition, tuple(sorted(keys))
    return f"log_day IN ({_marks(days)}) AND {condition}", (*sorted(days), *sorted(keys))


class Landing:
    """The landing area of one warehouse, through one session.

    Args:
        session: of the warehouse.
        names: of the tables.
        run: who loads.
        plays: the query of `staged_plays.sql`, rendered.
    """

    def __init__(self, session: WarehouseSession, names: Names, run: Run, plays: str) -> None:
        self._session = session
        self._names = names
        self._run = run
        self._plays = plays
        self._events = names(STAGING_EVENTS.name)
        self._withdrawn = names(WITHDRAWN_PLAYS.name)
        self._audit = Audit(session, names)
        self._has_room = False

    def refuse_incomplete(self) -> None:
        """Whether the landing area has the rows that `load_audit` knows of.

        Raises:
            StatementError: somebody else has emptied it, or changed it.
            PipelineError: see `sparkify.errors`.
        """

        def work() -> None:
            known = sum(item.rows for item in self._audit.current(STAGING_EVENTS.name).values())
            count = self._session.scalar(
                f"SELECT COUNT(*) FROM {self._events}",  # noqa: S608 - its name is quoted
                doing=f"counting {STAGING_EVENTS.name}",
            )
            if int(count or 0) != known:
                raise StatementError(
                    f"{STAGING_EVENTS.name} has {count} rows, and {AUDIT} knows of {known}: "
                    "somebody else emptied or changed it, and tables that follow it would go "
                    "wrong. Run the DAG once with full_load: it loads all logs again and computes "
                    "every table anew"
                )

        self._session.atomically(work)

    def collect(
        self, sources: Sequence[ObjectInfo], copy: Callable[[ObjectInfo, str], Log]
    ) -> list[Log]:
        """Reads logs into the temporary table, which the session has from then on.

        Args:
            sources: the objects.
            copy: copies an object into the table with the name.

        Raises:
            PipelineError: nothing was read then.
        """

        def work() -> list[Log]:
            incoming = identifier(INCOMING)
            if self._has_room:
                self._session.execute(f"DROP TABLE {incoming}", doing="forgetting what was read")
            self._session.execute(
                f"CREATE TEMP TABLE {incoming} (LIKE {self._events})",
                doing="making room for the events",
            )
            logs = []
            for source in sources:
                logs.append(copy(source, INCOMING))
                self._session.execute(
                    f"UPDATE {incoming} SET log_day = %s, log_key = %s\nWHERE log_key IS NULL",  # noqa: S608 - its name is quoted
                    day_of(source.key),
                    source.key,
                    doing=f"marking the events of {source.key}",
                )
            return logs

        logs = self._session.atomically(work)
        self._has_room = True
        return logs

    def replace(
        self, logs: Sequence[Log], look: Callable[[], Collection[ObjectInfo]]
    ) -> dict[str, Loaded]:
        """Puts the collected logs in the place of what they brought before, all or none.

        A log that was read from an older object than what is there changes nothing.

        Args:
            logs: that were collected.
            look: which objects there are now.

        Returns:
            What the landing area holds of the logs afterwards, by key.

        Raises:
            SourceChangedError: a log is no more what it was before COPY read it.
            PipelineError: nothing is changed, whatever is raised.
        """
        if not logs:
            return {}

        def work() -> dict[str, Loaded]:
            held = self._audit.current(
                STAGING_EVENTS.name, logs[0].source.key if len(logs) == 1 else None
            )
            older = [item for item in logs if _is_older(item.source, held.get(item.source.key))]
            fresh = [item for item in logs if item not in older]
            if fresh:
                refuse_changed([item.source for item in fresh], look())
            self._say_older(older, held)
            entries = [
                *(_entry(item, Outcome.OLDER) for item in older),
                *(_entry(item, Outcome.LOADED) for item in fresh),
            ]
            number = self._audit.record(self._run, entries)
            self._clear([item.source.key for item in fresh], held, number)
            self._drop_incoming([item.source.key for item in older])
            columns = identifiers([*EVENT_COLUMNS, *LOG_COLUMNS])
            self._session.execute(
                f"INSERT INTO {self._events} ({columns})\n"
                f"SELECT {columns} FROM {identifier(INCOMING)}",
                doing="putting the events into the landing area",
            )
            return held | {
                item.source.key: Loaded(number, item.source, item.rows, item.day) for item in fresh
            }

        after = self._session.atomically(work, lock=self.locks)
        return {item.source.key: after[item.source.key] for item in logs}

    def withdraw(
        self, keys: Collection[str], look: Callable[[], Collection[ObjectInfo]] = tuple
    ) -> list[Loaded]:
        """Takes logs out again.

        Args:
            keys: of the logs.
            look: which objects there are now, where the logs are taken out for being gone.

        Returns:
            What there was of them; those that were not there are passed over.

        Raises:
            SourceChangedError: one of them is there again.
            PipelineError: nothing is changed, whatever is raised.
        """

        def gone(key: str) -> bool:
            return key in keys

        def select() -> Callable[[str], bool]:
            if came := [item.key for item in look() if item.key in keys]:
                raise SourceChangedError(f"{', '.join(came)} came while it was taken for missing")
            return gone

        return self._take_out(select)

    def keep_only(self, look: Callable[[], Collection[ObjectInfo]]) -> list[Loaded]:
        """Takes all logs out but those whose objects are there.

        Args:
            look: which objects there are now.

        Returns:
            What there was of them.
        """

        def select() -> Callable[[str], bool]:
            there = {item.key for item in look()}
            return lambda key: key not in there

        return self._take_out(select)

    def _take_out(self, select: Callable[[], Callable[[str], bool]]) -> list[Loaded]:
        def work() -> list[Loaded]:
            wanted = select()
            held = self._audit.current(STAGING_EVENTS.name)
            gone = [item for key, item in held.items() if wanted(key)]
            if gone:
                number = self._audit.record(self._run, [_removal(item) for item in gone])
                self._clear([item.source.key for item in gone], held, number)
            for item in gone:
                log.info("%s: its %d events are taken out", item.source.key, item.rows)
            return gone

        return self._session.atomically(work, lock=self.locks)

    @property
    def locks(self) -> tuple[str, ...]:
        """The tables that a change of logs writes to."""
        return self._names(AUDIT), self._events, self._withdrawn

    def _clear(self, keys: Sequence[str], held: Mapping[str, Loaded], number: int) -> None:
        """Deletes the rows of the logs; keeps their plays with the number of the load."""
        known = [key for key in keys if key in held]
        if known:
            self._forget()
            condition, values = of_logs(known)
            columns = identifiers([name for name in WITHDRAWN_PLAYS.columns if name != "load_id"])
            self._session.execute(
                f"INSERT INTO {self._withdrawn} (load_id, {columns})\n"
                f"SELECT %s, {columns} FROM (\n{self._plays}\n) AS plays\n"
                f"WHERE {condition}",
                number,
                *values,
                doing="keeping the plays that are withdrawn",
            )
        if keys:
            condition, values = of_logs(keys)
            self._session.execute(
                f"DELETE FROM {self._events} WHERE {condition}",  # noqa: S608 - its name is quoted
                *values,
                doing="clearing what the logs brought before",
            )

    def _forget(self) -> None:
        """Deletes withdrawn plays of which every table has taken notice."""
        names = [table.name for table in FOLLOWERS]
        seen = self._audit.state(*names).seen
        self._session.execute(
            f"DELETE FROM {self._withdrawn} WHERE load_id <= %s",  # noqa: S608 - its name is quoted
            min(seen.get(name, 0) for name in names),
            doing="forgetting withdrawn plays",
        )

    def _drop_incoming(self, keys: Sequence[str]) -> None:
        if keys:
            self._session.execute(
                f"DELETE FROM {identifier(INCOMING)} WHERE log_key IN ({_marks(keys)})",  # noqa: S608 - its name is quoted
                *keys,
                doing="leaving out older logs",
            )

    def _say_older(self, older: Sequence[Log], held: Mapping[str, Loaded]) -> None:
        for item in older:
            log.warning(
                "%s is older (%s) than what is loaded (%s): nothing is changed",
                item.source.key,
                item.source.last_modified,
                held[item.source.key].source.last_modified,
            )


def _is_older(source: ObjectInfo, there: Loaded | None) -> bool:
    if there is None or source.last_modified is None or there.source.last_modified is None:
        return False
    return source.last_modified < there.source.last_modified


def refuse_changed(sources: Sequence[ObjectInfo], there: Collection[ObjectInfo]) -> None:
    """Whether objects are still what they were.

    Args:
        sources: as they were.
        there: as they are.

    Raises:
        SourceChangedError: one is not.
    """
    now = {item.key: item.etag for item in there}
    for source in sources:
        if now.get(source.key) != source.etag:
            what = "was replaced" if source.key in now else "went away"
            raise SourceChangedError(f"{source.key} {what} while COPY read it")


def _entry(item: Log, outcome: Outcome) -> Entry:
    return Entry(STAGING_EVENTS.name, outcome, item.rows, item.rejected, item.day, item.source)


def _removal(item: Loaded) -> Entry:
    return Entry(STAGING_EVENTS.name, Outcome.REMOVED, log_day=item.log_day, source=item.source)


def _marks(values: Collection[object]) -> str:
    return ", ".join(["%s"] * len(values))
