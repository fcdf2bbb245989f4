"""Which warehouse a command works on: the last run's, served for the time of it, or any other."""

import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Annotated, Any

import typer
from psycopg import Error, conninfo

from sparkify.warehouse import WarehouseSession
from sparkify_harness.commands.placeholders import NumberingCursor
from sparkify_harness.commands.query import dial
from sparkify_harness.runs import RunFolder, Runs
from sparkify_harness.warehouse import open_warehouse

PASSWORD_VARIABLE = "PGPASSWORD"  # noqa: S105  # the name of it

_BUSY = 15.0
"""Seconds to wait for another command that has the same run's warehouse open."""

DsnOption = Annotated[
    str | None,
    typer.Option(
        envvar="SPARKIFY_DSN",
        metavar="URL",
        help="Another warehouse: postgresql://USER@HOST:PORT/DB; its password "
        f"comes from ${PASSWORD_VARIABLE}.",
    ),
]
RunOption = Annotated[
    str | None, typer.Option("--run", metavar="ID", help="Another run than the last one.")
]


@contextmanager
def address(
    run: str | None, dsn: str | None, on_run: Callable[[RunFolder], None] | None = None
) -> Iterator[str]:
    """A DSN of the warehouse, password included, that holds until the context ends.

    Args:
        run: name of a run; None for the last one.
        dsn: of another warehouse; its password is asked for where none is known.
        on_run: called with the folder of the run whose warehouse it is.

    Raises:
        typer.BadParameter: run and DSN are two different warehouses.
        RunFolderError: there is no such run, or it is in use.
    """
    if dsn is not None and run is not None:
        raise typer.BadParameter("--dsn and --run are two different warehouses")
    if dsn is not None:
        yield dsn if _has_password(dsn) or not sys.stdin.isatty() else _asked(dsn)
        return
    runs = Runs()
    folder = runs.find(run) if run else runs.last()
    with (
        folder.locked(_BUSY),
        open_warehouse(folder=folder.path / "sql", file=folder.warehouse) as running,
    ):
        if on_run is not None:
            on_run(folder)
        yield running.connection.dsn(with_password=True)


@contextmanager
def pipeline_session(dsn: str) -> Iterator[WarehouseSession]:
    """A session as the pipeline's own code takes it; what is not committed in the end is undone.

    Args:
        dsn: as for `sparkify_harness.commands.query.connect`.

    Raises:
        CommandError: the connection fails; no secret is in the message.
    """
    settings = conninfo.conninfo_to_dict(dsn)
    secret = str(settings.get("password") or os.environ.get(PASSWORD_VARIABLE) or "")
    connection: Any = dial(dsn, autocommit=False)
    connection.cursor_factory = NumberingCursor
    with closing(connection):
        yield WarehouseSession(connection, [secret])


def _has_password(dsn: str) -> bool:
    try:
        known = conninfo.conninfo_to_dict(dsn)
    except Error:
        return True  # nothing to ask for: connecting says what is wrong
    return bool(known.get("password") or os.environ.get(PASSWORD_VARIABLE))


def _asked(dsn: str) -> str:
    return conninfo.make_conninfo(dsn, password=getpass.getpass("Password: "))
