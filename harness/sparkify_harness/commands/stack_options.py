"""What the subcommands of `sparkify stack` share: their options, and the project they are about."""

from pathlib import Path
from typing import Annotated

import typer

from sparkify_harness.compose import settings as settings_module
from sparkify_harness.compose.engine import find_engine
from sparkify_harness.compose.project import Project
from sparkify_harness.runs import default_home

EnvFileOption = Annotated[
    Path,
    typer.Option(
        "--env-file",
        metavar="PATH",
        help="The stack's settings.",
        show_default=".env",
    ),
]
WaitOption = Annotated[bool, typer.Option(help="Wait for the end, and show what came of it.")]
TimeoutOption = Annotated[int, typer.Option(metavar="SECONDS", help="How long to wait at most.")]


def project_of(env_file: Path) -> Project:
    """The project with those settings, on the engine of this machine."""
    settings = settings_module.read(env_file)
    home = default_home().absolute()
    home.mkdir(parents=True, exist_ok=True)
    return Project(find_engine(), settings, home / f"compose-{settings.project}.log")
