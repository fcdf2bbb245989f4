"""The substitute in this process: its sessions, locks and transactions, without sockets.

A client here is what redshift_connector is to the pipeline: it opens the transaction before the
first statement, numbers the parameters and gives them the types that the driver gives them.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from redshift_connector.error import InterfaceError, ProgrammingError

from sparkify_harness.redshift.catalog.logs import Logs
from sparkify_harness.redshift.catalog.store import CatalogStore
from sparkify_harness.redshift.copying import Credentials, S3Settings
from sparkify_harness.redshift.engine.protocol import Engine
from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.execute.backend import SessionBackend
from sparkify_harness.redshift.execute.locks import LockTable
from sparkify_harness.redshift.execute.protocol import Login
from sparkify_harness.redshift.execute.session import Instance, Session
from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    TIMESTAMP,
    RedshiftType,
)
from tests.unit.pipeline.interleaved.rows.engine import Batch

Rows = list[tuple[Any, ...]]

ENDPOINT = "http://127.0.0.1:1"
"""Of S3: COPY's client is replaced, so nothing ever asks there."""

HOOK: Any = SimpleNamespace(
    conn=SimpleNamespace(host="redshift", port=5439, schema="dev", password="")
)
"""What the pipeline knows of the connection."""

ROLE = "arn:aws:iam::123456789012:role/load"
"""By whose right COPY reads."""

_TYPES: Mapping[type, RedshiftType] = {
    bool: BOOLEAN,
    float: DOUBLE,
    dt.datetime: TIMESTAMP,
    dt.date: DATE,
}


class Warehouse:
    """A server with one database.

    Args:
        engine: where rows are.
        locks: that its sessions share.
        folder: for what COPY spools.
    """

    def __init__(self, engine: Engine, locks: LockTable, folder: Path) -> None:
        self.locks = locks
        self.instance = Instance(
            engine=engine,
            catalog=CatalogStore(*engine.load_catalog()),
            locks=locks,
            logs=Logs(),
            database="dev",
            users={},
            s3=S3Settings(endpoint=ENDPOINT, roles={ROLE: Credentials("key", "secret")}),
            folder=folder,
        )
        self._pids = count(1)

    def connect(self, watch: "Watch | None" = None) -> "Client":
        """A client with a session of its own."""
        pid = next(self._pids)
        login = Login(
            user="awsuser",
            database="dev",
            options={},
            pid=pid,
            notify=lambda notice: None,
            terminate=lambda: None,
            interrupt=lambda: None,
        )
        session = SessionBackend(Session(self.instance, login, {}))
        return Client(session, pid, watch or Watch())

    def rows(self, sql: str) -> Rows:
        """Asks from outside of the history."""
        client = self.connect()
        try:
            client.execute(sql)
            return client.fetchall()
        finally:
            client.close()

    def close(self) -> None:
        """Ends what is still open."""
        for session in list(self.instance.sessions.values()):
            session.close()
        self.instance.engine.close()


class Lost(Exception):
    """The connection breaks where this is raised; the server does not know yet."""


class Watch:
    """Is told what a client does; does nothing."""

    def before(self, client: "Client", sql: str) -> None:
        """A statement is about to be sent; may raise `Lost`, or an error of the server."""

    def after(self, client: "Client", sql: str, tag: str, rows: Rows) -> None:
        """A statement was answered; may raise `Lost`."""

    def orphaned(self, session: SessionBackend, *, committing: bool) -> None:
        """A connection broke: the session is the server's alone; COMMIT may be on its way."""


class Client:
    """A connection of redshift_connector, as far as the pipeline uses it; see PEP 249.

    Args:
        session: on the server.
        pid: of the session.
        watch: is told of all that happens.
    """

    def __init__(self, session: SessionBackend, pid: int, watch: Watch) -> None:
        self.session = session
        self.pid = pid
        self.rowcount = -1
        self._watch = watch
        self.description: list[tuple[str]] = []
        self._rows: Rows = []
        self._open = True

    def cursor(self) -> "Client":
        """Of which the pipeline has one."""
        return self

    def execute(self, operation: str, args: Sequence[object] | None = None) -> None:
        """One statement, in the transaction that the first one opens."""
        sql = _numbered(operation) if args else operation
        self._send(sql, tuple(args or ()))

    def fetchall(self) -> Rows:
        """The rows of the last statement."""
        return self._rows

    def commit(self) -> None:
        """Makes the transaction permanent."""
        self._end("COMMIT")

    def rollback(self) -> None:
        """Undoes the transaction."""
        self._end("ROLLBACK")

    def close(self) -> None:
        """Ends the session, and undoes what is not committed."""
        if self._open:
            self._open = False
            self.session.close()

    def break_off(self, *, committing: bool) -> None:
        """The connection is gone; what becomes of the session is the server's business."""
        if self._open:
            self._open = False
            self._watch.orphaned(self.session, committing=committing)

    def _end(self, sql: str) -> None:
        # The driver sends no ROLLBACK where no transaction is open.
        if not self._open or sql == "COMMIT" or self.session.status != "I":
            self._send(sql, ())

    def _send(self, sql: str, arguments: tuple[object, ...]) -> None:
        if not self._open:
            raise InterfaceError("connection is closed")
        try:
            self._watch.before(self, sql)
            tag, rows = self._answer(sql, arguments)
            self._watch.after(self, sql, tag, rows)
        except Lost:
            self.break_off(committing=sql == "COMMIT")
            raise InterfaceError("BrokenPipe: server socket closed.") from None
        except RedshiftError as error:
            fields = {
                "S": "ERROR",
                "C": error.sqlstate,
                "M": error.message,
                "D": error.detail or "",
            }
            raise ProgrammingError(fields) from error
        self._rows = rows
        number = tag.rpartition(" ")[2]
        self.rowcount = int(number) if number.isdigit() else -1

    def _answer(self, sql: str, arguments: tuple[object, ...]) -> tuple[str, Rows]:
        if self.session.status == "I" and sql != "COMMIT":
            self._run("BEGIN", ())
        return self._run(sql, arguments)

    def _run(self, sql: str, arguments: tuple[object, ...]) -> tuple[str, Rows]:
        [piece] = self.session.split(sql)
        prepared = self.session.prepare(piece, [_type(value) for value in arguments])
        fields = prepared.fields or ()
        self.description = [(field.name,) for field in fields]
        formats = [Format.BINARY] * len(fields)
        result = self.session.execute(prepared, arguments, formats)
        rows: Rows = []
        for batch in result.batches or ():
            rows += _values(batch)
        return result.tag, rows


def _values(batch: Any) -> Rows:
    if isinstance(batch, Batch):
        return batch.rows
    return [*zip(*(column.to_pylist() for column in batch.columns), strict=True)]


def _type(value: object) -> RedshiftType | None:
    """The type that the driver says; texts have none, and take that of their place."""
    if type(value) is int:
        return INTEGER if -(2**31) < value < 2**31 else BIGINT
    return _TYPES.get(type(value))


@cache
def _numbered(sql: str) -> str:
    """With `$1` in the place of the first `%s`, as the driver sends it."""
    numbers = count(1)
    return re.sub("%s", lambda match: f"${next(numbers)}", sql)
