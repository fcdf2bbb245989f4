"""The COPY that is sent; failures are explained, secrets shown nowhere."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from redshift_connector.error import InterfaceError

from sparkify.errors import (
    ConnectionLostError,
    LoadError,
    PipelineError,
    SourceError,
    StatementError,
)
from tests.unit.pipeline.staging.subject import (
    SECRET,
    TOKEN,
    copy_of,
    refused,
    stage,
)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        pytest.param({"aws_conn_id": "role"}, "IAM_ROLE 'arn:aws:iam::1:role/load'", id="role"),
        pytest.param(
            {"aws_conn_id": "provider_role"},
            "IAM_ROLE 'arn:aws:iam::1:role/load'",
            id="role-as-the-provider-names-it",
        ),
        pytest.param({"iam_role": "default"}, "IAM_ROLE default", id="role-of-the-task"),
        pytest.param(
            {"aws_conn_id": "long_term"},
            f"ACCESS_KEY_ID 'AKIA' SECRET_ACCESS_KEY '{SECRET}'",
            id="keys-without-token",
        ),
        pytest.param({"region": "us-west-2"}, "REGION 'us-west-2'", id="region-of-the-task"),
        pytest.param({"jsonpaths": "auto"}, "FORMAT AS JSON 'auto'", id="auto"),
        pytest.param(
            {"jsonpaths": "auto ignorecase"}, "FORMAT AS JSON 'auto ignorecase'", id="ignorecase"
        ),
        pytest.param(
            {"jsonpaths": "s3://other/paths.json"},
            "FORMAT AS JSON 's3://other/paths.json'",
            id="jsonpaths-in-another-bucket",
        ),
        pytest.param({"file_format": "CSV", "jsonpaths": None}, "FORMAT AS CSV", id="csv"),
        pytest.param({"options": {"ACCEPTINVCHARS": True}}, "ACCEPTINVCHARS", id="option"),
    ],
)
def test_the_copy_has_the_line(
    changes: dict[str, Any], line: str, warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse({"pg_last_copy_count": [(1,)]})
    stage(**changes).execute(context)
    assert line in copy_of(connection).splitlines()


def test_without_a_region_the_bucket_is_in_the_region_of_the_cluster(
    warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse({"pg_last_copy_count": [(1,)]})
    stage(aws_conn_id="long_term", region="").execute(context)
    assert "REGION" not in copy_of(connection)


def test_a_connection_without_keys_or_role_is_refused(
    warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse()
    with pytest.raises(SourceError, match="nothing has neither keys nor a role"):
        stage(aws_conn_id="nothing").execute(context)
    assert connection.sent == []


LOAD_FAILED = refused("XX000", "Load into table 'staging_events' failed.  Check 'stl_load_errors'")
ERROR_ROW = (
    "s3://sparkify/log_data/x.json",
    3,
    "length",
    "float8",
    "0",
    12,
    "abc",
    1208,
    "Invalid digit",
)


def test_a_failed_load_shows_the_refused_records(
    warehouse: Callable[..., Any], context: Any
) -> None:
    too_long = ("s3://sparkify/y.json", 1, "artist", "varchar", "1024", 0, "x" * 200, 1204, "Too…")
    connection = warehouse(
        {
            "COPY": LOAD_FAILED,
            "pg_last_copy_id": [(42,)],
            "stl_load_errors": [ERROR_ROW, too_long],
        }
    )
    with pytest.raises(LoadError) as caught:
        stage().execute(context)
    assert str(caught.value).splitlines()[1:] == [
        "  s3://sparkify/log_data/x.json line 3: column length (float8): Invalid digit [1208], "
        "value 'abc'",
        "  s3://sparkify/y.json line 1: column artist (varchar(1024)): Too… [1204], "
        f"value '{'x' * 80}…'",
    ]
    # The records are asked for when the failed transaction is undone, by the COPY's own number.
    assert connection.statements[2:4] == ["rollback", "SELECT pg_last_copy_id()"]
    assert connection.sent[4][1] == (42,)
    assert connection.statements[5:] == ["rollback", "close"]


def test_where_only_sys_views_may_be_read_the_records_come_from_there(
    warehouse: Callable[..., Any], context: Any
) -> None:
    """Serverless, and clusters in several zones: only the records' values are not there."""
    connection = warehouse(
        {
            r"MAX\(query_id\)": [(43,)],
            "COPY": LOAD_FAILED,
            "pg_last_copy_id": [(42,)],
            "stl_load_errors": refused("42501", "permission denied for relation stl_load_errors"),
            "pg_backend_pid": [(77,)],
            "sys_load_error_detail": [(*ERROR_ROW[:6], "", *ERROR_ROW[7:])],
        }
    )
    with pytest.raises(LoadError) as caught:
        stage().execute(context)
    assert str(caught.value).splitlines()[1:] == [
        "  s3://sparkify/log_data/x.json line 3: column length (float8): Invalid digit [1208]"
    ]
    asked = connection.statements
    denied = next(number for number, text in enumerate(asked) if "FROM stl_load_errors" in text)
    assert asked[denied + 1] == "rollback"
    assert asked[denied + 2] == "SELECT pg_backend_pid()"
    # There it has another number.
    assert [entry[1] for entry in connection.sent[denied + 3 : denied + 5]] == [(77,), (43,)]


