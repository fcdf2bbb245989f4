"""The frame of a message: type, length, contents."""

import struct

Buffer = bytes | memoryview
"""A piece of what is sent: whole messages."""


def message(kind: bytes, *contents: bytes) -> bytes:
    """A message.

    Args:
        kind: Type byte.
        contents: Parts, to be joined.
    """
    body = b"".join(contents)
    return kind + int32(len(body) + 4) + body


def int16(value: int) -> bytes:
    """Two bytes, big-endian; unsigned where the sign is of no use."""
    return struct.pack("!H", value & 0xFFFF)


def int32(value: int) -> bytes:
    """Four bytes, big-endian."""
    return struct.pack("!I", value & 0xFFFFFFFF)


def text(value: str) -> bytes:
    """A string with a zero byte at its end; zero bytes inside would end it early."""
    return value.replace("\0", "").encode("utf-8", "replace") + b"\0"
