"""The task judges, tells and keeps what it found; it fails for findings of severity error."""

from collections.abc import Callable
from typing import Any

import pytest
from redshift_connector.error import InterfaceError, ProgrammingError

from sparkify.errors import ConnectionLostError, QualityError, SourceError
from sparkify.operators import DataQualityOperator
from sparkify.operators.quality import RESULTS_KEY
from sparkify.quality import Check, Severity
from sparkify.quality.kinds import FailingRows, NotNull, RowCount
from sparkify.star import FOLLOWERS, TABLES

GONE = ProgrammingError({"C": "42P01", "M": 'relation "data_quality_results" does not exist'})
PLAYS, USERS = RowCount("plays"), RowCount("users", severity=Severity.WARN)


def operator(*checks: Check, **arguments: Any) -> DataQualityOperator:
    return DataQualityOperator(
        task_id="check", checks=checks, schema="s", tables={"plays": "plays_2"}, **arguments
    )


def counts(plays: int, users: int) -> dict[str, Any]:
    return {"CROSS JOIN": [(plays, users)], "COUNT": [(plays,)]}


def test_green_checks_return_their_number(warehouse: Callable[..., Any], context: Any) -> None:
    connection = warehouse(counts(1, 1))
    assert operator(PLAYS, USERS).execute(context) == 2
    assert 'FROM "s"."plays_2"' in connection.statements[0]
    assert 'FROM "s"."users"' in connection.statements[0]
    assert [text.split()[0] for text in connection.statements[1:]] == [
        "commit",
        "LOCK",
        "INSERT",
        "commit",
        "close",
    ]
    results = context["ti"].xcoms[RESULTS_KEY]
    assert [result["check"] for result in results] == ["plays.row_count", "users.row_count"]
    assert {"severity", "verdict", "seconds", "failing_rows", "passed", "kind"} <= set(results[0])


