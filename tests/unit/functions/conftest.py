from collections.abc import Iterator

import pytest

from tests.unit.functions.evaluation import Engine


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    engine = Engine()
    yield engine
    engine.connection.close()
