"""Which days are loaded, from which objects, and whether the checks are content.

It is read from `load_audit` and `data_quality_results` alone, so it holds for whoever loaded, here
and on AWS. What lies in the bucket is compared with it where a listing is given.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sparkify.audit import AUDIT, Outcome
from sparkify.errors import StatementError
from sparkify.landing import day_of
from sparkify.names import Names
from sparkify.objects import ObjectInfo
from sparkify.star import DATA_QUALITY_RESULTS, STAGING_EVENTS
from sparkify.warehouse import Row, WarehouseSession

_UNDEFINED_TABLE = "42P01"


class NoAuditError(StatementError):
    """The warehouse has no `load_audit`: this pipeline has loaded nothing into it yet."""


class DayState(StrEnum):
    """What is true of a day."""

    SUCCESS = "success"
    """Loaded, and all checks passed."""

    WARNED = "warned"
    """Loaded; a check warned, none failed."""

    FAILED = "failed"
    """Loaded, and a check failed."""

    LOADED = "loaded"
    """Loaded, but not judged by the checks: its run did not come to its end."""

    CHANGED = "changed"
    """Loaded, but from another object than the one that lies in the bucket now."""

    MISSING = "missing"
    """There is a log, and it is not loaded; or it was taken out again."""

    GONE = "gone"
    """Loaded, but its log is no more in the bucket."""

    NO_LOG = "no log"
    """There is neither a load nor a log."""


@dataclass(frozen=True, slots=True)
class DayStatus:
    """A day's log, as it was loaded and as it lies in the bucket.

    Attributes:
        day: that the key names; None where it names none.
        state: what is true of it.
        key: of the log; None for a day without any.
        load_id: of the load that counts, which may have taken the log out again; None where there
            was none.
        etag: of the object that was loaded, as the next two.
        last_modified: UTC, without zone.
        bytes: its size.
        rows: that it brought.
        rejected: records that COPY passed over.
        loaded_at: when, UTC, without zone.
        run_id: of the run that loaded it.
        loads: how often it was loaded.
        seconds: from the beginning of the load to the end of its run's last load or check; None
            where that run loaded several logs.
        failing: names of the checks that failed.
        warnings: how many checks warned.
        there: the object that lies in the bucket; None where there is none, or nobody has looked.
    """

    day: dt.date | None
    state: DayState
    key: str | None = None
    load_id: int | None = None
    etag: str | None = None
    last_modified: dt.datetime | None = None
    bytes: int | None = None
    rows: int | None = None
    rejected: int | None = None
    loaded_at: dt.datetime | None = None
    run_id: str | None = None
    loads: int = 0
    seconds: float | None = None
    failing: tuple[str, ...] = ()
    warnings: int = 0
    there: ObjectInfo | None = None

    @property
    def is_loaded(self) -> bool:
        """Whether the warehouse has its rows."""
        return self.state not in {DayState.MISSING, DayState.NO_LOG}


def days(session: WarehouseSession, names: Names) -> list[DayStatus]:
    """The state of every log that was ever loaded, in the order of days.

    Args:
        session: of the warehouse; nothing is changed in it.
        names: of the tables.

    Raises:
        NoAuditError: nothing was loaded by this pipeline yet.
        PipelineError: see `sparkify.errors`.
    """
    audit, results = names(AUDIT), names(DATA_QUALITY_RESULTS.name)
    try:
        logs = session.rows(_LOGS.format(audit=audit), doing="reading which logs are loaded")
    except StatementError as error:
        session.rollback()
        if _UNDEFINED_TABLE in str(error):
            raise NoAuditError(str(error)) from None
        raise
    doing = "reading how long runs took"
    ends = session.rows(_LOAD_ENDS.format(audit=audit), doing=doing)
    ends += session.rows(_CHECK_ENDS.format(results=results), doing=doing)
    judged = session.rows(_JUDGED.format(results=results), doing="reading what the checks said")
    failing = session.rows(_FAILING.format(results=results), doing="reading which checks failed")
    session.rollback()
    verdicts, runs = _Verdicts(judged, failing), _Runs(ends)
    return sorted((_status(row, runs, verdicts) for row in logs), key=_order)


def compared(loaded: Iterable[DayStatus], objects: Iterable[ObjectInfo]) -> list[DayStatus]:
    """The states with what lies in the bucket taken into account.

    Args:
        loaded: as `days` gives them.
        objects: all below the prefix of logs; others than logs of a day are passed over.
    """
    there = {item.key: item for item in objects if day_of(item.key)}
    found = [_compared(status, there.pop(status.key or "", None)) for status in loaded]
    found += [
        DayStatus(day_of(key), DayState.MISSING, key, there=item) for key, item in there.items()
    ]
    return sorted(found, key=_order)


def spread(found: Iterable[DayStatus], first: dt.date, last: dt.date) -> list[DayStatus]:
    """A state for each day of a range, both ends included; the worst where a day has two logs."""
    by_day: dict[dt.date, DayStatus] = {}
    for status in found:
        if status.day is not None:
            by_day[status.day] = _worse(by_day.get(status.day), status)
    wanted = (first + dt.timedelta(days=number) for number in range((last - first).days + 1))
    return [by_day.get(day) or DayStatus(day, DayState.NO_LOG) for day in wanted]


_LOGS = f"""
SELECT object_key, log_day, load_id, outcome, etag, last_modified, bytes, rows_loaded,
    rows_rejected, dag_id, run_id, started_at, loaded_at, loads
