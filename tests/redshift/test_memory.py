"""What one statement makes of the server's memory has an end, with and without a file.

https://docs.aws.amazon.com/redshift/latest/dg/r_WITH_clause.html
"""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from sparkify_harness.warehouse import RunningWarehouse, open_warehouse
from tests.redshift.clients import Connector, ServerError

ROOM = 1_500 << 20
"""Bytes that a server may grow by: the limit of the engine, and what it needs beside that."""


@pytest.fixture(params=["file", "memory"])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningWarehouse]:
    file = tmp_path / "warehouse.duckdb" if request.param == "file" else None
    with open_warehouse(folder=tmp_path, file=file) as running:
        yield running


@pytest.fixture
def client(running: RunningWarehouse) -> Iterator[Connector]:
    client = Connector(running.connection)
    client.run("CREATE TABLE k AS SELECT 1 AS n")
    client.run(*["INSERT INTO k SELECT n FROM k"] * 9)
    yield client
    client.close()


def peak(running: RunningWarehouse) -> int:
    """The most bytes that the server has had."""
    (server,) = (
        process
        for process in psutil.Process(running.child.pid).children(recursive=True)
        if process.is_running()
    )
    lines = Path(f"/proc/{server.pid}/status").read_text().splitlines()
    (line,) = [line for line in lines if line.startswith("VmHWM")]
    return int(line.split()[1]) << 10


ENDLESS = {
    "a term that joins itself": (
        "SELECT n, repeat('x', 60000)::varchar(65535) FROM k "
        "UNION ALL SELECT a.i + 1, a.s FROM c a, c b"
    ),
    "few rows, ever longer": (
        "SELECT 1, 'x'::varchar(65535) "
        "UNION ALL SELECT i + 1, left(s || s || repeat('y', 100), 65535) FROM c, k WHERE i < 1000"
    ),
    "many rows": "SELECT 1, 'x'::varchar(65535) UNION ALL SELECT a.i + 1, a.s FROM c a, k b",
}


@pytest.mark.slow
@pytest.mark.parametrize("terms", ENDLESS.values(), ids=ENDLESS)
def test_a_recursion_is_bounded(running: RunningWarehouse, client: Connector, terms: str) -> None:
    before = peak(running)
    with pytest.raises(ServerError, match="Exceeded recursive CTE max rows limit"):
        client.rows(f"WITH RECURSIVE c (i, s) AS ({terms}) SELECT count(*), max(len(s)) FROM c")
    assert peak(running) - before < ROOM
    assert client.rows("SELECT 1") == [(1,)]


def test_long_texts_that_end_are_no_recursion_without_end(client: Connector) -> None:
    statement = (
        "WITH RECURSIVE c (i, s) AS (SELECT 1, repeat('x', 60000)::varchar(65535) "
        "UNION ALL SELECT i + 1, s FROM c WHERE i < 1000) SELECT count(*), max(len(s)) FROM c"
    )
    assert client.rows(statement) == [(1000, 60000)]
