"""Each kind of check judges rows as it says."""

import dataclasses
import datetime as dt
from typing import Any, NamedTuple

import pytest

from sparkify.quality import Check, Outcome, Verdict, evaluate
from sparkify.quality.kinds import (
    KINDS,
    AcceptedValues,
    AggregateIsTrue,
    ExpressionIsTrue,
    FailingRows,
    Freshness,
    InRange,
    NotNull,
    ReconcilesWith,
    Relationships,
    RowCount,
    RowCountDrift,
    Schema,
    SqlValue,
    Unique,
)
from tests.unit.pipeline.quality.engine import DAY, Engine, loads, part_of


class Case(NamedTuple):
    """A check, how many rows break it, and a part of what is told."""

    check: Check
    failing: int
    text: str
    more: str = "SELECT 1"
    verdict: Verdict | None = None


PASS, FAIL = Verdict.PASS, Verdict.FAIL
HOUR = dt.timedelta(hours=1)
NOON = dt.datetime(2018, 11, 1, 12)  # noqa: DTZ001 - as Redshift's TIMESTAMP
LEVELS = ("free", "gold")
COLUMNS = {"id": "integer", "level": "character varying(16)", "price": "numeric(10,2)"}
SAME_LOG = loads(
    (1, "plays", "loaded", "a", 90),
    (2, "plays", "loaded", "b", 7),
    (3, "plays", "loaded", "a", 100),
    (4, "plays", "loaded", "a", 110),
    (5, "plays", "older", "a", 1),
    (6, "plays", "loaded", "a", 50),
    (7, "users", "loaded", "a", 5),
)

