"""`sparkify backfill`: a range of days on a local stack, a run for each, several at once."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Annotated, Any

import typer
from sparkify.days import DayState, DayStatus
from sparkify.objects import list_objects

from harness.airflow import RUN_TIMEOUT, RunResult
from harness.backfilling import (
    DayOutcome,
    NoLog,
    Plan,
    Reprocess,
    Where,
    in_words,
    outcomes,
    run_days,
    survey,
)
from harness.commands import dataset, storing
from harness.commands.calendar import calendar, red_days
from harness.commands.dataset import (
    DataOption,
    DataSet,
    DaysOption,
    SeedOption,
    SongsOption,
    StartOption,
    UsersOption,
)
from harness.commands.exits import ExitCode
from harness.commands.progress import Steps
from harness.commands.report import relative, write
from harness.commands.run import (
    LimitOption,
    ParamOption,
    VerboseOption,
    parse_params,
    sql_command,
    tidy,
)
from harness.commands.storing import (
    BucketOption,
    EndpointOption,
    RegionOption,
    StoreChoice,
    StoreOption,
    writing_to,
)
from harness.commands.terminal import messages, output, tell
from harness.commands.warehouses import pipeline_session
from harness.runs import RunFolder, RunRecord, Runs
from harness.seeding import listing
from harness.stack import BUCKET, REGION, Stack, open_stack
from harness.warehouse import open_warehouse

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
FreshOption = Annotated[
    bool,
    typer.Option("--fresh", help="Begin with an empty warehouse, not where the last one ended."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")]


@dataclass(frozen=True)
class _Range:
    """What is to be loaded, from what and how."""

    first: dt.date
    last: dt.date
    data: DataSet
    where: Where
    reprocess: Reprocess
    no_log: NoLog

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


def backfill(
    *,
    first: FirstOption,
    last: LastOption,
    parallel: ParallelOption = 1,
    reprocess: ReprocessOption = Reprocess.FAILED,
    no_log: NoLogOption = NoLog.FAIL,
    dry_run: DryRunOption = False,
    fresh: FreshOption = False,
    limit: LimitOption = RUN_TIMEOUT,
    param: ParamOption = None,
    json_: JsonOption = False,
    verbose: VerboseOption = False,
    data: DataOption = None,
    days: DaysOption = None,
    users: UsersOption = None,
    songs: SongsOption = None,
    seed: SeedOption = None,
    start: StartOption = None,
    store: StoreOption = StoreChoice.AUTO,
    endpoint: EndpointOption = None,
    bucket: BucketOption = BUCKET,
    region: RegionOption = REGION,
) -> None:
    """Load a range of days, a run for each, and show what came of every day.

    It goes on where the last backfill of the same data ended, however that
    ended: only days that are missing, or whose log is another one now, are
    run. Exit code 1 when a day is red.
    """
    chosen = dataset.choose(data=data, days=days, users=users, songs=songs, seed=seed, start=start)
    external = storing.chosen_endpoint(store, endpoint, region)
    conf = _params(param or []) | {"no_log": no_log.value}
    if last < first:
        raise typer.BadParameter(f"--from {first.date()} is after --to {last.date()}")
    wanted = _Range(first.date(), last.date(), chosen, Where.of(conf), reprocess, no_log)
    runs = Runs()
    if dry_run:
        foreseen = _foreseen(wanted, runs, fresh=fresh)
        _show_plan(Plan.of(foreseen, reprocess, no_log), no_log, as_json=json_)
        return
    with (
        _folder(runs, chosen.source, fresh=fresh) as (folder, is_new),
        Steps(messages(), verbose=verbose) as steps,
    ):
        goes_on = "" if is_new else ", goes on with what is loaded"
        steps.say(f"Run    {folder.id}: backfill {wanted}{goes_on}\nData   {chosen.label}")
        began = dt.datetime.now(dt.UTC).isoformat()
        record = RunRecord("running", f"{wanted}; data {chosen.label}", store, began, chosen.source)
        folder.write(record)
        tidy(folder)
        with open_stack(
            folder.path, store=store.value, external=external, bucket=bucket, region=region
        ) as stack:
            runs.mark_last(folder)
            steps.say(f"Store  {stack.store.describe()}")
            record = replace(record, store=stack.store.describe())
            folder.write(record)
            with (
                steps.step("Filling the bucket", total=chosen.count) as step,
                writing_to(stack.store.endpoint.url),
            ):
                stack.seed(chosen.objects(), lambda _: step.advance())
            plan = Plan.of(_states(stack, wanted), reprocess, no_log)
            steps.say(f"Plan   {plan.describe()}")
            _tell_of_missing_logs(plan, no_log)
            results = _run(stack, plan, conf, parallel=parallel, limit=limit, steps=steps)
            found = list(outcomes(_states(stack, wanted), results, no_log))
        tidy(folder)
        passed = not any(day.is_red for day in found)
        folder.write(replace(record, state="success" if passed else "failed"))
        took = steps.elapsed
    _report(found, folder, took, as_json=json_)
    if not passed:
        raise typer.Exit(ExitCode.FAILED)


def _params(texts: Sequence[str]) -> dict[str, Any]:
    conf = parse_params(texts)
    for name, instead in (("full_load", "sparkify run"), ("no_log", "--no-log")):
        if name in conf:
            raise typer.BadParameter(f"--param {name} is not for backfills: use {instead}")
    return conf


@contextmanager
def _folder(runs: Runs, source: str, *, fresh: bool) -> Iterator[tuple[RunFolder, bool]]:
    """The folder to work in, and whether it is a new one."""
    if not fresh:
        with runs.continued(source) as folder:
            if folder is not None:
                yield folder, False
                return
    with runs.new() as folder:
        yield folder, True


def _states(stack: Stack, wanted: _Range) -> list[DayStatus]:
    store = stack.store.endpoint
    objects = list_objects(store.client(), stack.bucket, wanted.where.log_prefix)
    with pipeline_session(stack.warehouse.dsn(with_password=True)) as session:
        return survey(session, wanted.where, objects, wanted.first, wanted.last)


def _foreseen(wanted: _Range, runs: Runs, *, fresh: bool) -> list[DayStatus]:
    """The states without a stack: from the data, and the last backfill's warehouse if there is."""
    objects = listing(wanted.data.objects(), wanted.where.log_prefix)
    with ExitStack() as opened:
        folder = None if fresh else opened.enter_context(runs.continued(wanted.data.source))
        session = None
        if folder is not None:
            running = opened.enter_context(
                open_warehouse(folder=folder.path / "sql", file=folder.warehouse)
            )
            dsn = running.connection.dsn(with_password=True)
            session = opened.enter_context(pipeline_session(dsn))
        return survey(session, wanted.where, objects, wanted.first, wanted.last)


