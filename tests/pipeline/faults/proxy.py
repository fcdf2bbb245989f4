"""A TCP proxy between the pipeline and its warehouse, that does to messages what a table says.

It reads the frames of the protocol as they pass, so that a fault can name a statement, however its
bytes are cut into packets and whether its text is sent or only the name it was prepared under. Both
sides are encrypted: the proxy has the server's own certificate, and verifies it. What a fault's
pattern is compared with is

    P <SQL>        the client asks to prepare a statement
    B <SQL>        the client asks to execute it
    C <tag>        the server has executed it, as in `C COPY`
    startup        the client's first message
    <type> <body>  any other; passwords have no body

Protocol: https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

import selectors
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import Any, Self

from sparkify_harness.certificates import Certificates
from tests.pipeline.faults.table import (
    Action,
    Answer,
    Call,
    Corrupt,
    Cut,
    Delay,
    Fault,
    FaultTable,
    Hang,
    Sender,
    Throttle,
)

HOST = "127.0.0.1"

_SSL_REQUEST = struct.pack(">II", 8, 80877103)
_GREETING = 10.0
"""Seconds for a side to begin TLS."""

_SLICES = 20
"""Pieces a second in which throttled bytes pass."""


class Proxy:
    """A port that leads to another, which may change: a server that is started anew is found again.

    Args:
        target: the server's port.
        certificates: of the server.
    """

    def __init__(self, target: int, certificates: Certificates) -> None:
        self.target = target
        self._inward = certificates.context()
        self._outward = ssl.create_default_context(cafile=certificates.authority)
        # A server of 1.3 sends tickets afterwards, for which one would wait as if for an answer.
        self._outward.maximum_version = ssl.TLSVersion.TLSv1_2
        self.faults = FaultTable()
        self.closed = threading.Event()
        self._listener = socket.create_server((HOST, 0))
        self._links: list[_Link] = []
        self._threads: list[threading.Thread] = []
        self._start(self._serve)

    @property
    def port(self) -> int:
        """Where clients connect to."""
        port: int = self._listener.getsockname()[1]
        return port

    def cut(self) -> None:
        """Ends all connections."""
        for link in list(self._links):
            link.close()

    def close(self) -> None:
        """Ends all connections, and listens no more."""
        self.closed.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in list(self._threads):
            thread.join(timeout=10)

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads = [item for item in self._threads if item.is_alive()] + [thread]
        thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._start(partial(self._link, client))

    def _link(self, client: socket.socket) -> None:
        """Passes on what a client and the server send, if both can be reached."""
        with (
            client,
            suppress(OSError),
            socket.create_connection((HOST, self.target), timeout=_GREETING) as server,
        ):
            client.settimeout(_GREETING)
            if client.recv(8, socket.MSG_WAITALL) != _SSL_REQUEST:
                return
            server.sendall(_SSL_REQUEST)
            client.sendall(server.recv(1))
            inner = self._outward.wrap_socket(server, server_hostname=HOST)
            with inner, self._inward.wrap_socket(client, server_side=True) as outer:
                link = _Link(self, outer, inner)
                self._links = [item for item in self._links if not item.ended] + [link]
                link.forward()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class _Link:
    """One client's connection, and ours to the server for it."""

    def __init__(self, proxy: Proxy, client: ssl.SSLSocket, server: ssl.SSLSocket) -> None:
        self._proxy = proxy
        self._ends = {Sender.CLIENT: client, Sender.SERVER: server}
        for end in self._ends.values():
            end.settimeout(None)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._texts: dict[bytes, bytes] = {}
        self._transaction: list[bytes] = []
        self._rates: dict[Sender, int] = {}
        self._answer: bytes | None = None
        self._hangs = False
        self._parted = False
        self.ended = False

    def close(self) -> None:
        """Ends both connections; may be called by any thread."""
        self.ended = True
        for end in self._ends.values():
            with suppress(OSError):
                # Its own would forget the state that the other thread is using.
                socket.socket.shutdown(end, socket.SHUT_RDWR)

    def forward(self) -> None:
        """Passes on what the sides send, until either ends."""
        with selectors.DefaultSelector() as ready, suppress(OSError, _Ended):
            for sender, end in self._ends.items():
                frames = _Frames(typed=sender is Sender.SERVER)
                ready.register(end, selectors.EVENT_READ, (sender, frames))
            while not self.ended:
                for key, _ in ready.select():
                    sender, frames = key.data
                    data = self._received(sender)
                    if not data and self._parted:
                        ready.unregister(key.fileobj)
                        continue
                    if not data:
                        raise _Ended
                    for frame in frames.feed(data):
                        self._pass(frame, sender)
        self.close()
        for end in self._ends.values():
            end.close()

    def _received(self, sender: Sender) -> bytes:
        """What there is now, also what TLS has read ahead, of which no selector knows."""
        end = self._ends[sender]
        data = end.recv(65536)
        while data and (waiting := end.pending()):
            data += end.recv(waiting)
        return data

    def _pass(self, frame: bytes, sender: Sender) -> None:
        target = self._ends[Sender.SERVER if sender is Sender.CLIENT else Sender.CLIENT]
        message = self._described(frame, sender)
        within = b"\0".join(self._transaction)
        for action in self._proxy.faults.strike(message, sender, within):
            match action:
                case Cut(passing, reset):
                    target.sendall(frame[:passing])
                    if reset:
                        self._reset()
                    raise _Ended
                case Delay(seconds):
                    self._proxy.closed.wait(seconds)
                case Throttle(rate):
                    self._rates[sender] = rate
                case Corrupt(at):
                    at %= len(frame)
                    frame = frame[:at] + bytes([frame[at] ^ 0xFF]) + frame[at + 1 :]
                case Hang(parted):
                    self._hangs, self._parted = True, parted
                case Answer(data):
                    self._answer = data
                case Call(work):
                    work()
        if self._hangs:
            return
        if self._answer is not None and sender is Sender.CLIENT:
            if message[:1] == b"S":
                data, self._answer = self._answer, None
                self._ends[Sender.CLIENT].sendall(data)
            return
        self._send(frame, sender, target)

    def _reset(self) -> None:
        self.ended = True
        for end in self._ends.values():
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.close()

    def _send(self, frame: bytes, sender: Sender, target: socket.socket) -> None:
        rate = self._rates.get(sender)
        if rate is None:
            target.sendall(frame)
            return
        step = max(1, rate // _SLICES)
        for start in range(0, len(frame), step):
            target.sendall(frame[start : start + step])
            time.sleep(len(frame[start : start + step]) / rate)

    def _described(self, frame: bytes, sender: Sender) -> bytes:
        """What patterns are compared with."""
        if sender is Sender.SERVER:
            return frame[:1] + b" " + frame[5:].rstrip(b"\0")
        match frame[:1]:
            case b"\0":  # the length of a message without a type
                return b"startup"
            case b"p":
                return b"p"
            case b"P":
                name, text, _ = frame[5:].split(b"\0", 2)
                self._texts[name] = text
                return b"P " + text
            case b"B":
                _, name, _ = frame[5:].split(b"\0", 2)
                text = self._texts.get(name, b"")
                if text.lower().startswith(b"begin"):
                    self._transaction.clear()
                self._transaction.append(text)
                return b"B " + text
        return frame[:1] + b" " + frame[5:]


class _Ended(Exception):
    """A fault has ended the connection."""


class _Frames:
    """Cuts a stream into messages.

    Args:
        typed: whether the first message has a type, as all others.
    """

    def __init__(self, *, typed: bool) -> None:
        self._typed = typed
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The messages that are complete now."""
        self._rest += data
        while True:
            start = 1 if self._typed else 0
            if len(self._rest) < start + 4:
                return
            size = start + int.from_bytes(self._rest[start : start + 4], "big")
            if len(self._rest) < size:
                return
            frame, self._rest = self._rest[:size], self._rest[size:]
            self._typed = True
            yield frame


def when(sql: str, action: Action, *, answered: bool = False, **where: Any) -> Fault:
    """A fault at a statement.

    Args:
        sql: a regular expression for its beginning; `A ... B` for a B that follows an A in its
            transaction.
        action: what becomes of the request to execute it, or of the answer.
        answered: whether the server has executed it.
        where: more of the fault's attributes.
    """
    former, _, latter = sql.rpartition(" ... ")
    within = f"{former}.*(\\A|\0){latter}[^\0]*\\Z" if former else f"(\\A|\0){latter}[^\0]*\\Z"
    sender = Sender.SERVER if answered else Sender.CLIENT
    return Fault("^C " if answered else "^B ", action, sender, within, **where)


def refusal(sqlstate: str, message: str, detail: str = "") -> Answer:
    """The server's answer when it refuses a statement, and with it the transaction.

    Args:
        sqlstate: its code.
        message: of the error.
        detail: of the error.
    """
    fields = {"S": "ERROR", "C": sqlstate, "M": message, "D": detail, "R": "pg_throw"}
    body = b"".join(name.encode() + text.encode() + b"\0" for name, text in fields.items() if text)
    return Answer(_frame(b"E", body + b"\0") + _frame(b"Z", b"E"))


def _frame(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack(">I", len(body) + 4) + body
