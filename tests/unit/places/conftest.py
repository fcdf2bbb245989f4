from collections.abc import Iterator

import pytest

from tests.unit.engine.sessions import Client, open_client
from tests.unit.places.places import MANY


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A session with the tables that all share."""
    with open_client(tmp_path_factory.mktemp("places")) as client:
        client.rows("CREATE TABLE one (k int)")
        client.rows("INSERT INTO one VALUES (1), (2)")
        client.rows("CREATE TABLE many (i int)")
        client.rows(f"INSERT INTO many VALUES {', '.join(f'({i})' for i in range(MANY))}")
        yield client
