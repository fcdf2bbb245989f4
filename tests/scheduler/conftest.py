"""One stack and one Airflow with a scheduler for all tests of the lane."""

import datetime as dt
import os
from collections.abc import Callable, Iterator

import pytest

from sparkify_fixtures import Settings, StoredObject, generate, log_json_path
from sparkify_harness.airflow.deployment import Deployment
from sparkify_harness.locations import CHECKOUT, import_path
from sparkify_harness.stack import Stack
from tests.scheduler.gates import FOLDER, Gates
from tests.scheduler.subject import LIMIT, processes_in
from tests.waiting import eventually

LAST_DAY = dt.date(2018, 11, 30)


@pytest.fixture(scope="session")
def gates(tmp_path_factory: pytest.TempPathFactory) -> Gates:
    """What stops tasks; all are open."""
    return Gates(tmp_path_factory.mktemp("gates"))


@pytest.fixture(scope="session")
def stack(sparkify_stack: Callable[..., Stack]) -> Stack:
    """An object store and a warehouse."""
    stack = sparkify_stack(warm_airflow=False)
    stack.seed([log_json_path()])
    return stack


@pytest.fixture(scope="session")
def airflow(
    sparkify_airflow: Callable[..., Deployment], stack: Stack, gates: Gates
) -> Iterator[Deployment]:
    """A scheduler, an api-server and a DAG processor, healthy; it leaves nothing behind."""
    # Its processes import the gates, and the pipeline of this checkout.
    paths = os.pathsep.join(map(str, [CHECKOUT, *import_path()]))
    airflow = sparkify_airflow(
        stack,
        schedule_end=LAST_DAY,
        settings="tests.scheduler.gates",
        variables={FOLDER: str(gates.folder), "PYTHONPATH": paths},
    )
    yield airflow
    airflow.close()
    assert eventually(lambda: not processes_in(airflow.home), within=LIMIT, every=0.2), (
        "the end of all processes"
    )


@pytest.fixture(scope="session")
def six_days() -> list[StoredObject]:
    """Six days with some thousand plays."""
    return list(generate(Settings(days=6, users=80, songs=40, seed=8)))
