"""Sessions that end: cancelled, given up, left by their clients, or with the server."""

import os
import socket
import struct
import threading
from collections import deque
from contextlib import closing
from typing import Any

import psycopg
import psycopg2
import psycopg2.errors
import pytest

from sparkify_harness.redshift.front.server import Server
from tests.redshift.wire.connecting import (
    DEADLINE,
    libpq,
)
from tests.unit.wire.fake_backend import FakeBackends
from tests.waiting import eventually


def test_a_client_that_leaves_in_mid_statement_is_noticed(
    server: Server, backends: FakeBackends
) -> None:
    connection = psycopg2.connect(**libpq(server))
    descriptor = os.dup(connection.fileno())
    backend = None

    def run() -> None:
        with pytest.raises(psycopg2.Error):
            connection.cursor().execute("wait")

    thread = threading.Thread(target=run)
    thread.start()
    assert eventually(lambda: bool(backends.backends))
    backend = backends.backends[0]
    assert eventually(backend.waiting.is_set)
    with socket.socket(fileno=descriptor) as cut:
        cut.shutdown(socket.SHUT_RDWR)
    assert eventually(backend.closed.is_set)
    thread.join()
    connection.close()


def test_a_client_that_leaves_in_mid_result_is_noticed(
    server: Server, backends: FakeBackends
) -> None:
    connection = psycopg.connect(**libpq(server))
    connection.pgconn.send_query(b"select numbers 100000000")
    connection.pgconn.flush()
    backend = backends.backends[0]
    assert eventually(lambda: bool(backend.calls))
    connection.close()
    assert eventually(backend.closed.is_set)


def stalled(server: Server, backends: FakeBackends) -> psycopg.Connection[Any]:
    """A client that asks for a large result and reads nothing; the server waits for it."""
    connection = psycopg.connect(**libpq(server))
    connection.pgconn.send_query(b"select numbers 100000000")
    connection.pgconn.flush()
    backend = backends.backends[-1]
    seen = [-1]

    def settled() -> bool:
        seen.append(backend.produced)
        return len(seen) > 50 and seen[-1] > 0 and len(set(seen[-50:])) == 1

    assert eventually(settled)
    return connection


def test_a_client_that_does_not_read_costs_no_memory(
    server: Server, backends: FakeBackends
) -> None:
    with closing(stalled(server, backends)):
        # About 30 bytes a row: what sockets hold, and a few pieces that wait.
        assert backends.backends[0].produced < 2_000_000


