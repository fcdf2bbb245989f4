"""The checks judge rows as they say; one failure tells them all."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import pytest
from redshift_connector.error import InterfaceError, ProgrammingError
from sparkify.errors import ConnectionLostError, QualityError
from sparkify.operators import DataQualityOperator
from sparkify.operators.quality import RESULTS_KEY
from sparkify.quality import (
    AcceptedValues,
    Check,
    FailingRows,
    NotNull,
    References,
    RowCount,
    SqlValue,
    Unique,
)
from sparkify.quality.outcome import Outcome, report
from sparkify.quoting import identifier
from sparkify.star import CHECKS


class Engine:
    """A warehouse with the tables of these tests; the SQL of the checks is plain."""

    def __init__(self) -> None:
        self._engine = duckdb.connect()
        for statement in (
            "CREATE TABLE plays (id INTEGER, user_id INTEGER, level VARCHAR)",
            "INSERT INTO plays VALUES (1, 10, 'free'), (2, 10, 'gold'), (2, NULL, NULL)",
            "CREATE TABLE users (user_id INTEGER)",
            "INSERT INTO users VALUES (11)",
            "CREATE TABLE nothing (id INTEGER, user_id INTEGER, level VARCHAR)",
        ):
            self._engine.execute(statement)

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return self._engine.execute(sql.replace("%s", "?"), list(parameters)).fetchall()

    def name_of(self, table: str) -> str:
        return identifier(table)

    def render(self, sql: str) -> str:
        return sql


Case = tuple[Check, bool, str]
CASES: dict[str, Case] = {
    "rows": (RowCount("plays"), True, "3 rows"),
    "too-few-rows": (RowCount("plays", minimum=4), False, "expected at least 4 rows, found 3 rows"),
    "too-many-rows": (
        RowCount("plays", maximum=2),
        False,
        "expected at least 1 row and at most 2, found 3 rows",
    ),
    "empty-table": (RowCount("nothing"), False, "found 0 rows"),
    "empty-table-allowed": (RowCount("nothing", minimum=0), True, "0 rows"),
    "no-null": (NotNull("plays", ("id",)), True, "no failing row of 3"),
    "null": (
        NotNull("plays", ("user_id", "level"), show_columns=("id",)),
        False,
        "expected no NULL in user_id, level, found 1 row of 3 failing; such as (2)",
    ),
    "null-elsewhere": (NotNull("plays", ("level",), where="id = 1"), True, "no failing row"),
    "null-in-empty-table": (NotNull("nothing", ("id",)), False, "found an empty table"),
    "null-in-empty-table-allowed": (
        NotNull("nothing", ("id",), allow_empty=True),
        True,
        "an empty",
    ),
    "unique": (Unique("plays", ("id", "level")), True, "no failing row"),
    "duplicate": (Unique("plays", ("id",)), False, "found 1 row of 3 failing; such as (2, 2)"),
    "unique-in-empty-table": (Unique("nothing", ("id",)), False, "an empty table"),
    "orphan": (
        References("plays", "user_id", "users", "user_id"),
        False,
        "each user_id in users.user_id, found 1 row of 3 failing; such as (10, 2)",
    ),
    "reference": (References("users", "user_id", "users", "user_id"), True, "no failing row"),
    "reference-in-empty-table": (References("nothing", "id", "users", "user_id"), False, "empty"),
    "accepted": (AcceptedValues("plays", "level", ("free", "gold"), allow_null=True), True, ""),
    "null-not-accepted": (AcceptedValues("plays", "level", ("free", "gold")), False, "(NULL, 1)"),
    "other-value": (
        AcceptedValues("plays", "level", ("free",), allow_null=True),
        False,
        "level one of free or NULL, found 1 row of 3 failing; such as (gold, 1)",
    ),
    "accepted-in-empty-table": (AcceptedValues("nothing", "level", ("free",)), False, "empty"),
    "own-query": (FailingRows("no id 9", "SELECT id FROM plays WHERE id = 9"), True, "no failing"),
    "own-query-failing": (
        FailingRows("no id 1", "SELECT id FROM plays WHERE id = 1", expected="no play 1"),
        False,
        "no id 1: expected no play 1, found 1 row failing; such as (1)",
    ),
    "own-value": (SqlValue("three", "SELECT COUNT(*) FROM plays", 3), True, "3"),
    "own-value-failing": (
        SqlValue("four", "SELECT COUNT(*) FROM plays", 4, ">="),
        False,
        "four: expected >= 4, found 3",
    ),
    "own-value-null": (SqlValue("sum", "SELECT SUM(id) FROM nothing", 0), False, "found NULL"),
    "own-value-none": (SqlValue("row", "SELECT id FROM nothing", 0), False, "found no row"),
}


@pytest.mark.parametrize(("check", "passes", "text"), CASES.values(), ids=CASES)
def test_a_check_judges(check: Check, passes: bool, text: str) -> None:
    outcome = check.evaluate(Engine())
    assert outcome.passed is passes, outcome
    assert text in str(outcome)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_check_is_frozen_and_named(case: Case) -> None:
    check: Any = case[0]
    assert check.name
    with pytest.raises(dataclasses.FrozenInstanceError):
        check.name = "another"


def test_a_sample_shows_few_rows_of_readable_width() -> None:
    wide = FailingRows("wide", "SELECT repeat('x', 200) AS a FROM range(9)")
    outcome = wide.evaluate(Engine())
    assert outcome.sample == (f"({'x' * 60}…)",) * 5


def test_a_comparison_is_one_of_the_known() -> None:
    with pytest.raises(ValueError, match="'~' is none of"):
        SqlValue("x", "SELECT 1", 1, "~")


def test_a_report_lists_every_failed_check() -> None:
    outcomes = [
        Outcome("a", False, "1", "2", ("(3)",)),
        Outcome("b", True, "1", "1"),
        Outcome("c", False, "4", "5"),
    ]
    assert report(outcomes) == (
        "2 of 3 quality checks failed\n"
        "  ✗ a: expected 1, found 2; such as (3)\n"
        "  ✗ c: expected 4, found 5"
    )


def test_the_checks_of_the_pipeline_have_names_of_their_own() -> None:
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)


def operator(*checks: Check) -> DataQualityOperator:
    return DataQualityOperator(
        task_id="check", checks=checks, schema="s", tables={"plays": "plays_2"}
    )


def test_green_checks_return_their_number(warehouse: Callable[..., Any], context: Any) -> None:
    connection = warehouse({r"COUNT\(\*\)": [(1,)]})
    assert operator(RowCount("plays"), RowCount("users")).execute(context) == 2
    assert connection.statements[:2] == [
        'SELECT COUNT(*) FROM "s"."plays_2"',
        'SELECT COUNT(*) FROM "s"."users"',
    ]
    results = context["ti"].xcoms[RESULTS_KEY]
    assert [result["check"] for result in results] == ["plays row count", "users row count"]


def test_all_checks_run_and_all_failures_are_told(
    warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse(
        {
            "plays_2": [(0,)],
            "broken": ProgrammingError({"C": "42P01", "M": 'relation "broken" does not exist'}),
            "users": [(1,)],
        }
    )
    with pytest.raises(QualityError) as caught:
        operator(RowCount("plays"), RowCount("broken"), RowCount("users")).execute(context)
    assert str(caught.value) == (
        "2 of 3 quality checks failed\n"
        "  ✗ plays row count: expected at least 1 row, found 0 rows\n"
        "  ✗ broken row count: expected an answer, found asking: "
        'relation "broken" does not exist [42P01]'
    )
    # After an error the transaction takes no more statements.
    assert connection.statements[1:4] == [
        'SELECT COUNT(*) FROM "s"."broken"',
        "rollback",
        'SELECT COUNT(*) FROM "s"."users"',
    ]
    assert [result["passed"] for result in context["ti"].xcoms[RESULTS_KEY]] == [
        False,
        False,
        True,
    ]


def test_a_lost_connection_is_no_finding(warehouse: Callable[..., Any], context: Any) -> None:
    warehouse({"SELECT": InterfaceError("BrokenPipe: server socket closed")})
    with pytest.raises(ConnectionLostError):
        operator(RowCount("plays")).execute(context)


def test_values_are_bound_not_spelled(warehouse: Callable[..., Any], context: Any) -> None:
    connection = warehouse({r"COUNT\(\*\) FROM \(": [(0,)], "COUNT": [(1,)]})
    operator(AcceptedValues("plays", "level", ("fr'ee", 2))).execute(context)
    statement, parameters = connection.sent[1]
    assert "NOT IN (%s, %s)" in statement
    assert parameters == ("fr'ee", 2)


def test_a_task_without_checks_is_refused() -> None:
    with pytest.raises(ValueError, match="always be green"):
        operator()
