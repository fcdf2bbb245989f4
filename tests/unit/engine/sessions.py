"""A session on the engine, in this process and without sockets."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sparkify_harness.redshift.catalog.logs import Logs
from sparkify_harness.redshift.catalog.store import CatalogStore
from sparkify_harness.redshift.copying import S3Settings
from sparkify_harness.redshift.engine.duckdb.database import DuckDBEngine
from sparkify_harness.redshift.execute.backend import SessionBackend
from sparkify_harness.redshift.execute.locks import LockTable
from sparkify_harness.redshift.execute.preparation import Preparation
from sparkify_harness.redshift.execute.protocol import Login
from sparkify_harness.redshift.execute.session import Instance, Session
from sparkify_harness.redshift.fields import Format

Rows = list[tuple[Any, ...]]
TextRows = list[tuple[str | None, ...]]


class Client:
    """Prepares and executes one statement after the other, in autocommit."""

    def __init__(self, session: SessionBackend) -> None:
        self._session = session

    def prepare(self, sql: str, parameters: int = 0) -> Preparation:
        """A statement as it is described; its parameters take the types of their places."""
        [piece] = self._session.split(sql)
        return self._session.prepare(piece, [None] * parameters)

    def rows(
        self, sql: str, arguments: Sequence[object] = (), form: Format = Format.BINARY
    ) -> Rows:
        """The rows of a statement."""
        prepared = self.prepare(sql, len(arguments))
        formats = [form] * len(prepared.fields or ())
        result = self._session.execute(prepared, tuple(arguments), formats)
        return [
            row
            for batch in result.batches or ()
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        ]

    def text(self, sql: str) -> tuple[tuple[str, ...], TextRows]:
        """Labels and rows of a statement, values in their text form; both empty without a result.

        Args:
            sql: One statement.
        """
        [piece] = self._session.split(sql)
        prepared = self._session.prepare(piece, [])
        fields = prepared.fields or ()
        result = self._session.execute(prepared, (), [Format.TEXT] * len(fields))
        rows = [
            row
            for batch in result.batches or ()
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        ]
        return tuple(field.name for field in fields), rows


@contextmanager
def open_instance(folder: Path, file: Path | None = None) -> Iterator[Instance]:
    """A database without sessions.

    Args:
        folder: For what the server spools.
        file: Where the database lives; None keeps it in memory.
    """
    engine = DuckDBEngine(file)
    try:
        yield Instance(
            engine=engine,
            catalog=CatalogStore(*engine.load_catalog()),
            locks=LockTable(),
            logs=Logs(),
            database="dev",
            users={},
            s3=S3Settings(endpoint="http://127.0.0.1:1", roles={}),
            folder=folder,
        )
    finally:
        engine.close()


@contextmanager
def open_session(
    instance: Instance, pid: int = 4711, user: str = "awsuser"
) -> Iterator[SessionBackend]:
    """A session of a database."""
    login = Login(
        user=user,
        database="dev",
        options={},
        pid=pid,
        notify=lambda notice: None,
        terminate=lambda: None,
        interrupt=lambda: None,
    )
    session = SessionBackend(Session(instance, login, {}))
    try:
        yield session
    finally:
        session.close()


@contextmanager
def open_client(folder: Path, file: Path | None = None) -> Iterator[Client]:
    """The only session of a database.

    Args:
        folder: For what the server spools.
        file: Where the database lives; None keeps it in memory.
    """
    with open_instance(folder, file) as instance, open_session(instance) as session:
        yield Client(session)
