"""Clients that connect to a server without warehouse, and what they say."""

import gc
from typing import Any

import pytest
import redshift_connector
from redshift_connector.error import Error

from sparkify_harness.redshift.front.server import Server

USER, PASSWORD = "awsuser", "Geheim-1!"
DEADLINE = 60.0


def redshift(server: Server, **options: Any) -> Any:
    values: dict[str, Any] = {
        "user": USER,
        "password": PASSWORD,
        "database": "dev",
        "ssl": False,
    } | options
    return redshift_connector.connect(
        host="127.0.0.1", port=server.port, timeout=int(DEADLINE), **values
    )


def refusal(server: Server, **options: Any) -> Any:
    """What redshift_connector raises; its socket is gone afterwards."""
    try:
        redshift(server, **options).close()
    except Error as error:
        refused = error.with_traceback(None)
        refused.__context__ = None
    else:
        pytest.fail("the client was let in")
    gc.collect()
    return refused


def libpq(server: Server, **options: str) -> dict[str, Any]:
    return {
        "host": "127.0.0.1",
        "port": server.port,
        "user": USER,
        "password": PASSWORD,
        "dbname": "dev",
        "connect_timeout": int(DEADLINE),
    } | options


def query(connection: Any, sql: str, arguments: Any = None) -> list[tuple[Any, ...]]:
    cursor = connection.cursor()
    cursor.execute(sql, arguments) if arguments is not None else cursor.execute(sql)
    return [tuple(row) for row in cursor.fetchall()]
