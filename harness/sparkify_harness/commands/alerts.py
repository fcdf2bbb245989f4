"""The option that says who is told when a run goes wrong, shared by the commands that run."""

import datetime as dt
from collections.abc import Iterator
from typing import Annotated

import typer

from sparkify.alerts.errors import AlertSettingError
from sparkify_harness.alerting import Alerting

AlertsOption = Annotated[
    str | None,
    typer.Option(
        "--alerts",
        envvar="SPARKIFY_ALERTS",
        metavar="CHANNELS",
        help="Who is told when a run goes wrong, such as slack:CONNECTION, whose connection is "
        "in $AIRFLOW_CONN_<CONNECTION>; a file of the run by default.",
    ),
]


def chosen_alerting(setting: str | None) -> Alerting | None:
    """What the option says; None where it says nothing.

    Raises:
        typer.BadParameter: It cannot be read, or a connection is missing.
    """
    if setting is None:
        return None
    try:
        return Alerting.of(setting)
    except AlertSettingError as error:
        raise typer.BadParameter(str(error), param_hint="--alerts") from None


def told(alerting: Alerting, since: str) -> Iterator[str]:
    """A line for each file that was told of something.

    Args:
        alerting: Who is told.
        since: When the command began, ISO 8601 with a zone; a file may hold older alerts.
    """
    # To the second: the clock of a file system may lag behind.
    began = int(dt.datetime.fromisoformat(since).timestamp())
    for path in alerting.files:
        if path.exists() and path.stat().st_mtime >= began:
            yield f"Alerts {path}"
