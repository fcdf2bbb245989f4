"""What S3 cannot answer now is asked again, later and later; what it refuses is not.

AWS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ErrorBestPractices.html
"""

import threading
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from botocore.retries.standard import ExponentialBackoff

from sparkify_harness.redshift.copying import S3Settings
from sparkify_harness.redshift.copying.connections import Connections
from sparkify_harness.redshift.copying.source import S3Fault
from tests.unit.copying.conftest import CopyFrom, Put

pytestmark = pytest.mark.medium

REGION = "us-west-2"


class Moody:
    """An S3 that fails each request a number of times before it answers."""

    def __init__(self, behind: str) -> None:
        self.status = 503
        self.code = "SlowDown"
        self.failures = 5
        self.asked: Counter[str] = Counter()
        moody = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                moody.asked[self.path] += 1
                if moody.asked[self.path] <= moody.failures:
                    text = f"<Error><Code>{moody.code}</Code><Message>Later.</Message></Error>"
                    self._answer(moody.status, text.encode())
                    return
                there = HTTPConnection(urlsplit(behind).netloc, timeout=20)
                there.request("GET", self.path, headers=dict(self.headers))
                with there.getresponse() as response:
                    self._answer(response.status, response.read())
                there.close()

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - theirs
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def settings(self) -> S3Settings:
        return S3Settings(f"http://127.0.0.1:{self.server.server_port}", REGION)


@pytest.fixture
def moody(s3_endpoint: str) -> Iterator[Moody]:
    moody = Moody(s3_endpoint)
    thread = threading.Thread(target=moody.server.serve_forever)
    thread.start()
    yield moody
    moody.server.shutdown()
    thread.join()
    moody.server.server_close()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the client would have waited before each repetition."""
    waits: list[float] = []
    monkeypatch.setattr(Connections, "pause", lambda _self, seconds: waits.append(seconds))
    return waits


@pytest.mark.parametrize(
    "fault", [(500, "InternalError"), (503, "ServiceUnavailable"), (503, "SlowDown")]
)
def test_every_request_is_repeated_five_times(
    copy_from: CopyFrom, put: Put, moody: Moody, waits: list[float], fault: tuple[int, str]
) -> None:
    put("data/1", "1|x\n")
    put("data/2", "2|y\n")
    moody.status, moody.code = fault
    assert copy_from("data/", settings=moody.settings).rows == [(1, "x"), (2, "y")]
    assert set(moody.asked.values()) == {6}
    assert len(waits) == 5 * len(moody.asked)


def test_it_waits_longer_each_time(
    copy_from: CopyFrom, put: Put, moody: Moody, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    defaults = ExponentialBackoff.__init__.__defaults__
    assert defaults is not None
    longest, _, *others = defaults
    changed = (longest, lambda: 1.0, *others)
    monkeypatch.setattr(ExponentialBackoff.__init__, "__defaults__", changed)
    put("data/1", "1|x\n")
    copy_from("data/1", settings=moody.settings)
    assert waits[:5] == [1, 2, 4, 8, 16]


def test_it_gives_up_after_that(
    copy_from: CopyFrom, put: Put, moody: Moody, waits: list[float]
) -> None:
    put("data/1", "1|x\n")
    moody.failures = 6
    with pytest.raises(S3Fault, match=r"Later.,Status 503,Error SlowDown,"):
        copy_from("data/1", settings=moody.settings)
    assert len(waits) == 5


def test_what_is_refused_is_not_asked_again(
    copy_from: CopyFrom, put: Put, moody: Moody, waits: list[float]
) -> None:
    put("data/1", "1|x\n")
    moody.status, moody.code = 403, "AccessDenied"
    with pytest.raises(S3Fault, match="Access Denied,Status 403"):
        copy_from("data/1", settings=moody.settings)
    assert waits == []
