"""What statements that fail leave as it was: schemas, tables with their rows, settings."""

from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.front.wire.framing import Frame
from sparkify_harness.redshift.sql.parse import split
from tests.conversation import texts
from tests.frontend import query
from tests.fuzz.line import Answer, Line

TIMEOUT = "SET statement_timeout TO 8000"
_OWN = "NOT IN ('pg_catalog', 'information_schema')"
_CATALOG = (
    "SELECT 'schema', nspname::varchar(128), ''::varchar(128) FROM pg_catalog.pg_namespace"
    " UNION ALL"
    f" SELECT 'table', schemaname, tablename FROM pg_catalog.pg_tables WHERE schemaname {_OWN}"
    " UNION ALL"
    f" SELECT 'view', schemaname, viewname FROM pg_catalog.pg_views WHERE schemaname {_OWN}"
)
_LOCKS = "SELECT pid, lock_mode FROM pg_catalog.svv_transactions"
LOOK = 4
"""Failed statements after which it is looked: to look costs more than to ask them."""

State = dict[str, list[bytes]]


class Watch:
    """Looks now and then whether what failed has left something.

    What succeeds and changes something hides what those before it left since the last look.

    Args:
        line: The session that asks.
        queries: Whether it is looked after queries too: what changes nothing when it succeeds
            rarely does when it fails.
    """

    def __init__(self, line: Line, *, queries: bool) -> None:
        self._line = line
        self._queries = queries
        self._before: State | None = None
        self._failed: list[str] = []
        self._due = 0

    def asking(self, sql: str) -> None:
        """A statement is about to be asked."""
        if self._before is None and self._line.idle and (self._queries or not is_query(sql)):
            self._before = state(self._line)

    def answered(self, sql: str, answer: Answer) -> list[str]:
        """What is wrong by now; the session is outside of any transaction again."""
        if is_several(sql) or (not failed(answer) and is_changing(sql, answer)):
            self._before = None
            self._failed, self._due = [], 0
        elif failed(answer) and self._before is not None:
            self._failed.append(sql)
            self._due += not is_query(sql)
        return self.left() if self._due >= LOOK else []

    def left(self) -> list[str]:
        """What those that failed since the last look have left behind."""
        if not self._failed or self._before is None:
            return []
        asked, self._failed, self._due = self._failed, [], 0
        before, self._before = self._before, state(self._line)
        if self._before is None:
            told = "the state cannot be asked any more"
        elif difference(before, self._before):
            told = f"something is left: {difference(before, self._before)}"
        else:
            return []
        return [told + "\n  by one of " + "\n  ".join(asked)]

    def locks(self) -> list[str]:
        """What a session holds that is outside of any transaction."""
        answer = self._line.ask(query(_LOCKS))
        held = [texts(row) for row in _data(answer)]
        return [f"it holds {held}"] if held or failed(answer) else []


def state(line: Line) -> State | None:
    """All that a session can see changed; None where it cannot be asked.

    Args:
        line: The session, outside of any transaction.
    """
    catalog = line.ask(query(f"{TIMEOUT}; SHOW ALL; {_CATALOG}"))
    found: State = {"catalog": _rows(catalog)}
    for row in map(texts, _data(catalog)):
        match row:
            case ["table", str(schema), str(name)]:
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
    """Whether it only asks."""
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
