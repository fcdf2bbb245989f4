"""What a session waits for has limits, and what interrupts a task is not held up by a warehouse."""

import json
from typing import Any

import pytest
import redshift_connector
from airflow.providers.amazon.aws.hooks.redshift_sql import RedshiftSQLHook
from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowTaskTimeout
from redshift_connector.error import ProgrammingError

from sparkify.warehouse import WarehouseSession, connect

PROBES = {"tcp_keepalive_idle": 60, "tcp_keepalive_interval": 10, "tcp_keepalive_count": 6}


class FakeSocket:
    """Remembers its limit."""

    limit: float | None = None

    def settimeout(self, seconds: float) -> None:
        self.limit = seconds


class FakeConnection:
    """What the driver gives, as far as it matters here."""

    def __init__(self, arguments: dict[str, Any]) -> None:
        self.arguments = arguments
        self._usock = FakeSocket()
        self.autocommit = False
        self.sent: list[tuple[str, bool]] = []
        self.closed = False

    def cursor(self) -> "FakeConnection":
        return self

    def execute(self, sql: str) -> None:
        self.sent.append((sql, self.autocommit))
        if "refused" in str(self.arguments.get("user")):
            raise ProgrammingError({"C": "42501", "M": "permission denied"})

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[FakeConnection]:
    """The connections that were made."""
    made: list[FakeConnection] = []

    def make(
        tcp_keepalive_idle: int,
        tcp_keepalive_interval: int,
        tcp_keepalive_count: int,
        **others: Any,
    ) -> FakeConnection:
        probes = (tcp_keepalive_idle, tcp_keepalive_interval, tcp_keepalive_count)
        made.append(FakeConnection({**dict(zip(PROBES, probes, strict=True)), **others}))
        return made[-1]

    monkeypatch.setattr(redshift_connector, "connect", make)
    return made


def hook(extra: dict[str, Any], login: str = "awsuser") -> RedshiftSQLHook:
    made = RedshiftSQLHook(redshift_conn_id="redshift")
    made.conn = Connection(
        conn_id="redshift", conn_type="redshift", login=login, extra=json.dumps(extra)
    )
    return made


@pytest.mark.parametrize(
    ("extra", "arguments", "statements", "milliseconds"),
    [
        pytest.param({}, {"timeout": 30.0, **PROBES}, 3600, 3240000, id="ours"),
        pytest.param(
            {"sslmode": "verify-ca", "timeout": 7200, "tcp_keepalive_idle": 5},
            {"sslmode": "verify-ca", "timeout": 7200, **PROBES, "tcp_keepalive_idle": 5},
            7200,
            6480000,
            id="the-connection's",
        ),
    ],
)
def test_a_session_has_limits(
    extra: dict[str, Any],
    arguments: dict[str, Any],
    statements: float,
    milliseconds: int,
    opened: list[FakeConnection],
) -> None:
    connect(hook(extra))
    [connection] = opened
    assert connection.arguments == {"user": "awsuser", **arguments}
    assert connection._usock.limit == statements
    # Outside a transaction: what is set inside is gone when that is undone.
    assert connection.sent == [(f"SET statement_timeout TO {milliseconds}", True)]
    assert not connection.autocommit


def test_a_driver_without_settings_for_probes_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, Any]] = []

    def make(user: str, timeout: float) -> FakeConnection:
        seen.append({"user": user, "timeout": timeout})
        return FakeConnection({})

    monkeypatch.setattr(redshift_connector, "connect", make)
    connect(hook({}))
    assert seen == [{"user": "awsuser", "timeout": 30.0}]


def test_a_connection_whose_limits_are_refused_is_closed(opened: list[FakeConnection]) -> None:
    with pytest.raises(Exception, match="permission denied"):
        connect(hook({}, login="refused"))
    assert opened[0].closed


def test_a_task_that_is_interrupted_asks_the_warehouse_for_nothing_more(
    warehouse: Any,
) -> None:
    connection = warehouse({})

    def work() -> None:
        raise AirflowTaskTimeout("Timeout, PID: 1")

    with pytest.raises(AirflowTaskTimeout):
        WarehouseSession(connection).atomically(work)
    assert connection.statements == []
