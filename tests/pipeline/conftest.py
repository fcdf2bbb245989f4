"""The pipeline on a real stack: each test has a schema and a key prefix of its own."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sparkify_fixtures import StoredObject, log_json_path, read_folder
from sparkify_harness import machine
from sparkify_harness.stack import Stack, open_stack
from tests.objectstore.kinds import CHOSEN, KINDS, VARIABLE
from tests.pipeline.subject import Pipeline, session

REAL_DATA = machine.real_data()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where a kind of store is asked for, only what runs on that kind is worth running again."""
    if VARIABLE not in os.environ:
        return

    def is_left_out(item: pytest.Item) -> bool:
        parameters = getattr(item, "callspec", None)
        kind = parameters.params.get("stack") if parameters else None
        return Path(__file__).parent in item.path.parents and kind not in CHOSEN

    left_out = [item for item in items if is_left_out(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session", params=KINDS)
def stack(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """An object store, a warehouse and Airflow, for all tests of the lane."""
    with open_stack(tmp_path_factory.mktemp("stack"), store=request.param, in_memory=True) as stack:
        stack.seed([log_json_path()])
        yield stack


@pytest.fixture
def pipeline(stack: Stack, request: pytest.FixtureRequest) -> Iterator[Pipeline]:
    """The pipeline for one test; its schema is dropped afterwards."""
    name = re.sub(r"[^a-z0-9]+", "_", request.node.name.lower()).strip("_")[:60]
    with session(stack) as cursor:
        cursor.execute(f'CREATE SCHEMA "{name}"')
    yield Pipeline(stack, name)
    with session(stack) as cursor:
        cursor.execute(f'DROP SCHEMA "{name}" CASCADE')


@pytest.fixture(scope="session")
def real_data() -> list[StoredObject]:
    """The public data set."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"no real data at {REAL_DATA}; set SPARKIFY_REAL_DATA")
    return list(read_folder(REAL_DATA))
