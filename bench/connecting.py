"""Milliseconds until a client is in, with TLS and everything verified, and without."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import redshift_connector

from bench.measure import Figure, at_most, median_seconds
from sparkify_harness.airflow.shortcuts import look_authorities_up
from sparkify_harness.certificates import trusting
from sparkify_harness.warehouse import Warehouse, open_warehouse

CONNECTIONS = 200


def _psycopg(at: Warehouse, **options: str) -> Callable[[], None]:
    def connect() -> None:
        with psycopg.connect(at.dsn(with_password=True), **options):  # type: ignore[arg-type]  # libpq's
            pass

    return connect


def _connector(at: Warehouse, *, ssl: bool) -> Callable[[], None]:
    def connect() -> None:
        opened = redshift_connector.connect(
            host=at.host,
            port=at.port,
            user=at.user,
            password=at.password,
            database=at.database,
            ssl=ssl,
        )
        with closing(opened):
            pass

    return connect


def figures() -> Iterator[Figure]:
    """For libpq, and for redshift_connector as Airflow has it here and as a shell has it."""
    with (
        tempfile.TemporaryDirectory() as folder,
        open_warehouse(folder=Path(folder), require_ssl=False) as running,
    ):
        at = running.connection
        plain = median_seconds(_psycopg(at, sslmode="disable"), CONNECTIONS) * 1000
        verified = median_seconds(_psycopg(at), CONNECTIONS) * 1000
        yield at_most("a connection by psycopg", verified, 10, "ms", f"{plain:.1f} ms without TLS")
        plain = median_seconds(_connector(at, ssl=False), CONNECTIONS) * 1000
        with trusting(running.certificates):
            bundled = median_seconds(_connector(at, ssl=True), CONNECTIONS) * 1000
            look_authorities_up()
            verified = median_seconds(_connector(at, ssl=True), CONNECTIONS) * 1000
        yield at_most(
            "a connection by redshift_connector",
            verified,
            20,
            "ms",
            f"{plain:.1f} ms without TLS, {bundled:.1f} ms where all of the bundle is read",
        )
