"""Runs that meet, and runs that are killed."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from sparkify_harness.airflow import Airflow, WorkerFailed
from tests.pipeline.faults.drill import DAY, ON_ONE_STORE, Drill
from tests.pipeline.faults.proxy import when
from tests.pipeline.faults.table import Call, Fault
from tests.processes import command_lines, descendants

pytestmark = ON_ONE_STORE

STATEMENTS = 90
"""A run sends some more."""


def test_two_runs_of_the_same_day_at_once(drill: Drill, second: Airflow) -> None:
    meeting = threading.Barrier(2, timeout=120)
    stack = drill.pipeline.stack
    pipelines = [
        replace(drill.pipeline, stack=replace(stack, airflow=airflow))
        for airflow in (stack.airflow, second)
    ]
    wiring = drill.ground.wiring()
    read = when("CREATE TEMP TABLE ... COPY", Call(meeting.wait), times=2)
    with drill.ground.struck(warehouse=[read]) as [table, *_], ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda pipeline: pipeline.run(DAY, wiring=wiring), pipelines))
    assert table.missing == []
    for result in results:
        assert result.succeeded, result.explain()
        assert {task.tries for task in result.tasks} == {1}
    drill.is_done()


def killed(airflow: Airflow) -> Callable[[], None]:
    """Ends the process that runs tasks, as `kill -9` does, and what stands between it and us."""

    def kill() -> None:
        for child, line in command_lines(descendants()):
            if str(airflow.home) in line:
                child.kill()

    return kill


def places(seeds: range) -> list[int]:
    """Numbers of statements, at random."""
    return [random.Random(seed).randint(1, STATEMENTS) for seed in seeds]


def test_a_run_that_is_killed_is_made_good_by_the_next(drill: Drill, second: Airflow) -> None:
    [place] = places(range(1))
    with pytest.raises(WorkerFailed, match="Airflow died"):
        drill.run(warehouse=[Fault("^B ", Call(killed(second)), nth=place)], airflow=second)
    drill.is_not_half_done()
    drill.green()


@pytest.mark.nightly
@pytest.mark.parametrize("same_songs", [False, True], ids=["other-songs", "same-songs"])
@pytest.mark.parametrize("place", places(range(1, 11)))
def test_a_run_that_is_killed_anywhere_is_made_good_in_the_same_home(
    place: int, same_songs: bool, drill: Drill, second: Airflow
) -> None:
    kill = Fault("^B ", Call(killed(second)), nth=place)
    with pytest.raises(WorkerFailed, match="Airflow died"):
        drill.run(warehouse=[kill], airflow=second, same_songs=same_songs)
    drill.is_not_half_done()
    drill.green(airflow=second, same_songs=same_songs)
