"""UNLOAD to a store that fails: what is repeated, what is told, and that no part is left."""

import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from sparkify_harness.warehouse import Warehouse, open_warehouse
from tests.redshift.clients import Client, Psycopg3, ServerError

KEYS = "ACCESS_KEY_ID 'a' SECRET_ACCESS_KEY 'b'"
PARTS = "SELECT repeat('y', 60000) AS s FROM wide"
"""As many bytes as three parts of an object have."""


class Store(ThreadingHTTPServer):
    """An S3 of one bucket that takes objects, and refuses what it is told to.

    Attributes:
        refused: The number of the part that it does not take; None for none.
        busy: Requests to write that it has no time for, as many as this.
        open: Uploads that are neither whole nor forgotten.
        made: Keys of the objects that are there.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        self.refused: int | None = None
        self.busy = 0
        self.open: dict[str, str] = {}
        self.made: list[str] = []
        self.guard = threading.Lock()


class _Requests(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Store

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""

    def _answer(self, status: int, body: str = "", **headers: str) -> None:
        data = body.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _asked(self) -> tuple[str, dict[str, list[str]]]:
        parts = urlsplit(self.path)
        return parts.path, parse_qs(parts.query, keep_blank_values=True)

    def do_GET(self) -> None:
        _, query = self._asked()
        if "location" in query:
            self._answer(200, "<LocationConstraint>us-west-2</LocationConstraint>")
        elif "uploads" in query:
            uploads = "".join(
                f"<Upload><Key>{key}</Key><UploadId>{upload}</UploadId></Upload>"
                for upload, key in self.server.open.items()
            )
            self._answer(200, f"<ListMultipartUploadsResult>{uploads}</ListMultipartUploadsResult>")
        else:
            self._answer(200, "<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>")

    def do_POST(self) -> None:
        path, query = self._asked()
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        key = path.removeprefix("/bucket/")
        if "uploads" in query:
            upload = f"upload-{len(self.server.open)}"
            self.server.open[upload] = key
            result = f"<UploadId>{upload}</UploadId>"
            self._answer(
                200, f"<InitiateMultipartUploadResult>{result}</InitiateMultipartUploadResult>"
            )
        else:
            del self.server.open[query["uploadId"][0]]
            self.server.made.append(key)
            self._answer(200, "<CompleteMultipartUploadResult></CompleteMultipartUploadResult>")

    def do_PUT(self) -> None:
        path, query = self._asked()
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.server.guard:
            busy = self.server.busy > 0
            self.server.busy -= busy
        if busy:
            self._answer(503, "<Error><Code>SlowDown</Code><Message>Slow down</Message></Error>")
        elif query.get("partNumber") == [str(self.server.refused)]:
            self._answer(403, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>")
        else:
            if "partNumber" not in query:
                self.server.made.append(path.removeprefix("/bucket/"))
            self._answer(200, ETag='"e"')

    def do_DELETE(self) -> None:
        _, query = self._asked()
        del self.server.open[query["uploadId"][0]]
        self._answer(204)


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with Store() as opened:
        thread = threading.Thread(target=opened.serve_forever)
        thread.start()
        yield opened
        opened.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def client(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with (
        open_warehouse(
            folder=tmp_path_factory.mktemp("failing"),
            s3_endpoint=f"http://127.0.0.1:{store.server_address[1]}",
        ) as running,
        closing(session(running.connection)) as opened,
    ):
        yield opened


def session(warehouse: Warehouse) -> Client:
    opened = Psycopg3(warehouse)
    opened.run("CREATE TABLE wide (n int)", "INSERT INTO wide VALUES (1), (2), (3), (4), (5)")
    opened.run(*["INSERT INTO wide SELECT n FROM wide"] * 6)
    return opened


@pytest.fixture(autouse=True)
def at_first(store: Store) -> None:
    store.refused, store.busy = None, 0
    store.made.clear()


def test_an_object_in_parts(store: Store, client: Client) -> None:
    client.run(f"UNLOAD ($${PARTS}$$) TO 's3://bucket/p_' {KEYS} PARALLEL OFF")
    assert (store.made, store.open) == (["p_000"], {})


@pytest.mark.parametrize("number", [1, 2, 3])
def test_no_part_is_left_of_an_object_that_cannot_be_made(
    number: int, store: Store, client: Client
) -> None:
    store.refused = number
    with pytest.raises(ServerError) as caught:
        client.run(f"UNLOAD ($${PARTS}$$) TO 's3://bucket/p_' {KEYS} PARALLEL OFF")
    assert caught.value.message.startswith("S3ServiceException:Access Denied,Status 403")
    assert (store.made, store.open) == ([], {})
    assert client.rows("SELECT pg_last_unload_count()") == [(0,)]


def test_what_a_store_has_no_time_for_is_sent_again(store: Store, client: Client) -> None:
    store.busy = 3
    client.run(f"UNLOAD ('SELECT 1') TO 's3://bucket/q_' {KEYS} PARALLEL OFF")
    assert (store.made, store.busy) == (["q_000"], 0)


def test_nothing_is_left_when_the_query_fails(store: Store, client: Client) -> None:
    failing = f"SELECT s, 1 / (CASE WHEN n = 5 THEN 0 ELSE n END) FROM ({PARTS[:-10]}, n FROM wide)"
    with pytest.raises(ServerError, match=r"[Dd]ivi"):
        client.run(f"UNLOAD ($${failing}$$) TO 's3://bucket/p_' {KEYS} PARALLEL OFF")
    assert store.open == {}
