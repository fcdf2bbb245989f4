"""`sparkify run`: the whole pipeline on a stack of its own."""

import datetime as dt
import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Annotated, Any

import typer

from sparkify.settings import PARAM_NAMES
from sparkify.star import SHOWN
from sparkify_harness.airflow import RUN_TIMEOUT, RunResult, TaskResult
from sparkify_harness.commands import dataset, storing
from sparkify_harness.commands.alerts import AlertsOption, chosen_alerting, told
from sparkify_harness.commands.dataset import (
    DataOption,
    DataSet,
    DaysOption,
    SeedOption,
    SongsOption,
    StartOption,
    UsersOption,
)
from sparkify_harness.commands.exits import ExitCode
from sparkify_harness.commands.outcome import Ended, green, report, write
from sparkify_harness.commands.progress import Step, Steps
from sparkify_harness.commands.query import ServerError, connect
from sparkify_harness.commands.step_summary import append, markdown
from sparkify_harness.commands.storing import (
    BucketOption,
    EndpointOption,
    RegionOption,
    StoreOption,
    writing_to,
)
from sparkify_harness.commands.terminal import messages, output, tell
from sparkify_harness.runs import RunFolder, RunRecord, Runs
from sparkify_harness.stack import BUCKET, REGION, TASKS, Stack, open_stack
from sparkify_harness.store_kinds import StoreKind
from sparkify_harness.warehouse import Warehouse

_DATE = "%Y-%m-%d"

DayOption = Annotated[
    dt.datetime | None,
    typer.Option(formats=[_DATE], metavar="DATE", help="Load this day's log alone."),
]
FromOption = Annotated[
    dt.datetime | None,
    typer.Option("--from", formats=[_DATE], metavar="DATE", help="Load day by day, from here ..."),
]
ToOption = Annotated[
    dt.datetime | None,
    typer.Option("--to", formats=[_DATE], metavar="DATE", help="... to here, both included."),
]
ParamOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=VALUE",
        help="A Param of the DAG, such as log_jsonpaths=auto; may be given again.",
    ),
]
LimitOption = Annotated[
    float,
    typer.Option(
        min=1,
        metavar="SECONDS",
        help="How long a run may take; one that hangs is killed, and has failed.",
    ),
]
VerboseOption = Annotated[
    bool, typer.Option("--verbose", "-v", help="Tell each step with its time.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")]


def run(
    *,
    day: DayOption = None,
    from_: FromOption = None,
    to: ToOption = None,
    param: ParamOption = None,
    limit: LimitOption = RUN_TIMEOUT,
    json_: JsonOption = False,
    verbose: VerboseOption = False,
    data: DataOption = None,
    days: DaysOption = None,
    users: UsersOption = None,
    songs: SongsOption = None,
    seed: SeedOption = None,
    start: StartOption = None,
    store: StoreOption = StoreKind.AUTO,
    endpoint: EndpointOption = None,
    bucket: BucketOption = BUCKET,
    region: RegionOption = REGION,
    alerts: AlertsOption = None,
) -> None:
    """Run the pipeline on a fresh stack, and show what came out.

    Starts an object store and a warehouse, fills the bucket, runs the DAG
    and shows tasks, tables and the verdict of the quality checks. Without
    --day or --from all logs are loaded at once. The stack ends with the
    command; its warehouse stays in a file, for "sparkify sql".
    """
    chosen = dataset.choose(data=data, days=days, users=users, songs=songs, seed=seed, start=start)
    wanted = wanted_days(day, from_, to, chosen)
    conf = parse_params(param or [])
    external = storing.chosen_endpoint(store, endpoint, region)
    alerting = chosen_alerting(alerts)

    runs = Runs()
    loaded = f"{_describe(wanted)}; data {chosen.label}"
    with runs.new() as folder, Steps(messages(), verbose=verbose) as steps:
        steps.say(f"Run    {folder.id}: {_describe(wanted)}\nData   {chosen.label}")
        began = dt.datetime.now(dt.UTC).isoformat()
        record = RunRecord("running", loaded, store, began, data=chosen.options)
        folder.write(record)
        with ExitStack() as opened:
            with steps.step("Starting the stack"):
                stack = opened.enter_context(
                    open_stack(
                        folder.path,
                        store=store,
                        external=external,
                        bucket=bucket,
                        region=region,
                        alerting=alerting,
                    )
                )
            steps.say(f"Store  {stack.store.describe()}")
            record = replace(record, store=stack.store.describe())
            with (
                steps.step("Filling the bucket", total=chosen.count) as step,
                writing_to(stack.store.endpoint.url),
            ):
                stack.seed(chosen.objects(), lambda _: step.advance())
            with steps.step("Starting Airflow"):
                started = stack.airflow.wait_until_ready()
            results = run_days(stack, wanted, conf, steps, limit)
            counts = row_counts(stack.warehouse)
        tidy(folder)
        passed = green(results)
        folder.write(replace(record, state="success" if passed else "failed"))
        runs.mark_last(folder)
        took = steps.elapsed
    summary = markdown(loaded, results, counts, passed=passed)
    for line in filter(None, (append(summary), *told(stack.alerting, record.started))):
        tell(messages(), line)
    ended = Ended(folder.path, tuple(results), counts, started, took, chosen.label)
    if json_:
        typer.echo(json.dumps(ended.as_json(), indent=2, default=str))
    else:
        console = output()
        write(report(ended, command=sql_command()), console)
        if wanted and len(results) < len(wanted):
            tell(console, f"Stopped there: {len(wanted) - len(results)} more days were not run.")
        if passed:
            tell(console, f"Done in {took:.1f} s.", "green")
    if not passed:
        raise typer.Exit(ExitCode.FAILED)


