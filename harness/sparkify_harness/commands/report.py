"""`sparkify report`: what the warehouse remembers, as a page, a summary or JSON."""

import datetime as dt
import json
from pathlib import Path
from typing import Annotated

import typer
from psycopg import conninfo

from sparkify.errors import PipelineError
from sparkify.monitoring.history import History, NoHistoryError
from sparkify.monitoring.overview import Overview
from sparkify.monitoring.page import Setting, history_page
from sparkify.names import Names
from sparkify.warehouse import WarehouseSession
from sparkify_harness.commands.exits import CommandError, ExitCode
from sparkify_harness.commands.outcome import relative, write
from sparkify_harness.commands.report_summary import as_json, summary
from sparkify_harness.commands.terminal import messages, output, tell
from sparkify_harness.commands.warehouses import DsnOption, RunOption, address, pipeline_session
from sparkify_harness.runs import RunFolder
from sparkify_harness.stack import DAG_ID

HtmlOption = Annotated[
    Path | None,
    typer.Option(
        "--html",
        metavar="FILE",
        help="Write a page with charts that needs no other file, instead of the summary.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON instead of the summary.")]
DagOption = Annotated[str, typer.Option("--dag", metavar="ID", help="Whose runs are shown.")]
SchemaOption = Annotated[
    str, typer.Option("--schema", metavar="NAME", help="Schema of the pipeline's tables.")
]


def report(
    *,
    html: HtmlOption = None,
    json_: JsonOption = False,
    run: RunOption = None,
    dsn: DsnOption = None,
    dag: DagOption = DAG_ID,
    schema: SchemaOption = "public",
) -> None:
    """Show what was loaded and checked: days, rows, checks, tasks, objects.

    Reads the tables load_audit and data_quality_results of the last run's
    warehouse, or of any other. The same page is in Airflow's web interface.
    """
    folders: list[RunFolder] = []
    with address(run, dsn, folders.append) as where, pipeline_session(where) as session:
        source = f"the warehouse of run {folders[0].id}" if folders else _place(where)
        history = _read(session, schema, dag)
    overview = Overview(history, dt.datetime.now(dt.UTC).replace(tzinfo=None))
    if html is not None:
        html.write_text(history_page(overview).html(Setting(source)), encoding="utf-8")
        tell(messages(), f"Page   {relative(html.absolute())}")
    if json_:
        output().file.write(json.dumps(as_json(overview), indent=1) + "\n")
    elif html is None:
        write(summary(overview), output())


def _place(dsn: str) -> str:
    """Database and host of a DSN that can be read, without user and password."""
    try:
        known = conninfo.conninfo_to_dict(dsn)
    except ValueError:
        return "the warehouse"
    return f"{known.get('dbname', 'the warehouse')} on {known.get('host', 'this machine')}"


def _read(session: WarehouseSession, schema: str, dag: str) -> History:
    try:
        return History.read(session, Names(schema), dag)
    except NoHistoryError as error:
        raise CommandError(str(error)) from None
    except PipelineError as error:
        raise CommandError(str(error), ExitCode.FAILED) from None
