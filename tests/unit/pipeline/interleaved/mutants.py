"""Mutants of the pipeline: each lacks something that it needs."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from sparkify.audit import Audit, State
from sparkify.following import Following
from sparkify.warehouse import WarehouseSession

Mutate = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Mutant:
    """What is taken out, and how.

    Attributes:
        lacks: what, in words.
        mutate: takes it out.
    """

    lacks: str
    mutate: Mutate


def without_lock(owner: str) -> Mutate:
    """Transactions of which nobody is kept out.

    Args:
        owner: whose they are: the beginning of the qualified name of their work.
    """
    original = WarehouseSession.atomically

    def atomically(self: WarehouseSession, work: Callable[[], Any], *, lock: Any = ()) -> Any:
        mine = work.__qualname__.startswith(owner)
        return original(self, work, lock=() if mine else lock)

    return lambda patch: patch.setattr(WarehouseSession, "atomically", atomically)


def lock_too_late(patch: pytest.MonkeyPatch) -> None:
    """Transactions whose snapshot is older than their LOCK."""
    original = WarehouseSession.atomically

    def atomically(self: WarehouseSession, work: Callable[[], Any], *, lock: Any = ()) -> Any:
        def late() -> Any:
            self.scalar("SELECT COUNT(*) FROM public.data_quality_results", doing="looking first")
            self.execute(f"LOCK {', '.join(lock)}", doing="locking afterwards")
            return work()

        return original(self, late if lock else work)

    patch.setattr(WarehouseSession, "atomically", atomically)


def without_statement(doing: str) -> Mutate:
    """A statement that is not sent.

    Args:
        doing: what it would do, as errors have it.
    """
    original = WarehouseSession.execute

    def execute(self: WarehouseSession, sql: str, *parameters: object, doing: str) -> int:
        return 0 if doing == wanted else original(self, sql, *parameters, doing=doing)

    wanted = doing
    return lambda patch: patch.setattr(WarehouseSession, "execute", execute)


def with_other_sql(pattern: str, replacement: str) -> Mutate:
    """Statements that say something else."""
    original = WarehouseSession.execute

    def execute(self: WarehouseSession, sql: str, *parameters: object, doing: str) -> int:
        return original(self, re.sub(pattern, replacement, sql), *parameters, doing=doing)

    return lambda patch: patch.setattr(WarehouseSession, "execute", execute)


def recorded_apart(patch: pytest.MonkeyPatch) -> None:
    """A load whose record is committed before its rows."""
    original = Audit.record

    def record(self: Audit, *arguments: Any) -> int:
        number = original(self, *arguments)
        self._session.commit()
        return number

    patch.setattr(Audit, "record", record)


def deaf_to_songs(patch: pytest.MonkeyPatch) -> None:
    """Plays that are not matched anew when song files change."""
    original = Following._touched

    def touched(self: Following, audit: Audit, log_key: str, seen: int, state: State) -> str | None:
        loads = {name: load for name, load in state.loads.items() if name != "staging_songs"}
        return original(self, audit, log_key, seen, replace(state, loads=loads))

    patch.setattr(Following, "_touched", touched)


def blind_under_the_lock(patch: pytest.MonkeyPatch) -> None:
    """Logs that are put in whatever became of their objects meanwhile."""
    patch.setattr("sparkify.landing.refuse_changed", lambda sources, there: None)


LOCKS = (
    Mutant("the LOCK when a log is replaced", without_lock("Landing.replace.")),
    Mutant("the LOCK when a log is taken out", without_lock("Landing._take_out.")),
    Mutant("the LOCK when songs are replaced", without_lock("Folder.replace.")),
    Mutant("the LOCK when a table follows", without_lock("Following.bring_up_to_date.")),
    Mutant("the LOCK as the first statement", lock_too_late),
)
"""One for each kind of transaction that reads what it then changes; for that of the second DAG see
`test_weekly_runs.py`. What checks find is recorded under a LOCK, too, but nobody would miss it:
rows are added there, and nothing is read before."""

PARTS = (
    Mutant("plays that are withdrawn", without_statement("keeping the plays that are withdrawn")),
    Mutant(
        "plays that are withdrawn until all know",
        with_other_sql(r"(?s)(DELETE FROM \S+withdrawn_plays\S+ WHERE load_id) <= %s", r"\1 <> %s"),
    ),
    Mutant("an end for withdrawn plays", without_statement("forgetting withdrawn plays")),
    Mutant(
        "logs that others have staged",
        with_other_sql(r"(target = 'staging_events' AND load_id) >", r"\1 < 0 AND load_id >"),
    ),
    Mutant(
        "what logs had brought before",
        with_other_sql(
            r"(?s)(FROM \S+withdrawn_plays\S+\nWHERE load_id) >", r"\1 < 0 AND load_id >"
        ),
    ),
    Mutant("room for a log's new rows", without_statement("clearing what the logs brought before")),
    *(
        Mutant(
            f"room for new {table}",
            without_statement(f"deleting the rows of {table} that are replaced"),
        )
        for table in ("songplays", "users", "time")
    ),
    Mutant("room for new song files", without_statement("clearing staging_songs")),
    Mutant("an eye on song files", deaf_to_songs),
    Mutant("a record that is one with its rows", recorded_apart),
    Mutant("an eye on the bucket under the LOCK", blind_under_the_lock),
)
"""Other things without which tables do not come out right."""
