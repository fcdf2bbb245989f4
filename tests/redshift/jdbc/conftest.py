"""Redshift's JDBC driver, where there are a JDK and the jar."""

import shutil
from collections.abc import Iterator

import psycopg
import pytest

from sparkify_harness.machine import OPTIONALS, jdbc_driver
from sparkify_harness.warehouse import RunningWarehouse
from tests.redshift.cleaning import clean
from tests.redshift.jdbc.console import Console

MISSING = [
    f"no {item.name}: {item.means}"
    for item in OPTIONALS
    if item.name in {"JDK", "JDBC driver"} and item.find() is None
]


def url_of(server: RunningWarehouse, database: str = "dev", **options: str) -> str:
    """What a user writes, as the README says."""
    connection = server.connection
    more = "".join(f";{name}={value}" for name, value in options.items())
    return f"jdbc:redshift://localhost:{connection.port}/{database}{more}"


def credentials(server: RunningWarehouse) -> dict[str, str]:
    """User and password."""
    return {"user": server.connection.user, "password": server.connection.password}


@pytest.fixture
def stranger() -> Iterator[Console]:
    """The driver, not connected."""
    if MISSING:
        pytest.skip("; ".join(MISSING))
    driver = jdbc_driver()
    assert driver is not None
    with Console(shutil.which("java") or "java", driver) as console:
        yield console


@pytest.fixture(scope="module")
def _connected(server: RunningWarehouse) -> Iterator[Console]:
    if MISSING:
        pytest.skip("; ".join(MISSING))
    driver = jdbc_driver()
    assert driver is not None
    with Console(shutil.which("java") or "java", driver) as console:
        authority = str(server.certificates.authority)
        console.connect(url_of(server), **credentials(server), sslrootcert=authority)
        yield console


@pytest.fixture
def jdbc(_connected: Console, cleaner: psycopg.Connection) -> Iterator[Console]:
    """The driver with its defaults and the authority; what it made is gone afterwards."""
    yield _connected
    _connected.tell("autocommit", "true")
    clean(cleaner)
