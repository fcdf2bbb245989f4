"""Runs of the second DAG at once: a table that is computed anew has its LOCK, too."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from sparkify.star import TIME, USERS
from sparkify.weekly import WEEKLY_TOP_SONGS
from sparkify_harness.locations import DAGS
from sparkify_harness.redshift.engine.duckdb.database import DuckDBEngine
from tests.unit.pipeline.conftest import dag_of
from tests.unit.pipeline.interleaved.material import FIRST_DAY, Material, Run
from tests.unit.pipeline.interleaved.mutants import without_lock
from tests.unit.pipeline.interleaved.tasks import DagRun, Tasks
from tests.unit.pipeline.interleaved.turns import Actor
from tests.unit.pipeline.interleaved.verdict import table
from tests.unit.pipeline.interleaved.world import World

Histories = Callable[[], None]

RUNS, SCHEDULES = 3, 6
BESIDE = (USERS.task_id, TIME.task_id)
"""Tasks of the first DAG that change no table which the second one reads."""
CREATE, LOAD = "Create_weekly_top_songs", WEEKLY_TOP_SONGS.task_id


class BothDags:
    """The tasks of both DAGs.

    Args:
        dags: the tasks of each.
    """

    def __init__(self, *dags: Tasks) -> None:
        self._dags = dags

    def execute(self, task_id: str, run: Run, run_id: str) -> Any:
        """What a worker does."""
        [dag] = [dag for dag in self._dags if task_id in dag.upstream]
        return dag.execute(task_id, run, run_id)


@pytest.fixture(scope="module")
def weekly() -> Tasks:
    """The tasks of the second DAG."""
    return Tasks(dag_of(DAGS / "sparkify_weekly_top_songs.py"))


def finish(world: World, actors: list[Actor], random: Random) -> None:
    """All go on to their ends, in an order of chance."""
    going = list(actors)
    while going:
        actor = random.choice([actor for actor in going if not actor.waiting])
        world.turns.go_on(actor)
        going = [actor for actor in going if not actor.done]
    for actor in actors:
        if actor.error is not None:
            raise actor.error


def play(world: World, etl: Tasks, random: Random) -> None:
    """Loads days by the first DAG, then runs the second one several times beside the first."""
    material = Material(random, clean=True)
    for item in [*material.songs(), *map(material.log, material.days)]:
        world.put(item)

    def begin(task: str, number: int = 0, day: dt.date | None = None) -> Actor:
        return world.begin(DagRun(f"{task}.{number}", Run(day), {task: frozenset()}), task)

    for task in [task for task in etl.upstream if task not in etl.idle]:
        finish(world, [begin(task)], random)
    finish(world, [begin(CREATE)], random)
    following = [begin(task, 1, FIRST_DAY) for task in BESIDE]
    finish(world, [*following, *(begin(LOAD, number) for number in range(RUNS))], random)


def judge(world: World, weekly: Tasks) -> None:
    """Each load has a number of its own, and the table is what its SELECT gives."""
    numbers = sorted(row["load_id"] for row in table(world, "load_audit"))
    assert numbers == list(range(1, len(numbers) + 1)), world.tell()
    select = weekly.rendered(LOAD, Run(FIRST_DAY)).sql.rstrip().rstrip(";")
    columns = ", ".join(WEEKLY_TOP_SONGS.columns)
    rows = world.warehouse.rows(f"SELECT {columns} FROM public.weekly_top_songs")
    assert rows
    assert sorted(rows) == sorted(world.warehouse.rows(select)), world.tell()


@pytest.fixture(params=[False, True], ids=["snapshot", "serializable"])
def histories(
    request: pytest.FixtureRequest,
    stage: SimpleNamespace,
    tasks: Tasks,
    weekly: Tasks,
    tmp_path: Path,
) -> Histories:
    """Plays several histories and judges each."""

    def histories() -> None:
        both: Any = BothDags(tasks, weekly)
        for seed in range(SCHEDULES):
            world = World(both, DuckDBEngine(None), tmp_path, serializable=request.param)
            stage.world = world
            try:
                play(world, tasks, Random(seed))
                judge(world, weekly)
            finally:
                world.close()

    return histories


@pytest.mark.slow
def test_runs_of_the_second_dag_at_once_do_not_disturb_each_other(histories: Histories) -> None:
    histories()


@pytest.mark.slow
def test_without_its_lock_the_second_dag_is_found_out(
    histories: Histories, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_lock("LoadTableOperator._load.")(monkeypatch)
    with pytest.raises(AssertionError):
        histories()
