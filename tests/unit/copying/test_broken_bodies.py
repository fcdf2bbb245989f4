"""What breaks within an object is asked for from there on; no record is lost, none comes twice.

AWS: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
"""

import bz2
import gzip
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from sparkify_harness.redshift.copying import S3Settings, body
from sparkify_harness.redshift.copying.source import S3Fault
from sparkify_harness.redshift.errors import ComputeFault
from tests.unit.copying.conftest import CopyFrom, Put

pytestmark = pytest.mark.medium

REGION = "us-west-2"
LINES = [f"{number}|{'x' * 20}" for number in range(40_000)]
ROWS = [(number, "x" * 20) for number in range(40_000)]
CONTENT = "".join(f"{line}\n" for line in LINES).encode()


class Frail:
    """An S3 whose answers to GetObject break off after some bytes.

    Attributes:
        lengths: Bytes of the first, second ... answer that are sent; later ones are whole.
        reset: Whether the connection is reset, and not just closed.
        asked: Range and If-Match of each request for an object.
        before: Called before each such request is passed on, with its number from 0.
        deaf: Whether ranges are ignored.
    """

    def __init__(self, behind: str) -> None:
        self.lengths: list[int] = []
        self.reset = False
        self.deaf = False
        self.asked: list[tuple[str | None, str | None]] = []
        self.before: Callable[[int], None] = lambda _number: None
        frail = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                headers = dict(self.headers)
                is_object = self.path.split("?")[0].count("/") > 1
                number = len(frail.asked)
                if is_object:
                    frail.asked.append((headers.get("Range"), headers.get("If-Match")))
                    frail.before(number)
                    if frail.deaf:
                        headers.pop("Range", None)
                there = HTTPConnection(urlsplit(behind).netloc, timeout=20)
                there.request("GET", self.path, headers=headers)
                with there.getresponse() as response:
                    content = response.read()
                    self.send_response(response.status)
                    for name in ("ETag", "Content-Range", "Content-Type"):
                        if value := response.headers.get(name):
                            self.send_header(name, value)
                there.close()
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if is_object and number < len(frail.lengths):
                    self.wfile.write(content[: frail.lengths[number]])
                    self._break()
                else:
                    self.wfile.write(content)

            def _break(self) -> None:
                self.close_connection = True
                if frail.reset:
                    time.sleep(0.2)  # a reset takes back what was not read yet
                    linger = struct.pack("ii", 1, 0)
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    self.connection.close()

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - theirs
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def settings(self) -> S3Settings:
        return S3Settings(f"http://127.0.0.1:{self.server.server_port}", REGION)


@pytest.fixture
def frail(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Frail]:
    monkeypatch.setattr(body, "_FIRST_WAIT", 0.0)
    frail = Frail(s3_endpoint)
    thread = threading.Thread(target=frail.server.serve_forever)
    thread.start()
    yield frail
    frail.server.shutdown()
    thread.join()
    frail.server.server_close()


SIZE = len(CONTENT)
BREAKS = {
    "before the first byte": [0],
    "within the first bytes": [1],
    "in the middle of a record": [SIZE // 2 + 7],
    "before the last byte": [SIZE - 1],
    "again and again": [600_000, 300_000, 1, 150_000, 0, 0],
}


@pytest.mark.parametrize("reset", [False, True], ids=["short", "reset"])
@pytest.mark.parametrize("lengths", BREAKS.values(), ids=BREAKS)
def test_each_record_is_loaded_once(
    copy_from: CopyFrom, put: Put, frail: Frail, lengths: list[int], reset: bool
) -> None:
    put("data/1", CONTENT)
    frail.lengths, frail.reset = lengths, reset
    assert copy_from("data/", settings=frail.settings).rows == ROWS
    assert len(frail.asked) == len(lengths) + 1


COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "bzip2": bz2.compress}


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_a_compressed_object_goes_on_where_it_broke(
    copy_from: CopyFrom, put: Put, frail: Frail, compression: str
) -> None:
    data = COMPRESSIONS[compression](CONTENT)
    put("data/1", data)
    frail.lengths = [len(data) // 2, 3]
    assert copy_from("data/", compression.upper(), settings=frail.settings).rows == ROWS


def test_only_the_rest_is_asked_for_and_of_the_same_object(
    copy_from: CopyFrom, put: Put, frail: Frail
) -> None:
    put("data/1", CONTENT)
    frail.lengths = [SIZE // 2]
    copy_from("data/", settings=frail.settings)
    (whole, (rest, version)) = frail.asked
    assert whole == (None, None)
    assert version is not None
    assert rest is not None
    begin = int(rest.removeprefix("bytes=").removesuffix("-"))
    assert SIZE // 2 - body.CHUNK <= begin <= SIZE // 2


def test_an_object_that_was_changed_meanwhile_is_not_mixed(
    copy_from: CopyFrom, put: Put, frail: Frail
) -> None:
    put("data/1", CONTENT)
    frail.lengths = [SIZE // 2]
    frail.before = lambda number: put("data/1", CONTENT.replace(b"x", b"y")) if number else None
    with pytest.raises(S3Fault, match=r"Status 412,Error PreconditionFailed,"):
        copy_from("data/", settings=frail.settings)


def test_a_store_that_ignores_ranges_is_refused(
    copy_from: CopyFrom, put: Put, frail: Frail
) -> None:
    put("data/1", CONTENT)
    frail.lengths, frail.deaf = [SIZE // 2], True
    with pytest.raises(ComputeFault, match="does not send the rest"):
        copy_from("data/", settings=frail.settings)


def test_it_gives_up_when_no_byte_comes_any_more(
    copy_from: CopyFrom, put: Put, frail: Frail
) -> None:
    put("data/1", CONTENT)
    frail.lengths = [SIZE // 2, *[0] * 50]
    with pytest.raises(ComputeFault, match="S3ServiceException"):
        copy_from("data/", settings=frail.settings)
    assert len(frail.asked) == 1 + body.REPEATED
