"""A PostgreSQL with the functions that its lowerings call."""

from collections.abc import Iterator

import pytest

from bench import postgres
from sparkify_harness.redshift.engine.postgres.database import PostgresConnection, PostgresEngine


@pytest.fixture(scope="session")
def theirs() -> Iterator[PostgresConnection]:
    """A connection to it; the lane is left out where there is none, or none that starts."""
    programs = postgres.binaries()
    if programs is None:
        pytest.skip(postgres.MISSING)
    with postgres.serving(programs) as dsn:
        connection = PostgresEngine(dsn).connect()
        yield connection
        connection.close()


@pytest.fixture(scope="session")
def rewrite(request: pytest.FixtureRequest) -> bool:
    """Whether the files of figures are to be written."""
    return bool(request.config.getoption("--rewrite"))
