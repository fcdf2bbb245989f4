"""What checks found is kept, each value bound and cut to its column."""

import datetime as dt

import pytest

from sparkify.audit import Run
from sparkify.errors import StatementError
from sparkify.names import Names
from sparkify.quality import Outcome, Severity, Verdict
from sparkify.quality.results import COLUMNS, cut, record
from sparkify.quality.subject import Subject
from sparkify.star import DATA_QUALITY_RESULTS
from sparkify.warehouse import WarehouseSession
from tests.unit.pipeline.conftest import RecordingConnection

RUN = Run("dag", "run", "task")
SUBJECT = Subject("log", dt.date(2018, 11, 3), 7)
NAMES = Names("s", {"data_quality_results": "dqr"})


def outcome(*, check: str = "users.row_count", actual: str = "0 rows") -> Outcome:
    return Outcome(
        check=check,
        table="users",
        severity=Severity.WARN,
        verdict=Verdict.WARN,
        expected="at least 1 row",
        actual=actual,
        failing_rows=1,
        sample=("(1)", "(2)"),
        seconds=0.25,
    )


def test_results_are_one_transaction_that_begins_with_the_lock() -> None:
    connection = RecordingConnection()
    record(WarehouseSession(connection), NAMES, RUN, SUBJECT, [outcome(), outcome(check="b")])
    assert [text.split("\n")[0].split(" (")[0] for text in connection.statements] == [
        'LOCK "s"."dqr"',
        'INSERT INTO "s"."dqr"',
        "commit",
    ]
    sent = connection.sent[1]
    assert isinstance(sent, tuple)
    sql, values = sent
    assert sql.count("%s") == len(values) == 2 * len(COLUMNS)
    assert "users.row_count" not in sql
    row = dict(zip(COLUMNS, values, strict=False))
    assert row.pop("checked_at").tzinfo is None
    assert row == {
        "dag_id": "dag",
        "run_id": "run",
        "task_id": "task",
        "log_day": dt.date(2018, 11, 3),
        "load_id": 7,
        "check_name": "users.row_count",
        "table_name": "users",
        "severity": "warn",
        "verdict": "warn",
        "failing_rows": 1,
        "expectation": "at least 1 row",
        "actual": "0 rows; such as (1), (2)",
        "seconds": 0.25,
    }


def test_the_columns_are_those_of_the_table_with_their_lengths() -> None:
    assert tuple(COLUMNS) == tuple(DATA_QUALITY_RESULTS.columns)
    for name, size in COLUMNS.items():
        kind = DATA_QUALITY_RESULTS.columns[name]
        assert kind == f"character varying({size})" if size else "character" not in kind


@pytest.mark.parametrize(
    ("text", "size", "left"),
    [
        ("short", 9, "short"),
        ("exact", 5, "exact"),
        ("longer", 4, "long"),
        ("Zoë", 3, "Zo"),
        ("Zoë", 4, "Zoë"),
        ("日本", 5, "日"),
        ("🎵🎵", 7, "🎵"),
    ],
)
def test_text_is_cut_by_bytes_between_characters(text: str, size: int, left: str) -> None:
    assert cut(text, size) == left


def test_a_value_that_is_too_long_is_cut_and_not_refused() -> None:
    connection = RecordingConnection()
    record(
        WarehouseSession(connection),
        NAMES,
        RUN,
        SUBJECT,
        [outcome(actual="ë" * 5000, check="c" * 600)],
    )
    values = dict(zip(COLUMNS, connection.sent[1][1], strict=True))
    assert len(str(values["actual"]).encode()) == 4096
    assert len(str(values["check_name"])) == 512


def test_many_results_take_several_statements_of_one_transaction() -> None:
    connection = RecordingConnection()
    record(WarehouseSession(connection), NAMES, RUN, SUBJECT, [outcome()] * 501)
    assert [text.split()[0] for text in connection.statements] == [
        "LOCK",
        "INSERT",
        "INSERT",
        "commit",
    ]


def test_a_table_that_is_not_there_is_an_error() -> None:
    connection = RecordingConnection({"LOCK": ValueError({"C": "42P01", "M": "no table"})})
    with pytest.raises(StatementError, match="no table"):
        record(WarehouseSession(connection), NAMES, RUN, SUBJECT, [outcome()])
    assert connection.statements[-1] == "rollback"
