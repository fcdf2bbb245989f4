"""`sparkify backfill`: a range of days on a local stack, a run for each, several at once."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Annotated, Any

import typer

from sparkify.days import DayStatus
from sparkify.objects import list_objects
from sparkify_harness.airflow import RUN_TIMEOUT, RunResult
from sparkify_harness.backfilling import (
    NoLog,
    Plan,
    Reprocess,
    Where,
    outcomes,
    run_days,
    survey,
)
from sparkify_harness.commands import dataset, storing
from sparkify_harness.commands.alerts import AlertsOption, chosen_alerting, told
from sparkify_harness.commands.backfill_options import (
    DryRunOption,
    FirstOption,
    JsonOption,
    LastOption,
    NoLogOption,
    ParallelOption,
    ReprocessOption,
    days_between,
    params,
)
from sparkify_harness.commands.backfill_view import (
    count_red,
    end_with_plan,
    show_days,
    tell_of_missing_logs,
)
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
from sparkify_harness.commands.outcome import relative
from sparkify_harness.commands.progress import Steps
from sparkify_harness.commands.run import (
    LimitOption,
    ParamOption,
    VerboseOption,
    sql_command,
    tidy,
)
from sparkify_harness.commands.step_summary import append, markdown_of_days
from sparkify_harness.commands.storing import (
    BucketOption,
    EndpointOption,
    RegionOption,
    StoreOption,
    writing_to,
)
from sparkify_harness.commands.terminal import messages, output, tell
from sparkify_harness.commands.warehouses import pipeline_session
from sparkify_harness.listing import listing
from sparkify_harness.runs import RunFolder, RunRecord, Runs
from sparkify_harness.stack import BUCKET, REGION, Stack, open_stack
from sparkify_harness.store_kinds import StoreKind
from sparkify_harness.warehouse import open_warehouse

FreshOption = Annotated[
    bool,
    typer.Option("--fresh", help="Begin with an empty warehouse, not where the last one ended."),
]


@dataclass(frozen=True)
class _Range:
    """What is to be loaded, and from what."""

    first: dt.date
    last: dt.date
    data: DataSet
    where: Where

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
    store: StoreOption = StoreKind.AUTO,
    endpoint: EndpointOption = None,
    bucket: BucketOption = BUCKET,
    region: RegionOption = REGION,
    alerts: AlertsOption = None,
) -> None:
    """Load a range of days, a run for each, and show what came of every day.

    It goes on where the last backfill of the same data ended, however that
    ended: only days that are missing, or whose log is another one now, are
    run. Exit code 1 when a day is red.
    """
    chosen = dataset.choose(data=data, days=days, users=users, songs=songs, seed=seed, start=start)
    external = storing.chosen_endpoint(store, endpoint, region)
    alerting = chosen_alerting(alerts)
    conf = params(param or [], no_log)
    wanted = _Range(*days_between(first, last), chosen, Where.of(conf))
    runs = Runs()
    if dry_run:
        plan = Plan.of(_foreseen(wanted, runs, fresh=fresh), reprocess, no_log)
        end_with_plan(plan, no_log, as_json=json_)
    with (
        _folder(runs, chosen.source, fresh=fresh) as (folder, is_new),
        Steps(messages(), verbose=verbose) as steps,
    ):
        goes_on = "" if is_new else ", goes on with what is loaded"
        steps.say(f"Run    {folder.id}: backfill {wanted}{goes_on}\nData   {chosen.label}")
        began = dt.datetime.now(dt.UTC).isoformat()
        record = RunRecord(
            "running",
            f"{wanted}; data {chosen.label}",
            store,
            began,
            chosen.source,
            chosen.options,
        )
        folder.write(record)
        tidy(folder)
        with open_stack(
            folder.path,
            store=store,
            external=external,
            bucket=bucket,
            region=region,
            alerting=alerting,
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
            tell_of_missing_logs(plan, no_log)
            results = _run(stack, plan, conf, parallel=parallel, limit=limit, steps=steps)
            found = list(outcomes(_states(stack, wanted), results, no_log))
        tidy(folder)
        red = sum(day.is_red for day in found)
        folder.write(replace(record, state="failed" if red else "success"))
        took = steps.elapsed
    summary = markdown_of_days(f"backfill {wanted}; data {chosen.label}", found)
    for line in filter(None, (append(summary), *told(stack.alerting, began))):
        tell(messages(), line)
    more = {"run": folder.id, "seconds": round(took, 3)}
    show_days(found, more, as_json=json_)
    if not json_:
        ask = sql_command().format(sql='"select level, count(*) from users group by 1"')
        tell(output(), f"\nLogs   {relative(folder.path)}\nAsk    {ask}")
        ran = f"{len(results)} run in {took:.1f} s." if results else "Nothing had to be run."
        tell(output(), f"{count_red(red, found)} {ran}", "bold red" if red else "green")
    if red:
        raise typer.Exit(ExitCode.FAILED)


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
        stack.airflow.wait_until_ready(min(parallel, len(due)))
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
