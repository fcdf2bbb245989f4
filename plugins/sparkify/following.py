"""How a table of the star schema follows the landing area.

It is a function of the staging tables: what a load has touched is computed again from them, so
corrected and withdrawn logs, and days in any order, lead to the same rows. `load_audit` says up to
which load a table has taken notice, and so which logs it has not seen yet, whoever staged them: a
run that died between two tasks is made good by the next one.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sparkify.audit import AUDIT, Audit, Entry, Outcome, Run, State
from sparkify.errors import StatementError
from sparkify.landing import of_logs
from sparkify.loading import Load, LoadMode, Step
from sparkify.names import Names
from sparkify.quoting import identifier, identifiers, literal
from sparkify.star import PLAYS, STAGING_EVENTS, WITHDRAWN_PLAYS
from sparkify.subqueries import with_subqueries
from sparkify.table import Table
from sparkify.warehouse import WarehouseSession

log = logging.getLogger(__name__)

PLAYS_TABLE = "plays"
"""What a SELECT reads as a table: the plays in question, once for each log with one."""

TOUCHED = "touched"
"""The temporary table of the keys that loads have touched."""

FEW = 100
"""Logs that a table has not seen yet; where there are more, it is computed anew as a whole."""


class Brought(NamedTuple):
    """What bringing a table up to date came to.

    Attributes:
        rows: that were computed; those of the last time where nothing has changed.
        changed: whether there was anything to compute.
    """

    rows: int
    changed: bool


@dataclass(frozen=True)
class Following:
    """A table that follows staging tables.

    Attributes:
        table: what it is.
        names: of the tables in the warehouse.
        select: its SELECT, rendered.
        plays: the query of `staged_plays.sql`, rendered.
        mode: how its rows meet those that are there.
    """

    table: Table
    names: Names
    select: str
    plays: str
    mode: LoadMode

    @property
    def locks(self) -> tuple[str, ...]:
        """The tables that it writes to, in the order in which all lock them."""
        return self.names(AUDIT), self.names(self.table.name)

    def bring_up_to_date(self, session: WarehouseSession, run: Run, log_key: str | None) -> Brought:
        """Computes again what loads have touched, in one transaction.

        Args:
            session: of the warehouse.
            run: who loads.
            log_key: of the log whose plays are computed again whatever happened before; None to
                compute the whole table.

        Returns:
            The rows that were computed; those of the last time where nothing has changed.

        Raises:
            StatementError: the table has rows from before there was a `load_audit`.
            PipelineError: nothing is changed then.
        """
        if log_key is not None and not self._follows_plays:
            known = session.atomically(lambda: self._unchanged(session))
            if known is not None:
                return Brought(known, changed=False)

        def work() -> Brought:
            audit = Audit(session, self.names)
            state = audit.state(self.table.name, *self.table.sources)
            seen = state.seen.get(self.table.name)
            empty = self._is_empty(session)
            if seen is None and log_key is not None and not empty:
                raise StatementError(
                    f"{self.table.name} has rows of which {AUDIT} knows nothing: an earlier "
                    "version of the pipeline, or somebody else, put them there. Run the DAG once "
                    "with full_load: it loads all logs again and computes every table anew"
                )
            touched = None
            if seen is not None and log_key is not None and not empty:
                touched = self._touched(audit, log_key, seen, state)
            rows = self._compute(session, touched)
            through = max((state.loads.get(name, 0) for name in self.table.sources), default=0)
            entry = Entry(self.table.name, Outcome.LOADED, rows, source_load=through)
            audit.record(run, [entry], state.newest)
            return Brought(rows, changed=True)

        return session.atomically(work, lock=self.locks)

    @property
    def _follows_plays(self) -> bool:
        return STAGING_EVENTS.name in self.table.sources

    def _unchanged(self, session: WarehouseSession) -> int | None:
        """The rows of a table that has all loads of its sources, if none of them is missing."""
        name = self.table.name
        state = Audit(session, self.names).state(name, *self.table.sources)
        seen = state.seen.get(name)
        if seen is None or any(state.loads.get(source, 0) > seen for source in self.table.sources):
            return None
        count = session.scalar(
            f"SELECT COUNT(*) FROM {self.names(name)}",  # noqa: S608 - its name is quoted
            doing=f"counting {name}",
        )
        return int(count) if int(count) == state.rows[name] else None

    def _compute(self, session: WarehouseSession, touched: str | None) -> int:
        rows = 0
        for step in self._steps(touched):
            count = session.execute(step.sql, doing=step.doing)
            log.info("%s: %s", step.doing, "done" if count < 0 else f"{count} rows")
            if step.counts:
                rows = count
        return rows

    def _steps(self, touched: str | None) -> Iterator[Step]:
        table, select = self.table, self.select
        if self._follows_plays:
            found = f"SELECT {identifiers(PLAYS)}\nFROM (\n{self.plays}\n) AS staged"
            if touched is not None:
                yield Step(
                    f"CREATE TEMP TABLE {TOUCHED} AS\n{touched}",
                    f"finding what loads touched of {table.name}",
                )
                found = self._plays_that_decide()
            select = with_subqueries(select, {PLAYS_TABLE: found})
        load = Load(
            self.names,
            table.name,
            tuple(table.columns),
            select,
            LoadMode.REPLACE if touched is None else self.mode,
            table.key,
            gone=TOUCHED,
        )
        yield from load.steps()

    def _plays_that_decide(self) -> str:
        """A query for the plays that decide the rows of the touched keys."""
        grain, latest = self.table.touched_by, self.table.latest
        keys = f"SELECT DISTINCT {identifiers(grain)} FROM {TOUCHED}"  # noqa: S608 - its names are quoted
        if latest:
            # A row's plays are as many as days are loaded; which is the latest, few columns tell.
            each = ", ".join(map(_staged, grain))
            newest = f"MAX({_staged(latest)}) AS {identifier(latest)}"
            keys = f"{self._staged_plays(f'{each}, {newest}', keys, grain)}\nGROUP BY {each}"
            grain = (*grain, latest)
        return self._staged_plays(", ".join(map(_staged, PLAYS)), keys, grain)

    def _staged_plays(self, selected: str, keys: str, grain: Sequence[str]) -> str:
        same = " AND ".join(f"{TOUCHED}.{identifier(name)} = {_staged(name)}" for name in grain)
        return (
            f"SELECT {selected}\nFROM (\n{self.plays}\n) AS staged\n"
            f"JOIN (\n{keys}\n) AS {TOUCHED}\n    ON {same}"
        )

    def _touched(self, audit: Audit, log_key: str, seen: int, state: State) -> str | None:
        """A query for the keys whose rows must be computed again; None where all must.

        They are those of the run's log, of logs not yet seen, and of what these brought before.
        """
        others = [name for name in self.table.sources if name != STAGING_EVENTS.name]
        songs_changed = any(state.loads.get(name, 0) > seen for name in others)
        if self.mode is LoadMode.REPLACE or not self._follows_plays or songs_changed:
            return None
        unseen = audit.keys_since(STAGING_EVENTS.name, seen)
        if len(unseen) > FEW:
            return None
        condition, values = of_logs({log_key, *unseen})
        keys = identifiers(dict.fromkeys([*self.table.key, *self.table.touched_by]))
        return (
            f"SELECT {keys}\nFROM (\n{self.plays}\n) AS staged\n"
            f"WHERE {condition % tuple(map(literal, values))}\n"
            f"UNION\n"
            f"SELECT {keys}\nFROM {self.names(WITHDRAWN_PLAYS.name)}\nWHERE load_id > {seen:d}"
        )

    def _is_empty(self, session: WarehouseSession) -> bool:
        return not session.rows(
            f"SELECT 1 FROM {self.names(self.table.name)} LIMIT 1",  # noqa: S608 - its name is quoted
            doing=f"looking into {self.table.name}",
        )


def _staged(name: str) -> str:
    return f"staged.{identifier(name)}"
