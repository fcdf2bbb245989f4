"""What `sparkify stack` shows of a stack: its services, addresses and logins."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from sparkify_harness.commands.outcome import new_table
from sparkify_harness.compose.services import ONE_SHOTS, Container
from sparkify_harness.compose.settings import StackSettings
from sparkify_harness.stack import DAG_ID
from sparkify_harness.warehouse import DATABASE, USER, Warehouse


def services_table(found: Sequence[Container]) -> Table:
    """A line for each service, those that stay first."""
    table = new_table("Service", "State", "Says")
    for one in sorted(found, key=lambda one: (one.service in ONE_SHOTS, one.name)):
        style = "green" if one.ready else "bold red" if one.failed else "yellow"
        said = "" if one.ready else (one.said.splitlines() or [""])[-1][:40]
        table.add_row(one.service, Text(one.describe(), style), said)
    return table


def addresses(settings: StackSettings, *, monitoring: bool) -> list[tuple[str, str, str]]:
    """What is where, and how to log in, by the names of settings: passwords are not shown."""
    found = [
        ("Airflow", settings.url("SPARKIFY_AIRFLOW_PORT"), "admin, $AIRFLOW_ADMIN_PASSWORD"),
        (
            "MinIO",
            settings.url("SPARKIFY_CONSOLE_PORT"),
            "$MINIO_ROOT_USER, $MINIO_ROOT_PASSWORD",
        ),
        ("S3", settings.url("SPARKIFY_S3_PORT"), "$SPARKIFY_S3_KEY_ID, $SPARKIFY_S3_SECRET"),
        ("Redshift", warehouse(settings).dsn(), "$SPARKIFY_REDSHIFT_PASSWORD"),
    ]
    if monitoring:
        found.append(("Flower", settings.url("SPARKIFY_FLOWER_PORT"), "admin, $FLOWER_PASSWORD"))
    return found


def warehouse(settings: StackSettings) -> Warehouse:
    """How clients get into the stack's warehouse; verified, if `sparkify stack` has started it."""
    host = settings.url("SPARKIFY_REDSHIFT_PORT").removeprefix("http://").rpartition(":")[0]
    port = int(settings["SPARKIFY_REDSHIFT_PORT"])
    known = settings.certificates if settings.certificates.authority.is_file() else None
    return Warehouse(host, port, USER, settings["SPARKIFY_REDSHIFT_PASSWORD"], DATABASE, known)


def run_url(settings: StackSettings, run_id: str) -> str:
    """The page of a run."""
    return f"{settings.url('SPARKIFY_AIRFLOW_PORT')}/dags/{DAG_ID}/runs/{run_id}"


def address_table(settings: StackSettings, *, monitoring: bool) -> Table:
    """The addresses, for people."""
    table = new_table("What", "Where", "Log in with")
    for row in addresses(settings, monitoring=monitoring):
        table.add_row(*row)
    return table