def test_a_failed_check_fails_the_task_and_is_kept(
    warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse(counts(0, 0))
    with pytest.raises(QualityError) as caught:
        operator(PLAYS, USERS).execute(context)
    assert str(caught.value) == (
        "1 of 2 quality checks failed, 1 warned\n"
        "  ✗ plays.row_count: expected at least 1 row, found 0 rows\n"
        "  ! users.row_count: expected at least 1 row, found 0 rows"
    )
    inserted = next(entry for entry in connection.sent if "INSERT" in str(entry))
    assert {"fail", "warn"} < set(inserted[1])
    verdicts = [result["verdict"] for result in context["ti"].xcoms[RESULTS_KEY]]
    assert verdicts == ["fail", "warn"]


def test_a_warning_tells_the_notifiers_and_keeps_the_task_green(
    warehouse: Callable[..., Any], context: Any
) -> None:
    warehouse(counts(1, 0))
    told: list[Any] = []

    def broken(_: Any) -> None:
        raise OSError("no mail today")

    assert operator(PLAYS, USERS, on_warning=[broken, told.append]).execute(context) == 2
    [heard] = told
    assert heard["ti"] is context["ti"]
    assert [found["check"] for found in heard["quality_warnings"]] == ["users.row_count"]


@pytest.mark.parametrize("users", [0, 1], ids=["beside-a-failure", "without-a-warning"])
def test_nobody_is_told_of_warnings_otherwise(
    users: int, warehouse: Callable[..., Any], context: Any
) -> None:
    warehouse(counts(users, users))
    told: list[Any] = []
    task = operator(PLAYS, USERS, on_warning=told.append)
    if users:
        task.execute(context)
    else:
        with pytest.raises(QualityError):
            task.execute(context)
    assert told == []


def test_results_that_cannot_be_kept_are_a_warning(
    warehouse: Callable[..., Any], context: Any, caplog: pytest.LogCaptureFixture
) -> None:
    connection = warehouse({"LOCK": GONE, **counts(1, 1)})
    assert operator(PLAYS, USERS).execute(context) == 2
    assert connection.statements[-2:] == ["rollback", "close"]
    assert context["ti"].xcoms[RESULTS_KEY]


def test_a_failure_is_told_even_if_it_cannot_be_kept(
    warehouse: Callable[..., Any], context: Any
) -> None:
    warehouse({"LOCK": GONE, **counts(0, 1)})
    with pytest.raises(QualityError, match=r"plays\.row_count"):
        operator(PLAYS, USERS).execute(context)


def test_a_check_that_is_refused_stops_no_other(
    warehouse: Callable[..., Any], context: Any
) -> None:
    broken = ProgrammingError({"C": "42P01", "M": 'relation "broken" does not exist'})
    connection = warehouse({"broken": broken, "COUNT": [(1,)]})
    with pytest.raises(QualityError) as caught:
        operator(PLAYS, RowCount("broken")).execute(context)
    assert str(caught.value) == (
        "1 of 2 quality checks failed\n"
        "  ✗ broken.row_count: expected at least 1 row, found no answer: asking: "
        'relation "broken" does not exist [42P01]'
    )
    # After an error the transaction takes no more statements.
    assert [text.split()[0] for text in connection.statements[:5]] == [
        "SELECT",
        "rollback",
        "SELECT",
        "SELECT",
        "rollback",
    ]


def test_a_lost_connection_is_no_finding(warehouse: Callable[..., Any], context: Any) -> None:
    warehouse({"SELECT": InterfaceError("BrokenPipe: server socket closed")})
    with pytest.raises(ConnectionLostError):
        operator(PLAYS).execute(context)


def test_a_run_can_change_checks(warehouse: Callable[..., Any], context: Any) -> None:
    warehouse(counts(0, 1))
    context["params"]["checks"] = {"plays.*": {"severity": "warn"}, "users.*": {"enabled": False}}
    assert operator(PLAYS, USERS).execute(context) == 1


def test_a_change_of_no_check_is_refused_before_anything_is_asked(
    warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse()
    context["params"]["checks"] = {"playz.row_count": {"enabled": False}}
    with pytest.raises(ValueError, match=r"the checks are\n  plays\.row_count"):
        operator(PLAYS).execute(context)
    assert connection.sent == []


def test_sql_of_ones_own_is_rendered_with_what_is_judged(
    warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse({"COUNT": [(0,)]})
    own = FailingRows("plays", "SELECT 1 FROM {{ judged('plays') }} -- {{ params.x }};", title="x")
    context["params"]["x"] = "seen"
    operator(own).execute(context)
    assert 'SELECT 1 FROM "s"."plays_2" -- seen\n)' in connection.statements[0]


KEY = "log_data/2018/11/2018-11-03-events.json"
AUDIT = [
    ("staging_events", 3, None, 3, None, 3),
    *((name, 4, 3, None, None, 4) for name in (table.name for table in FOLLOWERS)),
]


def of_a_log(*checks: Check, **arguments: Any) -> DataQualityOperator:
    return operator(
        *checks,
        definitions=tuple(TABLES.values()),
        log_key=KEY,
        plays="SELECT 1",
        **arguments,
    )


def test_of_a_run_of_one_log_only_its_rows_are_judged(
    warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse({"GROUP BY target": AUDIT, "COUNT": [(1,)]})
    assert of_a_log(RowCount("users"), RowCount("songs")).execute(context) == 1
    question = connection.sent[1]
    assert question[0].startswith('WITH "judged_plays" AS (')
    assert 'FROM "judged_users"' in question[0]
    assert KEY in question[1]
    inserted = next(entry for entry in connection.sent if "INSERT" in str(entry))
    assert 3 in inserted[1]


def test_a_log_that_is_not_loaded_is_an_error(warehouse: Callable[..., Any], context: Any) -> None:
    warehouse({"GROUP BY target": [("songplays", 1, 1, None, None, None)]})
    with pytest.raises(SourceError, match=f"the log {KEY} is not loaded"):
        of_a_log(RowCount("users")).execute(context)


def test_a_log_that_may_be_missing_leaves_what_does_not_follow_it(
    warehouse: Callable[..., Any], context: Any
) -> None:
    warehouse({"GROUP BY target": [("songs", 1, 1, None, None, 1)], "COUNT": [(1,)]})
    task = of_a_log(RowCount("users"), RowCount("songs"), no_log="empty")
    assert task.execute(context) == 1


def test_a_task_without_checks_is_refused() -> None:
    with pytest.raises(ValueError, match="always be green"):
        operator()


def test_two_checks_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match=r"two checks are called plays\.not_null\(id\)"):
        operator(NotNull("plays", ("id",)), NotNull("plays", ("id",), where="id > 1"))
