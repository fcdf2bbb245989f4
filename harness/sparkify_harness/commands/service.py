"""Which kind of Redshift is played: the options."""

from enum import StrEnum
from typing import Annotated

import typer

from sparkify_harness.redshift.catalog.profile import Profile

PANEL = "Warehouse"


class RequireSsl(StrEnum):
    """What `--require-ssl` takes."""

    ON = "on"
    OFF = "off"


RequireSslOption = Annotated[
    RequireSsl,
    typer.Option(
        metavar="on|off",
        help="off lets clients in that come without TLS.",
        rich_help_panel=PANEL,
    ),
]
ProfileOption = Annotated[
    Profile,
    typer.Option(
        metavar="KIND",
        help="provisioned, multi-az or serverless: but for the first, stl_, stv_ and svl_ views "
        "are refused, as on AWS.",
        rich_help_panel=PANEL,
    ),
]
