"""`sparkify stack backfill`: a range of days by Airflow's own backfill, on the stack."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from sparkify.days import DayStatus
from sparkify.objects import list_objects

from harness.airflow import RunResult
from harness.backfilling import NoLog, Reprocess, Where, outcomes, survey
from harness.commands.backfill_options import (
    FirstOption,
    JsonOption,
    LastOption,
    NoLogOption,
    ReprocessOption,
    days_between,
    params,
)
from harness.commands.backfill_view import count_red, show_days
from harness.commands.exits import CommandError, ExitCode
from harness.commands.outcome import count_table
from harness.commands.run import ParamOption, row_counts
from harness.commands.stack_options import EnvFileOption, TimeoutOption, WaitOption, project_of
from harness.commands.stack_runs import follow_all, wait_for_backfill, wait_for_dag
from harness.commands.stack_view import run_url, warehouse
from harness.commands.terminal import messages, output, tell
from harness.commands.warehouses import pipeline_session
from harness.compose.airflow_api import AirflowApi
from harness.compose.project import Project
from harness.compose.settings import DEFAULT_FILE, StackSettings
from harness.stack import DAG_ID

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
    wait: WaitOption = True,
    json_: JsonOption = False,
    timeout: TimeoutOption = 3600,
) -> None:
    """Load a range of days by "airflow backfill create", and show what came of every day.

    Airflow runs the days that it has not run before, and those that
    --reprocess names; a log that has changed since is shown, not loaded.
    Exit code 1 when a day is red.
    """
    days = days_between(first, last)
    conf = params(param or [], no_log)
    project = project_of(env_file)
    settings = project.settings
    with AirflowApi.of(settings) as airflow:
        wait_for_dag(airflow)
        wait_for_backfill(airflow)
        before = {run["dag_run_id"]: run["queued_at"] for run in airflow.runs("backfill")}
        at_once = ("--max-active-runs", str(parallel)) if parallel else ()
        _create(project, days, reprocess, *at_once, "--dag-run-conf", json.dumps(conf))
        mine = [
            run["dag_run_id"]
            for run in airflow.runs("backfill")
            if before.get(run["dag_run_id"]) != run["queued_at"]
        ]
        tell(messages(), f"{len(mine)} runs, {days[0]} to {days[1]}")
        if not mine:
            tell(messages(), "Nothing to run: --reprocess completed runs these days once more.")
        if not wait:
            return
        runs = follow_all(airflow, mine, timeout) if mine else []
        results = {result.day: result for result in _results(airflow, runs) if result.day}
    states = _states(settings, Where.of(conf), days)
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


def _create(
    project: Project, days: tuple[dt.date, dt.date], reprocess: Reprocess, *options: str
) -> None:
    first, last = map(str, days)
    done = project.exec(
        "scheduler", "airflow", "backfill", "create", "--dag-id", DAG_ID,
        "--from-date", first, "--to-date", last,
        "--reprocess-behavior", reprocess.value, *options,
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
