"""What the warehouse remembers of a DAG: read by SQL, in one transaction's worth of queries."""

import re
from dataclasses import dataclass, fields
from typing import Any, Protocol, Self, TypeVar

from sparkify.audit import AUDIT
from sparkify.errors import PermanentError, StatementError
from sparkify.monitoring.records import CheckResult, Judgement, Load, Verdict
from sparkify.names import Names
from sparkify.quoting import identifiers

RECENT_LOADS = 3_000
"""Loads that are read for charts: more than 300 runs."""

RECENT_RESULTS = 6_000
"""Results of checks that are read for charts: about 200 runs."""

FINDINGS = 500
"""Standing results other than `pass` that are read."""

QUALITY_RESULTS = "data_quality_results"


class NoHistoryError(PermanentError):
    """The warehouse has no tables with a history yet."""


class Queries(Protocol):
    """The part of `sparkify.warehouse.Session` in use here."""

    def rows(self, sql: str, *parameters: object, doing: str) -> list[tuple[Any, ...]]:
        """Sends one query; its rows."""


_LOAD_COLUMNS = tuple(field.name for field in fields(Load))
_RESULT_COLUMNS = tuple(field.name for field in fields(CheckResult))

_LOADS = f"SELECT {identifiers(_LOAD_COLUMNS)} FROM {{load_audit}}"  # noqa: S608 - fields of ours
_RESULTS = f"SELECT {identifiers(_RESULT_COLUMNS)} FROM {{quality_results}}"  # noqa: S608 - as above

_LOGS = f"""
SELECT {identifiers(_LOAD_COLUMNS)}
FROM (
    SELECT {identifiers(_LOAD_COLUMNS)},
        ROW_NUMBER() OVER (PARTITION BY object_key ORDER BY load_id DESC) AS place
    FROM {{load_audit}}
    WHERE target = 'staging_events' AND outcome <> 'older'
) AS logs
WHERE place = 1 AND dag_id = %s
ORDER BY log_day, load_id
"""  # noqa: S608 - fields of ours
"""The state of each log: its last load that changed something."""

_STANDING = f"""
    SELECT {identifiers(_RESULT_COLUMNS)},
        ROW_NUMBER() OVER (
            PARTITION BY load_id, table_name, check_name ORDER BY checked_at DESC
        ) AS place
    FROM {{quality_results}}
    WHERE dag_id = %s
"""  # noqa: S608 - fields of ours
"""What each check said of each load, the last time at place 1."""

_JUDGEMENTS = f"""
SELECT load_id,
    SUM(CASE verdict WHEN 'pass' THEN 1 ELSE 0 END),
    SUM(CASE verdict WHEN 'warn' THEN 1 ELSE 0 END),
    SUM(CASE verdict WHEN 'fail' THEN 1 ELSE 0 END),
    MAX(checked_at)
FROM ({_STANDING}) AS standing
WHERE place = 1
GROUP BY load_id
"""  # noqa: S608 - as above

_FINDINGS = f"""
SELECT {identifiers(_RESULT_COLUMNS)}
FROM ({_STANDING}) AS standing
WHERE place = 1 AND verdict <> 'pass'
ORDER BY checked_at DESC
LIMIT {FINDINGS}
"""  # noqa: S608 - as above


