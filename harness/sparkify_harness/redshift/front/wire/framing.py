"""Cutting a client's byte stream into messages.

A start-up packet has a length and no type; every later message has a type byte first.
PostgreSQL: https://www.postgresql.org/docs/8.0/protocol-message-formats.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sparkify_harness.redshift.errors import ProtocolViolation

MAX_STARTUP: Final = 10_000
"""Bytes of a start-up packet or password message: nobody has proved who they are yet."""

MAX_MESSAGE: Final = 64 * 1024 * 1024
"""Bytes of any later message. A statement of Redshift's has 16 MB at most; a Bind may have more."""

_LENGTH: Final = 4


@dataclass(frozen=True, slots=True)
class Frame:
    """One message as it came.

    Args:
        type: Type byte; empty for a start-up packet.
        payload: What follows the length.
    """

    type: bytes
    payload: bytes


class FrameDecoder:
    """Takes bytes as they arrive and gives whole messages.

    Attributes:
        typed: Whether messages start with a type byte: False until the start-up is over.
        limit: Longest message that is taken, in bytes.
    """

    def __init__(self, *, typed: bool = False, limit: int = MAX_STARTUP) -> None:
        self.typed = typed
        self.limit = limit
        self._buffer = bytearray()

    def feed(self, data: bytes) -> None:
        """Appends bytes that arrived."""
        self._buffer += data

    @property
    def pending(self) -> bool:
        """Whether there are bytes that no message was made of yet."""
        return bool(self._buffer)

    def next(self) -> Frame | None:
        """The next whole message, or None until more bytes arrive.

        Raises:
            ProtocolViolation: The length is impossible. The stream cannot be used any more.
        """
        end = self._end(0)
        if end is None:
            return None
        type_width = int(self.typed)
        with memoryview(self._buffer) as view:
            frame = Frame(bytes(view[:type_width]), bytes(view[type_width + _LENGTH : end]))
        del self._buffer[:end]
        return frame

    def upcoming(self) -> Iterator[bytes]:
        """Type bytes of the whole messages that wait, in order, without taking them."""
        start = 0
        while (end := self._end(start)) is not None:
            yield bytes(self._buffer[start : start + 1])
            start = end

    def _end(self, start: int) -> int | None:
        header = start + int(self.typed)
        if len(self._buffer) < header + _LENGTH:
            return None
        length = int.from_bytes(self._buffer[header : header + _LENGTH], "big", signed=True)
        if not _LENGTH <= length <= self.limit:
            raise ProtocolViolation("invalid message length")
        end = header + length
        return end if len(self._buffer) >= end else None
