"""An HTTP proxy between a client of S3 and its store, that does to requests what a table says.

Requests pass as they are, with the host that the client named: it is part of what is signed. What a
fault's pattern is compared with is the request's first line without the version, such as
`GET /sparkify?list-type=2&prefix=log_data`; a fault of the server's hits the answer to it.
"""

import http.client
import threading
import time
import urllib.parse
from contextlib import closing
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from tests.pipeline.faults.table import (
    Action,
    Call,
    Corrupt,
    Cut,
    Delay,
    FaultTable,
    Hang,
    Refuse,
    Sender,
    Throttle,
)

HOST = "127.0.0.1"
SLOW_DOWN = Refuse(503, "SlowDown", "Please reduce your request rate.")
EXPIRED = Refuse(400, "ExpiredToken", "The provided token has expired.")

_OF_A_CONNECTION = {"connection", "content-length", "keep-alive", "transfer-encoding"}
_SLICES = 20
"""Pieces a second in which throttled bytes pass."""


class S3Proxy:
    """An endpoint that leads to another.

    Args:
        target: the store's URL.
    """

    def __init__(self, target: str) -> None:
        self.store = urllib.parse.urlsplit(target).netloc
        self.faults = FaultTable()
        self.closed = threading.Event()
        handler = type("Handler", (_Handler,), {"proxy": self})
        self._server = _Server((HOST, 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"http://{HOST}:{self._server.server_address[1]}"

    def close(self) -> None:
        """Listens no more; requests that hang are let go."""
        self.closed.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # clients keep their connections open

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away: nothing to say."""


class _Ended(Exception):
    """A fault has ended the connection."""


@dataclass
class _Reply:
    """What the store answered, and how much of it passes at which speed."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    passing: int | None = None
    rate: int | None = None


class _Handler(BaseHTTPRequestHandler):
    """Serves one client's connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    proxy: S3Proxy

    def _serve(self) -> None:
        try:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            for action in self._struck(Sender.CLIENT):
                if isinstance(action, Refuse):
                    self._send(_refused(action))
                    return
                self._act(action)
            reply = self._asked(body)
            for action in self._struck(Sender.SERVER):
                match action:
                    case Cut(passing):
                        reply.passing = passing
                    case Corrupt(at):
                        at %= len(reply.body)
                        turned = bytes([reply.body[at] ^ 0xFF])
                        reply.body = reply.body[:at] + turned + reply.body[at + 1 :]
                    case Throttle(rate):
                        reply.rate = rate
                    case _:
                        self._act(action)
            self._send(reply)
        except (_Ended, OSError):
            self.close_connection = True

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _serve  # noqa: N815 - http.server's names

    def _struck(self, sender: Sender) -> list[Action]:
        return self.proxy.faults.strike(f"{self.command} {self.path}".encode(), sender)

    def _act(self, action: Action) -> None:
        match action:
            case Cut():
                raise _Ended
            case Hang():
                self.proxy.closed.wait()
                raise _Ended
            case Delay(seconds):
                self.proxy.closed.wait(seconds)
            case Call(work):
                work()
            case _:
                raise ValueError(f"{action} is nothing that can befall a request")

    def _asked(self, body: bytes) -> _Reply:
        """What the store says."""
        with closing(http.client.HTTPConnection(self.proxy.store, timeout=60)) as store:
            store.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() != "connection":
                    store.putheader(name, value)
            store.endheaders(body or None)
            answer = store.getresponse()
            return _Reply(answer.status, answer.getheaders(), answer.read())

    def _send(self, reply: _Reply) -> None:
        self.send_response_only(reply.status)
        named = {name.lower(): value for name, value in reply.headers}
        for name, value in reply.headers:
            if name.lower() not in _OF_A_CONNECTION:
                self.send_header(name, value)
        is_head = self.command == "HEAD"
        size = named.get("content-length", "0") if is_head else str(len(reply.body))
        self.send_header("Content-Length", size)
        self.end_headers()
        if is_head:
            return
        body = reply.body[: reply.passing]
        step = len(body) if reply.rate is None else max(1, reply.rate // _SLICES)
        for start in range(0, len(body), step or 1):
            self.wfile.write(body[start : start + step])
            if reply.rate is not None:
                time.sleep(len(body[start : start + step]) / reply.rate)
        if reply.passing is not None:
            self.wfile.flush()
            raise _Ended

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its signature
        """Says nothing: the store has a log."""


def _refused(refusal: Refuse) -> _Reply:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{refusal.code}</Code><Message>{refusal.message}</Message>"
        "<RequestId>4442587FB7D0A2F9</RequestId></Error>"
    )
    return _Reply(refusal.status, [("Content-Type", "application/xml")], body.encode())
