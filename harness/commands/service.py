"""Which kind of Redshift is played: the options."""

from enum import StrEnum
from typing import Annotated

import typer

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