CASES: dict[str, Case] = {
    "row-count": Case(RowCount("plays"), 0, "3 rows"),
    "row-count-too-few": Case(
        RowCount("plays", minimum=5), 2, "expected at least 5 rows, found 3 rows"
    ),
    "row-count-too-many": Case(
        RowCount("plays", maximum=2), 1, "expected at least 1 row and at most 2, found 3 rows"
    ),
    "row-count-of-nothing": Case(RowCount("nothing"), 1, "found 0 rows"),
    "row-count-of-nothing-allowed": Case(RowCount("nothing", minimum=0), 0, "0 rows"),
    "not-null": Case(NotNull("plays", ("id",)), 0, "no failing row of 3"),
    "not-null-failing": Case(
        NotNull("plays", ("user_id", "level"), show_columns=("id",)),
        1,
        "expected no NULL in user_id, level, found 1 row of 3 failing; such as (2)",
    ),
    "not-null-where": Case(NotNull("plays", ("level",), where="id = 1"), 0, "no failing row"),
    "not-null-where-failing": Case(
        NotNull("plays", ("level",), where="id = 2"),
        1,
        "plays.not_null(level): expected no NULL in level where id = 2, found 1 row of 3",
    ),
    "not-null-of-nothing": Case(
        NotNull("nothing", ("id",)), 0, "found no row to judge", verdict=FAIL
    ),
    "not-null-of-nothing-allowed": Case(
        NotNull("nothing", ("id",), allow_empty=True), 0, "no row to judge"
    ),
    "unique": Case(Unique("plays", ("played",)), 0, "no failing row"),
    "unique-failing": Case(
        Unique("plays", ("id",)), 1, "each id once, found 1 row of 3 failing; such as (2, 2)"
    ),
    "unique-thrice": Case(
        Unique("plays", ("id",)),
        2,
        "2 rows of 4 failing; such as (2, 3)",
        "INSERT INTO plays (id) VALUES (2)",
    ),
    "unique-takes-null-for-no-value": Case(
        Unique("plays", ("level",)), 0, "no failing", "INSERT INTO plays (id) VALUES (3)"
    ),
    "unique-of-several": Case(Unique("plays", ("id", "user_id")), 0, "no failing row"),
    "unique-of-several-failing": Case(
        Unique("plays", ("id", "user_id")),
        1,
        "plays.unique(id, user_id): expected each id, user_id once, found 1 row of 4 failing; "
        "such as (2, 10, 2)",
        "INSERT INTO plays (id, user_id) VALUES (2, 10)",
    ),
    "unique-of-nothing": Case(Unique("nothing", ("id",)), 0, "no row to judge", verdict=FAIL),
    "relationships": Case(Relationships("users", "user_id", "users", "user_id"), 0, "no failing"),
    "relationships-failing": Case(
        Relationships("plays", "user_id", "users", "user_id"),
        2,
        "each user_id in users.user_id, found 2 rows of 3 failing; such as (10, 2)",
    ),
    "relationships-with-a-parent-twice": Case(
        Relationships("users", "user_id", "plays", "user_id"),
        1,
        "such as (11, 1)",
        "INSERT INTO users VALUES (10)",
    ),
    "relationships-of-nothing": Case(
        Relationships("nothing", "id", "users", "user_id"), 0, "no row to judge", verdict=FAIL
    ),
    "accepted-values": Case(AcceptedValues("plays", "level", LEVELS, allow_null=True), 0, ""),
    "accepted-values-and-null": Case(
        AcceptedValues("plays", "level", LEVELS), 1, "such as (NULL, 1)"
    ),
    "accepted-values-failing": Case(
        AcceptedValues("plays", "level", ("free",), allow_null=True),
        1,
        "level one of free or NULL, found 1 row of 3 failing; such as (gold, 1)",
    ),
    "accepted-values-of-nothing": Case(
        AcceptedValues("nothing", "level", LEVELS), 0, "no row to judge", verdict=FAIL
    ),
    "in-range": Case(InRange("plays", "id", 1, 2), 0, "no failing row of 3"),
    "in-range-ignores-null": Case(InRange("plays", "user_id", 10), 0, "no failing row"),
    "in-range-too-low": Case(
        InRange("plays", "id", 2),
        1,
        "expected id at least 2, found 1 row of 3 failing; such as (1)",
    ),
    "in-range-too-high": Case(
        InRange("plays", "id", 0, 1), 2, "id at least 0 and at most 1, found 2 rows"
    ),
    "in-range-of-times": Case(
        InRange("plays", "played", maximum=NOON),
        1,
        "such as (2018-11-01 23:30",
    ),
    "in-range-of-decimals": Case(InRange("sizes", "amount", 0, 10), 1, "such as (10.25)"),
    "in-range-not-a-number": Case(InRange("sizes", "size", 0.0, 100.0), 1, "such as (nan)"),
    "in-range-of-nothing": Case(InRange("nothing", "id", 1), 0, "no row to judge", verdict=FAIL),
    "expression-is-true": Case(ExpressionIsTrue("plays", "id > 0", ("id",)), 0, "no failing row"),
    "expression-is-false": Case(
        ExpressionIsTrue("plays", "user_id = 10 AND id = 1", ("id",)),
        1,
        "expected user_id = 10 AND id = 1, found 1 row of 3 failing; such as (2)",
        "UPDATE plays SET id = NULL WHERE level IS NULL",
    ),
    "aggregate-is-true": Case(
        AggregateIsTrue("plays", "MAX(id) = 2", "the last is 2", "MAX(id)"), 0, "MAX(id) = 2"
    ),
    "aggregate-is-false": Case(
        AggregateIsTrue("plays", "MAX(id) = 3", "the last is 3", "MAX(id)"),
        1,
        "expected the last is 3, found MAX(id) = 2",
    ),
    "aggregate-is-unknown": Case(
        AggregateIsTrue("nothing", "MAX(id) = 3", "the last is 3", "MAX(id)"), 0, "MAX(id) = NULL"
    ),
    "aggregate-of-text": Case(
        AggregateIsTrue("plays", "FALSE", "never", "MAX(who)"), 1, "found MAX(who) = L***"
    ),
    "fresh": Case(
        Freshness("plays", "played", dt.timedelta(days=30)), 0, "2018-11-01 23:30:00, which"
    ),
    "stale": Case(
        Freshness("plays", "played", HOUR),
        1,
        "expected the latest played at most 1:00:00 before now, found 2018-11-01 23:30:00, which "
        "is 18 days, 12:30:00 before",
    ),
    "from-the-future": Case(
        Freshness("plays", "played", dt.timedelta(days=30)),
        1,
        "which is 12:00:00 later",
        "UPDATE plays SET played = '2018-11-21'",
    ),
    "fresh-on-the-day": Case(
        Freshness("plays", "played", HOUR, "day"), 0, "which is 0:30:00 before"
    ),
    "stale-on-the-day": Case(
        Freshness("plays", "played", HOUR, "day"),
        1,
        "at most 1:00:00 before the end of the log's day, found 2018-11-01 03:00:00",
        "DELETE FROM plays WHERE id = 2",
    ),
    "of-a-later-day": Case(
        Freshness("plays", "played", HOUR, "day"),
        1,
        "which is 8:00:00 later",
        "UPDATE plays SET played = '2018-11-02 08:00' WHERE id = 1",
    ),
    "beyond-midnight": Case(
        Freshness("plays", "played", HOUR, "day", ahead=HOUR * 8),
        0,
        "which is -1 day, 16:00:00 before",
        "UPDATE plays SET played = '2018-11-02 08:00' WHERE id = 1",
    ),
    "fresh-dates": Case(
        Freshness("plays", "played", HOUR * 25, "day"),
        0,
        "1 day, 0:00:00 before",
        "ALTER TABLE plays ALTER played TYPE DATE",
    ),
    "freshness-of-nulls": Case(
        Freshness("plays", "played", HOUR),
        1,
        "NULL in played throughout",
        "UPDATE plays SET played = NULL",
    ),
    "freshness-of-nothing": Case(
        Freshness("nothing", "played", HOUR), 0, "no row to judge", verdict=FAIL
    ),
    "freshness-of-nothing-allowed": Case(
        Freshness("nothing", "played", HOUR, allow_empty=True), 0, "no row to judge"
    ),
    "reconciles": Case(ReconcilesWith("plays", "sizes"), 0, "3 and 3"),
    "reconciles-not": Case(
        ReconcilesWith("plays", "users", examples="SELECT id, who FROM plays"),
        2,
        "expected COUNT(*) of plays = COUNT(*) of users, found 3 and 1; such as (1, L***)",
    ),
    "reconciles-sums": Case(
        ReconcilesWith("sizes", "plays", "SUM(amount)", "SUM(id) + 6", tolerance=0.5), 0, "11.25"
    ),
    "reconciles-sums-not": Case(
        ReconcilesWith("sizes", "plays", "SUM(amount)", "SUM(id) + 4"), 3, "found 11.25 and 9"
    ),
    "reconciles-with-nothing": Case(
        ReconcilesWith("plays", "nothing", "SUM(id)"), 5, "found 5 and 0"
    ),
    "schema": Case(Schema("plays", COLUMNS), 0, "as described"),
    "schema-differs": Case(
        Schema("plays", {"id": "bigint", "name": "integer", "price": "numeric(10,2)"}),
        3,
        "expected its 3 columns as described, found 3 columns otherwise; such as name is missing, "
        "id is integer, not bigint, level is not described",
    ),
    "schema-in-another-order": Case(
        Schema("plays", dict(reversed(COLUMNS.items()))), 1, "another order: id, level, price"
    ),
    "schema-of-no-table": Case(Schema("gone", COLUMNS), 3, "no such table"),
    "drift": Case(RowCountDrift("plays", at_least=0.4), 0, "50 rows; the median of", SAME_LOG),
    "drift-below": Case(
        RowCountDrift("plays", last=2, at_least=0.9),
        45,
        "expected rows at least 0.9 and at most 2 times the median of the loads before, found 50 "
        "rows; the median of 2 loads before is 105",
        SAME_LOG,
    ),
    "drift-above": Case(
        RowCountDrift("plays", at_most=2.0),
        10,
        "found 50 rows; the median of 1 load before is 20",
        loads((1, "plays", "loaded", "a", 20), (2, "plays", "loaded", "b", 50)),
    ),
    "drift-of-the-same-object": Case(
        RowCountDrift("plays", same_object=True, at_most=None),
        0,
        "50 rows; the median of 3 loads before is 100",
        SAME_LOG,
    ),
    "drift-without-history": Case(
        RowCountDrift("users"), 0, "5 rows; too few loads before it", SAME_LOG
    ),
    "drift-without-loads": Case(RowCountDrift("plays"), 0, "no load to judge"),
    "failing-rows": Case(
        FailingRows("plays", "SELECT id FROM plays WHERE id = 9", title="no 9"), 0, "no failing row"
    ),
    "failing-rows-failing": Case(
        FailingRows("plays", "SELECT id, who FROM plays WHERE id = 1", "no play 1", title="no 1"),
        1,
        "plays.failing_rows no 1: expected no play 1, found 1 row failing; such as (1, L***)",
    ),
    "sql-value": Case(SqlValue("plays", "SELECT COUNT(*) FROM plays", 3, title="three"), 0, ": 3"),
    "sql-value-failing": Case(
        SqlValue("plays", "SELECT COUNT(*) FROM plays", 4, ">=", title="four"),
        1,
        "plays.sql_value four: expected >= 4, found 3",
    ),
    "sql-value-null": Case(
        SqlValue("nothing", "SELECT SUM(id) FROM nothing", title="sum"), 1, "found NULL"
    ),
    "sql-value-none": Case(
        SqlValue("nothing", "SELECT id FROM nothing", title="row"), 1, "found no row"
    ),
}


