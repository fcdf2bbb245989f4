"""`sparkify stack`: the whole stack in containers, by Docker Compose."""

import datetime as dt
import time
from typing import Annotated

import typer
from rich.live import Live

from sparkify_harness.commands import dataset, stack_backfill
from sparkify_harness.commands.dataset import (
    DataOption,
    DaysOption,
    SeedOption,
    SongsOption,
    StartOption,
    UsersOption,
)
from sparkify_harness.commands.examples import examples
from sparkify_harness.commands.exits import CommandError, ExitCode
from sparkify_harness.commands.outcome import count_table, failure, task_table, verdict, write
from sparkify_harness.commands.progress import Steps
from sparkify_harness.commands.run import parse_params, row_counts
from sparkify_harness.commands.stack_options import (
    EnvFileOption,
    TimeoutOption,
    WaitOption,
    project_of,
)
from sparkify_harness.commands.stack_runs import follow, wait_for_dag
from sparkify_harness.commands.stack_view import address_table, run_url, services_table, warehouse
from sparkify_harness.commands.storing import writing_to
from sparkify_harness.commands.terminal import messages, output, tell
from sparkify_harness.compose import settings as settings_module
from sparkify_harness.compose.airflow_api import AirflowApi
from sparkify_harness.compose.errors import ComposeError
from sparkify_harness.compose.project import COMPOSE_FILE, Project, known_names
from sparkify_harness.compose.services import missing
from sparkify_harness.compose.settings import DEFAULT_FILE, PORTS, SECRETS
from sparkify_harness.seeding import clear, upload

app = typer.Typer(
    no_args_is_help=True,
    help="The whole stack in containers: Airflow with Celery, MinIO, the Redshift substitute.",
    epilog=examples(
        ("sparkify stack up", "Start it; the first time it is built"),
        ("sparkify stack trigger", "Run the pipeline on it"),
        ("sparkify stack down", "Stop it; the data stays"),
    ),
)


@app.callback()
def stack() -> None:
    """Refuses where there is nothing to build the images from."""
    if not COMPOSE_FILE.is_file():
        raise ComposeError(
            "the stack in containers is built from a checkout of the project, which an installed "
            f"package is not: there is no {COMPOSE_FILE.name}. Clone the project and run make there"
        )


@app.command(
    epilog=examples(
        ("sparkify stack init", "Once, before the first start"),
        ("sparkify stack init --set SPARKIFY_AIRFLOW_PORT=18080", "Where 8080 is taken"),
        ("sparkify stack init --set SPARKIFY_SEED=none", "An empty bucket, for data of your own"),
    )
)
def init(
    *,
    env_file: EnvFileOption = DEFAULT_FILE,
    force: Annotated[bool, typer.Option(help="Replace the file: passwords too.")] = False,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Another value; may be given again."),
    ] = None,
) -> None:
    """Write the settings with random passwords and keys, for you alone to read.

    What may be set is in .env.example; images too, such as
    --set MINIO_IMAGE=registry.example/minio:1.
    """
    chosen = dict(map(_assignment, setting or []))
    made = settings_module.write(env_file, chosen, force=force)
    made.check()
    tell(messages(), f"Settings: {made.file} (only you can read it)\nNow: sparkify stack up")


@app.command(
    epilog=examples(
        ("sparkify stack up", "Build, start, wait until all is healthy"),
        ("sparkify stack up --workers 3 --monitoring", "More workers, and Flower"),
        ("sparkify stack up --no-build", "Images as they are"),
    )
)
def up(
    *,
    env_file: EnvFileOption = DEFAULT_FILE,
    build: Annotated[bool, typer.Option(help="Build the images, as far as they changed.")] = True,
    workers: Annotated[int, typer.Option(min=1, max=16, help="Celery workers.")] = 1,
    monitoring: Annotated[bool, typer.Option("--monitoring", help="Flower too.")] = False,
    timeout: TimeoutOption = 600,
) -> None:
    """Start everything, wait until all is healthy, and print addresses and logins.

    Images are built, as far as what is in them changed; their bases are
    pulled. What was loaded before is still there. Passwords are those of
    the settings file, which is made if need be.
    """
    if not env_file.exists():
        settings_module.write(env_file)
        tell(messages(), f"Settings: {env_file} is new, with random passwords")
    project = project_of(env_file)
    project.settings.check()
    _check_ports(project)
    with Steps(messages()) as steps:
        steps.say(f"Engine {project.engine.describe()}")
        if build:
            with steps.step("Building images, which takes minutes the first time") as step:
                project.build(lambda line: step.advance(f"Building: {line[:50]}"))
    began = time.monotonic()
    with Live(console=messages(), transient=True, refresh_per_second=4) as live:
        found = project.up(
            workers=workers,
            monitoring=monitoring,
            on_look=lambda found: live.update(services_table(found)),
            timeout=timeout,
        )
    output().print(services_table(found))
    tell(messages(), f"All healthy after {time.monotonic() - began:.0f} s.", "green")
    _show_addresses(project, monitoring=monitoring)


@app.command(
    epilog=examples(
        ("sparkify stack status", "What is healthy, and what says why not"),
    )
)
def status(*, env_file: EnvFileOption = DEFAULT_FILE) -> None:
    """Show each service with its health; exit code 1 unless all do their work."""
    project = project_of(env_file)
    found = project.containers()
    if not found:
        raise CommandError(f"{project.settings.project} is not running: sparkify stack up")
    output().print(services_table(found))
    if absent := missing(found):
        tell(output(), f"Not there: {', '.join(absent)}", "bold red")
    if absent or not all(one.ready for one in found):
        raise typer.Exit(ExitCode.FAILED)
    _show_addresses(project, monitoring=any(one.service == "flower" for one in found))


