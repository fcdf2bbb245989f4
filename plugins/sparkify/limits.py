"""How long a session waits for the warehouse: without limits, a silent one holds a task for ever.

A driver's socket waits for an answer until the other side closes the connection. If that machine is
gone, TCP's probes find out, by default after two hours; if it is silent, nothing does. What then
ends a task is its `execution_timeout`, an hour for each of its tries, and the statement it waited
for goes on in the warehouse, with its locks.
"""

import inspect
from collections.abc import Mapping
from typing import Any

LOGIN_SECONDS = 30.0
"""For connecting and logging in."""

STATEMENT_SECONDS = 3600.0
"""For a statement, with its wait for locks and in queues: as long as a task may take. `timeout` in
the connection's extra is another limit, for this and for logging in."""

SERVERS_SHARE = 0.9
"""Of that limit is told to the warehouse: it ends a statement, with its locks, before we leave."""

PROBES = {"tcp_keepalive_idle": 60, "tcp_keepalive_interval": 10, "tcp_keepalive_count": 6}
"""A machine that is gone is given up after two minutes."""

SET_TIMEOUT = "SET statement_timeout TO {:d}"
"""Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_statement_timeout.html"""


def arguments(extra: Mapping[str, Any]) -> dict[str, Any]:
    """The connection's extra, with our limits where it has none.

    Args:
        extra: what is passed to `redshift_connector.connect`.
    """
    # Imported here: parsing a DAG must not load the driver.
    import redshift_connector  # noqa: PLC0415 - see above

    known = inspect.signature(redshift_connector.connect).parameters
    probes = {name: value for name, value in PROBES.items() if name in known}
    return {"timeout": LOGIN_SECONDS, **probes, **extra}


def limit_statements(connection: Any, extra: Mapping[str, Any]) -> None:
    """Sets the limit for statements, in the warehouse and on our side of the connection.

    The driver has one limit for all that it waits for, and no way to change it but on its socket.

    Args:
        connection: of the driver, after logging in, with autocommit off.
        extra: of the Airflow connection.
    """
    seconds = float(extra.get("timeout") or STATEMENT_SECONDS)
    connection.autocommit = True  # what is set in a transaction ends with it, if it is undone
    connection.cursor().execute(SET_TIMEOUT.format(int(seconds * SERVERS_SHARE * 1000)))
    connection.autocommit = False
    connection._usock.settimeout(seconds)  # noqa: SLF001 - see above
