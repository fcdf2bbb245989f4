"""Loads and scripts: one transaction each, rows counted."""

from collections.abc import Callable
from typing import Any

import pytest
from redshift_connector.error import ProgrammingError
from sparkify.errors import StatementError
from sparkify.operators import LoadDimensionOperator, LoadFactOperator, SqlScriptOperator

UNDEFINED = ProgrammingError({"C": "42P01", "M": 'relation "x" does not exist'})


def load(**changes: Any) -> LoadDimensionOperator:
    arguments = {
        "task_id": "load",
        "table": "users",
        "schema": "public",
        "columns": ("user_id", "level"),
        "sql": "SELECT 1, 2;\n",
        "key": ("user_id",),
    }
    return LoadDimensionOperator(**(arguments | changes))


@pytest.mark.parametrize("mode", ["append", "replace", "delete_insert", "merge"])
def test_a_load_is_one_transaction_and_returns_the_rows_of_its_select(
    mode: str, warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse({"SELECT 1, 2": 96, "DELETE": 5, "MERGE": -1})
    assert load(mode=mode).execute(context) == 96
    assert connection.statements[-2:] == ["commit", "close"]
    assert connection.statements.count("commit") == 1
    assert not any(text.rstrip().endswith(";") for text in connection.statements)


def test_a_failed_load_is_undone(warehouse: Callable[..., Any], context: Any) -> None:
    connection = warehouse({"DELETE": UNDEFINED})
    with pytest.raises(StatementError, match="deleting the rows of users that are replaced: rel"):
        load().execute(context)
    assert connection.statements[-2:] == ["rollback", "close"]
    assert "commit" not in connection.statements


def test_wrong_arguments_show_when_the_dag_is_parsed() -> None:
    with pytest.raises(ValueError, match="needs the key"):
        load(key=())
    with pytest.raises(ValueError, match="'upsert' is not a valid LoadMode"):
        load(mode="upsert")


def test_facts_and_dimensions_differ_in_colour_alone() -> None:
    assert LoadFactOperator.ui_color == "#F98866"
    assert LoadDimensionOperator.ui_color == "#80BD9E"
    assert LoadFactOperator.execute.__wrapped__ is LoadDimensionOperator.execute.__wrapped__  # type: ignore[attr-defined]


def test_a_script_sends_one_statement_at_a_time_in_one_transaction(
    warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse()
    script = "-- about; it\nCREATE TABLE a (x INTEGER);\n\nCREATE TABLE b (y VARCHAR(9));\n"
    assert SqlScriptOperator(task_id="script", sql=script).execute(context) == 2
    assert connection.statements == [
        "CREATE TABLE a (x INTEGER)",
        "CREATE TABLE b (y VARCHAR(9))",
        "commit",
        "close",
    ]


def test_a_script_is_done_wholly_or_not_at_all(warehouse: Callable[..., Any], context: Any) -> None:
    connection = warehouse({"TABLE b": UNDEFINED})
    with pytest.raises(StatementError, match=r"^CREATE TABLE b \(y: relation"):
        SqlScriptOperator(
            task_id="script", sql="CREATE TABLE a (x INT); CREATE TABLE b (y INT)"
        ).execute(context)
    assert connection.statements[-2:] == ["rollback", "close"]
