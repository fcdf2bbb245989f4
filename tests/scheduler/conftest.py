"""One stack and one Airflow with a scheduler for all tests of the lane."""

import datetime as dt
from collections.abc import Iterator

import pytest

from fixtures import Settings, StoredObject, generate, log_json_path
from harness.airflow.deployment import Deployment
from harness.objectstore import cache_folder
from harness.stack import DAG_ID, USED_BY_TASKS, Stack, open_stack
from tests.scheduler.gates import FOLDER, Gates

LAST_DAY = dt.date(2018, 11, 30)


@pytest.fixture(scope="session")
def gates(tmp_path_factory: pytest.TempPathFactory) -> Gates:
    """What stops tasks; all are open."""
    return Gates(tmp_path_factory.mktemp("gates"))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An object store and a warehouse."""
    with open_stack(tmp_path_factory.mktemp("stack"), in_memory=True, warm_airflow=False) as stack:
        stack.seed([log_json_path()])
        yield stack


@pytest.fixture(scope="session")
def airflow(stack: Stack, gates: Gates) -> Iterator[Deployment]:
    """A scheduler, an api-server and a DAG processor, healthy."""
    with Deployment(
        stack.folder / "deployment",
        cache=cache_folder(),
        wiring=stack.wiring(),
        schedule_end=LAST_DAY,
        preload=USED_BY_TASKS,
        settings="tests.scheduler.gates",
        variables={FOLDER: str(gates.folder)},
    ) as airflow:
        airflow.wait_until_ready(DAG_ID)
        yield airflow


@pytest.fixture(scope="session")
def six_days() -> list[StoredObject]:
    """Six days with some thousand plays."""
    return list(generate(Settings(days=6, users=80, songs=40, seed=8)))