def test_a_client_that_does_not_read_does_not_keep_the_server_from_stopping(
    backends: FakeBackends, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sparkify_harness.redshift.front.server._FAREWELL", 0.5)
    with Server(backends) as server:
        connection = stalled(server, backends)
    assert backends.backends[0].closed.is_set()
    connection.close()


def test_a_result_is_cancelled_while_it_is_sent(server: Server) -> None:
    with psycopg.connect(**libpq(server), autocommit=True) as connection:
        rows = connection.cursor().stream("select numbers 100000000")
        assert next(rows) == (0, "label 0")
        connection.cancel_safe()
        with pytest.raises(psycopg.errors.QueryCanceled):
            deque(rows, maxlen=0)
        assert connection.execute("select numbers 1").fetchall() == [(0, "label 0")]


def test_a_session_ends_another(server: Server, backends: FakeBackends) -> None:
    with (
        psycopg.connect(**libpq(server), autocommit=True) as killer,
        psycopg.connect(**libpq(server)) as victim,
    ):
        victim.execute("insert a")
        pid = victim.info.backend_pid
        assert killer.execute(f"terminate {pid}").statusmessage == "TERMINATE True"
        assert eventually(backends.backends[1].closed.is_set)
        assert killer.execute(f"terminate {pid}").statusmessage == "TERMINATE False"
        with pytest.raises(psycopg.OperationalError, match="administrator command"):
            victim.execute("select words")
    assert backends.words == []


def test_a_running_statement_is_interrupted_by_another_session(
    server: Server, backends: FakeBackends
) -> None:
    with (
        psycopg.connect(**libpq(server), autocommit=True) as other,
        psycopg.connect(**libpq(server), autocommit=True) as runner,
    ):
        pid = runner.info.backend_pid

        def interrupt() -> None:
            assert eventually(backends.backends[1].waiting.is_set)
            other.execute(f"interrupt {pid}")

        thread = threading.Thread(target=interrupt)
        thread.start()
        with pytest.raises(psycopg.errors.QueryCanceled):
            runner.execute("wait")
        thread.join()


def test_a_stopping_server_says_so(backends: FakeBackends) -> None:
    with Server(backends) as server:
        idle = psycopg.connect(**libpq(server))
        busy = psycopg.connect(**libpq(server))
        failures: list[Exception] = []

        def wait() -> None:
            try:
                busy.execute("wait")
            except psycopg.Error as error:
                failures.append(error)

        thread = threading.Thread(target=wait)
        thread.start()
        assert eventually(backends.backends[1].waiting.is_set)
    thread.join()
    with pytest.raises(psycopg.OperationalError, match="administrator command"):
        idle.execute("select words")
    assert "administrator command" in str(failures[0])
    assert all(backend.closed.is_set() for backend in backends.backends)
    idle.close()
    busy.close()


def statement_in_a_thread(connection: psycopg.Connection[Any], sql: str) -> "Running":
    running = Running(connection, sql)
    running.start()
    return running


class Running(threading.Thread):
    """A statement that runs meanwhile, and how it ended."""

    def __init__(self, connection: psycopg.Connection[Any], sql: str) -> None:
        super().__init__()
        self._connection = connection
        self._sql = sql
        self.error: psycopg.Error | None = None

    def run(self) -> None:
        try:
            self._connection.execute(self._sql.encode())
        except psycopg.Error as error:
            self.error = error


def test_a_statement_that_heeds_no_cancel_ends_its_session(
    server: Server, backends: FakeBackends
) -> None:
    with psycopg.connect(**libpq(server)) as stuck, psycopg.connect(**libpq(server)) as other:
        running = statement_in_a_thread(stuck, "stuck")
        backend = backends.backends[0]
        assert eventually(backend.waiting.is_set)
        stuck.cancel_safe()
        running.join(DEADLINE)
        assert running.error is not None
        assert running.error.sqlstate == "57014"
        assert backend.asked > 1, "the cancel was repeated"
        assert eventually(backend.abandoned.is_set)
        assert other.execute("select numbers 1").fetchall() == [(0, "label 0")]
        assert not backend.closed.is_set()
        backend.released.set()
        assert eventually(backend.closed.is_set)


def test_so_many_sessions_are_given_up_and_no_more(server: Server, backends: FakeBackends) -> None:
    most = 8
    connections = [psycopg.connect(**libpq(server)) for _ in range(most + 1)]
    runs = [statement_in_a_thread(connection, "stuck") for connection in connections]
    assert eventually(lambda: all(backend.waiting.is_set() for backend in backends.backends))
    for connection in connections:
        connection.cancel_safe()
    assert eventually(lambda: sum(not run.is_alive() for run in runs) == most)
    # Its client is told before a session is given up.
    assert eventually(lambda: sum(each.abandoned.is_set() for each in backends.backends) == most)
    (waits,) = [backend for backend in backends.backends if not backend.abandoned.is_set()]
    asked = waits.asked
    assert eventually(lambda: waits.asked > asked + 10), "it is asked again and again"
    assert not waits.abandoned.is_set()
    told = [(backend, backend.asked) for backend in backends.backends if backend is not waits]
    assert eventually(lambda: all(backend.asked > before + 10 for backend, before in told))
    waits.released.set()
    assert eventually(lambda: not any(run.is_alive() for run in runs))
    assert {run.error.sqlstate for run in runs if run.error} == {"57014"}
    for backend in backends.backends:
        backend.released.set()
    for connection in connections:
        connection.close()
    assert eventually(lambda: all(backend.closed.is_set() for backend in backends.backends))


def test_a_server_stops_though_a_statement_does_not_end(backends: FakeBackends) -> None:
    with Server(backends) as server:
        stuck = psycopg.connect(**libpq(server))
        running = statement_in_a_thread(stuck, "stuck")
        assert eventually(backends.backends[0].waiting.is_set)
    running.join(DEADLINE)
    assert "administrator command" in str(running.error)
    backend = backends.backends[0]
    assert not backend.closed.is_set()
    backend.released.set()
    assert eventually(backend.closed.is_set)
    stuck.close()


def test_a_server_ends_whose_database_cannot_go_on(backends: FakeBackends) -> None:
    server = Server(backends)
    serving = threading.Thread(target=server.serve)
    serving.start()
    with psycopg.connect(**libpq(server)) as finder, psycopg.connect(**libpq(server)) as other:
        with pytest.raises(psycopg.OperationalError, match="a fault of its disk") as caught:
            finder.execute("lost")
        assert caught.value.sqlstate == "57P02"
        with pytest.raises(psycopg.OperationalError):
            other.execute("wait")
    serving.join(DEADLINE)
    assert not serving.is_alive()
    assert server.database_lost


def test_too_many_sessions_are_refused(backends: FakeBackends) -> None:
    with Server(backends, limit=1) as server:
        with psycopg.connect(**libpq(server)):
            with pytest.raises(psycopg.OperationalError, match='connection limit "1" exceeded'):
                psycopg.connect(**libpq(server))
            assert len(backends.backends) == 1
        assert eventually(backends.backends[0].closed.is_set)


def test_a_server_without_clients_keeps_no_threads(server: Server) -> None:
    before = threading.active_count()
    for _ in range(5):
        with psycopg.connect(**libpq(server)) as connection:
            connection.execute("select numbers 50000")
    assert eventually(lambda: threading.active_count() <= before)


STRANGERS = [
    pytest.param(b"GET / HTTP/1.1\r\n\r\n", b"08P01", id="HTTP"),
    pytest.param(b"\x16\x03\x01\x02\x00\x01\x00", b"08P01", id="TLS without asking"),
    pytest.param(b"\0\0\0\x08\0\2\0\0", b"0A000", id="protocol 2"),
]


@pytest.mark.parametrize(("data", "sqlstate"), STRANGERS)
def test_strangers_are_told_and_sent_away(server: Server, data: bytes, sqlstate: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), DEADLINE) as stranger:
        stranger.sendall(data)
        answer = b"".join(iter(lambda: stranger.recv(4096), b""))
    assert answer[:1] == b"E"
    assert b"SFATAL\0C" + sqlstate in answer


