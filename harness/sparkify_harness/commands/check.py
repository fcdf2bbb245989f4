"""`sparkify check`: the quality checks on a warehouse, without Airflow."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from sparkify.days import NoAuditError, days
from sparkify.errors import ConflictError, PipelineError
from sparkify.names import Names
from sparkify.quality import Outcome, Verdict
from sparkify.quality.check import counted
from sparkify.quality.inspection import inspect
from sparkify.warehouse import WarehouseSession
from sparkify_harness.commands.days import SchemaOption
from sparkify_harness.commands.exits import CommandError, ExitCode
from sparkify_harness.commands.outcome import new_table, write
from sparkify_harness.commands.terminal import output
from sparkify_harness.commands.warehouses import DsnOption, RunOption, address, pipeline_session
from sparkify_harness.locations import SQL

_STYLES = {Verdict.PASS: "green", Verdict.WARN: "yellow", Verdict.FAIL: "bold red"}

DayOption = Annotated[
    dt.datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        metavar="DATE",
        help="Judge what this day's log has brought, as its run would; else everything.",
    ),
]


def check(
    *,
    day: DayOption = None,
    run: RunOption = None,
    dsn: DsnOption = None,
    schema: SchemaOption = "public",
    json_: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
) -> None:
    """Run the quality checks on the last run's warehouse, or any other.

    Nothing is written there, and no Airflow is needed. Samples of failing
    rows are shown without data about people. A check that fails ends the
    command with exit code 1; one that only warns does not.
    """
    names = Names(schema)
    try:
        with address(run, dsn) as at, pipeline_session(at) as session:
            key = _key(session, names, day.date()) if day else None
            outcomes = inspect(session, names, SQL, log_key=key)
    except NoAuditError:
        raise CommandError(
            f"schema {schema} has no load_audit: nothing was loaded by this pipeline there",
            ExitCode.FAILED,
        ) from None
    except ConflictError as error:
        raise CommandError(f"{error}: a run is at work; try again", ExitCode.FAILED) from None
    except PipelineError as error:
        raise CommandError(str(error), ExitCode.FAILED) from None
    if json_:
        typer.echo(json.dumps([outcome.as_dict() for outcome in outcomes], indent=2))
    else:
        write(table(outcomes), output())
    if not all(outcome.passed for outcome in outcomes):
        raise typer.Exit(ExitCode.FAILED)


def table(outcomes: Sequence[Outcome]) -> Iterator[RenderableType]:
    """The checks for people: a line for each, then what was found by those that did not pass."""
    shown = new_table("Check", "Verdict", ("Failing rows", "right"))
    for outcome in outcomes:
        verdict = Text(str(outcome.verdict), _STYLES[outcome.verdict])
        shown.add_row(outcome.check, verdict, f"{outcome.failing_rows:,}")
    yield shown
    for outcome in outcomes:
        if outcome.verdict is not Verdict.PASS:
            yield Text(str(outcome), _STYLES[outcome.verdict])
    counts = {verdict: sum(item.verdict is verdict for item in outcomes) for verdict in Verdict}
    failed, warned = counts[Verdict.FAIL], counts[Verdict.WARN]
    found = ", ".join(
        f"{count} {word}" for count, word in ((failed, "failed"), (warned, "warned")) if count
    )
    style = _STYLES[Verdict.FAIL if failed else Verdict.WARN if warned else Verdict.PASS]
    yield Text(f"{counted(len(outcomes), 'check')}: {found or 'all passed'}.", style)


def _key(session: WarehouseSession, names: Names, day: dt.date) -> str:
    """Key of the log of that day that is loaded.

    Raises:
        CommandError: there is none.
    """
    loaded = [status for status in days(session, names) if status.is_loaded and status.day]
    for status in loaded:
        if status.day == day and status.key:
            return status.key
    known = f"{loaded[0].day} to {loaded[-1].day}" if loaded else "none"
    raise CommandError(f"no log of {day} is loaded; the days are {known}", ExitCode.FAILED)
