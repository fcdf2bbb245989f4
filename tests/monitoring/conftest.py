"""Sixty days of history in a warehouse, and an Airflow web server that shows them."""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, cast

import psycopg
import pytest

from sparkify.monitoring.history import History
from sparkify.monitoring.overview import Overview
from sparkify.names import Names
from sparkify.warehouse import Connection, WarehouseSession
from sparkify_harness.airflow.wiring import Wiring
from sparkify_harness.commands.query import dial
from sparkify_harness.stack import warehouse_connection
from sparkify_harness.warehouse import RunningWarehouse, open_warehouse
from tests.monitoring.server import AirflowServer, airflow_server
from tests.monitoring.story import DAG, DAYS, NAMES, Story, fill, hostile, story

HOSTILE = Names('host"ile %s {}')
"""A schema whose name itself wants to get out of its quotes."""


@contextmanager
def connection_to(running: RunningWarehouse) -> Iterator[psycopg.Connection[Any]]:
    with closing(dial(running.connection.dsn(with_password=True), autocommit=False)) as connection:
        yield connection


@contextmanager
def session_on(running: RunningWarehouse) -> Iterator[WarehouseSession]:
    with connection_to(running) as connection:
        yield WarehouseSession(cast("Connection", connection))


@pytest.fixture(scope="session")
def told() -> Story:
    """Sixty days that ended yesterday."""
    return story(dt.datetime.now(dt.UTC).date() - dt.timedelta(days=DAYS))


@pytest.fixture(scope="session")
def filled(told: Story, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningWarehouse]:
    """A warehouse with that history, and with a hostile one in a schema of its own."""
    folder = tmp_path_factory.mktemp("history")
    with open_warehouse(folder=folder, file=folder / "warehouse.duckdb") as running:
        with connection_to(running) as connection:
            fill(connection, told, NAMES)
            connection.execute(b'CREATE SCHEMA "host""ile %s {}"')
            fill(connection, hostile(), HOSTILE)
        yield running


@pytest.fixture(scope="session")
def overview(filled: RunningWarehouse) -> Overview:
    """Of that history, early in the morning after its last day."""
    with session_on(filled) as session:
        history = History.read(session, NAMES, DAG)
    last = max(load.loaded_at for load in history.loads if load.loaded_at is not None)
    return Overview(history, last + dt.timedelta(hours=6, minutes=5))


@pytest.fixture(scope="session")
def hostile_overview(filled: RunningWarehouse) -> Overview:
    """Of a history whose every text is an attack on whoever shows it."""
    with session_on(filled) as session:
        history = History.read(session, HOSTILE, DAG)
    return Overview(history, dt.datetime(2018, 12, 1))  # noqa: DTZ001 - as the warehouse's times


@pytest.fixture(scope="session")
def airflow(
    filled: RunningWarehouse, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AirflowServer]:
    """Airflow's web server, over that history."""
    warehouse = filled.connection
    wiring = Wiring(
        connections={"redshift": warehouse_connection(warehouse)},
        certificates=warehouse.certificates,
    )
    with airflow_server(tmp_path_factory.mktemp("airflow") / "home", wiring) as running:
        yield running
