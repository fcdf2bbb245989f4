"""Races that chance finds seldom, one step at a time."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sparkify.errors import SourceError
from sparkify.star import STAGING_EVENTS
from sparkify_fixtures.layout import Event, log_object
from sparkify_harness.redshift.engine.protocol import Engine
from tests.unit.pipeline.interleaved.material import FIRST_DAY, Material, Run, log_key
from tests.unit.pipeline.interleaved.rows.engine import Compiled, RowsEngine
from tests.unit.pipeline.interleaved.tasks import DagRun, Tasks
from tests.unit.pipeline.interleaved.turns import Actor
from tests.unit.pipeline.interleaved.verdict import loaded, table
from tests.unit.pipeline.interleaved.world import World

STAGE = STAGING_EVENTS.task_id
DAY = FIRST_DAY
NEXT = FIRST_DAY + dt.timedelta(days=1)
ALL = None


class Script:
    """A history without chance: what happens next is said."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._material = Material(Random(1))
        for item in self._material.songs():
            world.put(item)
        self.run(DAY, "Create_tables")

    def put(self, day: dt.date, rows: int, seconds: int = 1) -> None:
        """Puts a log with so many rows, so long after what happened before."""
        events = [_event(number) for number in range(rows)]
        self.world.put(log_object(day, events), seconds)

    def begin(self, day: dt.date | None, task: str = STAGE, *, no_log: str = "empty") -> Actor:
        """A task of the run of a day, or of all days, is about to begin."""
        number = len(self.world.turns.trace)
        run = DagRun(f"r{number}", Run(day, no_log), {task: frozenset()})
        return self.world.begin(run, task)

    def until(self, actor: Actor, what: str) -> None:
        """The task goes on until it is about to do that."""
        while what not in actor.about:
            assert not actor.done, f"{actor.error!r}\n{self.world.tell()}"
            self.world.turns.go_on(actor)

    def finish(self, actor: Actor) -> Any:
        """The task goes on to its end."""
        while not actor.done:
            self.world.turns.go_on(actor)
        if actor.error is not None:
            raise actor.error
        return actor.result

    def run(self, day: dt.date | None, task: str = STAGE, *, no_log: str = "empty") -> Any:
        """A task from its beginning to its end."""
        return self.finish(self.begin(day, task, no_log=no_log))

    @property
    def logs(self) -> dict[dt.date, int]:
        """How many rows of each log are loaded."""
        rows = self.world.warehouse.rows(
            "SELECT log_key, log_day, COUNT(*) FROM public.staging_events GROUP BY 1, 2"
        )
        audit = loaded(table(self.world, "load_audit"), STAGING_EVENTS.name)
        recorded = {key: row["rows_loaded"] for key, row in audit.items()}
        assert recorded == {key: count for key, _, count in rows}
        return {day: count for _, day, count in rows}


def _event(number: int) -> Event:
    material = Material(Random(number))
    return material._event(1, number, 1_541_030_400_000 + number, "1")


@pytest.fixture
def script(
    stage: SimpleNamespace, tasks: Tasks, compiled: Compiled, tmp_path: Path
) -> Iterator[Script]:
    world = World(tasks, cast("Engine", RowsEngine(compiled)), tmp_path)
    stage.world = world
    yield Script(world)
    world.close()


def test_a_full_load_keeps_a_log_that_came_after_it_had_looked(script: Script) -> None:
    script.put(DAY, rows=1)
    full = script.begin(ALL)
    script.until(full, "LOCK")
    script.put(NEXT, rows=2)
    script.run(NEXT)
    script.finish(full)
    assert script.logs == {DAY: 1, NEXT: 2}


def test_a_run_without_log_keeps_one_that_came_after_it_had_looked(script: Script) -> None:
    late = script.begin(DAY)
    script.until(late, "LOCK")
    script.put(DAY, rows=2)
    script.run(DAY)
    script.finish(late)
    assert script.logs == {DAY: 2}


def test_a_log_that_is_gone_when_it_is_put_in_is_not_loaded(script: Script) -> None:
    script.put(DAY, rows=2)
    late = script.begin(DAY)
    script.until(late, "LOCK")
    script.world.remove(log_key(DAY))
    script.run(DAY)
    script.finish(late)
    assert script.logs == {}


@pytest.mark.parametrize("day", [DAY, ALL], ids=["day", "all"])
def test_a_log_that_goes_away_before_copy_reads_it_is_looked_for_again(
    day: dt.date | None, script: Script
) -> None:
    script.put(DAY, rows=1)
    script.put(NEXT, rows=2)
    reading = script.begin(day)
    script.until(reading, "COPY")
    script.world.remove(log_key(DAY))
    script.finish(reading)
    assert script.logs == ({} if day else {NEXT: 2})


def test_a_log_that_goes_away_where_there_must_be_one_is_missed(script: Script) -> None:
    script.put(DAY, rows=1)
    reading = script.begin(DAY, no_log="fail")
    script.until(reading, "COPY")
    script.world.remove(log_key(DAY))
    with pytest.raises(SourceError, match="there is no log at s3://sparkify/log_data/2018/11/"):
        script.finish(reading)
    assert script.logs == {}


@pytest.mark.parametrize("seconds", [0, 1])
def test_old_never_overwrites_new(seconds: int, script: Script) -> None:
    script.put(DAY, rows=1)
    late = script.begin(DAY)
    script.until(late, "LOCK")
    script.put(DAY, rows=2, seconds=seconds)
    script.run(DAY)
    script.finish(late)
    assert script.logs == {DAY: 2}
