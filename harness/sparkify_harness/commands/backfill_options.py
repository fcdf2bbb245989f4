"""What `sparkify backfill` and `sparkify stack backfill` can be told alike."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from sparkify_harness.backfilling import NoLog, Reprocess
from sparkify_harness.commands.run import parse_params

_DATE = "%Y-%m-%d"

FirstOption = Annotated[
    dt.datetime, typer.Option("--from", formats=[_DATE], metavar="DATE", help="First day.")
]
LastOption = Annotated[
    dt.datetime,
    typer.Option("--to", formats=[_DATE], metavar="DATE", help="Last day, included."),
]
ParallelOption = Annotated[int, typer.Option(min=1, max=32, metavar="NUMBER", help="Runs at once.")]
ReprocessOption = Annotated[
    Reprocess,
    typer.Option(
        metavar="WHICH",
        help="Days to run again that were loaded before: none, those whose checks failed, or "
        "completed, which is all. Days that are missing, changed or not finished always run.",
    ),
]
NoLogOption = Annotated[
    NoLog,
    typer.Option(
        metavar="POLICY",
        help="What a day without a log is: fail makes it red, empty takes it for a day "
        "without plays.",
    ),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be run, and run nothing.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")]


def days_between(first: dt.datetime, last: dt.datetime) -> tuple[dt.date, dt.date]:
    """The ends of the range.

    Raises:
        typer.BadParameter: It goes backwards.
    """
    if last < first:
        raise typer.BadParameter(f"--from {first.date()} is after --to {last.date()}")
    return first.date(), last.date()


def params(texts: Sequence[str], no_log: NoLog) -> dict[str, Any]:
    """Params for the runs.

    Raises:
        typer.BadParameter: One is wrong, or is not for a backfill.
    """
    found = parse_params(texts)
    for name, instead in (("full_load", "sparkify run"), ("no_log", "--no-log")):
        if name in found:
            raise typer.BadParameter(f"--param {name} is not for backfills: use {instead}")
    return found | {"no_log": no_log.value}
