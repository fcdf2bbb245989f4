"""What the web server says of a warehouse that has no history to give."""

import asyncio
import gc
import json
import socket
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from sparkify.errors import ConnectionLostError, LoginError, ServiceError, StatementError
from sparkify.monitoring import source
from sparkify.monitoring.history import NoHistoryError
from sparkify.monitoring.page import DAG_ID
from sparkify.monitoring.source import Kept, UnavailableError, session
from tests.ports import refusing_port

pytestmark = pytest.mark.medium

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of Airflow's web server, about the libraries it uses
    from sparkify.monitoring import web

SECRET = "hush-hush-5000"


def wire(monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    connection = {"conn_type": "redshift", "host": "127.0.0.1", "login": "me", "password": SECRET}
    connection |= {"schema": "dev", "extra": {"sslmode": "verify-ca"}} | values
    monkeypatch.setenv("AIRFLOW_CONN_REDSHIFT", json.dumps(connection))
    monkeypatch.setenv("AIRFLOW_VAR_SPARKIFY_REDSHIFT_CONN_ID", "redshift")
    monkeypatch.setenv("AIRFLOW_VAR_SPARKIFY_SCHEMA", "public")


@contextmanager
def silent_server() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def ask(path: str) -> httpx.Response:
    """What somebody who may read the DAG is given."""
    app = web.application()
    app.dependency_overrides[web.may_read] = lambda: DAG_ID

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://airflow") as client:
            return await client.get(path)

    return asyncio.run(send())


PATHS = ("/history", "/run?run_id=x")


@pytest.mark.parametrize("path", PATHS)
def test_a_warehouse_that_is_down(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with refusing_port() as port:
        wire(monkeypatch, port=port)
        answer = ask(path)
    assert answer.status_code == 503
    assert "The warehouse does not answer." in answer.text
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # the driver leaves it to Python
@pytest.mark.parametrize("path", PATHS)
def test_a_warehouse_that_hangs(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "TIMEOUT", 1)
    with silent_server() as port:
        wire(monkeypatch, port=port)
        answer = ask(path)
        gc.collect()
    assert answer.status_code == 503
    assert "The warehouse does not answer." in answer.text


def test_a_connection_that_nobody_made(monkeypatch: pytest.MonkeyPatch) -> None:
    wire(monkeypatch)
    monkeypatch.setenv("AIRFLOW_VAR_SPARKIFY_REDSHIFT_CONN_ID", "unknown_one")
    answer = ask("/history")
    assert answer.status_code == 404
    assert "Airflow has no connection &#39;unknown_one&#39; to the warehouse." in answer.text


@pytest.mark.parametrize(
    ("error", "text", "passing"),
    [
        pytest.param(ConnectionLostError("x"), "does not answer", True, id="lost"),
        pytest.param(LoginError("x"), "refuses user, password", True, id="login"),
        pytest.param(ServiceError("x"), "busy", True, id="busy"),
        pytest.param(StatementError("x"), "log has its reason", True, id="anything else"),
        pytest.param(NoHistoryError("x"), "first run of the DAG", False, id="no tables"),
    ],
)
def test_a_reason_for_each_error(
    error: Exception, text: str, passing: bool, warehouse: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire(monkeypatch)
    connection = warehouse()
    monkeypatch.setattr("sparkify.warehouse.connect", lambda hook: connection)
    with pytest.raises(UnavailableError, match=text) as caught, session():
        raise error
    assert caught.value.passing is passing
    assert connection.sent == ["SET statement_timeout TO 5000", "close"]


def test_the_limit_is_the_drivers_too(warehouse: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Mapping[str, Any]] = []
    connection = warehouse()

    def connect(hook: Any) -> Any:
        seen.append(hook.conn.extra_dejson)
        return connection

    monkeypatch.setattr("sparkify.warehouse.connect", connect)
    for extra in ({"sslmode": "verify-ca"}, {"timeout": 2}):
        wire(monkeypatch, extra=extra)
        with session():
            pass
    assert seen == [{"timeout": 5, "sslmode": "verify-ca"}, {"timeout": 2}]


def test_answers_and_refusals_hold_for_a_few_seconds() -> None:
    now = 0.0
    asked: list[str] = []

    def answer(key: str) -> str:
        asked.append(key)
        if key == "bad":
            raise UnavailableError("down")
        return key.upper()

    kept = Kept(answer, clock=lambda: now)
    assert [kept.get("a"), kept.get("a"), kept.get("b")] == ["A", "A", "B"]
    for _ in range(2):
        with pytest.raises(UnavailableError, match="down"):
            kept.get("bad")
    assert asked == ["a", "b", "bad"]
    now = source.FRESH + 0.1
    assert kept.get("a") == "A"
    assert asked == ["a", "b", "bad", "a"]


def test_no_more_than_a_few_answers_are_kept() -> None:
    asked: list[int] = []

    def answer(key: int) -> str:
        asked.append(key)
        return str(key)

    kept = Kept(answer, clock=lambda: 0.0)
    for key in range(source.KEPT + 1):
        kept.get(key)
    kept.get(0)
    assert asked[-1] == 0
    assert len(asked) == source.KEPT + 2
