"""A client of a session in this process, without sockets; and what a server's messages say."""

import struct
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from sparkify_harness.redshift.execute.protocol import Backends, Login, Notice
from sparkify_harness.redshift.front.handshake import Accepted
from sparkify_harness.redshift.front.protocol_session import ProtocolSession, open_session
from sparkify_harness.redshift.front.wire.dialect import Dialect
from sparkify_harness.redshift.front.wire.framing import MAX_MESSAGE, Frame, FrameDecoder

PID = 7


class Conversation:
    """Feeds a session, and reads what comes back.

    Args:
        backends: The database behind it; its user is ``u``.
        version: Of Redshift's protocol; None is a client that says nothing of it.
        pid: The session's number.
        interrupt: Cancels what the session runs.
    """

    def __init__(
        self,
        backends: Backends,
        version: int | None = None,
        *,
        pid: int = PID,
        interrupt: Callable[[], None] = lambda: None,
    ) -> None:
        dialect = Dialect() if version is None else Dialect(announced=True, version=version)
        accepted = Accepted("u", "dev", {}, dialect, FrameDecoder(typed=True, limit=MAX_MESSAGE))
        notices: deque[Notice] = deque()
        login = Login("u", "dev", {}, pid, notices.append, lambda: None, interrupt)
        self.session: ProtocolSession = open_session(backends, accepted, login, notices, key=9)
        self.greeting = [named(frame) for frame in frames(self.session.greet())]

    @property
    def backend(self) -> Any:
        """What executes its statements."""
        return self.session._backend

    def ask(self, *messages: bytes) -> list[Frame]:
        """The answer to messages that arrive in one piece."""
        return frames(self.session.receive(b"".join(messages)))

    def send(self, *messages: bytes) -> list[str]:
        """The same, named."""
        return [named(frame) for frame in self.ask(*messages)]


def frames(pieces: Iterable[bytes | memoryview]) -> list[Frame]:
    """The messages in a server's bytes, of which none is incomplete."""
    decoder = FrameDecoder(typed=True, limit=MAX_MESSAGE)
    decoder.feed(b"".join(pieces))
    found = list(iter(decoder.next, None))
    assert not decoder.pending
    return found


def fields(frame: Frame) -> dict[str, str]:
    """The fields of an error or notice."""
    parts = [part for part in frame.payload.split(b"\0") if part]
    return {part[:1].decode(): part[1:].decode() for part in parts}


def named(frame: Frame) -> str:
    """A message in a word, with what decides in it."""
    kind, payload = frame.type, frame.payload
    match kind:
        case b"Z" | b"C":
            text = payload.rstrip(b"\0").decode()
            return f"{kind.decode()} {text}"
        case b"E" | b"N":
            told = fields(frame)
            return f"{kind.decode()} {told['S']} {told['C']} {told['M']}"
        case b"S":
            return "S " + "=".join(payload.decode().split("\0")[:2])
        case b"t":
            return f"t {struct.unpack(f'!{(len(payload) - 2) // 4}I', payload[2:])}"
        case _:
            return kind.decode()


def texts(row: Frame) -> list[str | None]:
    """The values of a row in text."""
    (count,) = struct.unpack_from("!H", row.payload)
    found: list[str | None] = []
    at = 2
    for _ in range(count):
        (length,) = struct.unpack_from("!i", row.payload, at)
        at += 4
        end = at + max(length, 0)
        found.append(None if length < 0 else row.payload[at:end].decode())
        at = end
    return found
