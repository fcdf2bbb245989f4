"""`sparkify unload-day`: takes a day out of a warehouse again, in all tables."""

import datetime as dt
import json
from functools import partial
from typing import Annotated

import typer

from sparkify.audit import Run
from sparkify.days import DayStatus, NoAuditError, days
from sparkify.errors import PipelineError
from sparkify.templates import Templates
from sparkify.unloading import Unloaded, unload
from sparkify_harness.backfilling import Where
from sparkify_harness.commands.days import PrefixOption, SchemaOption
from sparkify_harness.commands.exits import CommandError, ExitCode
from sparkify_harness.commands.outcome import new_table
from sparkify_harness.commands.terminal import output, tell
from sparkify_harness.commands.warehouses import DsnOption, RunOption, address, pipeline_session
from sparkify_harness.locations import SQL

DayArgument = Annotated[
    dt.datetime, typer.Argument(formats=["%Y-%m-%d"], metavar="DAY", help="The day, by its log.")
]


def unload_day(
    day: DayArgument,
    *,
    run: RunOption = None,
    dsn: DsnOption = None,
    schema: SchemaOption = "public",
    log_prefix: PrefixOption = "log_data",
    json_: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
) -> None:
    """Take a day out of the warehouse of the last run, or of any other by --dsn.

    Every table of the star schema is then what the logs that are left make
    of it; weekly_top_songs follows with the next run of its DAG. The log in
    the bucket stays: a backfill loads the day again, unless the log is
    replaced or removed first.
    """
    where = Where.of({"schema": schema, "log_prefix": log_prefix})
    try:
        with address(run, dsn) as at:
            sessions = partial(pipeline_session, at)
            with sessions() as session:
                known = [
                    status
                    for status in days(session, where.names)
                    if status.day == day.date() and (status.key or "").startswith(where.log_prefix)
                ]
            done = unload(
                sessions,
                where.names,
                Templates(SQL, where.names),
                _keys(known, day.date()),
                _run_of(dt.datetime.now(dt.UTC)),
            )
    except NoAuditError:
        raise CommandError(
            f"schema {schema} has no load_audit: nothing was loaded by this pipeline there",
            ExitCode.FAILED,
        ) from None
    except PipelineError as error:
        raise CommandError(str(error), ExitCode.FAILED) from None
    _show(day.date(), done, as_json=json_)


def _keys(known: list[DayStatus], day: dt.date) -> list[str]:
    """The logs of the day, also where they were taken out before: tables may not know it yet."""
    keys = [status.key for status in known if status.key is not None]
    if not keys:
        raise CommandError(f"{day} was never loaded; sparkify days shows what is", ExitCode.FAILED)
    return keys


def _run_of(now: dt.datetime) -> "partial[Run]":
    return partial(Run, "sparkify unload-day", f"unload__{now.isoformat()}")


def _show(day: dt.date, done: Unloaded, *, as_json: bool) -> None:
    if as_json:
        logs = [{"key": log.source.key, "rows": log.rows} for log in done.logs]
        values = {"day": str(day), "taken_out": logs, "computed_again": dict(done.computed)}
        typer.echo(json.dumps(values, indent=2))
        return
    console = output()
    for log in done.logs:
        tell(console, f"Taken out: {log.source.key}, {log.rows:,} rows")
    if not done.logs:
        tell(console, f"{day} had been taken out before; all tables know it.")
    table = new_table("Table", ("Computed again", "right"))
    for name, rows in done.computed.items():
        table.add_row(name, f"{rows:,} rows" if rows else "")
    console.print(table)
