"""The pipeline's memory in the warehouse: a row of `load_audit` for each load.

It is written in the transaction of the load itself, so it says what is there, neither more nor
less. Every writing transaction of the pipeline holds it exclusively from its first statement, so
the numbers of loads go up in the order in which they were committed, and whoever reads it under
that LOCK sees all loads there are.
"""

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sparkify.names import Names
from sparkify.objects import ObjectInfo
from sparkify.warehouse import WarehouseSession

AUDIT = "load_audit"

_ROWS_A_STATEMENT = 500
"""Of 16 parameters each: the protocol takes 32,767."""


class Outcome(StrEnum):
    """What came of a load."""

    LOADED = "loaded"
    """The rows are those of the object."""

    REMOVED = "removed"
    """A log was taken out; none of its rows are left."""

    OLDER = "older"
    """Nothing was changed, for what is there comes from a newer object."""


@dataclass(frozen=True)
class Run:
    """Who loads.

    Attributes:
        dag_id: of the DAG; or the name of the command.
        run_id: Airflow's name of the run.
        task_id: of the task.
        started_at: UTC, without zone, as Redshift's TIMESTAMP.
    """

    dag_id: str
    run_id: str
    task_id: str
    started_at: dt.datetime = field(
        default_factory=lambda: dt.datetime.now(dt.UTC).replace(tzinfo=None)
    )
    _began: float = field(default_factory=time.monotonic, repr=False, compare=False)

    @property
    def seconds(self) -> float:
        """Since it began."""
        return round(time.monotonic() - self._began, 3)


@dataclass(frozen=True)
class Entry:
    """What one row of `load_audit` says of a load, besides who made it.

    Attributes:
        target: the table.
        outcome: see `Outcome`.
        rows: in the target now, of this object; or brought by this load.
        rejected: records that COPY passed over, by its MAXERROR.
        log_day: of a log.
        source: the object, or what stands for all below a prefix.
        source_load: of tables that follow others: every load up to this one is in.
    """

    target: str
    outcome: Outcome
    rows: int = 0
    rejected: int = 0
    log_day: dt.date | None = None
    source: ObjectInfo | None = None
    source_load: int | None = None


@dataclass(frozen=True)
class Loaded:
    """The state of a log, or of a staging table: its latest load that changed anything."""

    load_id: int
    source: ObjectInfo
    rows: int
    log_day: dt.date | None = None


@dataclass(frozen=True)
class State:
    """How far tables are, by their names; what was never loaded is absent.

    Attributes:
        newest: number of the last load of all; None where there was none.
        loads: number of its last load.
        seen: up to which load it has taken notice, for those that follow others.
        rows: that its last load brought.
    """

    newest: int | None
    loads: Mapping[str, int]
    seen: Mapping[str, int]
    rows: Mapping[str, int]


_STATE = "object_key, load_id, etag, last_modified, bytes, rows_loaded, log_day"


class Audit:
    """Reads and writes `load_audit` in a session's transaction.

    Args:
        session: of the warehouse.
        names: of the tables.
    """

    def __init__(self, session: WarehouseSession, names: Names) -> None:
        self._session = session
        self._table = names(AUDIT)

    def state(self, *targets: str) -> "State":
        """How far each of the tables is; what was never loaded is absent."""
        rows = self._session.rows(
            "SELECT target, load_id, source_load, rows_loaded\n"  # noqa: S608 - its name is quoted
            f"FROM {self._table}\n"
            "WHERE load_id IN (\n"
            f"    SELECT MAX(last.load_id) FROM {self._table} AS last GROUP BY last.target\n)",
            doing="reading which loads there were",
        )
        newest = max((int(row[1]) for row in rows), default=None)
        rows = [row for row in rows if row[0] in targets]
        return State(
            newest=newest,
            loads={str(row[0]): int(row[1]) for row in rows},
            seen={str(row[0]): int(row[2]) for row in rows if row[2] is not None},
            rows={str(row[0]): int(row[3] or 0) for row in rows},
        )

    def current(self, target: str, key: str | None = None) -> dict[str, Loaded]:
        """What is in a staging table now, by the key of its object.

        Args:
            target: the staging table.
            key: of the one object in question; None for all.
        """
        condition = " AND last.object_key = %s" if key is not None else ""
        rows = self._session.rows(
            f"SELECT {_STATE}\nFROM {self._table}\n"  # noqa: S608 - its name is quoted
            "WHERE outcome = 'loaded' AND load_id IN (\n"
            f"    SELECT MAX(last.load_id) FROM {self._table} AS last\n"
            f"    WHERE last.target = %s AND last.outcome <> 'older'{condition}\n"
            "    GROUP BY last.object_key\n)",
            target,
            *([key] if key is not None else []),
            doing=f"reading what {target} holds",
        )
        return {
            str(key): Loaded(
                load_id=int(load_id),
                source=ObjectInfo(str(key), etag or "", last_modified, int(size or 0)),
                rows=int(count or 0),
                log_day=day,
            )
            for key, load_id, etag, last_modified, size, count, day in rows
        }

    def keys_since(self, target: str, load_id: int) -> set[str]:
        """Keys of the objects of a staging table that were loaded after that load, or taken out."""
        rows = self._session.rows(
            f"SELECT object_key FROM {self._table}\nWHERE target = %s AND load_id > %s",  # noqa: S608 - its name is quoted
            target,
            load_id,
            doing=f"reading what was loaded into {target} since",
        )
        return {str(key) for (key,) in rows}

    def record(self, run: Run, loads: Sequence[Entry], newest: int | None = None) -> int:
        """Writes a row for each load; only under the LOCK.

        Args:
            run: who loads.
            loads: what to write.
            newest: number of the last load of all, where that was read under the same LOCK.

        Returns:
            The number of the last of them.

        Raises:
            PipelineError: the warehouse refused it.
        """
        doing = "recording the load"
        if newest is None:
            newest = self._session.scalar(
                f"SELECT MAX(load_id) FROM {self._table}",  # noqa: S608 - its name is quoted
                doing=doing,
            )
        number = int(newest or 0)
        for start in range(0, len(loads), _ROWS_A_STATEMENT):
            rows = []
            values: list[object] = []
            for load in loads[start : start + _ROWS_A_STATEMENT]:
                number += 1
                rows.append(f"({', '.join(['%s'] * 17)}, GETDATE())")
                values += _values(number, run, load)
            self._session.execute(
                f"INSERT INTO {self._table} (load_id, dag_id, run_id, task_id, started_at, "
                "seconds, target, outcome, log_day, object_key, etag, last_modified, bytes, "
                "rows_read, rows_loaded, rows_rejected, source_load, loaded_at)\n"
                f"VALUES {', '.join(rows)}",
                *values,
                doing=doing,
            )
        return number


def _values(number: int, run: Run, load: Entry) -> list[object]:
    source = load.source
    return [
        number,
        run.dag_id,
        run.run_id,
        run.task_id,
        run.started_at,
        run.seconds,
        load.target,
        load.outcome.value,
        load.log_day,
        source.key if source else None,
        source.etag if source else None,
        source.last_modified if source else None,
        source.bytes if source else None,
        load.rows + load.rejected,
        load.rows,
        load.rejected,
        load.source_load,
    ]
