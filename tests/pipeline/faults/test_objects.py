"""S3 that is busy, cuts answers short, takes back keys, or has its objects replaced meanwhile."""

from dataclasses import replace

import pytest

from sparkify_fixtures import StoredObject
from tests.pipeline.faults.drill import LOG, ON_ONE_STORE, Drill
from tests.pipeline.faults.s3 import EXPIRED, SLOW_DOWN
from tests.pipeline.faults.table import Call, Corrupt, Cut, Fault, Sender

pytestmark = ON_ONE_STORE


def song_of(drill: Drill) -> str:
    """The key of one song's file."""
    return next(item.key for item in drill.after if item.key.startswith("song_data/"))


def test_a_busy_store_and_bodies_cut_short_are_asked_again(drill: Drill) -> None:
    outcome = drill.green(
        listing=[
            Fault("list-type=2", SLOW_DOWN, times=2),
            Fault("list-type=2", Cut(passing=40), Sender.SERVER, nth=5),
        ],
        copying=[
            Fault(f"GET .*{LOG}", Cut(passing=200), Sender.SERVER),
            Fault(f"GET .*{LOG}", EXPIRED, nth=2),
            Fault(f"GET .*{song_of(drill)}", SLOW_DOWN, times=2),
        ],
    )
    # What the task asks itself is asked again within the task, and what COPY asks within COPY: it
    # has the rest of a body that broke off, but for keys that have expired meanwhile.
    assert outcome.tries == {"Stage_events": 2}
    [expired] = [error for name, error in outcome.errors if name == "Stage_events"]
    assert expired.startswith("ServiceError: COPY into staging_events: S3ServiceException:")
    assert "The provided token has expired.,Status 400,Error ExpiredToken" in expired


def corrected(drill: Drill, number: int) -> StoredObject:
    """The log with one event less than it has now, which one is up to the number."""
    [log] = [item for item in drill.after if item.key == LOG]
    lines = log.body.splitlines()
    return StoredObject(LOG, b"\n".join(lines[:number] + lines[number + 1 :]))


def with_log(drill: Drill, log: StoredObject) -> Drill:
    """The drill for which that is the log in the end."""
    return replace(drill, after=[log if item.key == LOG else item for item in drill.after])


def test_a_log_that_is_replaced_before_or_while_copy_reads_it_is_read_again(drill: Drill) -> None:
    between, last = corrected(drill, 3), corrected(drill, 5)
    outcome = with_log(drill, last).green(
        listing=[
            Fault("prefix=.*log_data", Call(lambda: drill.pipeline.seed([between])), Sender.SERVER)
        ],
        copying=[
            Fault(
                f"GET .*{LOG}",
                Call(lambda: drill.pipeline.seed([last])),
                Sender.SERVER,
                nth=2,
            )
        ],
    )
    assert outcome.tries == {}


def test_keys_that_expire_in_mid_run_are_named_and_the_tables_whole(drill: Drill) -> None:
    outcome = drill.run(listing=[Fault("list-type=2", EXPIRED, nth=2, times=None)])
    drill.is_not_half_done()
    assert {task.task_id for task in outcome.result.failed} == {"Stage_events", "Stage_songs"}
    assert set(outcome.tries.values()) == {4}
    for _, error in outcome.errors:
        assert error.endswith("S3 says ExpiredToken: The provided token has expired.")


@pytest.mark.nightly
@pytest.mark.timeout(300)
def test_a_store_that_stays_busy_ends_the_run(drill: Drill) -> None:
    outcome = drill.red(listing=[Fault("prefix=.*song_data", SLOW_DOWN, times=None)])
    assert outcome.tries == {"Stage_songs": 4}
    assert "S3 says SlowDown: Please reduce your request rate." in outcome.errors[0][1]


@pytest.mark.nightly
def test_a_log_that_is_replaced_again_and_again_ends_the_run(drill: Drill) -> None:
    numbers = iter(range(1000))

    def replace_it() -> None:
        drill.pipeline.seed([corrected(drill, next(numbers) % 7)])

    outcome = drill.run(
        copying=[Fault(f"GET .*{LOG}", Call(replace_it), Sender.SERVER, times=None)]
    )
    assert outcome.tries == {"Stage_events": 4}
    assert f"SourceChangedError: {drill.log_key} was replaced while COPY" in outcome.errors[0][1]
    drill.is_not_half_done()
    with_log(drill, corrected(drill, (next(numbers) - 1) % 7)).green()


@pytest.mark.nightly
def test_a_record_that_is_broken_on_its_way_is_named(drill: Drill) -> None:
    outcome = drill.red(copying=[Fault(f"GET .*{LOG}", Corrupt(at=0), Sender.SERVER)])
    assert outcome.tries == {}
    assert "LoadError: COPY into staging_events: " in outcome.errors[0][1]
    assert f"{LOG} line 1:" in outcome.errors[0][1]
