"""The option that says who is told when a run goes wrong, shared by the commands that run."""

from collections.abc import Iterator
from typing import Annotated

import typer
from sparkify.alerts.errors import AlertSettingError

from harness.alerting import Alerting

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


def told(alerting: Alerting) -> Iterator[str]:
    """A line for each file that holds alerts."""
    for path in alerting.files:
        if path.exists():
            yield f"Alerts {path}"
