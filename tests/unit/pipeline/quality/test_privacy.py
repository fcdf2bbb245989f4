"""No row is shown with data about people in it."""

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from sparkify.errors import StatementError
from sparkify.quality import Check, evaluate, report
from sparkify.quality.kinds import (
    AcceptedValues,
    AggregateIsTrue,
    ExpressionIsTrue,
    FailingRows,
    InRange,
    NotNull,
    ReconcilesWith,
    Relationships,
    SqlValue,
    Unique,
)
from sparkify.quality.privacy import Privacy, mask, without_values
from sparkify.star import CHECKS, TABLES
from tests.unit.pipeline.quality.engine import Engine

PRIVACY = Privacy.of(TABLES.values())

SHOWN = [
    ("staging_events", "first_name", "Lily", "L***"),
    ("staging_events", "first_name", "Al", "***"),
    ("staging_events", "first_name", "", "''"),
    ("staging_events", "first_name", None, "NULL"),
    ("staging_events", "gender", "F", "***"),
    ("staging_events", "location", "San Jose, CA", "S***"),
    ("staging_events", "user_agent", '"Mozilla/5.0', '"***'),
    ("staging_events", "user_id", 15, "15"),
    ("staging_events", "level", "gold", "gold"),
    ("users", "last_name", "Koch", "K***"),
    ("songplays", "location", "San Jose, CA", "S***"),
    ("artists", "location", "London, England", "London, England"),
    ("artists", "name", "x" * 61, "x" * 60 + "…"),
    ("users", "times", 3, "3"),
    ("users", "share", Decimal("0.50"), "0.50"),
    ("users", "since", dt.date(2018, 11, 1), "2018-11-01"),
    ("users", "who", "Lily Koch", "L***"),
    ("users", "user_id", "Lily Koch", "L***"),
    ("nobody_described_it", "level", "gold", "g***"),
]


@pytest.mark.parametrize(("table", "column", "value", "text"), SHOWN)
def test_a_value_is_shown_unless_it_may_be_about_people(
    table: str, column: str, value: object, text: str
) -> None:
    assert PRIVACY.show(table, [column], (value,)) == f"({text})"


def test_a_personal_number_is_hidden_too() -> None:
    privacy = Privacy({"users": frozenset({"born"})}, {})
    assert privacy.show("users", ["id", "born"], (1, 1984)) == "(1, ***)"


@pytest.mark.parametrize("text", ["Lily", "x", "Zoë", " ", "***"])
def test_a_mask_never_gives_the_value_back(text: str) -> None:
    assert mask(text) != text or text == "***"
    assert len(mask(text)) <= 4


ERRORS = {
    'asking: invalid input syntax for integer: "Lily" [22P02]': (
        "asking: invalid input syntax for integer: *** [22P02]"
    ),
    "asking: Invalid digit, Value 'L', Pos 0, Type: Integer [XX000] (code 1207)": (
        "asking: Invalid digit, Value ***, Pos 0, Type: Integer [XX000] (code 1207)"
    ),
    'asking: relation "playz" does not exist [42P01]': (
        'asking: relation "playz" does not exist [42P01]'
    ),
    'asking: schema "x" does not exist [3F000]': 'asking: schema "x" does not exist [3F000]',
}


@pytest.mark.parametrize(("message", "text"), ERRORS.items())
def test_an_error_keeps_names_of_things_and_loses_values(message: str, text: str) -> None:
    assert without_values(message) == text


PERSON = "Lily Zimmermann"
CHECKS_OF_A_PERSON: dict[str, Check] = {
    "not-null": NotNull("people", ("user_id",), show_columns=("user_id", "who")),
    "unique": Unique("people", ("who",)),
    "unique-of-several": Unique("people", ("who", "level")),
    "accepted-values": AcceptedValues("people", "who", ("nobody",)),
    "in-range": InRange("people", "born", 1),
    "relationships": Relationships("people", "who", "plays", "who"),
    "expression": ExpressionIsTrue("people", "who = 'x'", ("who",)),
    "aggregate": AggregateIsTrue("people", "FALSE", "never", "MAX(who)"),
    "failing-rows": FailingRows("people", "SELECT * FROM people", title="all"),
    "failing-rows-under-another-name": FailingRows(
        "people", "SELECT 'the ' || who AS level2, who AS user_id FROM people", title="alias"
    ),
    "reconciles": ReconcilesWith("people", "nothing", examples="SELECT who FROM people"),
    "sql-value": SqlValue("people", "SELECT MAX(who) FROM people", "x", title="last"),
    "a-value-in-an-error": SqlValue(
        "people", "SELECT CAST(MAX(who) AS INTEGER) FROM people", 1, title="number"
    ),
}


class People(Engine):
    """A table of people, one twice; an error that quotes a value says so by its SQLSTATE."""

    def __init__(self) -> None:
        super().__init__(
            "CREATE TABLE people (user_id INTEGER, who VARCHAR, level VARCHAR, born INTEGER)",
            f"INSERT INTO people SELECT NULL, '{PERSON}', 'free', -1984 FROM range(2)",
        )

    def ask(self, sql: str, parameters: Any = ()) -> Any:
        try:
            return super().ask(sql, parameters)
        except StatementError as error:
            raise StatementError(str(error).replace("[42P01]", "[22018]")) from None

    def show(self, table: str, columns: Any, row: Any) -> str:
        return Privacy(
            {"people": frozenset({"who", "born"})}, {"people": frozenset({"level"})}
        ).show(table, columns, row)


@pytest.mark.parametrize("check", CHECKS_OF_A_PERSON.values(), ids=CHECKS_OF_A_PERSON)
def test_nothing_about_a_person_gets_out_of_a_failing_check(check: Check) -> None:
    outcomes = evaluate([check], People())
    told = " ".join([report(outcomes), str(outcomes[0].as_dict()), str(outcomes[0])])
    assert outcomes[0].verdict == "fail", told
    for value in (PERSON, "Lily", "Zimmermann", "1984"):
        assert value not in told


def test_what_is_personal_is_described_for_every_table_that_has_it() -> None:
    names = {name for table in TABLES.values() for name in table.personal}
    assert names == {"first_name", "last_name", "gender", "location", "user_agent"}
    for table in TABLES.values():
        if table.name != "artists":  # where the location is an artist's
            assert set(table.columns) & names == table.personal


def test_no_default_check_names_personal_columns_beside_what_it_asks_about() -> None:
    for check in CHECKS:
        personal = TABLES[check.table].personal
        shown = {*getattr(check, "show_columns", ())} - {*check.columns_used}
        assert not shown & personal, check.name
        assert dataclasses.is_dataclass(check)
