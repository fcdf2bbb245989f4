"""Which errors are worth another try; and none shows a secret."""

import struct
from datetime import timedelta
from typing import Any

import pytest
from airflow.sdk import RetryAction
from airflow.sdk.exceptions import AirflowNotFoundException
from redshift_connector.error import InterfaceError, OperationalError, ProgrammingError

from sparkify.errors import (
    ConflictError,
    ConnectionLostError,
    LoadError,
    LoginError,
    PermanentError,
    PipelineError,
    QualityError,
    ServiceError,
    SourceError,
    StatementError,
    classify,
    redact,
    translate,
)
from sparkify.retry import PipelineRetryPolicy


def server(code: str, message: str, detail: str = "") -> ProgrammingError:
    return ProgrammingError({"S": "ERROR", "C": code, "M": message, "D": detail})


S3 = "S3ServiceException:{},Status {},Error {},Rid 1,ExtRid 2,CanRetry 1"
CASES: list[tuple[str, BaseException, type[PipelineError]]] = [
    (
        "store-down",
        server("XX000", 'S3ServiceException:Could not connect to the endpoint URL: "http://s3"'),
        ServiceError,
    ),
    (
        "refused-key-on-two-lines",
        server("XX000", "S3ServiceException:Access Denied,\nStatus 403,Error AccessDenied"),
        SourceError,
    ),
    (
        "store-of-unknown-authority",
        server("XX000", "S3ServiceException:SSL validation failed for https://s3"),
        SourceError,
    ),
    (
        "bad-record",
        server("XX000", "Load into table 't' failed.  Check 'stl_load_errors'"),
        LoadError,
    ),
    (
        "missing-prefix",
        server("XX000", "The specified S3 prefix 'a/b' does not exist"),
        SourceError,
    ),
    ("refused-key", server("XX000", S3.format("Access Denied", 403, "AccessDenied")), SourceError),
    (
        "wrong-secret",
        server("XX000", S3.format("The request signature we…", 403, "SignatureDoesNotMatch")),
        SourceError,
    ),
    (
        "wrong-region",
        server("XX000", S3.format("The bucket you are attempting to access…", 301, "Moved")),
        SourceError,
    ),
    ("missing-bucket", server("XX000", S3.format("…", 404, "NoSuchBucket")), SourceError),
    (
        "expired-token",
        server("XX000", S3.format("The provided token has expired.", 400, "ExpiredToken")),
        ServiceError,
    ),
    ("busy-s3", server("XX000", S3.format("Slow down", 503, "SlowDown")), ServiceError),
    ("wrong-password", InterfaceError({"S": "FATAL", "C": "28000", "M": "no"}), LoginError),
    ("no-password", InterfaceError("server requesting … but no password was provided"), LoginError),
    ("missing-database", server("3D000", 'database "x" does not exist'), LoginError),
    ("syntax", server("42601", 'syntax error at or near "x"'), StatementError),
    ("unknown-table", server("42P01", 'relation "x" does not exist'), StatementError),
    ("not-emulated", server("0A000", "not emulated: CREATE INDEX"), StatementError),
    ("too-long", server("XX000", "Value too long for character type"), StatementError),
    (
        "serializable",
        server("XX000", "1023", "Serializable isolation violation on table"),
        ConflictError,
    ),
    (
        "snapshot",
        server("XX000", "could not complete because of conflict with concurrent transaction"),
        ConflictError,
    ),
    ("dropped-meanwhile", server("XX000", "1018", "Relation does not exist."), ConflictError),
    ("administrator", server("57P01", "terminating connection"), ConnectionLostError),
    ("cancelled", server("57014", "Query (150) canceled on user's request"), ServiceError),
    ("too-many-clients", server("53300", "connection limit exceeded"), ServiceError),
    ("disk", server("XX000", "Disk Full"), ServiceError),
    (
        "refused",
        InterfaceError("communication error", ConnectionRefusedError(111, "x")),
        ConnectionLostError,
    ),
    ("timed-out", OperationalError("connection time out", TimeoutError()), ConnectionLostError),
    ("cut-message", struct.error("unpack requires a buffer of 4 bytes"), ConnectionLostError),
    ("reset", ConnectionResetError(104, "reset by peer"), ConnectionLostError),
    ("silent", TimeoutError("timed out"), ConnectionLostError),
    ("no-message-of-the-protocol", KeyError(b"\xbc"), ConnectionLostError),
    (
        "no-text",
        UnicodeDecodeError("utf-8", b"\xbc", 0, 1, "invalid start byte"),
        ConnectionLostError,
    ),
    ("driver-misuse", ProgrammingError("no result set"), StatementError),
]


