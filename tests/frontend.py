"""Messages of a client's, as bytes.

PostgreSQL: https://www.postgresql.org/docs/8.0/protocol-message-formats.html
"""

import struct
from collections.abc import Sequence


def message(kind: bytes, *parts: bytes) -> bytes:
    """Any message."""
    body = b"".join(parts)
    return kind + struct.pack("!I", len(body) + 4) + body


def query(sql: str) -> bytes:
    """A simple query."""
    return message(b"Q", sql.encode(), b"\0")


def parse(sql: str, name: str = "", oids: Sequence[int] = ()) -> bytes:
    """Parse, with the types of some of its parameters."""
    types = struct.pack(f"!H{len(oids)}I", len(oids), *oids)
    return message(b"P", name.encode(), b"\0", sql.encode(), b"\0", types)


def bind(
    portal: str = "", statement: str = "", *arguments: bytes, formats: Sequence[int] = ()
) -> bytes:
    """Bind, with arguments in text, and the formats of the results."""
    values = b"".join(struct.pack("!i", len(value)) + value for value in arguments)
    return message(
        b"B",
        portal.encode() + b"\0" + statement.encode() + b"\0",
        b"\0\0" + struct.pack("!H", len(arguments)) + values,
        struct.pack(f"!H{len(formats)}H", len(formats), *formats),
    )


def execute(portal: str = "", limit: int = 0) -> bytes:
    """Execute, for so many rows; 0 means all."""
    return message(b"E", portal.encode(), b"\0", struct.pack("!i", limit))


def describe(target: bytes, name: str = "") -> bytes:
    """Describe a statement (``S``) or a portal (``P``)."""
    return message(b"D", target, name.encode(), b"\0")


def close(target: bytes, name: str = "") -> bytes:
    """Close a statement (``S``) or a portal (``P``)."""
    return message(b"C", target, name.encode(), b"\0")


SYNC, FLUSH, TERMINATE = message(b"S"), message(b"H"), message(b"X")


def extended(sql: str, form: int = 0) -> bytes:
    """One statement by the extended protocol, its results in text (0) or binary (1)."""
    return parse(sql) + bind(formats=(form,)) + describe(b"P") + execute() + SYNC