def test_a_copy_that_the_session_forgot_is_found_by_its_process(
    warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse(
        {
            r"MAX\(query_id\)": [(43,)],
            "COPY": LOAD_FAILED,
            "pg_last_copy_id": [(-1,)],
            "pg_backend_pid": [(77,)],
            "sys_load_error_detail": [(*ERROR_ROW[:6], "", *ERROR_ROW[7:])],
        }
    )
    with pytest.raises(LoadError, match="line 3: column length"):
        stage().execute(context)
    assert connection.sent[4] == "SELECT pg_backend_pid()"
    assert [entry[1] for entry in connection.sent[5:7]] == [(77,), (43,)]


def test_many_refused_records_are_cut_short(warehouse: Callable[..., Any], context: Any) -> None:
    warehouse(
        {"COPY": LOAD_FAILED, "pg_last_copy_id": [(42,)], "stl_load_errors": [ERROR_ROW] * 11}
    )
    with pytest.raises(LoadError) as caught:
        stage().execute(context)
    lines = str(caught.value).splitlines()
    assert len(lines) == 1 + 10 + 1
    assert lines[-1] == "  … and more in sys_load_error_detail"


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        pytest.param(
            refused("XX000", "The specified S3 prefix 'log_data/x' does not exist"),
            SourceError,
            "S3 prefix 'log_data/x' does not exist",
            id="missing-prefix",
        ),
        pytest.param(
            InterfaceError("BrokenPipe: server socket closed."),
            ConnectionLostError,
            "BrokenPipe",
            id="lost-connection",
        ),
    ],
)
def test_other_failures_are_told_as_they_are(
    error: Exception,
    kind: type[PipelineError],
    text: str,
    warehouse: Callable[..., Any],
    context: Any,
) -> None:
    connection = warehouse({"COPY": error, "pg_last_copy_id": [(-1,)]})
    with pytest.raises(kind, match=text):
        stage().execute(context)
    assert "commit" not in connection.statements


LEAKY = [
    pytest.param(
        refused("42601", f'syntax error at or near "x" in context "KEY \'{SECRET[:6]}", at line 4'),
        id="piece-of-the-statement",
    ),
    pytest.param(refused("XX000", f"Load into table failed: {SECRET} {TOKEN}"), id="whole-secret"),
    pytest.param(InterfaceError(f"cannot send COPY … {SECRET}"), id="error-of-the-driver"),
]


@pytest.mark.parametrize("error", LEAKY)
def test_no_secret_shows(
    error: Exception,
    warehouse: Callable[..., Any],
    context: Any,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    record = (*ERROR_ROW[:6], SECRET, 1208, f"reason {TOKEN}")
    warehouse({"COPY": error, "pg_last_copy_id": [(42,)], "stl_load_errors": [record]})
    operator = stage()
    with pytest.raises(PipelineError) as caught:
        operator.execute(context)
    printed = capfd.readouterr()
    shown = "".join(
        [
            str(caught.value),
            repr(caught.value),
            caplog.text,
            printed.out,
            printed.err,
            json.dumps(context["ti"].xcoms),
            str([getattr(operator, name) for name in operator.template_fields]),
            str(vars(operator)),
        ]
    )
    for secret in (SECRET, TOKEN, SECRET[:6]):
        assert secret not in shown
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_secret_that_no_statement_can_hold_is_not_repeated(
    warehouse: Callable[..., Any], context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "AIRFLOW_CONN_NUL", json.dumps({"conn_type": "aws", "login": "A", "password": "hid\0den"})
    )
    connection = warehouse()
    with pytest.raises(StatementError, match="must not contain NUL") as caught:
        stage(aws_conn_id="nul").execute(context)
    assert "hid" not in str(caught.value)
    assert connection.sent == []


def test_credentials_are_in_no_template_field() -> None:
    assert not {"sql", "statement", "credentials", "options"} & set(stage().template_fields)
