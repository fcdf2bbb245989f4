"""What a statement that fails leaves as it was: schemas, tables with their rows, settings."""

from harness.redshift.errors import RedshiftError
from harness.redshift.sql.parse import split
from harness.redshift.wire.framing import Frame
from tests.conversation import texts
from tests.frontend import query
from tests.fuzz.line import Answer, Line

TIMEOUT = query("SET statement_timeout TO 8000")
_OWN = "NOT IN ('pg_catalog', 'information_schema')"
_CATALOG = " UNION ALL ".join(
    (
        "SELECT 'schema', nspname::varchar(128), ''::varchar(4000) FROM pg_catalog.pg_namespace",
        f"SELECT 'table', schemaname, tablename FROM pg_catalog.pg_tables WHERE schemaname {_OWN}",
        f"SELECT 'view', schemaname, viewname FROM pg_catalog.pg_views WHERE schemaname {_OWN}",
        "SELECT 'setting', name, setting FROM pg_catalog.pg_settings",
        "SELECT 'lock', pid::varchar, lock_mode FROM pg_catalog.svv_transactions",
    )
)

State = dict[str, list[bytes]]


def state(line: Line) -> State | None:
    """All that a session can see changed; None where it cannot be asked.

    Args:
        line: The session, outside of any transaction.
    """
    line.ask(TIMEOUT)
    catalog = line.ask(query(_CATALOG))
    found: State = {"catalog": _rows(catalog)}
    for kind, schema, name in map(texts, _data(catalog)):
        if kind != "table":
            continue
        place = "" if schema.startswith("pg_temp") else f'"{schema}".'
        answer = line.ask(query(f'SELECT * FROM {place}"{name}"'))
        if failed(answer):
            return None
        columns = [frame.payload for frame in answer.frames if frame.type == b"T"]
        found[f"{schema}.{name}"] = columns + _rows(answer)
    return None if failed(catalog) else found


def is_changing(sql: str, answer: Answer) -> bool:
    """Whether a statement that succeeded may have changed something."""
    shown = any(frame.type == b"T" for frame in answer.frames)
    return not shown or "set_config" in sql.lower() or is_several(sql)


def is_query(sql: str) -> bool:
    """Whether it only asks: what changes nothing when it succeeds rarely does when it fails."""
    return sql.split(maxsplit=1)[:1] in (["SELECT"], ["select"], ["WITH"], ["with"])


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
        f"{what}: {before.get(what)} became {after.get(what)}"
        for what in {**before, **after}
        if before.get(what) != after.get(what)
    ]
    return "; ".join(told)


def _rows(answer: Answer) -> list[bytes]:
    return sorted(frame.payload for frame in _data(answer))


def _data(answer: Answer) -> list[Frame]:
    return [frame for frame in answer.frames if frame.type == b"D"]
