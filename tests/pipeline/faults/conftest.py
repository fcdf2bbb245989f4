"""Drills: each has tables and a prefix of its own, on a ground that they share."""

import re
from collections.abc import Iterator

import pytest

from sparkify_fixtures import Settings, StoredObject, generate
from sparkify_harness.airflow import Airflow
from sparkify_harness.objectstore import cache_folder
from sparkify_harness.stack import Stack
from tests.pipeline.faults.drill import DAY, LOADED, LOG, Drill, Ground, clone, open_ground
from tests.pipeline.subject import Pipeline, session


@pytest.fixture(scope="session")
def before() -> list[StoredObject]:
    """A day of 75 events."""
    return list(generate(Settings(days=1, users=40, songs=5, seed=6)))


@pytest.fixture(scope="session")
def after(before: list[StoredObject]) -> list[StoredObject]:
    """The same with a corrected log: of three events, one is gone."""
    return [
        StoredObject(item.key, b"\n".join(item.body.splitlines()[i] for i in kept(item)))
        if item.key == LOG
        else item
        for item in before
    ]


def kept(item: StoredObject) -> list[int]:
    """Numbers of the lines that stay."""
    return [number for number in range(len(item.body.splitlines())) if number % 3]


@pytest.fixture(scope="session")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Airflow]:
    """An Airflow besides the lane's; it is started, and may be killed."""
    with Airflow(tmp_path_factory.mktemp("second"), cache=cache_folder()) as airflow:
        yield airflow


@pytest.fixture(scope="session")
def ground(
    second: Airflow,  # which starts while the lane's own does its first run here
    stack: Stack,
    before: list[StoredObject],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Ground]:
    """What most drills share; the day is loaded there."""
    with open_ground(stack, tmp_path_factory.mktemp("ground")) as ground:
        prepare(ground, before)
        yield ground


def prepare(ground: Ground, before: list[StoredObject]) -> None:
    """Loads the day."""
    with session(ground.stack) as cursor:
        cursor.execute(f'CREATE SCHEMA "{LOADED}"')
    loaded = Pipeline(ground.stack, LOADED)
    loaded.seed(before)
    result = loaded.run(DAY, wiring=ground.wiring())
    assert result.succeeded, result.explain()


@pytest.fixture
def drill(
    ground: Ground,
    before: list[StoredObject],
    after: list[StoredObject],
    request: pytest.FixtureRequest,
) -> Iterator[Drill]:
    """A day that is loaded, and whose log was corrected since."""
    name = re.sub(r"[^a-z0-9]+", "_", request.node.name.lower()).strip("_")[:60]
    clone(ground, name)
    pipeline = Pipeline(ground.stack, name)
    pipeline.seed(after)
    yield Drill(ground, pipeline, before, after)
    with session(ground.stack) as cursor:
        cursor.execute(f'DROP SCHEMA "{name}" CASCADE')
