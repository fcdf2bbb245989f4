"""A disk without room: the statement fails in Redshift's words, and what is committed is there.

https://docs.aws.amazon.com/redshift/latest/dg/r_STL_ERROR.html
"""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from sparkify_harness.objectstore import RunningStore
from sparkify_harness.warehouse import RunningWarehouse, open_warehouse
from tests.redshift.clients import Connector, ServerError
from tests.redshift.copies import Lake

WIDE = "md5(random()) || md5(random()) || md5(random()) || md5(random())"
MUCH = f"SELECT {WIDE} FROM many a, many b"
ROOM = 1 << 20


@dataclass(frozen=True)
class Disk:
    """A server on a file of its own, whose files can be kept from growing."""

    folder: Path
    running: RunningWarehouse

    def fill(self, room: int = ROOM) -> None:
        """From here on no file may grow by more than ``room`` beyond the largest one."""
        largest = max(path.stat().st_size for path in self.folder.glob("warehouse.duckdb*"))
        self._limit(largest + room)

    def free(self) -> None:
        """There is room again."""
        self._limit(resource.RLIM_INFINITY)

    def _limit(self, size: int) -> None:
        for process in psutil.Process(self.running.child.pid).children(recursive=True):
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@contextmanager
def opened(folder: Path, store: RunningStore) -> Iterator[Disk]:
    file = folder / "warehouse.duckdb"
    with open_warehouse(folder=folder, file=file, s3_endpoint=store.endpoint.url) as running:
        yield Disk(folder, running)


@contextmanager
def session(disk: Disk) -> Iterator[Connector]:
    client = Connector(disk.running.connection)
    try:
        yield client
    finally:
        client.close()


def count(client: Connector) -> int:
    [(rows,)] = client.rows("SELECT count(*) FROM t")
    return int(rows)


def prepare(client: Connector) -> None:
    client.run("CREATE TABLE t (a varchar(200))", "CREATE TABLE many AS SELECT 1 AS n")
    client.run(*["INSERT INTO many SELECT n FROM many"] * 9)
    client.run("INSERT INTO t VALUES ('first')")


def refused(client: Connector, statement: str) -> None:
    with pytest.raises(ServerError) as caught:
        client.run(statement)
    assert (caught.value.sqlstate, caught.value.message) == ("XX000", "Disk Full")
    assert "code:      1016" in (caught.value.detail or "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "statement"),
    [
        pytest.param((), f"INSERT INTO t {MUCH}", id="INSERT"),
        pytest.param((), f"CREATE TABLE z AS {MUCH}", id="CREATE TABLE AS"),
        pytest.param(("BEGIN", "INSERT INTO t VALUES ('x')"), f"INSERT INTO t {MUCH}", id="block"),
        pytest.param((), "COPY t FROM '{url}' {keys}", id="COPY"),
    ],
)
def test_a_statement_that_finds_no_room(
    before: tuple[str, ...], statement: str, tmp_path: Path, store: RunningStore, lake: Lake
) -> None:
    url = lake.put({"much": ("0123456789" * 16 + "\n") * 40_000})
    with opened(tmp_path, store) as disk, session(disk) as client:
        prepare(client)
        disk.fill()
        client.run(*before)
        refused(client, statement.format(url=url, keys=lake.keys))
        client.run("ROLLBACK")
        assert count(client) == 1
        client.run("INSERT INTO t VALUES ('small')")
        disk.free()
        client.run(statement.format(url=url, keys=lake.keys))
        rows = count(client)
        assert rows == 2 or rows > 40_000
    with opened(tmp_path, store) as disk, session(disk) as client:
        assert count(client) == rows


def accepted(client: Connector, statement: str) -> int:
    """How many times a statement ends well before there is no room for it."""
    times = 0
    with pytest.raises(ServerError, match="Disk Full"):  # noqa: PT012 - one of many
        while True:
            client.run(statement)
            times += 1
    return times


@pytest.mark.slow
@pytest.mark.parametrize("way", ["stopped", "killed"])
def test_an_error_hides_no_commit(way: str, tmp_path: Path, store: RunningStore) -> None:
    """Commits until there is no room for the log, past the size where it would be moved."""
    thousand = f"INSERT INTO t SELECT {WIDE} FROM many a, many b LIMIT 1000"
    with opened(tmp_path, store) as disk:
        with session(disk) as client:
            prepare(client)
            client.run(*[f"INSERT INTO t SELECT {WIDE} FROM many a, many b LIMIT 130000"])
            rows = count(client)
            disk.fill()
            rows += 1000 * accepted(client, thousand)
            log = (tmp_path / "warehouse.duckdb.wal").stat().st_size
            assert count(client) == rows
            assert log > ROOM
            disk.free()
            client.run(thousand)
            rows += 1000
            assert count(client) == rows
        if way == "killed":
            for process in psutil.Process(disk.running.child.pid).children(recursive=True):
                process.kill()
    with opened(tmp_path, store) as disk, session(disk) as client:
        assert count(client) == rows
