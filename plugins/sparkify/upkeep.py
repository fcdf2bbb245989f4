"""The landing area and the star schema without Airflow: what commands do to a warehouse."""

from collections.abc import Collection
from pathlib import Path

from sparkify.audit import Loaded, Run
from sparkify.following import Following
from sparkify.landing import Landing
from sparkify.names import Names
from sparkify.star import STAR
from sparkify.templates import Templates
from sparkify.warehouse import Session

PLAYS = "staged_plays.sql"


def take_out(
    session: Session, names: Names, folder: Path, run: Run, keys: Collection[str]
) -> list[Loaded]:
    """Takes logs out of the warehouse again, in all tables.

    Each table is a transaction; a table that could not follow does so with the next load of any
    day, as after a run that died.

    Args:
        session: of the warehouse.
        names: of the tables.
        folder: of the .sql files.
        run: who does it, for `load_audit`.
        keys: of the logs.

    Returns:
        What there was of the logs.

    Raises:
        PipelineError: see `sparkify.errors`.
    """
    templates = Templates(folder, names)
    plays = templates.render(PLAYS)
    gone = Landing(session, names, run, plays).withdraw(keys)
    for loaded in gone[:1]:  # of whichever log it is told: a table follows all that it has not seen
        for table in STAR:
            following = Following(table, names, templates.render(table.sql), plays, table.mode)
            following.bring_up_to_date(session, run, loaded.source.key)
    return gone
