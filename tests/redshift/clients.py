"""The real clients behind one face, so that a case runs through each of them unchanged."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, ClassVar, Protocol

import psycopg
import psycopg2
import pytest
import redshift_connector
from redshift_connector.error import Error

from sparkify_harness.certificates import TRUSTED
from sparkify_harness.warehouse import Warehouse

Row = tuple[Any, ...]

_CONNECTING = Lock()
"""The environment, which says whom to trust, is one for all threads."""


@dataclass
class ServerError(Exception):
    """An ErrorResponse as a client shows it."""

    sqlstate: str
    message: str
    detail: str | None = None
    hint: str | None = None
    position: str | None = None

    def __str__(self) -> str:
        return f"{self.sqlstate}: {self.message}"


class Client(Protocol):
    """A connection in autocommit."""

    name: ClassVar[str]

    def rows(self, sql: str, arguments: Sequence[object] = ()) -> list[Row]:
        """Run one statement; its rows, none for a statement without."""

    def run(self, *statements: str) -> None:
        """Run statements one by one."""

    def columns(self) -> list[tuple[str, int]]:
        """Name and type OID of the last result's columns."""

    def notices(self) -> list[str]:
        """Messages of the notices so far."""

    def close(self) -> None:
        """Disconnect."""


def connect(warehouse: Warehouse, **options: Any) -> Any:
    """redshift_connector with its defaults, which trusts the warehouse's authority and no other."""
    known: dict[str, Any] = {
        "host": warehouse.host,
        "port": warehouse.port,
        "user": warehouse.user,
        "password": warehouse.password,
        "database": warehouse.database,
    }
    with _CONNECTING, pytest.MonkeyPatch.context() as patch:
        if warehouse.certificates is not None:
            patch.setenv(TRUSTED, str(warehouse.certificates.authority))
        return redshift_connector.connect(**known | options)


class Connector:
    """redshift_connector: extended protocol, binary results; what Airflow's hook uses."""

    name: ClassVar[str] = "redshift_connector"

    def __init__(self, warehouse: Warehouse, *, tls: bool = True) -> None:
        self.connection = connect(warehouse, ssl=tls, timeout=60)
        self.connection.autocommit = True
        self._cursor = self.connection.cursor()

    def rows(self, sql: str, arguments: Sequence[object] = ()) -> list[Row]:
        try:
            self._cursor.execute(sql, tuple(arguments) if arguments else None)
            if self._cursor.description is None:
                return []
            return [tuple(row) for row in self._cursor.fetchall()]
        except Error as error:
            fields = error.args[0]
            if not isinstance(fields, dict):
                raise
            raise ServerError(
                fields["C"], fields["M"], fields.get("D"), fields.get("H"), fields.get("P")
            ) from error

    def run(self, *statements: str) -> None:
        for statement in statements:
            self.rows(statement)

    def columns(self) -> list[tuple[str, int]]:
        return [(column[0], column[1]) for column in self._cursor.description or []]

    def notices(self) -> list[str]:
        return [
            notice[b"M"].decode() if b"M" in notice else notice["M"]
            for notice in self.connection.notices
        ]

    def close(self) -> None:
        self.connection.close()


class Psycopg2:
    """psycopg2: simple protocol, text results; what most public pipelines use."""

    name: ClassVar[str] = "psycopg2"

    def __init__(self, warehouse: Warehouse) -> None:
        self.connection = psycopg2.connect(warehouse.dsn(with_password=True), connect_timeout=60)
        self.connection.autocommit = True
        self._cursor = self.connection.cursor()

    def rows(self, sql: str, arguments: Sequence[object] = ()) -> list[Row]:
        try:
            self._cursor.execute(sql, tuple(arguments) if arguments else None)
            return [] if self._cursor.description is None else self._cursor.fetchall()
        except psycopg2.Error as error:
            if error.pgcode is None:
                raise
            diagnostics = error.diag
            raise ServerError(
                error.pgcode,
                diagnostics.message_primary or "",
                diagnostics.message_detail,
                diagnostics.message_hint,
                diagnostics.statement_position,
            ) from error

    def run(self, *statements: str) -> None:
        for statement in statements:
            self.rows(statement)

    def columns(self) -> list[tuple[str, int]]:
        return [(column.name, column.type_code) for column in self._cursor.description or []]

    def notices(self) -> list[str]:
        return [text.partition(":")[2].strip() for text in self.connection.notices]

    def close(self) -> None:
        self.connection.close()


class Psycopg3:
    """psycopg 3: extended protocol with unnamed statements, text results."""

    name: ClassVar[str] = "psycopg"

    def __init__(self, warehouse: Warehouse) -> None:
        self._notices: list[str] = []
        self.connection = psycopg.connect(
            warehouse.dsn(with_password=True), autocommit=True, connect_timeout=60
        )
        self.connection.add_notice_handler(
            lambda notice: self._notices.append(notice.message_primary or "")
        )
        self._cursor = self.connection.cursor()

    def rows(self, sql: str, arguments: Sequence[object] = ()) -> list[Row]:
        try:
            self._cursor.execute(sql.encode(), tuple(arguments) if arguments else None)
            return [] if self._cursor.description is None else self._cursor.fetchall()
        except psycopg.Error as error:
            if error.sqlstate is None:
                raise
            diagnostics = error.diag
            raise ServerError(
                error.sqlstate,
                diagnostics.message_primary or "",
                diagnostics.message_detail,
                diagnostics.message_hint,
                diagnostics.statement_position,
            ) from error

    def run(self, *statements: str) -> None:
        for statement in statements:
            self.rows(statement)

    def columns(self) -> list[tuple[str, int]]:
        return [(column.name, column.type_code) for column in self._cursor.description or []]

    def notices(self) -> list[str]:
        return self._notices

    def close(self) -> None:
        self.connection.close()
