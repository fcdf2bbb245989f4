"""Connections to the warehouse that break, stall or lie: undone and tried again, never doubled."""

import pytest

from tests.pipeline.faults.drill import ON_ONE_STORE, Drill
from tests.pipeline.faults.proxy import when
from tests.pipeline.faults.table import Action, Corrupt, Cut, Delay, Fault, Sender, Throttle

pytestmark = ON_ONE_STORE

LOST = "ConnectionLostError: "
LIMIT = 5
"""Seconds: what is waited for where a length is wrong never comes."""


@pytest.mark.slow
def test_connections_break_in_one_task_after_the_other(drill: Drill) -> None:
    outcome = drill.green(
        warehouse=[
            when("COPY", Cut(), answered=True),
            when('DELETE FROM "[^"]+"."staging_songs"', Cut(passing=None, reset=True)),
            when('INSERT INTO "[^"]+"."songplays"', Cut(passing=None)),
            when('INSERT INTO "[^"]+"."users" ... commit', Cut(reset=True)),
            when('INSERT INTO "[^"]+"."songs" ... commit', Cut(passing=None)),
            when('INSERT INTO "[^"]+"."artists" ... commit', Cut(passing=3), answered=True),
            when('INSERT INTO "[^"]+"."time" ... commit', Cut(), answered=True),
        ]
    )
    assert outcome.tries == {name: 2 for name, _ in outcome.errors}
    assert len(outcome.tries) == 7
    assert all(error.startswith(LOST) for _, error in outcome.errors), outcome.errors


STATEMENTS = {
    "looking-for-tables": "SELECT table_name, column_name",
    "locking": "LOCK",
    "making-room": "CREATE TEMP TABLE",
    "copying-the-log": "COPY",
    "marking": "UPDATE",
    "keeping-the-log": "UPDATE ... commit",
    "recording": 'INSERT INTO "[^"]+"."load_audit"',
    "withdrawing": 'INSERT INTO "[^"]+"."withdrawn_plays"',
    "clearing": 'DELETE FROM "[^"]+"."staging_events"',
    "landing": 'INSERT INTO "[^"]+"."staging_events"',
    "having-landed": 'INSERT INTO "[^"]+"."staging_events" ... commit',
    "copying-songs": 'DELETE FROM "[^"]+"."staging_songs" ... COPY',
    "having-copied-songs": 'DELETE FROM "[^"]+"."staging_songs" ... commit',
    "deleting-plays": 'DELETE FROM "[^"]+"."songplays"',
    "inserting-plays": 'INSERT INTO "[^"]+"."songplays"',
    "having-plays": 'INSERT INTO "[^"]+"."songplays" ... commit',
    "having-users": 'INSERT INTO "[^"]+"."users" ... commit',
}
PHASES: dict[str, tuple[Action, bool]] = {
    "before": (Cut(), False),
    "during": (Cut(passing=None, reset=True), False),
    "after": (Cut(), True),
}


@pytest.mark.nightly
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_connection_that_breaks_once_costs_one_try(
    statement: str, phase: str, drill: Drill
) -> None:
    action, answered = PHASES[phase]
    outcome = drill.green(warehouse=[when(STATEMENTS[statement], action, answered=answered)])
    assert list(outcome.tries.values()) == [2]


@pytest.mark.nightly
@pytest.mark.parametrize("answered", [False, True], ids=["asked", "answered"])
@pytest.mark.parametrize("at", [0, 2], ids=["type", "length"])
def test_bytes_that_are_not_what_was_sent_cost_a_try(at: int, answered: bool, drill: Drill) -> None:
    outcome = drill.green(
        warehouse=[
            when(f'INSERT INTO "[^"]+"."{table}"', Corrupt(at), answered=answered)
            for table in ("staging_events", "songplays", "users")
        ],
        limit=LIMIT,
    )
    assert list(outcome.tries.values()) == [2, 2, 2]
    assert all(error.startswith(LOST) for _, error in outcome.errors), outcome.errors


@pytest.mark.nightly
def test_a_slow_network_is_no_fault(drill: Drill) -> None:
    outcome = drill.green(
        warehouse=[
            Fault("^startup", Throttle(20_000), times=None),
            Fault("^R", Throttle(20_000), Sender.SERVER, times=None),
            when("COPY", Delay(2), answered=True, times=None),
            when("commit", Delay(0.5), times=None),
        ],
        listing=[Fault("list-type=2", Delay(0.5), times=None)],
        copying=[Fault("GET", Throttle(20_000), Sender.SERVER, times=None)],
    )
    assert outcome.tries == {}
