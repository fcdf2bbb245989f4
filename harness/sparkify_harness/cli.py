"""The `sparkify` command: its subcommands, and how each of them ends."""

import platform
import signal
import sys
from importlib import metadata
from types import FrameType
from typing import Annotated, NoReturn

import typer

from sparkify_fixtures import FixtureError
from sparkify_harness.airflow import AirflowError
from sparkify_harness.commands import (
    backfill,
    check,
    days,
    doctor,
    minio,
    report,
    run,
    seed,
    sql,
    stack,
    unload_day,
    up,
)
from sparkify_harness.commands.examples import examples
from sparkify_harness.commands.exits import CommandError, ExitCode
from sparkify_harness.commands.terminal import messages, tell
from sparkify_harness.compose.errors import StackError
from sparkify_harness.objectstore import ObjectStoreError
from sparkify_harness.process import ChildError
from sparkify_harness.runs import RunFolderError

_EXPECTED = (
    ChildError,
    ObjectStoreError,
    AirflowError,
    StackError,
    FixtureError,
    RunFolderError,
    OSError,
)
"""What the surroundings may do to us; everything else that is raised is a fault of ours."""

_EXITS = (
    "Exit codes: 0 done, 1 the pipeline or a statement failed, 2 wrong command line, "
    "3 a server or the machine, 70 a fault of sparkify, 130 Ctrl-C."
)

app = typer.Typer(
    name="sparkify",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
minio_app = typer.Typer(no_args_is_help=True, help="The real MinIO server, for the object store.")


def _show_version(wanted: bool) -> None:  # noqa: FBT001  # typer's callback
    if not wanted:
        return
    parts = [f"Python {platform.python_version()}"]
    parts += [f"{name} {metadata.version(name)}" for name in ("apache-airflow", "duckdb")]
    typer.echo(f"sparkify {_version()} ({', '.join(parts)})")
    raise typer.Exit


def _version() -> str:
    try:
        return metadata.version("sparkify")
    except metadata.PackageNotFoundError:
        return "from a source tree"


@app.callback(epilog=_EXITS)
def sparkify(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show versions."),
    ] = False,
) -> None:
    """The Sparkify warehouse pipeline on a local stand-in for S3 and Amazon Redshift.

    Start with "sparkify run".
    """


app.command(
    epilog=examples(
        ("sparkify run", "30 generated days, all at once"),
        ("sparkify run --day 2018-11-03", "One day, as the scheduler would"),
        ("sparkify run --data DIR --from 2018-11-01 --to 2018-11-30", "Real data, day by day"),
        ("sparkify run --param log_jsonpaths=auto", "A mistake that the quality checks find"),
    )
)(run.run)
app.command(
    epilog=examples(
        ("sparkify backfill --from 2018-11-01 --to 2018-11-30", "A month, day by day"),
        ("sparkify backfill --from 2018-11-01 --to 2018-11-30 --parallel 4", "Four at once"),
        ("sparkify backfill --from 2018-11-03 --to 2018-11-03 --reprocess completed", "Again"),
        ("sparkify backfill --data DIR --from 2018-11-01 --to 2018-11-30 --dry-run", "A plan"),
    )
)(backfill.backfill)
app.command(
    "days",
    epilog=examples(
        ("sparkify days", "What the last run's warehouse holds"),
        ("sparkify days --data DIR", "And which logs of a folder are missing or another one"),
        ("sparkify days --dsn postgresql://awsuser@cluster.example:5439/dev", "On AWS"),
    ),
)(days.show)
app.command(
    "unload-day",
    epilog=examples(
        ("sparkify unload-day 2018-11-03", "From the last run's warehouse"),
        (
            "sparkify unload-day 2018-11-03 --dsn postgresql://awsuser@cluster.example:5439/dev",
            "On AWS",
        ),
    ),
)(unload_day.unload_day)
app.command(
    epilog=examples(
        ('sparkify sql "select level, count(*) from users group by 1"', "One statement"),
        ("sparkify sql", "A prompt"),
        ("sparkify sql -f json < report.sql", "Statements from a file, rows as JSON"),
        ("sparkify sql --dsn postgresql://awsuser@cluster.example:5439/dev", "Another warehouse"),
    )
)(sql.sql)
app.command(
    epilog=examples(
        ("sparkify check", "Everything in the last run's warehouse"),
        ("sparkify check --day 2018-11-03", "What the log of one day has brought"),
        ("sparkify check --json --dsn postgresql://awsuser@cluster.example:5439/dev", "On AWS"),
    )
)(check.check)
app.command(
    epilog=examples(
        ("sparkify report", "A summary of the last run's warehouse"),
        ("sparkify report --html report.html", "A page with charts, for a build's artefacts"),
        ("sparkify report --dsn postgresql://awsuser@cluster.example:5439/dev", "Another one"),
    )
)(report.report)
app.command(
    epilog=examples(
        ("sparkify up --env-file stack.env", "A stack, its connections in a file"),
        ("source stack.env; psql; sparkify sql", "In another terminal"),
        ("sparkify up --empty", "An empty bucket, connections on the screen"),
        ("sparkify up --profile serverless", "As Redshift Serverless: no stl_ views"),
    )
)(up.up)
app.command(
    epilog=examples(
        ("sparkify seed --to data --days 3 --seed 7", "Files in a folder"),
        ("source stack.env; sparkify seed --data DIR", 'Real data to the stack of "sparkify up"'),
    )
)(seed.seed)
app.command()(doctor.doctor)
app.add_typer(minio_app, name="minio")
app.add_typer(stack.app, name="stack")
minio_app.command(epilog=examples(("sparkify minio install", "Once on a machine")))(minio.install)


@minio_app.callback()
def _minio() -> None:
    """The real MinIO server, for the object store."""


def main() -> NoReturn:
    """Runs the command line and ends the process."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    try:
        app(prog_name="sparkify")
        code: int = ExitCode.SUCCESS
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else ExitCode.SUCCESS
        if code == ExitCode.INTERRUPTED:
            tell(messages(), "Interrupted; everything that was started is stopped.")
    except CommandError as error:
        code = error.code
        _complain(str(error))
    except _EXPECTED as error:
        code = ExitCode.SURROUNDINGS
        _complain(str(error))
    except Exception:  # noqa: BLE001  # shown in full, without values of variables
        code = ExitCode.FAULT
        messages().print_exception(show_locals=False)
        _complain('this is a fault of sparkify; "sparkify doctor" may tell more')
    sys.exit(code)


def _leave(number: int, _: FrameType | None) -> NoReturn:
    """Ends us by the way of every `finally`, so that the stack is stopped in order."""
    sys.exit(128 + number)


def _complain(text: str) -> None:
    tell(messages(), f"error: {text}", "red")


if __name__ == "__main__":
    main()
