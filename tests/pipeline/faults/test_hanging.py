"""A warehouse or a store that takes a request and never answers: given up, and named."""

import pytest

from tests.pipeline.faults.drill import LOG, ON_ONE_STORE, Drill
from tests.pipeline.faults.proxy import when
from tests.pipeline.faults.table import Fault, Hang

pytestmark = ON_ONE_STORE

LIMIT = 3
"""Seconds; 20 minutes where the connection says nothing."""

OVER = "the limit of a statement's time is over, which is `timeout` in the connection's extra"


@pytest.mark.slow
def test_silence_at_log_in_or_after_a_statement_is_waited_for_no_longer_than_the_limit(
    drill: Drill,
) -> None:
    outcome = drill.green(
        warehouse=[Fault("^startup", Hang(), nth=2), when('INSERT INTO "[^"]+"."users"', Hang())],
        listing=[Fault("prefix=.*log_data", Hang())],
        limit=LIMIT,
    )
    # Connecting, and asking S3, are tried again within the task.
    assert outcome.tries == {"Load_user_dim_table": 2}
    error = outcome.error_of("Load_user_dim_table")
    assert error == f"ConnectionLostError: loading users: no answer, and {OVER}"


@pytest.mark.nightly
def test_a_warehouse_that_never_answers_ends_the_run(drill: Drill) -> None:
    outcome = drill.red(warehouse=[Fault("^startup", Hang(), times=None)], limit=LIMIT)
    assert outcome.tries == {"Create_tables": 4}
    assert all(
        "ConnectionLostError: connecting to redshift (" in text for _, text in outcome.errors
    )
    assert all(OVER in text for _, text in outcome.errors)


@pytest.mark.nightly
def test_the_limit_of_logging_in_holds_without_being_set(drill: Drill) -> None:
    assert drill.green(warehouse=[Fault("^startup", Hang())]).tries == {}


@pytest.mark.nightly
def test_the_session_of_a_dead_run_holds_its_locks_and_the_next_one_says_so(drill: Drill) -> None:
    landing = when('INSERT INTO "[^"]+"."staging_events"', Hang(parted=True), answered=True)
    outcome = drill.run(warehouse=[landing], limit=LIMIT)
    drill.ground.warehouse.cut()  # as the warehouse's own probes do in the end
    assert outcome.tries["Stage_events"] == 4
    assert "no answer" in outcome.errors[0][1]
    waiting = [text for name, text in outcome.errors[1:] if name == "Stage_events"]
    assert len(waiting) == 3
    for text in waiting:
        # Whoever only looks what is loaded waits for the LOCK, too.
        assert text.startswith("ServiceError: reading what staging_events holds: ")
        assert text.endswith(f"canceled on user's request [57014]; somebody did it, or {OVER}")
    drill.green()


@pytest.mark.nightly
@pytest.mark.parametrize("prefix", [LOG, "song_data/"], ids=["log", "songs"])
def test_a_store_that_does_not_answer_copy_is_asked_again(prefix: str, drill: Drill) -> None:
    outcome = drill.green(copying=[Fault(f"GET .*{prefix}", Hang(), times=2)])
    assert outcome.tries == {}


@pytest.mark.nightly
def test_a_store_that_never_answers_the_task_ends_the_run(drill: Drill) -> None:
    outcome = drill.red(listing=[Fault("prefix=.*log_data", Hang(), times=None)])
    assert outcome.tries == {"Stage_events": 4}
    assert "ServiceError: listing s3://sparkify/" in outcome.errors[0][1]
    assert "Read timeout on endpoint URL" in outcome.errors[0][1]
