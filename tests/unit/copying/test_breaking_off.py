"""A COPY that ends lets go of S3, whatever S3 does: its connections and its threads end with it."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from botocore.retries.standard import ExponentialBackoff

from sparkify_harness.certificates import provide
from sparkify_harness.redshift.copying import S3Settings, client
from sparkify_harness.redshift.copying.client import Destination, Lease
from sparkify_harness.redshift.copying.connections import Connections
from sparkify_harness.redshift.copying.s3_settings import Credentials
from sparkify_harness.redshift.copying.waiting import BrokenOff
from sparkify_harness.redshift.errors import ComputeFault, QueryCanceled
from tests.unit.copying.conftest import CopyFrom
from tests.waiting import eventually

pytestmark = pytest.mark.medium

HANGS = 25.0
"""Seconds after which something hangs: a connection to S3 would, for thirty."""

LOCATION = b"<LocationConstraint>us-west-2</LocationConstraint>"
LISTING = (
    b"<ListBucketResult><Contents><Key>data/1</Key><Size>9</Size></Contents>"
    b"<Contents><Key>data/2</Key><Size>9</Size></Contents></ListBucketResult>"
)


Says = Callable[[str], bytes | None]
"""The answer to a request's path; None: nothing, from there on."""


def answer(body: bytes, *, status: int = 200, length: int | None = None, more: str = "") -> bytes:
    size = len(body) if length is None else length
    return f"HTTP/1.1 {status} x\r\nContent-Length: {size}\r\n{more}\r\n".encode() + body


class Last(bytes):
    """An answer after which the store says nothing more."""


class Silent:
    """A store that at some point says nothing any more.

    Args:
        says: The answers.
    """

    def __init__(self, says: Says) -> None:
        self._says = says
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._pool = ThreadPoolExecutor(30)
        self._pool.submit(self._accept)
        self.silent = threading.Semaphore(0)
        self.open = 0
        self.taken = 0
        self._guard = threading.Lock()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                taken = self._listener.accept()[0]
                with self._guard:
                    self.open += 1
                    self.taken += 1
                self._pool.submit(self._serve, taken)

    def _serve(self, taken: socket.socket) -> None:
        try:
            with taken, suppress(OSError):
                taken.settimeout(HANGS)
                self._converse(taken)
                self.silent.release()
                while taken.recv(65_536):  # until the client is gone
                    pass
        finally:
            with self._guard:
                self.open -= 1

    def _converse(self, taken: socket.socket) -> None:
        read = b""
        while True:
            while b"\r\n\r\n" not in read:
                if self._says("") is None:
                    return
                more = taken.recv(65_536)
                if not more:
                    return
                read += more
            head, _, read = read.partition(b"\r\n\r\n")
            said = self._says(head.split()[1].decode())
            if said is None:
                return
            taken.sendall(said)
            if isinstance(said, Last):
                return

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._pool.shutdown()


def store(objects: Says) -> Says:
    """What lists two objects; the rest is up to whoever asks for them."""

    def says(path: str) -> bytes | None:
        if path in {"", "/b?location"}:
            return answer(LOCATION)
        return answer(LISTING) if "list-type" in path else objects(path)

    return says


SILENCES: dict[str, Says] = {
    "after it is connected to": lambda _: None,
    "when it is to list": lambda path: None if path else b"",
    "when it is to send an object": store(lambda _: None),
    "within an object": store(lambda _: Last(answer(b"1|", length=9))),
    "within the last answer on a connection": store(
        lambda _: Last(answer(b"1|", length=9, more="Connection: close\r\n"))
    ),
}


OpenStore = Callable[[Says], Silent]


@pytest.fixture
def open_store() -> Iterator[OpenStore]:
    with ExitStack() as stack:

        def open_store(says: Says) -> Silent:
            silent = Silent(says)
            stack.callback(silent.close)
            return silent

        yield open_store


def working() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name.startswith("copy-")]


def cancelled_while_silent(copy_from: CopyFrom, store: Silent, settings: S3Settings) -> None:
    """A COPY that is cancelled once the store says nothing any more."""
    over = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(
            copy_from, "data/", bucket="b", settings=settings, cancelled=over.is_set
        )
        assert store.silent.acquire(timeout=HANGS)
        assert working()
        over.set()
        with pytest.raises(QueryCanceled):
            running.result(HANGS)