@pytest.mark.parametrize(("error", "kind"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_an_error_is_sorted_by_what_to_do(error: BaseException, kind: type[PipelineError]) -> None:
    assert classify(error) is kind


LIMIT = "the limit of a statement's time is over, which is `timeout` in the connection's extra"
TEXTS: list[tuple[str, BaseException, str]] = [
    ("silent", TimeoutError("timed out"), f"no answer, and {LIMIT}"),
    (
        "cancelled",
        server("57014", "Query (150) canceled on user's request"),
        f"Query (150) canceled on user's request [57014]; somebody did it, or {LIMIT}",
    ),
    (
        "nonsense",
        KeyError(b"\xbc"),
        r"the answer is not of the protocol (KeyError: b'\xbc')",
    ),
    (
        "advice-of-the-driver",
        InterfaceError(
            "BrokenPipe: server socket closed. We noticed a timeout is set for this connection. "
            "Consider raising the timeout or defaulting timeout to none."
        ),
        "BrokenPipe: server socket closed",
    ),
]


@pytest.mark.parametrize(("error", "text"), [case[1:] for case in TEXTS], ids=[c[0] for c in TEXTS])
def test_an_error_names_its_cause(error: BaseException, text: str) -> None:
    assert str(translate(error, "loading users")) == f"loading users: {text}"


def test_a_translated_error_tells_what_was_done_and_what_the_server_said() -> None:
    detail = (
        "\n  -----------------------------------------------\n  error:  S3ServiceException:…\n"
        "  code:      8001\n  -----------------------------------------------\n"
    )
    error = translate(server("XX000", "S3ServiceException:…", detail), "COPY into t")
    assert str(error) == (
        "COPY into t: S3ServiceException:… [XX000] (error: S3ServiceException:… code: 8001)"
    )


def test_our_own_errors_pass_unchanged() -> None:
    error = LoadError("x")
    assert translate(error, "anything") is error


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        pytest.param("key 'abc' refused", "key '***' refused", id="whole"),
        pytest.param("abcd", "***", id="longest-first"),
        pytest.param(
            'syntax error at or near "x" in context "SECRET_ACCESS_KEY \'ab", at line 4',
            'syntax error at or near "x", at line 4',
            id="piece-in-a-context",
        ),
        pytest.param('near "x" in context "…\nKEY \'ab"', 'near "x"', id="context-at-the-end"),
    ],
)
def test_secrets_are_cut_out(text: str, clean: str) -> None:
    assert redact(text, ["abc", "abcd", ""]) == clean


@pytest.mark.parametrize(
    ("error", "action"),
    [
        pytest.param(LoadError("x"), RetryAction.FAIL, id="bad-data"),
        pytest.param(SourceError("x"), RetryAction.FAIL, id="missing-prefix"),
        pytest.param(LoginError("x"), RetryAction.FAIL, id="wrong-password"),
        pytest.param(StatementError("x"), RetryAction.FAIL, id="syntax-error"),
        pytest.param(QualityError("x"), RetryAction.FAIL, id="failed-check"),
        pytest.param(AirflowNotFoundException("x"), RetryAction.FAIL, id="missing-connection"),
        pytest.param(ValueError("x"), RetryAction.FAIL, id="mistake"),
        pytest.param(ConnectionLostError("x"), RetryAction.RETRY, id="lost-connection"),
        pytest.param(ConflictError("x"), RetryAction.RETRY, id="conflict"),
        pytest.param(ServiceError("x"), RetryAction.RETRY, id="busy-service"),
        pytest.param(RuntimeError("x"), RetryAction.RETRY, id="anything-else"),
    ],
)
def test_the_policy_retries_what_may_pass(
    error: BaseException, action: RetryAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sparkify.retry.Variable.get", lambda name, default: default)
    assert PipelineRetryPolicy().evaluate(error, 1, 3).action is action


@pytest.mark.parametrize(
    ("value", "delay"),
    [
        pytest.param(None, None, id="unset-leaves-the-task's-own"),
        pytest.param("0", timedelta(0), id="none"),
        pytest.param("12.5", timedelta(seconds=12.5), id="seconds"),
        pytest.param("-1", timedelta(0), id="never-negative"),
        pytest.param("soon", None, id="no-number"),
    ],
)
def test_the_delay_comes_from_a_variable(
    value: Any, delay: timedelta | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sparkify.retry.Variable.get", lambda name, default: value)
    assert PipelineRetryPolicy().evaluate(ConflictError("x"), 1, 3).retry_delay == delay


def test_every_error_is_permanent_or_passing() -> None:
    from sparkify.errors import RULES, TransientError

    assert all(issubclass(rule.kind, PermanentError | TransientError) for rule in RULES)