FROM (
    SELECT object_key, log_day, load_id, outcome, etag, last_modified, bytes, rows_loaded,
        rows_rejected, dag_id, run_id, started_at, loaded_at,
        ROW_NUMBER() OVER (PARTITION BY object_key ORDER BY load_id DESC) AS place,
        SUM(CASE outcome WHEN '{Outcome.LOADED}' THEN 1 ELSE 0 END)
            OVER (PARTITION BY object_key) AS loads
    FROM {{audit}}
    WHERE target = '{STAGING_EVENTS.name}' AND outcome <> '{Outcome.OLDER}'
) AS every_load
WHERE place = 1
"""  # noqa: S608 - words of ours
"""The state of each log: its last load that changed anything."""

_LOAD_ENDS = f"""
SELECT dag_id, run_id, MAX(loaded_at),
    COUNT(DISTINCT CASE target WHEN '{STAGING_EVENTS.name}' THEN object_key END)
FROM {{audit}}
GROUP BY dag_id, run_id
"""  # noqa: S608 - as above

_CHECK_ENDS = "SELECT dag_id, run_id, MAX(checked_at), 0 FROM {results} GROUP BY dag_id, run_id"

_STANDING = """
    SELECT dag_id, load_id, table_name, check_name, verdict, checked_at,
        ROW_NUMBER() OVER (
            PARTITION BY dag_id, load_id, table_name, check_name ORDER BY checked_at DESC
        ) AS place
    FROM {results}
"""
"""What each check said of each load, or of all logs where load_id is NULL; last at place 1."""

_JUDGED = f"""
SELECT dag_id, load_id, MAX(checked_at),
    SUM(CASE verdict WHEN 'fail' THEN 1 ELSE 0 END),
    SUM(CASE verdict WHEN 'warn' THEN 1 ELSE 0 END)
FROM ({_STANDING}) AS standing
WHERE place = 1
GROUP BY dag_id, load_id
"""  # noqa: S608 - as above

_FAILING = f"""
SELECT DISTINCT dag_id, load_id, check_name
FROM ({_STANDING}) AS standing
WHERE place = 1 AND verdict = 'fail'
ORDER BY check_name
"""  # noqa: S608 - as above


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What the checks last said of a load, or of all logs."""

    at: dt.datetime | None
    failing: tuple[str, ...]
    failed: int
    warned: int

    @property
    def state(self) -> DayState:
        if self.failed:
            return DayState.FAILED
        return DayState.WARNED if self.warned else DayState.SUCCESS