@app.command(
    epilog=examples(
        ("sparkify stack seed --data DIR --replace", "Real data in the place of the generated"),
        ("sparkify stack seed --days 60", "More generated days"),
    )
)
def seed(
    *,
    env_file: EnvFileOption = DEFAULT_FILE,
    replace: Annotated[
        bool, typer.Option("--replace", help="Remove the logs and songs that are there first.")
    ] = False,
    data: DataOption = None,
    days: DaysOption = None,
    users: UsersOption = None,
    songs: SongsOption = None,
    seed: SeedOption = None,
    start: StartOption = None,
) -> None:
    """Put a data set into the stack's bucket.

    The stack brings 30 generated days. Where yours end on another day, set
    SPARKIFY_SCHEDULE_END in the settings and run "sparkify stack up" again:
    scheduled runs end with that day.
    """
    chosen = dataset.choose(data=data, days=days, users=users, songs=songs, seed=seed, start=start)
    settings = settings_module.read(env_file)
    store = settings.store()
    with Steps(messages()) as steps, writing_to(store.url):
        if replace:
            with steps.step("Removing what is there"):
                clear(store, settings.bucket)
        with steps.step("Filling the bucket", total=chosen.count) as step:
            count = upload(store, settings.bucket, chosen.objects(), lambda _: step.advance())
        steps.say(f"{count:,} objects in s3://{settings.bucket} at {store.url} ({chosen.label})")


@app.command(
    epilog=examples(
        ("sparkify stack trigger", "All logs, and the verdict of the checks"),
        ("sparkify stack trigger --day 2018-11-03", "One day"),
        ("sparkify stack trigger --param log_jsonpaths=auto", "A mistake that the checks find"),
    )
)
def trigger(
    *,
    env_file: EnvFileOption = DEFAULT_FILE,
    day: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Load this day's log, not all."),
    ] = None,
    param: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="A Param of the DAG, such as log_jsonpaths=auto; may be given again.",
        ),
    ] = None,
    wait: WaitOption = True,
    timeout: TimeoutOption = 900,
) -> None:
    """Run the pipeline once, by hand; exit code 1 unless it is green."""
    settings = settings_module.read(env_file)
    conf = parse_params(param or [])
    with AirflowApi.of(settings) as airflow:
        wait_for_dag(airflow)
        run_id = airflow.trigger(day.date() if day else None, conf)
        tell(messages(), f"Run    {run_id}\nWatch  {run_url(settings, run_id)}")
        if not wait:
            return
        follow(airflow, run_id, timeout)
        result = airflow.result(run_id)
    output().print(task_table(result))
    output().print(count_table(row_counts(warehouse(settings))))
    found = verdict(result)
    tell(output(), str(found), "green" if found.passed else "bold red")
    if not (result.succeeded and found.passed):
        write(failure(result), output())
        raise typer.Exit(ExitCode.FAILED)
    tell(output(), f"Done in {result.duration:.1f} s.", "green")


app.command(
    epilog=examples(
        ("sparkify stack backfill --from 2018-11-01 --to 2018-11-30", "A month, day by day"),
        (
            "sparkify stack backfill --from 2018-11-03 --to 2018-11-03 --reprocess completed",
            "A day once more",
        ),
    )
)(stack_backfill.backfill)


@app.command(
    epilog=examples(
        ("sparkify stack logs worker -f", "What the workers do"),
        ("sparkify stack logs redshift minio", "Warehouse and store"),
    )
)
def logs(
    services: Annotated[list[str] | None, typer.Argument(help="Such as worker; else all.")] = None,
    *,
    env_file: EnvFileOption = DEFAULT_FILE,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on showing.")] = False,
    tail: Annotated[int, typer.Option(help="Lines of each to begin with.")] = 100,
) -> None:
    """Show what services print."""
    raise typer.Exit(project_of(env_file).logs(services or [], follow=follow, tail=tail))


@app.command(
    epilog=examples(
        ("sparkify stack down", "Stop; the data stays"),
        ("sparkify stack down --volumes", "Remove everything"),
    )
)
def down(
    *,
    env_file: EnvFileOption = DEFAULT_FILE,
    volumes: Annotated[bool, typer.Option("--volumes", help="Remove the data as well.")] = False,
) -> None:
    """Stop and remove the containers; the data stays, unless told otherwise."""
    project = project_of(env_file)
    with Steps(messages()) as steps, steps.step("Stopping"):
        project.down(volumes=volumes)
    tell(messages(), "Stopped; the data is gone." if volumes else "Stopped; the data stays.")


def _check_ports(project: Project) -> None:
    """Ports that are ours already are no obstacle."""
    if project.containers():
        return
    taken = project.taken_ports()
    if taken:
        told = "; ".join(f"{port}, for {PORTS[name][1]} ({name})" for name, port in taken.items())
        raise CommandError(
            f"ports are in use: {told}. Stop what listens there, or set other numbers in "
            f"{project.settings.file}"
        )


def _show_addresses(project: Project, *, monitoring: bool) -> None:
    settings = project.settings
    project.fetch_authority()
    output().print(address_table(settings, monitoring=monitoring))
    tell(output(), f"Passwords are in {settings.file}. Run the pipeline: sparkify stack trigger")


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise typer.BadParameter(f"--set wants NAME=VALUE, not {text!r}")
    if name in SECRETS:
        raise typer.BadParameter(f"{name} is a secret, which everybody could read here: edit .env")
    if name not in known_names():
        raise typer.BadParameter(f"docker-compose.yaml has no setting {name}")
    return name, value