def test_a_server_stops_though_somebody_says_nothing(backends: FakeBackends) -> None:
    with (
        Server(backends) as server,
        socket.create_connection(("127.0.0.1", server.port), DEADLINE) as silent,
    ):
        silent.sendall(struct.pack("!II", 8, 80877103))
        assert silent.recv(1) == b"N"
        server.stop()
        answer = b"".join(iter(lambda: silent.recv(4096), b""))
    assert b"administrator command" in answer


def test_a_cancel_request_needs_the_secret(server: Server, backends: FakeBackends) -> None:
    failures: list[psycopg.Error] = []

    def wait(connection: psycopg.Connection[Any]) -> None:
        try:
            connection.execute("wait")
        except psycopg.Error as error:
            failures.append(error)

    with psycopg.connect(**libpq(server), autocommit=True) as connection:
        thread = threading.Thread(target=wait, args=(connection,))
        thread.start()
        assert eventually(backends.backends[0].waiting.is_set)
        request = struct.pack("!IIII", 16, 80877102, connection.info.backend_pid, 0)
        with socket.create_connection(("127.0.0.1", server.port), DEADLINE) as guesser:
            guesser.sendall(request)
            assert guesser.recv(1) == b""
        assert thread.is_alive()
        connection.cancel_safe()
        thread.join()
    assert [error.sqlstate for error in failures] == ["57014"]