class _Verdicts:
    """The verdicts by DAG and load; those on all logs have no load."""

    def __init__(self, judged: Sequence[Row], failing: Sequence[Row]) -> None:
        names: dict[tuple[Any, Any], list[str]] = {}
        for dag_id, load_id, name in failing:
            names.setdefault((dag_id, load_id), []).append(str(name))
        self._found: Mapping[tuple[Any, Any], _Verdict] = {
            (dag_id, load_id): _Verdict(
                at, tuple(names.get((dag_id, load_id), ())), int(failed or 0), int(warned or 0)
            )
            for dag_id, load_id, at, failed, warned in judged
        }

    def on(self, dag_id: str, load_id: int, loaded_at: dt.datetime | None) -> _Verdict | None:
        """On a load: its own, else one on all logs that is not older than the load."""
        if own := self._found.get((dag_id, load_id)):
            return own
        of_all = self._found.get((dag_id, None))
        if of_all is None or of_all.at is None or loaded_at is None or of_all.at < loaded_at:
            return None
        return of_all


class _Runs:
    """When runs came to their end, as far as loads and checks tell."""

    def __init__(self, ends: Sequence[Row]) -> None:
        self._ends: dict[tuple[Any, Any], dt.datetime] = {}
        self._logs: dict[tuple[Any, Any], int] = {}
        for dag_id, run_id, at, logs in ends:
            run = (dag_id, run_id)
            if at is not None:
                self._ends[run] = max(at, self._ends.get(run, at))
            self._logs[run] = max(int(logs), self._logs.get(run, 0))

    def seconds(self, dag_id: str, run_id: str, since: dt.datetime | None) -> float | None:
        """From then to the end of a run that loaded one log."""
        run = (dag_id, run_id)
        end = self._ends.get(run)
        if since is None or end is None or self._logs[run] != 1:
            return None
        return max(0.0, (end - since).total_seconds())


def _status(row: Row, runs: _Runs, verdicts: _Verdicts) -> DayStatus:
    key, day, load, outcome, etag, modified, size, rows, rejected = row[:9]
    dag_id, run_id, began, at, loads = row[9:]
    if outcome != Outcome.LOADED:
        state = DayState.MISSING
        return DayStatus(day, state, key, int(load), loaded_at=at, run_id=run_id, loads=int(loads))
    verdict = verdicts.on(dag_id, int(load), at)
    return DayStatus(
        day=day,
        state=verdict.state if verdict else DayState.LOADED,
        key=key,
        load_id=int(load),
        etag=etag,
        last_modified=modified,
        bytes=int(size or 0),
        rows=int(rows or 0),
        rejected=int(rejected or 0),
        loaded_at=at,
        run_id=run_id,
        loads=int(loads),
        seconds=runs.seconds(dag_id, run_id, began),
        failing=verdict.failing if verdict else (),
        warnings=verdict.warned if verdict else 0,
    )


def _compared(status: DayStatus, there: ObjectInfo | None) -> DayStatus:
    if not status.is_loaded:
        return replace(status, state=DayState.MISSING if there else DayState.NO_LOG, there=there)
    if there is None:
        return replace(status, state=DayState.GONE)
    if there.etag != status.etag:
        return replace(status, state=DayState.CHANGED, there=there)
    return replace(status, there=there)


_BY_WORTH = (
    DayState.NO_LOG,
    DayState.SUCCESS,
    DayState.WARNED,
    DayState.GONE,
    DayState.CHANGED,
    DayState.LOADED,
    DayState.MISSING,
    DayState.FAILED,
)


def _worse(one: DayStatus | None, other: DayStatus) -> DayStatus:
    return max(one or other, other, key=lambda status: _BY_WORTH.index(status.state))


def _order(status: DayStatus) -> tuple[bool, dt.date, str]:
    return status.day is None, status.day or dt.date.min, status.key or ""
