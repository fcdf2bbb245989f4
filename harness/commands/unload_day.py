"""`sparkify unload-day`: takes a wrong day out of a warehouse again."""

import datetime as dt
import sys
from typing import Annotated

import typer
from sparkify.audit import Run
from sparkify.days import NoAuditError, days
from sparkify.errors import PipelineError
from sparkify.names import Names
from sparkify.star import SHOWN
from sparkify.upkeep import take_out
from sparkify.warehouse import Session

from harness.commands.days import SchemaOption
from harness.commands.exits import CommandError, ExitCode
from harness.commands.report import count_table, write
from harness.commands.terminal import output, tell
from harness.commands.warehouses import DsnOption, RunOption, address, pipeline_session
from harness.machine import CHECKOUT

DayArgument = Annotated[
    dt.datetime, typer.Argument(formats=["%Y-%m-%d"], metavar="DAY", help="Such as 2018-11-15.")
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask whether to go on.")]


def unload_day(
    *,
    day: DayArgument,
    run: RunOption = None,
    dsn: DsnOption = None,
    schema: SchemaOption = "public",
    yes: YesOption = False,
) -> None:
    """Take a day's log out of a warehouse again, in all tables.

    What other logs have of the same plays, users and times stays: the
    tables are then what they were if the log had never been loaded. Its
    object in the bucket is not touched: the next run of the day loads it
    again. Works on the last run's warehouse, or any other by --dsn.
    """
    names, wanted = Names(schema), day.date()
    try:
        with address(run, dsn) as at, pipeline_session(at) as session:
            found = days(session, names)
            keys = [status.key for status in found if status.day == wanted and status.is_loaded]
            if not keys:
                raise CommandError(f"no log of {wanted} is loaded", ExitCode.FAILED)
            rows = sum(status.rows or 0 for status in found if status.key in keys)
            if not yes and sys.stdin.isatty():
                typer.confirm(
                    f"Take out {rows:,} events of {', '.join(map(str, keys))}?", abort=True
                )
            who = Run("sparkify", f"unload-day {wanted}", "unload-day")
            gone = take_out(session, names, CHECKOUT / "sql", who, [key for key in keys if key])
            counts = session.atomically(lambda: row_counts(session, names))
    except NoAuditError:
        raise CommandError(
            f"schema {schema} has no load_audit: nothing was loaded by this pipeline there",
            ExitCode.FAILED,
        ) from None
    except PipelineError as error:
        raise CommandError(str(error), ExitCode.FAILED) from None
    console = output()
    for loaded in gone:
        tell(console, f"Took out {loaded.source.key}: {loaded.rows:,} events.")
    write([count_table(counts)], console)


def row_counts(session: Session, names: Names) -> dict[str, int | None]:
    """The rows of each table, in the session's transaction."""
    return {
        table: int(session.scalar(f"SELECT COUNT(*) FROM {names(table)}", doing="counting rows"))  # noqa: S608  # quoted
        for table in SHOWN
    }
