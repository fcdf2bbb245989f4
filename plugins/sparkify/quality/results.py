"""What came of checks, in `data_quality_results`: a history that outlives the run.

Days that are asked for their state (missing, loaded, failed, success) are told by these rows:
`load_id` says which load of a log was judged.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

from sparkify.audit import Run
from sparkify.names import Names
from sparkify.quality.outcome import Outcome
from sparkify.quality.subject import Subject
from sparkify.warehouse import WarehouseSession

RESULTS = "data_quality_results"

COLUMNS: Mapping[str, int | None] = {
    "dag_id": 250,
    "run_id": 250,
    "task_id": 250,
    "log_day": None,
    "load_id": None,
    "check_name": 512,
    "table_name": 127,
    "severity": 8,
    "verdict": 8,
    "failing_rows": None,
    "expectation": 1024,
    "actual": 4096,
    "seconds": None,
    "checked_at": None,
}
"""Columns, and how many bytes fit into those of text."""

_ROWS_A_STATEMENT = 500
"""Of 14 parameters each: the protocol takes 32,767."""


def record(
    session: WarehouseSession, names: Names, run: Run, subject: Subject, outcomes: Sequence[Outcome]
) -> None:
    """Writes a row for each outcome, all or none, in a transaction of its own.

    Args:
        session: of the warehouse, outside a transaction.
        names: of the tables.
        run: who judged.
        subject: what was judged.
        outcomes: what came of it; nothing in them is data about people.

    Raises:
        PipelineError: nothing is written then.
    """
    table = names(RESULTS)
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    rows = [_fitting(_values(run, subject, outcome, now)) for outcome in outcomes]

    def work() -> None:
        for start in range(0, len(rows), _ROWS_A_STATEMENT):
            part = rows[start : start + _ROWS_A_STATEMENT]
            marks = ", ".join([f"({', '.join(['%s'] * len(COLUMNS))})"] * len(part))
            session.execute(
                f"INSERT INTO {table} ({', '.join(COLUMNS)})\nVALUES {marks}",
                *(value for row in part for value in row),
                doing="recording what the checks found",
            )

    session.atomically(work, lock=(table,))


def _values(run: Run, subject: Subject, outcome: Outcome, now: dt.datetime) -> list[object]:
    return [
        run.dag_id,
        run.run_id,
        run.task_id,
        subject.log_day,
        subject.load_id,
        outcome.check,
        outcome.table,
        str(outcome.severity),
        str(outcome.verdict),
        outcome.failing_rows,
        outcome.expected,
        outcome.found,
        outcome.seconds,
        now,
    ]


def _fitting(values: Sequence[object]) -> list[object]:
    return [
        value if size is None or value is None else cut(str(value), size)
        for value, size in zip(values, COLUMNS.values(), strict=True)
    ]


def cut(text: str, size: int) -> str:
    """The text, or as many of its characters as have at most that many bytes in UTF-8."""
    return text.encode()[:size].decode(errors="ignore")
