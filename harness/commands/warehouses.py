"""Which warehouse a command asks: that of a local run, or any other."""

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from psycopg import Error, conninfo

from harness.runs import RunFolder, Runs
from harness.warehouse import open_warehouse

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


def one_of(dsn: str | None, run: str | None) -> None:
    """Refuses two warehouses at once.

    Raises:
        typer.BadParameter: both are named.
    """
    if dsn is not None and run is not None:
        raise typer.BadParameter("--dsn and --run are two different warehouses")


def folder_of(run_id: str | None) -> RunFolder:
    """The folder of a run, by default the last.

    Raises:
        RunFolderError: There is no such run.
    """
    runs = Runs()
    return runs.find(run_id) if run_id else runs.last()


@contextmanager
def served(folder: RunFolder) -> Iterator[str]:
    """A DSN of the run's warehouse, served until the context ends.

    Raises:
        RunFolderError: Another process uses it.
    """
    with (
        folder.locked(_BUSY),
        open_warehouse(folder=folder.path / "sql", file=folder.warehouse) as running,
    ):
        yield running.connection.dsn(with_password=True)


def with_password(dsn: str) -> str:
    """The DSN, with a password that is asked for where none is known and somebody is there."""
    return dsn if _has_password(dsn) or not sys.stdin.isatty() else _asked(dsn)


def _has_password(dsn: str) -> bool:
    try:
        known = conninfo.conninfo_to_dict(dsn)
    except Error:
        return True  # nothing to ask for: connecting says what is wrong
    return bool(known.get("password") or os.environ.get(PASSWORD_VARIABLE))


def _asked(dsn: str) -> str:
    return conninfo.make_conninfo(dsn, password=getpass.getpass("Password: "))
