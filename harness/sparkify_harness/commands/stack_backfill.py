"""`sparkify stack backfill`: a range of days by Airflow's own backfill, on the stack."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from sparkify.days import DayStatus
from sparkify.objects import list_objects
from sparkify_harness.airflow import RunResult
from sparkify_harness.backfilling import (
    NoLog,
    Plan,
    Reprocess,
    Where,
    in_words,
    outcomes,
    stretches,
    survey,
)
from sparkify_harness.commands.backfill_options import (
    DryRunOption,
    FirstOption,
    JsonOption,
    LastOption,
    NoLogOption,
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
from sparkify_harness.commands.exits import CommandError, ExitCode
from sparkify_harness.commands.outcome import count_table
from sparkify_harness.commands.run import ParamOption, row_counts
from sparkify_harness.commands.stack_options import (
    EnvFileOption,
    TimeoutOption,
    WaitOption,
    project_of,
)
from sparkify_harness.commands.stack_runs import follow_all, wait_for_backfill, wait_for_dag
from sparkify_harness.commands.stack_view import run_url, warehouse
from sparkify_harness.commands.terminal import messages, output, tell
from sparkify_harness.commands.warehouses import pipeline_session
from sparkify_harness.compose.airflow_api import AirflowApi
from sparkify_harness.compose.project import Project
from sparkify_harness.compose.settings import DEFAULT_FILE, StackSettings
from sparkify_harness.stack import DAG_ID

AtOnceOption = Annotated[
    int | None,
    typer.Option(
        "--parallel",
        min=1,
        max=32,
        metavar="NUMBER",
        help="Runs at once.",
        show_default="as Airflow has it: 10",
    ),
]


def backfill(
    *,
    first: FirstOption,
    last: LastOption,
    env_file: EnvFileOption = DEFAULT_FILE,
    parallel: AtOnceOption = None,
    reprocess: ReprocessOption = Reprocess.FAILED,
    no_log: NoLogOption = NoLog.FAIL,
    param: ParamOption = None,
    dry_run: DryRunOption = False,
    wait: WaitOption = True,
    json_: JsonOption = False,
    timeout: TimeoutOption = 3600,
) -> None:
    """Load a range of days by "airflow backfill create", and show what came of every day.

    Only days that are missing, or whose log is another one now, are run, and
    those that --reprocess names: a backfill of Airflow's for each stretch of
    them. Exit code 1 when a day is red.
    """
    days = days_between(first, last)
    conf = params(param or [], no_log)
    project = project_of(env_file)
    settings = project.settings
    where = Where.of(conf)
    plan = Plan.of(_states(settings, where, days), reprocess, no_log)
    if dry_run:
        end_with_plan(plan, no_log, as_json=json_)
    due = stretches(status.day for status in plan.due if status.day is not None)
    if len(due) > 1 and not wait:
        raise CommandError(
            f"Airflow takes one backfill at a time, and these are {len(due)}: "
            f"{in_words(status.day for status in plan.due if status.day)}. Leave out --no-wait"
        )
    tell(messages(), f"Plan   {plan.describe()}")
    tell_of_missing_logs(plan, no_log)
    options = ("--max-active-runs", str(parallel)) if parallel else ()
    runs: list[dict[str, Any]] = []
    with AirflowApi.of(settings) as airflow:
        for stretch in due:
            mine = _begin(project, airflow, stretch, *options, "--dag-run-conf", json.dumps(conf))
            if wait:
                runs += follow_all(airflow, mine, timeout)
        if not wait:
            return
        results = {result.day: result for result in _results(airflow, runs) if result.day}
    states = _states(settings, where, days)
    found = list(
        outcomes(states, results, no_log, log_of=lambda result: run_url(settings, result.run_id))
    )
    counts = row_counts(warehouse(settings))
    show_days(found, {"tables": counts}, as_json=json_)
    red = sum(day.is_red for day in found)
    if not json_:
        output().print(count_table(counts))
        tell(output(), count_red(red, found), "bold red" if red else "green")
    if red:
        raise typer.Exit(ExitCode.FAILED)


def _begin(
    project: Project, airflow: AirflowApi, days: tuple[dt.date, dt.date], *options: str
) -> list[str]:
    """Begins a backfill of all these days, whatever Airflow has run of them; the runs' ids."""
    wait_for_dag(airflow)
    wait_for_backfill(airflow)
    before = {run["dag_run_id"]: run["queued_at"] for run in airflow.runs("backfill")}
    _create(project, days, *options)
    mine = [
        run["dag_run_id"]
        for run in airflow.runs("backfill")
        if before.get(run["dag_run_id"]) != run["queued_at"]
    ]
    tell(messages(), f"{len(mine)} runs, {days[0]} to {days[1]}")
    return mine


def _create(project: Project, days: tuple[dt.date, dt.date], *options: str) -> None:
    first, last = map(str, days)
    done = project.exec(
        "scheduler", "airflow", "backfill", "create", "--dag-id", DAG_ID,
        "--from-date", first, "--to-date", last,
        "--reprocess-behavior", Reprocess.COMPLETED.value, *options,
    )  # fmt: skip
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise CommandError(f"airflow backfill create failed: {said[-1] if said else ''}")


def _results(airflow: AirflowApi, runs: Iterable[Mapping[str, Any]]) -> Iterable[RunResult]:
    """What came of runs that have ended; the tasks are asked for only of those that failed."""
    for run in runs:
        if run["state"] != "success":
            yield airflow.result(run["dag_run_id"])
            continue
        yield RunResult(
            run_id=run["dag_run_id"],
            day=dt.datetime.fromisoformat(run["data_interval_start"]).date(),
            state=run["state"],
            duration=float(run["duration"] or 0.0),
            tasks=(),
            xcoms={},
            log_path=Path("logs"),
        )


def _states(
    settings: StackSettings, where: Where, days: tuple[dt.date, dt.date]
) -> list[DayStatus]:
    objects = list_objects(settings.store().client(), settings.bucket, where.log_prefix)
    with pipeline_session(warehouse(settings).dsn(with_password=True)) as session:
        return survey(session, where, objects, *days)
