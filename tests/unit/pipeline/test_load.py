"""Loads and scripts: one transaction each, rows counted."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from redshift_connector.error import ProgrammingError

from sparkify.errors import ConflictError, StatementError
from sparkify.loading import LoadMode
from sparkify.operators import LoadDimensionOperator, LoadFactOperator, SqlScriptOperator
from sparkify.star import STAGING_EVENTS, by_name
from sparkify.table import Table, TableKind
from sparkify.warehouse import CONFLICT_TRIES

UNDEFINED = ProgrammingError({"C": "42P01", "M": 'relation "x" does not exist'})


def table(**changes: Any) -> Table:
    arguments: dict[str, Any] = {
        "name": "users",
        "kind": TableKind.DIMENSION,
        "columns": {"user_id": "integer", "level": "character varying(4)"},
        "sql": "users.sql",
        "task_id": "load",
        "key": ("user_id",),
    }
    return Table(**(arguments | changes))


def load(**changes: Any) -> LoadDimensionOperator:
    arguments: dict[str, Any] = {"task_id": "load", "definition": table(), "schema": "public"}
    operator = LoadDimensionOperator(**(arguments | changes))
    operator.sql = "SELECT 1, 2;\n"  # as it is when the template is rendered
    return operator


@pytest.mark.parametrize("mode", ["append", "replace", "delete_insert", "merge"])
def test_a_load_is_one_transaction_and_returns_the_rows_of_its_select(
    mode: str, warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse(
        {
            r"SELECT MAX\(load_id": [(7,)],
            "load_audit": 1,
            "SELECT 1, 2": 96,
            "DELETE": 5,
            "MERGE": -1,
        }
    )
    assert load(mode=mode).execute(context) == 96
    assert connection.statements[0] == 'LOCK "public"."load_audit", "public"."users"'
    values = next(entry[1] for entry in connection.sent if 'INTO "public"."load_audit' in entry[0])
    assert values[:4] == (8, "adhoc_airflow", "a run", "load")
    assert values[6:8] == ("users", "loaded")
    assert connection.statements[-2:] == ["commit", "close"]
    assert connection.statements.count("commit") == 1
    assert not any(text.rstrip().endswith(";") for text in connection.statements)


def test_a_failed_load_is_undone(warehouse: Callable[..., Any], context: Any) -> None:
    connection = warehouse({"DELETE": UNDEFINED})
    with pytest.raises(StatementError, match="deleting the rows of users that are replaced: rel"):
        load().execute(context)
    assert connection.statements[-2:] == ["rollback", "close"]
    assert "commit" not in connection.statements


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({"key": ()}, "dimension users needs its key", id="no-key"),
        pytest.param({"sql": ""}, "dimension users needs its sql", id="no-sql"),
        pytest.param({"sql": "SELECT 1"}, "'SELECT 1' is no .sql file", id="sql-that-is-no-file"),
        pytest.param({"task_id": ""}, "needs its task_id", id="no-task"),
        pytest.param({"columns": {}}, "has no columns", id="no-columns"),
        pytest.param({"key": ("id",)}, "id in its key, but not in its columns", id="unknown-key"),
        pytest.param({"personal": {"x"}}, "x in its personal", id="unknown-personal-column"),
        pytest.param({"mode": "upsert"}, "'upsert' is not a valid LoadMode", id="unknown-mode"),
        pytest.param(
            {"mode": LoadMode.MERGE, "key": ("user_id", "level")},
            "nothing to update",
            id="merge-of-keys-alone",
        ),
        pytest.param({"name": ""}, "must not be empty", id="no-name"),
        pytest.param({"kind": "dim"}, "'dim' is not a valid TableKind", id="unknown-kind"),
        *(
            pytest.param(
                {"columns": {"user_id": wrong}},
                f"user_id is of type '{re.escape(wrong)}', which is none of smallint, integer",
                id=f"type-{wrong}",
            )
            for wrong in ("varchr", "int4", "character varying (4)", "integer(", "")
        ),
    ],
)
def test_a_definition_that_cannot_work_is_refused(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        table(**changes)


@pytest.mark.parametrize(
    ("tables", "problem"),
    [
        pytest.param([table(), table()], "two tables are called users", id="same-name"),
        pytest.param(
            [table(sources=("staging_x",))], "its source staging_x is no staging", id="no-source"
        ),
        pytest.param(
            [STAGING_EVENTS, table(sources=("staging_events",), grain=("hour",))],
            "a play has no hour: name the columns of a play",
            id="grain-that-no-play-has",
        ),
        pytest.param(
            [STAGING_EVENTS, table(sources=("staging_events",), latest="hour")],
            "a play has no hour: name the columns of a play",
            id="latest-that-no-play-has",
        ),
    ],
)
def test_tables_that_do_not_fit_together_are_refused(tables: list[Table], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        by_name(*tables)


def test_only_facts_and_dimensions_are_loaded_from_a_select() -> None:
    with pytest.raises(ValueError, match="staging_events is no fact or dimension, but staging"):
        LoadFactOperator(task_id="x", definition=STAGING_EVENTS)


def test_a_conflict_is_tried_again_within_the_task(
    warehouse: Callable[..., Any], context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sparkify.warehouse.CONFLICT_WAIT", 0.0)
    conflict = ProgrammingError(
        {"C": "XX000", "M": "1023", "D": "Serializable isolation violation"}
    )
    connection = warehouse({"INSERT": conflict})
    with pytest.raises(ConflictError, match="1023"):
        load().execute(context)
    assert connection.statements.count("rollback") == CONFLICT_TRIES >= 10
    assert (
        connection.statements.count('LOCK "public"."load_audit", "public"."users"')
        == CONFLICT_TRIES
    )


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
