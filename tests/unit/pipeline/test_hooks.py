"""The connection `redshift` is one for all of Airflow's hooks, with TLS, and verified.

`RedshiftSQLHook` hands a connection's extra to `redshift_connector`, `PostgresHook` to libpq: an
option that one of them does not know fails there.
"""

import importlib.util
import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import psycopg2
import pytest
from airflow.providers.amazon.aws.hooks.redshift_sql import RedshiftSQLHook

from sparkify_harness.airflow import Wiring
from sparkify_harness.certificates import provide
from sparkify_harness.locations import CHECKOUT
from sparkify_harness.stack import warehouse_connection
from sparkify_harness.warehouse import Warehouse, open_warehouse

pytestmark = pytest.mark.medium


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with open_warehouse(folder=tmp_path_factory.mktemp("warehouse")) as running:
        yield running.connection


def of_the_stack(warehouse: Warehouse) -> Mapping[str, Any]:
    """As `sparkify run` and `sparkify up` have it."""
    return warehouse_connection(warehouse)


def of_the_containers(warehouse: Warehouse) -> Mapping[str, Any]:
    """As the stack in containers has it, but for the address."""
    file = CHECKOUT / "docker" / "airflow" / "bin" / "initialise.py"
    spec = importlib.util.spec_from_file_location("initialise", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    names = ("S3_KEY_ID", "S3_SECRET", "REGION")
    environment = {f"SPARKIFY_{name}": "x" for name in names} | {"S3_ENDPOINT": "http://x"}
    environment["SPARKIFY_REDSHIFT_PASSWORD"] = warehouse.password
    found: dict[str, Any] = module.connections(environment)["redshift"]
    return found | {"host": warehouse.host, "port": warehouse.port}


CONNECTIONS = pytest.mark.parametrize("connection", [of_the_stack, of_the_containers])


def wire(
    patch: pytest.MonkeyPatch, warehouse: Warehouse, connection: Mapping[str, Any]
) -> dict[str, Any]:
    """What Airflow finds in its environment; the extra."""
    wiring = Wiring(connections={"redshift": connection}, certificates=warehouse.certificates)
    for name, value in wiring.environment().items():
        patch.setenv(name, value)
    extra = connection["extra"]
    found: dict[str, Any] = json.loads(extra) if isinstance(extra, str) else dict(extra)
    return found


@CONNECTIONS
def test_a_redshift_sql_hook_connects(
    connection: Callable[[Warehouse], Mapping[str, Any]],
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wire(monkeypatch, warehouse, connection(warehouse))
    hook = RedshiftSQLHook(redshift_conn_id="redshift")
    with closing(hook.get_conn()) as opened:
        assert isinstance(opened._usock, ssl.SSLSocket)  # nothing public says
    assert tuple(hook.get_first("SELECT 7 / 2")) == (3,)


@CONNECTIONS
def test_a_postgres_hook_connects(
    connection: Callable[[Warehouse], Mapping[str, Any]],
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    postgres = pytest.importorskip(
        "airflow.providers.postgres.hooks.postgres",
        reason="apache-airflow-providers-postgres is not installed",
    )
    wire(monkeypatch, warehouse, connection(warehouse))
    hook = postgres.PostgresHook(postgres_conn_id="redshift")
    assert tuple(hook.get_first("SELECT 7 / 2")) == (3,)


@CONNECTIONS
@pytest.mark.parametrize("driver", [psycopg, psycopg2], ids=lambda driver: driver.__name__)
def test_libpq_takes_the_extra_as_it_is(
    driver: Any,
    connection: Callable[[Warehouse], Mapping[str, Any]],
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """What `PostgresHook` does with a connection, also where its provider is not installed.

    Airflow: https://airflow.apache.org/docs/apache-airflow-providers-postgres/stable/connections/postgres.html
    """
    found = connection(warehouse)
    extra = wire(monkeypatch, warehouse, found)
    names = {"host": "host", "port": "port", "login": "user", "password": "password"}
    values = {names.get(name, "dbname"): found[name] for name in (*names, "schema")}
    with closing(driver.connect(**values, **extra)) as opened:
        cursor = opened.cursor()
        cursor.execute("SELECT 7 / 2")
        assert cursor.fetchall() == [(3,)]
    monkeypatch.setenv("PGSSLROOTCERT", str(provide(tmp_path).authority))
    with pytest.raises(driver.OperationalError, match="certificate verify failed"):
        driver.connect(**values, **extra)