@dataclass(frozen=True, slots=True)
class History:
    """What is remembered of a DAG.

    Attributes:
        dag_id: of the DAG.
        logs: the state of each log, in the order of days; one that was taken out is here as
            `removed`.
        songs: the last load of the songs, if there was one.
        loads: of the last runs, oldest first.
        results: of the last runs, oldest first.
        judgements: what the checks last said of each load.
        findings: the standing results other than `pass`, newest first.
    """

    dag_id: str
    logs: tuple[Load, ...]
    songs: Load | None
    loads: tuple[Load, ...]
    results: tuple[CheckResult, ...]
    judgements: tuple[Judgement, ...]
    findings: tuple[CheckResult, ...]

    @classmethod
    def read(cls, session: Queries, names: Names, dag_id: str) -> Self:
        """Asks the warehouse.

        Args:
            session: on the warehouse.
            names: where the tables are.
            dag_id: whose loads and checks are wanted.

        Raises:
            NoHistoryError: the tables are not there.
            PipelineError: see `sparkify.errors`.
        """
        ask = _Questions(session, names)
        songs = ask.loads(
            f"{_LOADS} WHERE target = 'staging_songs' AND outcome <> 'older' AND dag_id = %s "
            "ORDER BY load_id DESC LIMIT 1",
            dag_id,
        )
        loads = ask.loads(
            f"{_LOADS} WHERE dag_id = %s ORDER BY load_id DESC LIMIT {RECENT_LOADS}", dag_id
        )
        results = ask.results(
            f"{_RESULTS} WHERE dag_id = %s ORDER BY checked_at DESC LIMIT {RECENT_RESULTS}", dag_id
        )
        return cls(
            dag_id,
            logs=ask.loads(_LOGS, dag_id),
            songs=songs[0] if songs else None,
            loads=_whole_runs(loads, RECENT_LOADS)[::-1],
            results=_whole_runs(results, RECENT_RESULTS)[::-1],
            judgements=ask.judgements(dag_id),
            findings=ask.results(_FINDINGS, dag_id),
        )


@dataclass(frozen=True, slots=True)
class RunHistory:
    """What is remembered of one run.

    Attributes:
        dag_id, run_id: of the run.
        loads: oldest first.
        results: oldest first.
    """

    dag_id: str
    run_id: str
    loads: tuple[Load, ...]
    results: tuple[CheckResult, ...]

    @classmethod
    def read(cls, session: Queries, names: Names, dag_id: str, run_id: str) -> Self:
        """Asks the warehouse; arguments and errors as in `History.read`."""
        ask = _Questions(session, names)
        mine = "WHERE dag_id = %s AND run_id = %s ORDER BY"
        return cls(
            dag_id,
            run_id,
            loads=ask.loads(f"{_LOADS} {mine} load_id", dag_id, run_id),
            results=ask.results(f"{_RESULTS} {mine} checked_at", dag_id, run_id),
        )


@dataclass(frozen=True, slots=True)
class _Questions:
    """Queries with the names of the tables filled in, rows as records."""

    session: Queries
    names: Names

    def loads(self, sql: str, *parameters: object) -> tuple[Load, ...]:
        return tuple(Load(*row) for row in self._rows(sql, parameters))

    def results(self, sql: str, *parameters: object) -> tuple[CheckResult, ...]:
        rows = self._rows(sql, parameters)
        named = (dict(zip(_RESULT_COLUMNS, row, strict=True)) for row in rows)
        return tuple(
            CheckResult(**values | {"verdict": Verdict(values["verdict"])}) for values in named
        )

    def judgements(self, dag_id: str) -> tuple[Judgement, ...]:
        return tuple(
            Judgement(load_id, int(passed), int(warned), int(failed), checked_at)
            for load_id, passed, warned, failed, checked_at in self._rows(_JUDGEMENTS, (dag_id,))
        )

    def _rows(self, sql: str, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
        names = {
            "load_audit": self.names(AUDIT).replace("%", "%%"),  # "%" is the driver's
            "quality_results": self.names(QUALITY_RESULTS).replace("%", "%%"),
        }
        try:
            return self.session.rows(sql.format(**names), *parameters, doing="reading the history")
        except StatementError as error:
            if re.search(r"relation .* does not exist", str(error)):
                raise NoHistoryError(
                    "the warehouse has no history yet: its tables come with the first run of the "
                    "DAG"
                ) from None
            raise


Record = TypeVar("Record", Load, CheckResult)


def _whole_runs(newest_first: tuple[Record, ...], limit: int) -> tuple[Record, ...]:
    """Without the oldest run where the limit has cut it."""
    if len(newest_first) < limit:
        return newest_first
    cut = newest_first[-1].run_id
    return tuple(record for record in newest_first if record.run_id != cut)
