"""Messages that carry results; DataRow is in `sparkify_harness.redshift.front.wire.rows`."""

import struct
from collections.abc import Sequence
from typing import Final

from sparkify_harness.redshift.fields import Field, Format
from sparkify_harness.redshift.front.wire.responses.message import int16, int32, message, text

PARSE_COMPLETE: Final = message(b"1")
BIND_COMPLETE: Final = message(b"2")
CLOSE_COMPLETE: Final = message(b"3")
NO_DATA: Final = message(b"n")
PORTAL_SUSPENDED: Final = message(b"s")
EMPTY_QUERY: Final = message(b"I")

_NOT_NULL: Final = 1 << 0
_CASE_SENSITIVE: Final = 1 << 1
_AUTOINCREMENT: Final = 1 << 4
_READ_ONLY: Final = 1 << 8
_SEARCHABLE: Final = 1 << 12

_FIXED = struct.Struct("!IhIhih")


def ready_for_query(status: str) -> bytes:
    """The next message may come.

    Args:
        status: ``I``, ``T`` or ``E``.
    """
    return message(b"Z", status.encode("ascii"))


def command_complete(tag: str) -> bytes:
    """A statement is done."""
    return message(b"C", text(tag))


def parameter_description(oids: Sequence[int]) -> bytes:
    """Types of ``$1`` and so on."""
    return message(b"t", int16(len(oids)), *(int32(oid) for oid in oids))


def row_description(fields: Sequence[Field], formats: Sequence[Format], version: int) -> bytes:
    """Result columns.

    From Redshift's protocol version 1 on, each has also its origin and flags.

    Source: https://github.com/aws/amazon-redshift-jdbc-driver (``QueryExecutorImpl.java``)

    Args:
        fields: The columns.
        formats: One for each.
        version: Redshift protocol version that the client follows, 0 to 3.
    """
    parts = [int16(len(fields))]
    for field, code in zip(fields, formats, strict=True):
        parts.append(text(field.name))
        parts.append(
            _FIXED.pack(
                field.table_oid,
                field.column_number,
                field.type.oid,
                field.type.size,
                field.type.typmod,
                code.value,
            )
        )
        if version >= 1:
            parts += map(text, (field.schema, field.table, field.column, field.database))
            parts.append(int16(_flags(field, version)))
    return message(b"T", *parts)


def _flags(field: Field, version: int) -> int:
    flags = _SEARCHABLE
    if not field.nullable:
        flags |= _NOT_NULL
    if field.autoincrement:
        flags |= _AUTOINCREMENT
    if not field.table_oid:
        flags |= _READ_ONLY
    if version >= 3 and field.type.kind.is_text:
        flags |= _CASE_SENSITIVE
    return flags
