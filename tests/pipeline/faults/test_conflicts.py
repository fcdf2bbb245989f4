"""Other transactions that get in the way: 1023 and 1018, at any statement and at COMMIT."""

import pytest

from tests.pipeline.faults.drill import ON_ONE_STORE, Drill
from tests.pipeline.faults.proxy import refusal, when

pytestmark = ON_ONE_STORE

DETAIL = (
    "Serializable isolation violation on table - 119371, transactions forming the cycle are: "
    "8026, 8027 (pid:24343)"
)
VIOLATION = refusal("XX000", "1023", DETAIL)
DROPPED = refusal("XX000", "1018", "Relation does not exist.")
"""Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html"""


@pytest.mark.slow
def test_a_conflict_costs_no_try_of_the_task(drill: Drill) -> None:
    outcome = drill.green(
        warehouse=[
            when("SELECT table_name", DROPPED),
            when("UPDATE", VIOLATION),
            when('INSERT INTO "[^"]+"."staging_events"', VIOLATION, times=3),
            when('INSERT INTO "[^"]+"."staging_events" ... commit', VIOLATION),
            when("COPY", VIOLATION, nth=3),  # that of the songs, after two of the log
            when('DELETE FROM "[^"]+"."songplays"', VIOLATION),
            when('INSERT INTO "[^"]+"."users" ... commit', VIOLATION, times=3),
            when('INSERT INTO "[^"]+"."artists"', DROPPED),
        ]
    )
    assert outcome.tries == {}
    log = outcome.result.log_path.read_text()
    assert log.count(f"1023 [XX000] ({DETAIL}); once more") >= 9


@pytest.mark.nightly
@pytest.mark.timeout(600)
@pytest.mark.parametrize("statement", ['INSERT INTO "[^"]+"."songplays"', "UPDATE ... commit"])
def test_conflicts_that_do_not_end_fail_the_task_and_are_named(
    statement: str, drill: Drill
) -> None:
    outcome = drill.red(warehouse=[when(statement, VIOLATION, nth=1, times=None)])
    assert list(outcome.tries.values()) == [4]
    for _, error in outcome.errors:
        assert error.startswith("ConflictError: ")
        assert error.endswith(f": 1023 [XX000] ({DETAIL})")
