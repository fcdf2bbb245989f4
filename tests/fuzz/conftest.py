"""A substitute and a store for all that is mutated, and what must hold of them at any time."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg
import pytest

from sparkify_harness.objectstore import StoreKind, open_store
from sparkify_harness.warehouse import RunningWarehouse, Warehouse, open_warehouse
from tests.frontend import query
from tests.fuzz.line import Line
from tests.redshift.copies import ROLE, Lake

REGION = "us-west-2"
BUCKET = "fuzz"
FIRST = int(os.environ.get("SPARKIFY_FUZZ_SEED", "0"))
"""Seed of the first round: another one tries what no run has tried."""
MOST_MEMORY = 2 << 30
"""Bytes that the server has at most."""


@dataclass
class Subject:
    """The server under test.

    Args:
        running: It.
        lake: Where COPY reads.
        cleaner: A client that drops what others made.
    """

    running: RunningWarehouse
    lake: Lake
    cleaner: psycopg.Connection
    _read: int = field(default=0, init=False)

    @property
    def warehouse(self) -> Warehouse:
        """How clients get in."""
        return self.running.connection

    def defects(self) -> str:
        """What the server's log says of defects since the last time."""
        with self.running.log_path.open(encoding="utf-8", errors="replace") as log:
            log.seek(self._read)
            text = log.read()
            self._read = log.tell()
        lines = text.splitlines()
        first = next((at for at, line in enumerate(lines) if "internal error" in line), None)
        return "" if first is None else "\n".join(lines[first : first + 30])

    def lives(self) -> None:
        """It takes clients, answers them, and its memory is bounded."""
        with Line(self.warehouse) as line:
            answer = line.ask(query("SELECT 1"))
            assert [frame.type for frame in answer.frames] == [b"T", b"D", b"C", b"Z"]
        used = self.running.child.program.memory_info().rss
        assert used < MOST_MEMORY, f"the server has {used >> 20} MB"


@pytest.fixture(scope="session")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    """In memory, before a store with a bucket."""
    folder = tmp_path_factory.mktemp("fuzz")
    with open_store(StoreKind.EMBEDDED, folder=folder, region=REGION) as store:
        store.create_bucket(BUCKET)
        reader = store.grant_reader(BUCKET)
        keys = {"access_key": reader.access_key_id, "secret_key": reader.secret_access_key}
        with open_warehouse(
            folder=folder,
            s3_endpoint=store.endpoint.url,
            region=REGION,
            roles={ROLE: keys, "default": keys},
            require_ssl=False,  # what is changed at random are the protocol's own bytes
        ) as running:
            dsn = running.connection.dsn(with_password=True)
            with psycopg.connect(dsn, autocommit=True) as cleaner:
                yield Subject(running, Lake(store, BUCKET, reader), cleaner)
