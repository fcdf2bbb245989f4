"""All checks are asked together; one that cannot be asked stops no other."""

import pytest

from sparkify.errors import ConnectionLostError
from sparkify.quality import Severity, Verdict, evaluate, report
from sparkify.quality.check import Answer
from sparkify.quality.kinds import AcceptedValues, FailingRows, NotNull, RowCount, Unique
from sparkify.star import CHECKS
from tests.unit.pipeline.quality.engine import Engine

GOOD = (
    RowCount("plays"),
    NotNull("plays", ("id",)),
    RowCount("users"),
    Unique("users", ("user_id",)),
)


def test_checks_that_pass_are_one_question() -> None:
    warehouse = Engine()
    outcomes = evaluate(GOOD, warehouse)
    assert [outcome.verdict for outcome in outcomes] == [Verdict.PASS] * 4
    assert len(warehouse.asked) == 1
    assert warehouse.asked[0].count("COUNT(*)") == 2


def test_only_a_check_that_fails_asks_for_its_rows() -> None:
    warehouse = Engine()
    evaluate([*GOOD, Unique("plays", ("id",))], warehouse)
    assert len(warehouse.asked) == 2
    assert "LIMIT 5" in warehouse.asked[1]


def test_a_check_that_cannot_be_asked_fails_and_the_others_are_judged() -> None:
    warehouse = Engine()
    checks = [
        *GOOD,
        RowCount("gone"),
        FailingRows("plays", "SELEKT", severity=Severity.WARN, title="x"),
    ]
    outcomes = evaluate(checks, warehouse)
    assert [str(outcome.verdict) for outcome in outcomes] == ["pass"] * 4 + ["fail", "warn"]
    assert "found no answer: asking: " in outcomes[4].text
    assert warehouse.asked.count("rollback") == 3


def test_a_lost_connection_is_no_finding() -> None:
    class Lost(Engine):
        def ask(self, sql: str, parameters: object = ()) -> Answer:
            raise ConnectionLostError("gone")

    with pytest.raises(ConnectionLostError):
        evaluate(GOOD, Lost())


def test_a_sample_shows_few_rows_of_readable_width() -> None:
    wide = FailingRows("plays", "SELECT repeat('x', 200) AS level FROM range(9)", title="wide")
    [outcome] = evaluate([wide], Engine())
    assert outcome.failing_rows == 9
    assert outcome.sample == (f"({'x' * 60}…)",) * 5


def test_an_empty_table_with_severity_warn_only_warns() -> None:
    check = NotNull("nothing", ("id",), severity=Severity.WARN, warn_if=">100")
    [outcome] = evaluate([check], Engine())
    assert outcome.verdict is Verdict.WARN


def test_thresholds_make_a_finding_a_warning() -> None:
    check = AcceptedValues("plays", "level", ("free",), error_if=">2", warn_if=">1")
    [outcome] = evaluate([check], Engine())
    assert (outcome.failing_rows, outcome.verdict) == (2, Verdict.WARN)


def test_a_report_lists_what_failed_and_then_what_warns() -> None:
    checks = [
        RowCount("plays", minimum=9, severity=Severity.WARN),
        RowCount("plays", minimum=4, title="four"),
        RowCount("users"),
    ]
    assert report(evaluate(checks, Engine())) == (
        "1 of 3 quality checks failed, 1 warned\n"
        "  ✗ plays.row_count four: expected at least 4 rows, found 3 rows\n"
        "  ! plays.row_count: expected at least 9 rows, found 3 rows"
    )


def test_seconds_are_shared_between_those_who_ask_together() -> None:
    outcomes = evaluate(GOOD, Engine())
    assert all(outcome.seconds >= 0 for outcome in outcomes)
    assert all(
        isinstance(value, (str, int, float, list, bool, type(None)))
        for outcome in outcomes
        for value in outcome.as_dict().values()
    )


def test_every_default_check_can_be_told_apart_in_its_own_statement() -> None:
    warehouse = Engine()
    for check in CHECKS:
        assert check.expected
        assert all(measure.expression for measure in check.measures(warehouse))
