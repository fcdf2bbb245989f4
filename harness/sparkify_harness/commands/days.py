"""`sparkify days`: which days are loaded, from which objects, and what the checks said."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from sparkify.days import DayState, DayStatus, NoAuditError, compared, days
from sparkify.errors import PipelineError
from sparkify.objects import ObjectInfo, list_objects
from sparkify_fixtures import FolderError, read_folder
from sparkify_harness.backfilling import Where, in_words
from sparkify_harness.commands.calendar import LOOKS
from sparkify_harness.commands.dataset import chosen_again
from sparkify_harness.commands.exits import CommandError, ExitCode
from sparkify_harness.commands.outcome import new_table, write
from sparkify_harness.commands.storing import PANEL, BucketOption, RegionOption, external_endpoint
from sparkify_harness.commands.terminal import output
from sparkify_harness.commands.warehouses import DsnOption, RunOption, address, pipeline_session
from sparkify_harness.listing import listing
from sparkify_harness.runs import RunFolder, RunRecord
from sparkify_harness.stack import BUCKET, REGION

_WIDE = 180
"""Columns that suffice for keys, runs and whole ETags."""

_ETAG = 8
"""Characters of an ETag in the table; --json has all."""

SchemaOption = Annotated[str, typer.Option(metavar="NAME", help="Schema of the tables.")]
PrefixOption = Annotated[
    str, typer.Option("--log-prefix", metavar="PREFIX", help="Key prefix of the logs.")
]
DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="Compare with this folder. \\[default: the data that the run was given]",
        rich_help_panel=PANEL,
    ),
]
EndpointOption = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Compare with the bucket at this S3, on AWS https://s3.REGION.amazonaws.com; its key "
        "comes from $AWS_ACCESS_KEY_ID and $AWS_SECRET_ACCESS_KEY.",
        rich_help_panel=PANEL,
    ),
]


def show(
    *,
    run: RunOption = None,
    dsn: DsnOption = None,
    schema: SchemaOption = "public",
    log_prefix: PrefixOption = "log_data",
    json_: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
    data: DataOption = None,
    endpoint: EndpointOption = None,
    bucket: BucketOption = BUCKET,
    region: RegionOption = REGION,
) -> None:
    """Show which days are loaded: from which object, when, with how many rows.

    It is read from load_audit in the warehouse of the last run, or in any
    other by --dsn, also on AWS; and compared with the data that the run was
    given, a folder or a bucket: which logs are missing, and which have
    changed since.
    """
    where = Where.of({"schema": schema, "log_prefix": log_prefix})
    objects = _objects(data, endpoint, bucket, region, where.log_prefix)
    given: list[RunRecord] = []

    def remember(folder: RunFolder) -> None:
        if folder.record is not None:
            given.append(folder.record)

    try:
        with address(run, dsn, remember) as at, pipeline_session(at) as session:
            found = days(session, where.names)
    except NoAuditError:
        raise CommandError(
            f"schema {schema} has no load_audit: nothing was loaded by this pipeline there",
            ExitCode.FAILED,
        ) from None
    except PipelineError as error:
        raise CommandError(str(error), ExitCode.FAILED) from None
    if objects is None and given and (chosen := chosen_again(given[0].data)):
        objects = listing(chosen.objects(), where.log_prefix)
    if objects is not None:
        found = compared(found, objects)
    if json_:
        typer.echo(json.dumps([as_json(status) for status in found], indent=2))
    else:
        console = output()
        is_wide = console.width >= _WIDE
        write(table(found, where, is_compared=objects is not None, is_wide=is_wide), console)


def _objects(
    data: Path | None, endpoint: str | None, bucket: str, region: str, prefix: str
) -> list[ObjectInfo] | None:
    """What lies where the user says; None where nobody says."""
    if data is not None and endpoint is not None:
        raise typer.BadParameter("--data and --endpoint are two different places")
    try:
        if data is not None:
            return listing(read_folder(data), prefix)
        if endpoint is not None:
            client = external_endpoint(endpoint, region).client()
            return list_objects(client, bucket, prefix)
    except FolderError as error:
        raise typer.BadParameter(str(error)) from error
    except PipelineError as error:
        raise CommandError(str(error)) from None
    return None


def table(
    found: Sequence[DayStatus], where: Where, *, is_compared: bool, is_wide: bool
) -> list[RenderableType]:
    """The days, for people.

    Args:
        found: in order.
        where: logs are expected to lie.
        is_compared: whether somebody has looked where they lie.
        is_wide: whether there is room for keys and whole ETags.
    """
    if not found:
        return ["No day is loaded."]
    shown = new_table("Day", "State", ("Rows", "right"), ("Bytes", "right"), "ETag", "Loaded at")
    if is_wide:
        for name in ("Key", "Run"):
            shown.add_column(name, no_wrap=True)
    for status in found:
        etag = status.etag or ""
        shown.add_row(
            str(status.day or "?"),
            Text(status.state.value, LOOKS[status.state].background or "green"),
            "" if status.rows is None else f"{status.rows:,}",
            "" if status.bytes is None else f"{status.bytes:,}",
            etag if is_wide else etag[:_ETAG],
            f"{status.loaded_at:%Y-%m-%d %H:%M}" if status.loaded_at else "",
            *((status.key or "", status.run_id or "") if is_wide else ()),
        )
    return [shown, *_remarks(found, where, is_compared=is_compared)]


def _remarks(found: Sequence[DayStatus], where: Where, *, is_compared: bool) -> Iterator[str]:
    loaded = [status for status in found if status.is_loaded]
    rows = sum(status.rows or 0 for status in loaded)
    yield f"Loaded   {len(loaded)} days, {rows:,} rows"
    yield f"Keys     {where.log_prefix}YYYY/MM/YYYY-MM-DD-events.json"
    for status in found:
        if status.day is None or status.key != where.key(status.day):
            yield f"         {status.day or 'no day'}: {status.key}"
    for name, state in (
        ("Changed", DayState.CHANGED),
        ("Missing", DayState.MISSING),
        ("Gone", DayState.GONE),
        ("Unended", DayState.LOADED),
    ):
        if days_in := [status.day for status in found if status.state is state and status.day]:
            yield f"{name:<9}{in_words(days_in)}{_MEANS[state]}"
    if gaps := _gaps(found):
        yield f"No log   {in_words(gaps)}: neither loaded nor there"
    for status in found:
        if status.failing:
            yield f"Failed   {status.day}: {', '.join(status.failing)}"
    if not is_compared:
        yield "Changed or missing logs cannot be told: compare by --endpoint URL or --data DIR."


_MEANS = {
    DayState.CHANGED: ": the log there now is another one",
    DayState.MISSING: ": there is a log, and it is not loaded",
    DayState.GONE: ": loaded, but the log is no more there",
    DayState.LOADED: ": loaded by a run whose checks did not come to an end",
}


def _gaps(found: Sequence[DayStatus]) -> list[dt.date]:
    known = {status.day for status in found if status.day is not None}
    if not known:
        return []
    first, last = min(known), max(known)
    every = (first + dt.timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in every if day not in known]


def as_json(status: DayStatus) -> dict[str, Any]:
    """Plain values: what is loaded, and under `there` what lies in the bucket."""
    values = asdict(status) | {"state": status.state.value, "failing": list(status.failing)}
    for name in ("day", "loaded_at", "last_modified"):
        values[name] = values[name] and values[name].isoformat()
    if there := values["there"]:
        there["last_modified"] = there["last_modified"] and there["last_modified"].isoformat()
    return values
