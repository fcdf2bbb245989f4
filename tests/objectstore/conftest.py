"""One running store of each kind that is here."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from sparkify_harness.objectstore import RunningStore, open_store
from tests.objectstore.kinds import KINDS


@pytest.fixture(scope="package", params=KINDS)
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningStore]:
    with open_store(request.param, folder=tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.fixture
def bucket(store: RunningStore) -> str:
    """A fresh bucket."""
    name = f"bucket-{uuid4().hex[:12]}"
    store.create_bucket(name)
    return name
