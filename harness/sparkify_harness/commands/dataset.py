"""The data set that a command is asked for: generated, or read from a folder."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from sparkify_fixtures import (
    LOG_PREFIX,
    SONG_PREFIX,
    FolderError,
    Settings,
    SettingsError,
    StoredObject,
    generate,
    log_json_path,
    read_folder,
)

PANEL = "Data"
_DATE = "%Y-%m-%d"
_DEFAULT = Settings()
_LOG_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})-events\.json$")

DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="Take real data: a folder with log_data/ and song_data/.",
        rich_help_panel=PANEL,
    ),
]
DaysOption = Annotated[
    int | None,
    typer.Option(
        help=f"Days of logs to generate. \\[default: {_DEFAULT.days}]", rich_help_panel=PANEL
    ),
]
UsersOption = Annotated[
    int | None,
    typer.Option(help=f"Users to generate. \\[default: {_DEFAULT.users}]", rich_help_panel=PANEL),
]
SongsOption = Annotated[
    int | None,
    typer.Option(help=f"Songs to generate. \\[default: {_DEFAULT.songs}]", rich_help_panel=PANEL),
]
SeedOption = Annotated[
    int | None,
    typer.Option(
        help=f"Equal seeds give equal bytes. \\[default: {_DEFAULT.seed}]", rich_help_panel=PANEL
    ),
]
StartOption = Annotated[
    dt.datetime | None,
    typer.Option(
        formats=[_DATE],
        metavar="DATE",
        help=f"First day to generate. \\[default: {_DEFAULT.start}]",
        rich_help_panel=PANEL,
    ),
]


@dataclass(frozen=True, slots=True)
class DataSet:
    """Objects for a bucket.

    Args:
        label: What it is, for the user.
        source: Where it comes from: the same for what is the same but for its days.
        count: Number of objects.
        days: Those that have a log, in order.
        objects: Makes or reads the objects, one by one.
        options: That ask for it again; see ``chosen_again``.
    """

    label: str
    source: str
    count: int
    days: tuple[dt.date, ...]
    objects: Callable[[], Iterator[StoredObject]]
    options: Mapping[str, str | int]


def choose(
    *,
    data: Path | None,
    days: int | None,
    users: int | None,
    songs: int | None,
    seed: int | None,
    start: dt.datetime | None,
) -> DataSet:
    """The data set that the options ask for.

    Raises:
        typer.BadParameter: They contradict each other, or ask for what cannot be.
    """
    asked = {
        "days": days,
        "users": users,
        "songs": songs,
        "seed": seed,
        "start": start.date() if start else None,
    }
    given = {name: value for name, value in asked.items() if value is not None}
    try:
        if data is None:
            return _generated(Settings(**given))  # type: ignore[arg-type]  # checked by Settings
        if given:
            raise typer.BadParameter(f"--data DIR reads a folder: leave out --{', --'.join(given)}")
        return _folder(data)
    except (SettingsError, FolderError) as error:
        raise typer.BadParameter(str(error)) from error


def chosen_again(options: Mapping[str, str | int]) -> DataSet | None:
    """The data set that a run was given, as its folder is now.

    Args:
        options: Of the data set; from the run's record.

    Returns:
        None where there are none, or the folder is gone.
    """
    try:
        match dict(options):
            case {"data": str(path)}:
                return _folder(Path(path))
            case {"start": str(start), **others}:
                return _generated(Settings(start=dt.date.fromisoformat(start), **others))  # type: ignore[arg-type]  # checked by Settings
    except (SettingsError, FolderError, TypeError, ValueError):
        pass
    return None


def _generated(settings: Settings) -> DataSet:
    days = tuple(settings.start + dt.timedelta(days=number) for number in range(settings.days))
    return DataSet(
        label=f"generated: {_span(days)}, {settings.users} users, {settings.songs} songs, "
        f"seed {settings.seed}",
        source=f"generated: {settings.users} users, {settings.songs} songs, "
        f"seed {settings.seed}, from {settings.start}",
        count=1 + settings.songs + settings.days,
        days=days,
        objects=lambda: chain([log_json_path()], generate(settings)),
        options=asdict(settings) | {"start": settings.start.isoformat()},
    )


def _folder(path: Path) -> DataSet:
    read_folder(path)  # which says what is wrong with it
    keys = [
        file.relative_to(path).as_posix()
        for prefix in (SONG_PREFIX, LOG_PREFIX)
        for file in (path / prefix).rglob("*.json")
        if file.is_file()
    ]
    found = (_LOG_DAY.search(key) for key in keys)
    days = tuple(sorted({dt.date.fromisoformat(match[1]) for match in found if match}))
    return DataSet(
        label=f"{path}: {_span(days)}",
        source=str(path.resolve()),
        count=1 + len(keys),
        days=days,
        objects=lambda: chain([log_json_path()], read_folder(path)),
        options={"data": str(path.resolve())},
    )


def _span(days: tuple[dt.date, ...]) -> str:
    if not days:
        return "no daily logs"
    many = f"{len(days)} days" if len(days) > 1 else "1 day"
    return f"{many}, {days[0]} to {days[-1]}" if len(days) > 1 else f"{many}, {days[0]}"
