"""Whatever a statement is at, it ends when it is told to, and leaves nothing.

https://docs.aws.amazon.com/redshift/latest/dg/r_statement_timeout.html
https://docs.aws.amazon.com/redshift/latest/dg/r_CANCEL.html
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import psycopg
import pytest

from sparkify_harness.warehouse import RunningWarehouse, Warehouse, open_warehouse
from tests.waiting import eventually

"""Seconds after which something hangs: what is measured in ``bench`` is not measured here."""

KEYS = "ACCESS_KEY_ID 'a' SECRET_ACCESS_KEY 'b'"
MILLIONS = "big a, big b, big c WHERE a.n + b.n + c.n > 0"


@dataclass(frozen=True)
class Phase:
    """A statement that would be at one thing for longer than anybody waits.

    Args:
        name: What it is at.
        sql: The statement.
    """

    name: str
    sql: str


PHASES = [
    Phase("reading", "INSERT INTO t VALUES " + ", ".join(["(1 + 0, 'x')"] * 900_000)),
    Phase("reading plain rows", "INSERT INTO t VALUES " + ",".join(["(1)"] * 4_000_000)),
    Phase("binding", "SELECT 1 FROM t WHERE " + " AND ".join(["a + 1 <> a"] * 60_000)),
    Phase(
        "planning",
        "SELECT count(*) FROM t t0 "
        + " ".join(f"JOIN t t{n} ON t{n}.a = t{n - 1}.a" for n in range(1, 190)),
    ),
    Phase("computing", f"SELECT count(*) FROM {MILLIONS}"),
    Phase("sorting", "SELECT a.n FROM big a, big b, big c ORDER BY a.n + b.n, c.n"),
    Phase("inserting", f"INSERT INTO t SELECT a.n, 'x' FROM {MILLIONS}"),
    Phase("updating", f"UPDATE t SET a = (SELECT count(*) FROM {MILLIONS})"),
    Phase("deleting", f"DELETE FROM t WHERE a < (SELECT count(*) FROM {MILLIONS})"),
    Phase("creating", f"CREATE TABLE made AS SELECT a.n FROM {MILLIONS}"),
    Phase(
        "recursion",
        "WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT sum(i) FROM c",
    ),
    Phase("the catalog", "SELECT count(*) FROM pg_class a, pg_class b, big c, big d, big e"),
    Phase("waiting for a lock", "INSERT INTO held VALUES (1)"),
    Phase("waiting for a listing", f"COPY t FROM 's3://bucket/prefix' {KEYS}"),
    Phase("waiting for a target", f"UNLOAD ('SELECT 1') TO 's3://bucket/prefix' {KEYS}"),
    Phase("waiting for a manifest", f"COPY t FROM 's3://bucket/manifest' {KEYS} MANIFEST"),
]
phases = pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.name)


@pytest.fixture(scope="module")
def silence() -> Iterator[str]:
    """An object store that takes every request and answers none."""
    taken: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def take() -> None:
            with suppress(OSError):
                while True:
                    taken.append(listener.accept()[0])

        thread = threading.Thread(target=take)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
    for connection in taken:
        connection.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, silence: str) -> Iterator[RunningWarehouse]:
    folder = tmp_path_factory.mktemp("cancelling")
    with open_warehouse(folder=folder, s3_endpoint=silence) as running:
        fill(running.connection)
        yield running


def connect(warehouse: Warehouse) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(warehouse.dsn(with_password=True), autocommit=True)


def fill(warehouse: Warehouse) -> None:
    with connect(warehouse) as connection:
        connection.execute("CREATE TABLE t (a bigint, b varchar(10))")
        connection.execute("INSERT INTO t VALUES (1, 'x'), (2, 'y')")
        connection.execute("CREATE TABLE held (a int)")
        connection.execute("CREATE TABLE big AS SELECT 1 AS n")
        for _ in range(14):
            connection.execute("INSERT INTO big SELECT n FROM big")


@pytest.fixture
def observer(running: RunningWarehouse) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """Another session, which holds a table; afterwards everything is as it was."""
    with connect(running.connection) as other:
        other.execute("BEGIN")
        other.execute("LOCK held")
        yield other
        other.execute("ROLLBACK")
        assert eventually(
            lambda: other.execute("SELECT count(*) FROM svv_transactions").fetchall() == [(0,)]
        ), "a lock is left"
        assert other.execute("SELECT a, b FROM t ORDER BY a").fetchall() == [(1, "x"), (2, "y")]
        assert other.execute("SELECT count(*) FROM held").fetchall() == [(0,)]
        made = "SELECT count(*) FROM pg_class WHERE relname = 'made'"
        assert other.execute(made).fetchall() == [(0,)]


@phases
def test_a_timeout(phase: Phase, running: RunningWarehouse, observer: object) -> None:
    with connect(running.connection) as client:
        client.execute("SET statement_timeout TO 300")
        with pytest.raises(psycopg.Error) as caught:
            client.execute(phase.sql.encode())
        assert caught.value.sqlstate == "57014"
        if not client.closed:
            client.execute("SET statement_timeout TO 0")
            assert client.execute("SELECT 1").fetchall() == [(1,)]


class Meanwhile(threading.Thread):
    """A statement that runs in a thread; how it ended."""

    def __init__(self, client: "psycopg.Connection[tuple[object, ...]]", phase: Phase) -> None:
        super().__init__()
        self._client = client
        self._phase = phase
        self.error: psycopg.Error | None = None
        self.start()

    def run(self) -> None:
        try:
            self._client.execute(self._phase.sql.encode())
        except psycopg.Error as error:
            self.error = error


@phases
def test_a_cancel(phase: Phase, running: RunningWarehouse, observer: object) -> None:
    with connect(running.connection) as client:
        run = Meanwhile(client, phase)
        while run.is_alive():  # one that comes before the statement cancels nothing
            time.sleep(0.5)
            with suppress(psycopg.Error):
                client.cancel_safe()
        assert run.error is not None
        assert run.error.sqlstate == "57014"
        assert client.closed or client.execute("SELECT 1").fetchall() == [(1,)]


@phases
def test_a_client_that_is_gone(
    phase: Phase,
    running: RunningWarehouse,
    observer: "psycopg.Connection[tuple[object, ...]]",
) -> None:
    if phase.sql.startswith("COPY"):
        pytest.skip("COPY outlives its client, as on Redshift")
    client = connect(running.connection)
    run = Meanwhile(client, phase)
    pid = client.info.backend_pid
    time.sleep(0.5)
    with socket.socket(fileno=os.dup(client.fileno())) as wire:
        wire.shutdown(socket.SHUT_RDWR)
    run.join()
    client.close()
    assert eventually(
        lambda: (
            observer.execute(f"SELECT count(*) FROM stv_sessions WHERE process = {pid}").fetchall()
            == [(0,)]
        )
    ), "the session is still there"


@pytest.mark.parametrize(
    "phase",
    [phase for phase in PHASES if phase.name in {"planning", "computing", "waiting for a listing"}],
    ids=lambda phase: phase.name,
)
def test_a_server_that_stops(
    phase: Phase, tmp_path_factory: pytest.TempPathFactory, silence: str
) -> None:
    folder = tmp_path_factory.mktemp("stopping")
    file = folder / "warehouse.duckdb"
    with open_warehouse(folder=folder, file=file, s3_endpoint=silence) as running:
        fill(running.connection)
        client = connect(running.connection)
        runs = (
            "SELECT count(*) FROM sys_query_history "
            f"WHERE session_id = {client.info.backend_pid} AND status = 'running'"
        )
        run = Meanwhile(client, phase)
        with connect(running.connection) as other:
            assert eventually(lambda: other.execute(runs.encode()).fetchall() == [(1,)])
    run.join()
    assert run.error is not None
    assert "administrator command" in str(run.error)
    client.close()
    with open_warehouse(folder=folder, file=file) as running, connect(running.connection) as again:
        assert again.execute("SELECT count(*) FROM t").fetchall() == [(2,)]
