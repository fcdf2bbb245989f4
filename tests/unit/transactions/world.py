"""A database whose engine can be made to fail, and clients of it, in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import pytest

from sparkify_harness.redshift.copying import S3Settings
from sparkify_harness.redshift.engine.duckdb import streaming
from sparkify_harness.redshift.engine.duckdb.database import DuckDBEngine
from sparkify_harness.redshift.execute.backends import SessionBackends
from sparkify_harness.redshift.wiring import open_backends
from tests.conversation import PID, Conversation
from tests.frontend import query
from tests.unit.transactions.engine_faults import FaultyCursor, submit

BATCH, ROWS = 2048, 6000
"""Rows that the engine hands out at once, and rows of ``many``: 1, 2, 3 ..."""

LATE = "SELECT rpad(n::varchar, 2000, 'x'), 1 / (n - 5000) FROM many"
"""May fail when some rows were handed out already: the engine computes ahead."""


@dataclass
class World:
    """Tables ``words`` and ``many``.

    Args:
        backends: The database.
        behind: Sees in the engine what is committed.
    """

    backends: SessionBackends
    behind: duckdb.DuckDBPyConnection

    def words(self) -> set[str]:
        """What is committed."""
        return {word for (word,) in self.behind.execute("FROM public.words").fetchall()}

    def clear(self) -> None:
        """Forget what was written."""
        self.behind.execute("DELETE FROM public.words")

    def locked(self) -> bool:
        """Whether anybody holds a table."""
        return bool(self.backends._instance.locks.held())


class Speaker(Conversation):
    """A client whose engine can be made to fail.

    Attributes:
        engine: Its connection to the engine.
        cursor: What is between that and DuckDB.
    """

    def __init__(self, world: World, pid: int = PID) -> None:
        super().__init__(world.backends, pid=pid, interrupt=self._interrupt)
        self.engine = self.backend._session.engine
        self.cursor = FaultyCursor(self.engine._cursor, self._interrupt)
        self.engine._cursor = self.cursor

    def _interrupt(self) -> None:
        self.session.cancel()


@contextmanager
def opened() -> Iterator[World]:
    """A database in memory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streaming, "submit", submit)
        patch.setattr(streaming, "BATCH_ROWS", BATCH)
        backends = open_backends(
            database="dev", users={"u": "p"}, file=None, s3=S3Settings("http://127.0.0.1:1")
        )
        client = Conversation(backends)
        client.send(query("CREATE TABLE words (word varchar(20)); CREATE TABLE many (n int)"))
        client.session.close()
        engine = backends._instance.engine
        assert isinstance(engine, DuckDBEngine)
        world = World(backends, engine._database.cursor())
        world.behind.execute(f"INSERT INTO public.many SELECT range + 1 FROM range({ROWS})")
        yield world
        backends.close()
