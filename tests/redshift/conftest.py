"""A substitute with an object store, and the clients that talk to it."""

from collections.abc import Iterator

import psycopg
import pytest

from sparkify_harness.objectstore import Endpoint, RunningStore, StoreKind, open_store
from sparkify_harness.warehouse import RunningWarehouse, Warehouse, open_warehouse
from tests.redshift.cleaning import clean
from tests.redshift.clients import Client, Connector, Psycopg2, Psycopg3
from tests.redshift.copies import ROLE, Lake, Loader, open_loader

REGION = "us-west-2"
BUCKET = "contract"


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStore]:
    with open_store(
        StoreKind.EMBEDDED, folder=tmp_path_factory.mktemp("store"), region=REGION
    ) as opened:
        yield opened


@pytest.fixture(scope="session")
def reader(store: RunningStore) -> Endpoint:
    """A key that may read the contract's bucket."""
    return store.grant_reader(BUCKET)


@pytest.fixture(scope="session")
def server(
    tmp_path_factory: pytest.TempPathFactory, store: RunningStore, reader: Endpoint
) -> Iterator[RunningWarehouse]:
    """The substitute; one role, and the default one, stand for the reader's keys."""
    keys = {"access_key": reader.access_key_id, "secret_key": reader.secret_access_key}
    with open_warehouse(
        folder=tmp_path_factory.mktemp("warehouse"),
        s3_endpoint=store.endpoint.url,
        region=REGION,
        roles={ROLE: keys, "default": keys},
    ) as running:
        yield running


@pytest.fixture(scope="session")
def warehouse(server: RunningWarehouse) -> Warehouse:
    return server.connection


@pytest.fixture(scope="session")
def lake(store: RunningStore, reader: Endpoint) -> Lake:
    """The contract's bucket."""
    store.create_bucket(BUCKET)
    return Lake(store, BUCKET, reader)


@pytest.fixture(scope="module")
def loader(warehouse: Warehouse, lake: Lake) -> Iterator[Loader]:
    """The production client, in autocommit, and the contract's bucket."""
    opened = open_loader(warehouse, lake)
    yield opened
    opened.client.close()


@pytest.fixture(scope="session")
def cleaner(warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    """What cleans up between tests."""
    with psycopg.connect(warehouse.dsn(with_password=True), autocommit=True) as connection:
        connection.execute("SET statement_timeout TO 20000")
        yield connection


@pytest.fixture(params=[Connector, Psycopg2, Psycopg3], ids=lambda kind: kind.name)
def client(
    request: pytest.FixtureRequest, warehouse: Warehouse, cleaner: psycopg.Connection
) -> Iterator[Client]:
    """Each real client in turn, in autocommit; what it created is gone afterwards."""
    opened = request.param(warehouse)
    yield opened
    opened.close()
    clean(cleaner)


@pytest.fixture
def sql(warehouse: Warehouse, cleaner: psycopg.Connection) -> Iterator[Client]:
    """The production client, in autocommit; what it created is gone afterwards."""
    opened = Connector(warehouse)
    yield opened
    opened.close()
    clean(cleaner)


@pytest.fixture
def another(warehouse: Warehouse) -> Iterator[Client]:
    """A second session."""
    opened = Connector(warehouse)
    yield opened
    opened.close()