def wanted_days(
    day: dt.datetime | None, first: dt.datetime | None, last: dt.datetime | None, data: DataSet
) -> tuple[dt.date, ...] | None:
    """The days to load, one run each; None for all logs in one run.

    Raises:
        typer.BadParameter: The options contradict each other, or name days without a log.
    """
    if day is not None and (first or last):
        raise typer.BadParameter("--day is one day, --from and --to are a range: give one or other")
    if day is not None:
        wanted = [day.date()]
    elif first is not None and last is not None:
        if last < first:
            raise typer.BadParameter(f"--from {first.date()} is after --to {last.date()}")
        count = (last - first).days + 1
        wanted = [(first + dt.timedelta(days=number)).date() for number in range(count)]
    elif first or last:
        raise typer.BadParameter("--from and --to go together")
    else:
        return None
    if missing := [str(day) for day in wanted if day not in data.days]:
        there = f"{data.days[0]} to {data.days[-1]}" if data.days else "none"
        raise typer.BadParameter(
            f"there is no log of {missing[0]}; the data set has {there} (--data, --start, --days)"
        )
    return tuple(wanted)


def parse_params(texts: Sequence[str]) -> dict[str, Any]:
    """Params of the DAG: values are JSON where they can be, else text.

    Raises:
        typer.BadParameter: One is not NAME=VALUE, or the DAG would ignore it.
    """
    params: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise typer.BadParameter(f"--param wants NAME=VALUE, not {text!r}")
        if name not in PARAM_NAMES:
            raise typer.BadParameter(f"the DAG has no Param {name!r}, but {', '.join(PARAM_NAMES)}")
        try:
            params[name] = json.loads(value)
        except ValueError:
            params[name] = value
    return params


def run_days(
    stack: Stack,
    days: tuple[dt.date, ...] | None,
    conf: Mapping[str, Any],
    steps: Steps,
    limit: float = RUN_TIMEOUT,
) -> list[RunResult]:
    """Runs the DAG for each day, or once for all; stops at the first run that fails."""
    results: list[RunResult] = []
    for day in days or (None,):
        label = str(day or "all logs")
        with steps.step(f"Running {label}", total=TASKS) as step:
            ended: set[str] = set()
            on_task = _advance_once(step, ended, label)
            result = stack.attempt(day, conf=conf, on_task=on_task, limit=limit)
        results.append(result)
        if not result.succeeded:
            break
    return results


def _advance_once(step: Step, ended: set[str], label: str) -> Callable[[TaskResult], None]:
    def on_task(task: TaskResult) -> None:
        if task.task_id not in ended and task.state in {"success", "failed"}:
            ended.add(task.task_id)
            step.advance(f"{label}: {task.task_id:<25}")

    return on_task


def row_counts(warehouse: Warehouse) -> dict[str, int | None]:
    """Rows of each table, asked from the warehouse; None where there is no such table."""
    counts: dict[str, int | None] = {}
    with connect(warehouse.dsn(with_password=True)) as session:
        for table in SHOWN:
            try:
                (result,) = session.run(f"SELECT count(*) FROM {table}")  # noqa: S608  # ours
            except ServerError:
                counts[table] = None
            else:
                counts[table] = int(result.rows[0][0] or 0)
    return counts


def tidy(folder: RunFolder) -> None:
    """Removes the objects of the store that is gone; its log stays."""
    store = folder.path / "objectstore"
    if store.is_dir():
        for path in store.iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)


def sql_command() -> str:
    """How the last run is queried, by the tool that the user came with; `{sql}` is the place."""
    if "MAKELEVEL" in os.environ:
        return "make sql ARGS='{sql}'"
    return f"{'sparkify' if shutil.which('sparkify') else sys.argv[0]} sql {{sql}}"


def _describe(days: tuple[dt.date, ...] | None) -> str:
    if days is None:
        return "all logs at once"
    return str(days[0]) if len(days) == 1 else f"{days[0]} to {days[-1]}, day by day"
