"""What a statement that fails leaves as it was: schemas, tables with their rows, settings."""

import struct

from harness.redshift.errors import RedshiftError
from harness.redshift.sql.parse import split
from tests.frontend import query
from tests.fuzz.line import Answer, Line

TIMEOUT = query("SET statement_timeout TO 8000")
_OWN = "NOT IN ('pg_catalog', 'information_schema')"
_TABLES = f"SELECT schemaname, tablename FROM pg_catalog.pg_tables WHERE schemaname {_OWN}"
_CATALOG = (
    "SELECT n.nspname, c.relname, c.relkind, a.attname, a.atttypid, a.atttypmod, a.attnum,"
    " a.attnotnull, a.attisdistkey, a.attsortkeyord FROM pg_catalog.pg_namespace n"
    " LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid"
    " LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
    f" WHERE n.nspname {_OWN}",
    "SELECT name, setting FROM pg_catalog.pg_settings",
    "SELECT pid, lockable_object_type, lock_mode FROM pg_catalog.svv_transactions",
)

State = dict[str, list[bytes]]


def state(line: Line) -> State | None:
    """All that a session can see changed; None where it cannot be asked.

    Args:
        line: The session, outside of any transaction.
    """
    line.ask(TIMEOUT)
    names = _rows(line.ask(query(_TABLES)))
    tables = [tuple(_texts(row)) for row in names]
    asked = (
        *_CATALOG,
        *(
            f'SELECT * FROM "{name}"' if schema.startswith("pg_temp") else
            f'SELECT * FROM "{schema}"."{name}"'
            for schema, name in tables
        ),
    )  # fmt: skip
    found: State = {"tables": sorted(names)}
    for sql in asked:
        answer = line.ask(query(sql))
        if any(frame.type == b"E" for frame in answer.frames):
            return None
        found[sql] = sorted(_rows(answer))
    return found


def is_changing(sql: str, answer: Answer) -> bool:
    """Whether a statement that succeeded may have changed something."""
    shown = any(frame.type == b"T" for frame in answer.frames)
    return not shown or "set_config" in sql.lower()


def failed(answer: Answer) -> bool:
    """Whether it ended with an error."""
    return any(frame.type == b"E" for frame in answer.frames)


def is_several(sql: str) -> bool:
    """Whether a string has several statements, of which the first may have ended a transaction."""
    try:
        return len(split(sql)) > 1
    except RedshiftError:
        return False


def difference(before: State, after: State) -> str:
    """What two states differ in, in a line; empty if in nothing."""
    told = [
        f"{asked}: {before.get(asked)} became {after.get(asked)}"
        for asked in {**before, **after}
        if before.get(asked) != after.get(asked)
    ]
    return "; ".join(told)


def _rows(answer: Answer) -> list[bytes]:
    return [bytes(frame.payload) for frame in answer.frames if frame.type == b"D"]


def _texts(row: bytes) -> list[str]:
    (count,) = struct.unpack_from("!H", row)
    found, at = [], 2
    for _ in range(count):
        (length,) = struct.unpack_from("!i", row, at)
        found.append(row[at + 4 : at + 4 + length].decode())
        at += 4 + length
    return found
