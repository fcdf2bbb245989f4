"""Connections that break and servers that die: retried, undone, and never waited for in vain."""

import datetime as dt
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest

from fixtures import Settings, StoredObject, generate
from fixtures.oracle import expected_warehouse
from harness.warehouse import open_warehouse
from tests.pipeline.subject import Pipeline, expected_tables

pytestmark = pytest.mark.pipeline

DAY = dt.date(2018, 11, 1)


@pytest.fixture(scope="module")
def small() -> list[StoredObject]:
    return list(generate(Settings(days=1, users=10, songs=5, seed=6)))


@contextmanager
def proxy(port: int, on_bytes: Callable[[bytes], bool]) -> Iterator[int]:
    """A port that leads to another, until `on_bytes` says to cut what the client sends there."""
    opened: list[socket.socket] = [socket.create_server(("127.0.0.1", 0))]
    threads: list[threading.Thread] = []

    def start(work: Callable[..., None], *arguments: object) -> None:
        threads.append(threading.Thread(target=work, args=arguments, daemon=True))
        threads[-1].start()

    def forward(source: socket.socket, target: socket.socket, *, watched: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if watched and on_bytes(data):
                    break
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = opened[0].accept()
                opened.append(client)
                try:
                    server = socket.create_connection(("127.0.0.1", port), timeout=10)
                except ConnectionRefusedError:
                    client.close()
                    continue
                opened.append(server)
                server.settimeout(None)
                start(partial(forward, client, server, watched=True))
                start(partial(forward, server, client, watched=False))

    start(serve)
    try:
        yield opened[0].getsockname()[1]
    finally:
        for end in opened:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        for thread in threads:
            thread.join(timeout=10)


STATEMENTS = {
    "in-the-copy": b"COPY ",
    "in-the-landing": b'SELECT "artist"',
    "in-a-load": b"CREATE TEMP TABLE plays",
    "before-a-commit": b"commit",
}


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_a_connection_that_breaks_once_changes_nothing(
    statement: bytes, pipeline: Pipeline, small: list[StoredObject]
) -> None:
    cut = threading.Event()

    def once(data: bytes) -> bool:
        if statement in data and not cut.is_set():
            cut.set()
            return True
        return False

    pipeline.seed(small)
    with proxy(pipeline.stack.warehouse.port, once) as port:
        result = pipeline.run(DAY, wiring=pipeline.wiring("redshift", port=port))
    assert cut.is_set()
    assert result.succeeded, result.explain()
    assert sorted(task.tries for task in result.tasks) == [1] * 10 + [2]
    assert pipeline.tables() == expected_tables(expected_warehouse(small))


def test_a_warehouse_killed_in_mid_statement_ends_the_run(
    pipeline: Pipeline, small: list[StoredObject], tmp_path: Path
) -> None:
    pipeline.seed(small)
    endpoint = pipeline.stack.store.endpoint
    with open_warehouse(folder=tmp_path, s3_endpoint=endpoint.url, region=endpoint.region) as other:

        def kill(data: bytes) -> bool:
            if b"COPY " in data:
                other.child.kill()
            return False

        with proxy(other.connection.port, kill) as port:
            wiring = pipeline.wiring("redshift", port=port, password=other.connection.password)
            result = pipeline.run(DAY, wiring=wiring, schema="public")
    assert not result.succeeded
    assert {task.task_id for task in result.failed} <= {"Stage_events", "Stage_songs"}
    for task in result.failed:
        assert task.tries == 4
        assert "ConnectionLostError" in (task.error or "")
