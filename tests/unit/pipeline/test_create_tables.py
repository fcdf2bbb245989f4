"""Tables are made where they are missing, and only looked at where they are not."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from redshift_connector.error import ProgrammingError

from sparkify.errors import ConflictError, StatementError
from sparkify.operators import CreateTablesOperator
from sparkify.star import LOAD_AUDIT, STAGING_EVENTS, USERS
from sparkify.table import Table

TABLES = (LOAD_AUDIT, STAGING_EVENTS, USERS)
SCRIPT = "CREATE TABLE a (x INT); CREATE TABLE b (x INT);"


def create(log_key: str = "") -> CreateTablesOperator:
    return CreateTablesOperator(
        task_id="create", sql=SCRIPT, definitions=TABLES, schema="public", log_key=log_key
    )


def columns(tables: Sequence[Table], *, without: str = "") -> list[tuple[str, str]]:
    """What svv_columns says of the tables."""
    return [(t.name, column) for t in tables for column in t.columns if column != without]


def test_where_all_tables_are_there_nothing_is_sent(
    warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse({"svv_columns": columns(TABLES)})
    assert create().execute(context) == 0
    assert connection.statements[1:] == ["commit", "close"]
    assert connection.sent[0][1] == ("public",)


@pytest.mark.parametrize("log_key", ["", "a-log"], ids=["full-load", "day"])
def test_where_one_is_missing_the_script_is_sent(
    log_key: str, warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse({"svv_columns": columns(TABLES[:2])})
    assert create(log_key).execute(context) == 1
    assert connection.statements[1:3] == ["CREATE TABLE a (x INT)", "CREATE TABLE b (x INT)"]


def test_a_staging_table_of_an_earlier_version_is_made_anew_by_a_full_load_only(
    warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse({"svv_columns": columns(TABLES, without="log_key")})
    with pytest.raises(StatementError, match="staging_events lacks log_key: it was made by an"):
        create("a-log").execute(context)
    assert create().execute(context) == 1
    assert 'DROP TABLE "public"."staging_events"' in connection.statements


def test_a_table_of_the_star_is_never_dropped(warehouse: Callable[..., Any], context: Any) -> None:
    connection = warehouse({"svv_columns": columns(TABLES, without="level_at")})
    with pytest.raises(StatementError, match="users lacks level_at"):
        create().execute(context)
    assert not any("DROP" in text for text in connection.statements)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ('relation "a" already exists', ConflictError),
        ("tuple concurrently updated", ConflictError),
        ("permission denied for schema public", StatementError),
    ],
)
def test_two_that_make_the_same_tables_at_once_are_a_conflict(
    message: str,
    kind: type[Exception],
    warehouse: Callable[..., Any],
    context: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sparkify.warehouse.CONFLICT_WAIT", 0.0)
    warehouse({"CREATE TABLE b": ProgrammingError({"C": "42501", "M": message})})
    with pytest.raises(kind, match=message.partition('"')[0]):
        create().execute(context)
