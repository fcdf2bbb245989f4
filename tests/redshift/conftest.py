"""A substitute with an object store, and the clients that talk to it."""

from collections.abc import Iterator

import psycopg
import pytest

from harness.objectstore import RunningStore, open_store
from harness.warehouse import Warehouse, open_warehouse
from tests.redshift.clients import Client, Connector, Psycopg2, Psycopg3

REGION = "us-west-2"


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStore]:
    with open_store("embedded", folder=tmp_path_factory.mktemp("store"), region=REGION) as opened:
        yield opened


@pytest.fixture(scope="session")
def warehouse(
    tmp_path_factory: pytest.TempPathFactory, store: RunningStore
) -> Iterator[Warehouse]:
    folder = tmp_path_factory.mktemp("warehouse")
    with open_warehouse(
        folder=folder, s3_endpoint=store.endpoint.url, region=REGION
    ) as running:
        yield running.connection


@pytest.fixture(params=[Connector, Psycopg2, Psycopg3], ids=lambda kind: kind.name)
def client(request: pytest.FixtureRequest, warehouse: Warehouse) -> Iterator[Client]:
    """Each real client in turn, in autocommit; what it created is gone afterwards."""
    opened = request.param(warehouse)
    yield opened
    opened.close()
    clean(warehouse)


@pytest.fixture
def sql(warehouse: Warehouse) -> Iterator[Client]:
    """The production client, in autocommit; what it created is gone afterwards."""
    opened = Connector(warehouse)
    yield opened
    opened.close()
    clean(warehouse)


@pytest.fixture
def another(warehouse: Warehouse) -> Iterator[Client]:
    """A second session."""
    opened = Connector(warehouse)
    yield opened
    opened.close()


def clean(warehouse: Warehouse) -> None:
    """Drop whatever tests created."""
    with psycopg.connect(warehouse.dsn(with_password=True), autocommit=True) as connection:
        rows = connection.execute(
            "SELECT table_schema, table_name, table_type FROM svv_tables "
            "WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for schema, name, kind in rows:
            word = "VIEW" if kind == "VIEW" else "TABLE"
            connection.execute(f'DROP {word} IF EXISTS "{schema}"."{name}" CASCADE'.encode())
        for (schema,) in connection.execute(
            "SELECT schema_name FROM svv_all_schemas "
            "WHERE schema_name NOT IN ('pg_catalog', 'information_schema', 'public')"
        ).fetchall():
            connection.execute(f'DROP SCHEMA "{schema}" CASCADE'.encode())
