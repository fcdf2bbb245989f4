"""Servers whose backend answers from a list."""

import threading
from collections.abc import Iterator

import pytest

from sparkify_harness.certificates import Certificates, provide
from sparkify_harness.redshift.front.server import Server
from tests.redshift.wire.connecting import PASSWORD, USER
from tests.unit.wire.fake_backend import FakeBackends
from tests.waiting import eventually


@pytest.fixture
def backends() -> FakeBackends:
    return FakeBackends({USER: PASSWORD})


@pytest.fixture
def server(backends: FakeBackends) -> Iterator[Server]:
    before = set(threading.enumerate())
    with Server(backends) as server:
        yield server
    # Sessions that were given up are not waited for.
    assert eventually(lambda: set(threading.enumerate()) <= before), "no thread outlives the server"


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return provide(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def tls_server(backends: FakeBackends, certificates: Certificates) -> Iterator[Server]:
    with Server(backends, tls=certificates.context()) as server:
        yield server
