"""A warehouse that dies in mid-run, or runs out of room."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import psutil
import pytest

from tests.pipeline.faults.drill import ON_ONE_STORE, Drill, Ground
from tests.pipeline.faults.proxy import when
from tests.pipeline.faults.table import Call, Fault, Sender

pytestmark = ON_ONE_STORE


def test_a_warehouse_that_is_killed_and_comes_back_costs_a_try_and_no_commit(drill: Drill) -> None:
    restart = Call(drill.ground.restart)
    committed = when('INSERT INTO "[^"]+"."users" ... commit', restart, answered=True)
    outcome = drill.green(
        warehouse=[
            when('INSERT INTO "[^"]+"."staging_events"', restart),
            replace(committed, pattern="^Z "),  # the last message of the answer
        ]
    )
    assert outcome.tries == {"Stage_events": 2}
    assert outcome.errors[0][1].startswith("ConnectionLostError: ")


@pytest.mark.nightly
def test_a_warehouse_that_stays_away_ends_the_run(drill: Drill) -> None:
    outcome = drill.run(warehouse=[when("COPY", Call(drill.ground.kill))])
    drill.ground.restart()
    assert outcome.tries == {"Stage_events": 4, "Stage_songs": 4}
    assert all(error.startswith("ConnectionLostError: ") for _, error in outcome.errors)
    drill.is_not_half_done()
    drill.green()


Fill = Callable[[int | None], None]


@pytest.fixture
def fill(ground: Ground) -> Iterator[Fill]:
    """Lets no file of the warehouse grow beyond so many bytes; None for no bounds.

    The system refuses to write then, as it does where a disk is full.
    """
    if not hasattr(psutil.Process, "rlimit"):
        pytest.skip("the size of another process' files can be bounded on Linux alone")
    _, hard = ground.server.rlimit(psutil.RLIMIT_FSIZE)

    def bound(size: int | None) -> None:
        soft = psutil.RLIM_INFINITY if size is None else size
        ground.server.rlimit(psutil.RLIMIT_FSIZE, (soft, hard))

    yield bound
    bound(None)


def journal(ground: Ground) -> int:
    """Bytes of the file that a commit is written to."""
    path = ground.folder / "warehouse.duckdb.wal"
    return path.stat().st_size if path.exists() else 0


COMMIT = 'INSERT INTO "[^"]+"."songplays" ... commit'


def test_a_full_disk_is_named_and_costs_a_try_where_room_is_made(drill: Drill, fill: Fill) -> None:
    outcome = drill.green(
        warehouse=[
            when(COMMIT, Call(lambda: fill(journal(drill.ground)))),
            Fault("^E .*Disk Full", Call(lambda: fill(None)), Sender.SERVER),
        ]
    )
    assert outcome.tries == {"Load_songplays_fact_table": 2}
    assert outcome.errors[0][1].startswith("ServiceError: COMMIT: Disk Full [XX000]")


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("statement", "size", "tasks"),
    [
        pytest.param(COMMIT, journal, {"Load_songplays_fact_table"}, id="commit"),
        pytest.param("COPY", lambda _: 0, {"Stage_events", "Stage_songs"}, id="copy"),
    ],
)
def test_a_disk_that_stays_full_ends_the_run(
    statement: str,
    size: Callable[[Ground], int],
    tasks: set[str],
    drill: Drill,
    fill: Fill,
) -> None:
    ground = drill.ground
    outcome = drill.run(warehouse=[when(statement, Call(lambda: fill(size(ground))))])
    assert outcome.tries == dict.fromkeys(tasks, 4)
    assert all(": Disk Full [XX000]" in error for _, error in outcome.errors)
    fill(None)
    drill.is_not_half_done()
    drill.green()
    ground.restart()  # what is on the disk is what was told
    drill.is_done()