@pytest.mark.parametrize("says", SILENCES.values(), ids=SILENCES)
def test_a_cancel_ends_connections_and_threads(
    says: Says, copy_from: CopyFrom, open_store: OpenStore
) -> None:
    silent = open_store(says)
    cancelled_while_silent(copy_from, silent, S3Settings(f"http://{silent.address}", "us-west-2"))
    assert eventually(lambda: not silent.open, HANGS / 2)
    assert eventually(lambda: not working(), HANGS / 2)


def test_a_cancel_ends_what_negotiates_tls(
    copy_from: CopyFrom, open_store: OpenStore, tmp_path_factory: pytest.TempPathFactory
) -> None:
    authority = provide(tmp_path_factory.mktemp("tls")).authority
    silent = open_store(lambda _: None)
    settings = S3Settings(f"https://{silent.address}", "us-west-2", ca_file=authority)
    cancelled_while_silent(copy_from, silent, settings)
    assert eventually(lambda: not silent.open, HANGS / 2)
    assert eventually(lambda: not working(), HANGS / 2)
    assert silent.taken == 1


def test_a_cancel_ends_the_pause_before_a_repetition(
    copy_from: CopyFrom, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 600.0)
    busy = open_store(
        lambda _: answer(b"<Error><Code>SlowDown</Code></Error>", status=503, more="")
    )
    over = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        settings = S3Settings(f"http://{busy.address}", "us-west-2")
        running = pool.submit(
            copy_from, "data/", bucket="b", settings=settings, cancelled=over.is_set
        )
        assert eventually(working)
        over.set()
        with pytest.raises(QueryCanceled):
            running.result(HANGS)
    assert eventually(lambda: not working(), HANGS)


def test_what_fails_does_not_wait_for_other_objects(
    copy_from: CopyFrom, open_store: OpenStore
) -> None:
    """The first object is not compressed; the second one never comes."""
    silent = open_store(store(lambda path: answer(b"no gzip..") if path.endswith("1") else None))
    settings = S3Settings(f"http://{silent.address}", "us-west-2")
    with pytest.raises(ComputeFault, match="failed to inflate"):
        copy_from("data/", "GZIP", bucket="b", settings=settings)
    assert eventually(lambda: not silent.open, HANGS / 2)
    assert not working()


DESTINATION = Destination("http://127.0.0.1:9", "us-west-2", Credentials("breaking-off", "secret"))


def test_a_client_is_lent_to_one_statement_at_a_time() -> None:
    one, other = Lease(DESTINATION), Lease(DESTINATION)
    assert one.s3 is not other.s3
    kept = one.s3
    one.end()
    assert Lease(DESTINATION).s3 is kept


def test_a_client_that_is_still_in_use_is_lent_to_nobody_else() -> None:
    lease = Lease(DESTINATION)
    used = lease.s3
    with lease.asking():
        lease.end()
        with pytest.raises(BrokenOff):
            lease.pause(600)
    assert Lease(DESTINATION).s3 is not used


def test_nothing_is_asked_when_the_statement_is_over() -> None:
    lease = Lease(DESTINATION)
    lease.end()
    lease.end()
    with pytest.raises(BrokenOff), lease.asking():
        pytest.fail("something was asked")
    assert sum(each.destination == DESTINATION for each in client._idle) <= client._KEPT


def test_clients_are_kept_up_to_a_number() -> None:
    leases = [Lease(DESTINATION) for _ in range(client._KEPT + 2)]
    for each in leases:
        each.end()
    assert len(client._idle) == client._KEPT


def test_nothing_is_connected_when_nobody_wants_it(open_store: OpenStore, tmp_path: Path) -> None:
    """A connection that comes about only after the end is closed again, with TLS and without."""
    silent = open_store(lambda _: None)
    authority = provide(tmp_path / "tls").authority
    for url, ca_file in (
        (f"http://{silent.address}", None),
        (f"https://{silent.address}", authority),
    ):
        connections = Connections(1, ca_file)
        pool = connections._session._manager.connection_from_url(url)
        connections.break_off()
        with pytest.raises(BrokenOff):
            pool.urlopen("GET", "/", retries=False)
    assert eventually(lambda: silent.taken == 2 and not silent.open, HANGS / 2)