def _show_plan(plan: Plan, no_log: NoLog, *, as_json: bool) -> None:
    """What would be run; exit code 1 where a day would be red for want of a log."""
    due = {status.day for status in plan.due}
    if as_json:
        days = [
            {"day": str(status.day), "state": status.state.value, "due": status.day in due}
            for status in plan.days
        ]
        typer.echo(json.dumps({"days": days}, indent=2))
    else:
        write([*calendar(list(outcomes(plan.days, {}, no_log))), ""], output())
        tell(output(), f"Would run: {plan.describe()}")
        for state, found in _by_state(plan.due).items():
            tell(output(), f"  {state}: {in_words(found)}")
    if _tell_of_missing_logs(plan, no_log) and no_log is NoLog.FAIL:
        raise typer.Exit(ExitCode.FAILED)


def _by_state(found: Sequence[DayStatus]) -> dict[DayState, list[dt.date]]:
    days: dict[DayState, list[dt.date]] = {}
    for status in found:
        if status.day is not None:
            days.setdefault(status.state, []).append(status.day)
    return days


def _tell_of_missing_logs(plan: Plan, no_log: NoLog) -> bool:
    """Names the days without a log; whether there are any."""
    days = [status.day for status in plan.lacking if status.day is not None]
    if days:
        means = (
            "they count as red; --no-log empty takes them for days without plays"
            if no_log is NoLog.FAIL
            else "taken for days without plays"
        )
        tell(messages(), f"No log {in_words(days)}: {means}", "yellow")
    return bool(days)


def _run(
    stack: Stack,
    plan: Plan,
    conf: Mapping[str, Any],
    *,
    parallel: int,
    limit: float,
    steps: Steps,
) -> dict[dt.date, RunResult]:
    """Runs what is due; nothing is started where nothing is."""
    due = [status.day for status in plan.due if status.day is not None]
    if not due:
        return {}
    with steps.step("Starting Airflow"):
        stack.airflow.wait_until_ready()
    with steps.step(f"Loading {due[0]}", total=len(due)) as step:
        return run_days(
            stack,
            due,
            parallel=parallel,
            conf=conf,
            limit=limit,
            on_task=lambda day, task: step.tell(f"{day} {task.task_id:<25}"),
            on_end=lambda _: step.advance(),
        )


def _report(found: Sequence[DayOutcome], folder: RunFolder, took: float, *, as_json: bool) -> None:
    console = output()
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "run": folder.id,
                    "passed": not any(day.is_red for day in found),
                    "seconds": round(took, 3),
                    "days": [day.as_json() for day in found],
                },
                indent=2,
            )
        )
        return
    write(calendar(found), console)
    red = sum(day.is_red for day in found)
    if table := red_days(found):
        console.print(table)
    ask = sql_command().format(sql='"select level, count(*) from users group by 1"')
    tell(console, f"\nLogs   {relative(folder.path)}\nAsk    {ask}")
    if red:
        tell(console, f"{red} of {len(found)} days are red.", "bold red")
        return
    ran = sum(day.ran for day in found)
    done = f"{ran} days run" if ran else "Nothing had to be run"
    tell(console, f"{done}, none is red. Done in {took:.1f} s.", "green")