def outcome_of(case: Case) -> Outcome:
    warehouse = Engine(case.more)
    warehouse.day = DAY
    [outcome] = evaluate([case.check], warehouse)
    return outcome


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_check_judges(case: Case) -> None:
    outcome = outcome_of(case)
    assert outcome.failing_rows == case.failing, outcome
    assert outcome.verdict is (case.verdict or (FAIL if case.failing else PASS)), outcome
    assert case.text in outcome.text


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_check_is_frozen_and_named_by_table_and_kind(case: Case) -> None:
    check: Any = case.check
    assert check.name.startswith(f"{check.table}.{check.kind}")
    assert len(check.name.encode()) <= 512
    with pytest.raises(dataclasses.FrozenInstanceError):
        check.table = "another"


def test_every_kind_has_cases_in_which_it_passes_and_fails() -> None:
    found = {(case.check.kind, bool(case.failing)) for case in CASES.values()}
    assert found == {(kind, failing) for kind in KINDS for failing in (False, True)}
    assert all(name == kind.kind for name, kind in KINDS.items())


def test_all_logs_have_no_day_to_be_fresh_on() -> None:
    [outcome] = evaluate([Freshness("plays", "played", HOUR, "day")], Engine())
    assert outcome.verdict is PASS
    assert outcome.actual == "all logs, which have no one day"


