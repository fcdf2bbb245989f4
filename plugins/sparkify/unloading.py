"""Takes logs out of a warehouse again, in all tables, without Airflow."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sparkify.audit import Loaded, Run
from sparkify.following import Following
from sparkify.landing import Landing
from sparkify.names import Names
from sparkify.star import STAR
from sparkify.templates import Templates
from sparkify.warehouse import WarehouseSession


@dataclass(frozen=True)
class Unloaded:
    """What was taken out.

    Attributes:
        logs: as they were loaded; none where they had been taken out before.
        computed: rows that were computed again, by table.
    """

    logs: tuple[Loaded, ...]
    computed: Mapping[str, int]


def unload(
    sessions: Callable[[], AbstractContextManager[WarehouseSession]],
    names: Names,
    templates: Templates,
    keys: Collection[str],
    run_of: Callable[[str], Run],
) -> Unloaded:
    """Takes logs out of the landing area, and brings every table up to date.

    Each table is a transaction of its own, as in a run: where one fails, calling this again goes on
    with what is left to do.

    Args:
        sessions: opens a session of the warehouse; one is used for each table.
        names: of the tables.
        templates: the SQL.
        keys: of the logs.
        run_of: who does it, by what it does.

    Raises:
        PipelineError: see `sparkify.errors`.
    """
    plays = templates.render("staged_plays.sql")
    with sessions() as session:
        landing = Landing(session, names, run_of("withdraw"), plays)
        landing.refuse_incomplete()
        gone = landing.withdraw(keys)
    computed = {}
    for table in STAR:
        following = Following(table, names, templates.render(table.sql), plays, table.mode)
        with sessions() as session:
            brought = following.bring_up_to_date(session, run_of(table.task_id), min(keys))
        computed[table.name] = brought.rows if brought.changed else 0
    return Unloaded(tuple(gone), computed)
