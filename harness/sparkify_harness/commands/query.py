"""Statements sent to a warehouse, results as text, errors as psql shows them."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import conninfo, pq

from sparkify_harness.commands.exits import CommandError, ExitCode

CONNECT_TIMEOUT = 15
"""Seconds; as a number of libpq's."""

_NUMBERS = {"int2", "int4", "int8", "float4", "float8", "numeric", "oid"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a result; `type` as pg_type calls it, or the number of an unknown type."""

    name: str
    type: str

    @property
    def is_number(self) -> bool:
        """Whether it is aligned to the right."""
        return self.type in _NUMBERS


@dataclass(frozen=True, slots=True)
class Result:
    """What one statement answered.

    Args:
        tag: Such as `INSERT 0 5`.
        columns: None for a statement without rows.
        rows: Values as the server writes them; None for NULL.
    """

    tag: str
    columns: tuple[Column, ...] | None
    rows: tuple[tuple[str | None, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class ServerError(Exception):
    """The warehouse refused a statement; its text has all that the server says."""

    text: str

    def __str__(self) -> str:
        return self.text


class SimpleConnection:
    """A connection in autocommit, over the simple protocol, which takes what psql takes."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    @property
    def in_transaction(self) -> bool:
        """Whether BEGIN was sent, and no end yet."""
        return self._connection.info.transaction_status != pq.TransactionStatus.IDLE

    @property
    def closed(self) -> bool:
        """Whether the connection is gone."""
        return self._connection.closed

    @property
    def database(self) -> str:
        """Name of the database."""
        return self._connection.info.dbname

    def run(self, sql: str) -> Iterator[Result]:
        """What each statement answers.

        Args:
            sql: One or more statements; more than one are one transaction.

        Raises:
            ServerError: The warehouse refuses one, or is gone.
        """
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(sql.encode())
                while True:
                    yield _result(cursor.pgresult)
                    if not cursor.nextset():
                        return
        except psycopg.Error as error:
            raise ServerError(describe(error, sql)) from None


def dial(dsn: str, *, autocommit: bool) -> "psycopg.Connection[Any]":
    """An open connection.

    Args:
        dsn: A libpq URL or `key=value` pairs; what it leaves out comes from `PG*`.
        autocommit: Whether each statement is a transaction of its own.

    Raises:
        CommandError: The connection fails; no secret is in the message.
    """
    try:
        settings = conninfo.conninfo_to_dict(dsn)
    except psycopg.Error:  # whose text quotes the DSN, password included
        raise CommandError(
            "the DSN cannot be read; write it as postgresql://USER@HOST:PORT/DATABASE",
            ExitCode.USAGE,
        ) from None
    # Redshift calls its encoding UNICODE, for which Python has no codec.
    settings = {"connect_timeout": CONNECT_TIMEOUT} | settings | {"client_encoding": "utf8"}
    try:
        return psycopg.connect(**settings, autocommit=autocommit, prepare_threshold=None)  # type: ignore[arg-type]  # libpq's
    except psycopg.Error as error:
        raise CommandError(f"cannot connect: {str(error).strip()}") from None


@contextmanager
def connect(dsn: str, on_notice: Callable[[str], None] | None = None) -> Iterator[SimpleConnection]:
    """A session that lasts until the context ends.

    Args:
        dsn: As for `dial`.
        on_notice: Called with each message of the server's that is no error.

    Raises:
        CommandError: The connection fails; no secret is in the message.
    """
    connection = dial(dsn, autocommit=True)
    with closing(connection):
        if on_notice is not None:
            connection.add_notice_handler(
                lambda notice: on_notice(f"{notice.severity}:  {notice.message_primary}")
            )
        yield SimpleConnection(connection)


def describe(error: psycopg.Error, sql: str) -> str:
    """An error as psql's verbose form shows it.

    PostgreSQL: https://www.postgresql.org/docs/current/app-psql.html (`VERBOSITY`)

    Args:
        error: What the client raised.
        sql: What was sent, for the line that the error points into.
    """
    diagnostics = error.diag
    if diagnostics.message_primary is None:  # the client's own: the server is gone
        return f"ERROR:  {str(error).strip()}"
    head = f"{diagnostics.severity or 'ERROR'}:  {diagnostics.sqlstate}: "
    lines = [head + diagnostics.message_primary]
    if diagnostics.statement_position:
        lines += _pointer(sql, int(diagnostics.statement_position))
    if diagnostics.message_detail:
        lines.append(f"DETAIL:  {diagnostics.message_detail.strip()}")
    if diagnostics.message_hint:
        lines.append(f"HINT:  {diagnostics.message_hint.strip()}")
    return "\n".join(lines)


def _pointer(sql: str, position: int) -> list[str]:
    """The line at a position (from 1, in characters), and a caret below."""
    before = sql[: position - 1]
    number = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1)
    head = f"LINE {number}: "
    line = sql.splitlines()[number - 1] if number <= len(sql.splitlines()) else ""
    return [head + line.replace("\t", " "), " " * (len(head) + column) + "^"]


def _result(result: pq.abc.PGresult | None) -> Result:
    assert result is not None  # noqa: S101 - the cursor has executed
    tag = (result.command_status or b"").decode()
    if result.status != pq.ExecStatus.TUPLES_OK:
        return Result(tag, None)
    width = result.nfields
    columns = tuple(
        Column((result.fname(index) or b"").decode(), _type_name(result.ftype(index)))
        for index in range(width)
    )
    rows = tuple(
        tuple(_text(result.get_value(row, index)) for index in range(width))
        for row in range(result.ntuples)
    )
    return Result(tag, columns, rows)


def _type_name(oid: int) -> str:
    known = psycopg.adapters.types.get(oid)
    return known.name if known else str(oid)


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode(errors="replace")