SCOPED = {
    "row-count": (RowCount("plays", minimum=3), "found 1 row"),
    "not-null": (NotNull("plays", ("level",)), "no failing row of 1"),
    "unique": (Unique("plays", ("id",)), "no failing row of 1"),
    "unique-of-several": (Unique("plays", ("id", "user_id")), "no failing row of 1"),
    "accepted-values": (AcceptedValues("plays", "level", ("free",)), "no failing row of 1"),
    "in-range": (InRange("plays", "id", 1, 1), "no failing row of 1"),
    "expression": (ExpressionIsTrue("plays", "id = 1", ("id",)), "no failing row of 1"),
    "relationships": (
        Relationships("plays", "user_id", "users", "user_id"),
        "found 1 row of 1 failing; such as (10, 1)",
    ),
    "aggregate": (AggregateIsTrue("plays", "MAX(id) = 1", "one", "MAX(id)"), "MAX(id) = 1"),
    "freshness": (Freshness("plays", "played", HOUR), "found 2018-11-01 03:00:00"),
    "reconciles-with": (ReconcilesWith("users", "plays"), "1 and 1"),
    "the-parent-is-whole": (Relationships("users", "user_id", "plays", "user_id"), "(11, 1)"),
}


@pytest.mark.parametrize(("check", "text"), SCOPED.values(), ids=SCOPED)
def test_only_the_part_that_is_judged_is_looked_at(check: Check, text: str) -> None:
    [outcome] = evaluate([check], Engine(subject=part_of(plays="level = 'free'")))
    assert text in outcome.text


def test_an_empty_part_fails_like_an_empty_table() -> None:
    subject = part_of(plays="FALSE")
    outcomes = evaluate([NotNull("plays", ("id",)), RowCount("plays")], Engine(subject=subject))
    assert [outcome.verdict for outcome in outcomes] == [FAIL, FAIL]


def test_drift_judges_the_latest_of_the_loads_in_question() -> None:
    check = RowCountDrift("plays", same_object=True, at_least=1.0)
    [outcome] = evaluate([check], Engine(SAME_LOG, subject=part_of(load_audit="load_id = 4")))
    assert outcome.text.endswith("110 rows; the median of 2 loads before is 95")


BAD: Any = "bad"  # no type checker would let it through

MISTAKES = {
    "unknown-comparison": (lambda: SqlValue("x", "SELECT 1", 1, "~", title="a"), "'~' is none of"),
    "no-title": (lambda: FailingRows("x", "SELECT 1"), "needs a title"),
    "no-title-of-a-value": (lambda: SqlValue("x", "SELECT 1"), "needs a title"),
    "no-bound": (lambda: InRange("x", "y"), "needs a minimum or a maximum"),
    "no-history": (lambda: RowCountDrift("x", last=2, history=3), "between 1 and the last 2"),
    "threshold": (lambda: RowCount("x", error_if="many"), "'many' is no condition"),
    "severity": (lambda: RowCount("x", severity=BAD), "'bad' is not a valid Severity"),
}


@pytest.mark.parametrize(("make", "text"), MISTAKES.values(), ids=MISTAKES)
def test_a_wrong_check_is_refused_when_it_is_made(make: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        make()


def test_a_file_gives_a_check_of_ones_own_its_name() -> None:
    assert FailingRows("x", "checks/gone.sql").name == "x.failing_rows(gone)"
