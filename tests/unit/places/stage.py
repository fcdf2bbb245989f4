"""A subject on a stage: its tables are there, and it is put into one place after the other."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from types import EllipsisType

from sparkify_harness.redshift.errors import LeaderNodeOnly, RedshiftError
from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.sql.functions.operators import COMPARABLE
from sparkify_harness.redshift.sql.functions.registry import ClusterNode, Overload
from sparkify_harness.redshift.sql.traversal import walk
from sparkify_harness.redshift.sql.tree import Call
from sparkify_harness.redshift.types import Kind, RedshiftType
from tests.unit.engine.sessions import Client
from tests.unit.places.places import Place, Row
from tests.unit.places.subjects import Subject, type_sql

_ENGINES_WORDS = re.compile(
    r"internal error|duckdb|\bre2\b|botocore|python|traceback|\bNone\b|\bTrue\b|\bFalse\b"
    r"|\w+ Error:|HUGEINT|INT(?:16|32|64|128)|UTINYINT|BLOB|list_\w+|struct_pack|lambda|TRY\(",
    re.IGNORECASE,
)
_COMPARED = {each.kind for each in COMPARABLE} | {Kind.CHAR}
_UNSTORABLE = {Kind.INTERVAL, Kind.OID, Kind.NAME, Kind.UNKNOWN, Kind.VOID}
_BY_VALUE = {"round": 1, "trunc": 1}
"""Arguments whose value, as a constant, decides the type of the result."""
_UNORDERED = {Kind.BOOLEAN, Kind.OID, Kind.VARBYTE}


def leak(error: RedshiftError) -> str:
    """What of an error's text is not Redshift's; empty for all of it."""
    found = _ENGINES_WORDS.search(error.message)
    return found[0] if found else ""


@dataclass(frozen=True)
class Stage:
    """What is known of a subject whose tables are there.

    Args:
        client: Who asks.
        subject: The call.
        overload: The signature it was resolved to; None for a cast.
        type: Of its value, or of the column that takes it.
    """

    client: Client
    subject: Subject
    overload: Overload | None
    type: RedshiftType

    @property
    def columns(self) -> list[str]:
        """The arguments as far as they can be columns."""
        return [
            f"t.a{number}" if self.is_column(number) else each.constant
            for number, each in enumerate(self.subject.arguments)
        ]

    def is_column(self, number: int) -> bool:
        """Whether an argument is a column in ``{x}``."""
        argument = self.subject.arguments[number]
        if self.overload is None:
            return argument.is_storable
        by_value = _BY_VALUE.get(self.overload.name) == number
        return argument.is_storable and number not in self.overload.constants and not by_value

    @property
    def has_months(self) -> bool:
        """Whether Redshift refuses it beside user tables, as it does intervals with months."""
        return any(
            each.type == "interval" and re.search("mon|year", each.text or "") is not None
            for each in self.subject.arguments
        )

    @property
    def is_lonely(self) -> bool:
        """Whether it may not stand beside user tables."""
        return self.is_of_leader or self.has_months

    @property
    def is_of_leader(self) -> bool:
        """Whether only the leader node has the function."""
        return self.overload is not None and self.overload.node is ClusterNode.LEADER

    @property
    def values(self) -> tuple[str | None, str | None]:
        """What is read in the two rows of ``t``."""
        value = self.subject.value
        assert not isinstance(value, EllipsisType)
        varies = any(map(self.is_column, range(len(self.subject.arguments))))
        return value, None if varies else value

    def takes(self, place: Place) -> bool:
        """Whether SQL allows the subject there."""
        if place.reads and self.has_months:
            return False
        kind = self.type.kind
        allowed = {
            "comparable": kind in _COMPARED,
            "ordered": kind in _COMPARED - _UNORDERED,
            "storable": kind not in _UNSTORABLE,
            "text": kind is Kind.VARCHAR,
            "computed": self.overload is not None or self.is_column(0),
        }
        return all(allowed[want] for want in place.wants.split())

    def statements(self, place: Place) -> list[str]:
        """The statements of a place."""
        numbers = count(1)
        parameters = [
            f"${next(numbers)}::{each.type}"
            if self.is_column(number) and each.type != "super"
            else each.constant
            for number, each in enumerate(self.subject.arguments)
        ]
        words = {
            "{x}": self.subject.sql(*self.columns),
            "{c}": self.subject.constants,
            "{p}": self.subject.sql(*parameters),
            "{type}": str(self.type) if self.type.length else type_sql(self.type),
        }
        return [
            re.sub(r"\{\w+\}", lambda found: words.get(found[0], found[0]), statement)
            for statement in place.statements
        ]

    def arguments(self, statement: str) -> list[object]:
        """The arguments of a statement with parameters, as a driver sends them."""
        if "$1::" not in statement:
            return []
        numbers = [
            number
            for number, each in enumerate(self.subject.arguments)
            if self.is_column(number) and each.type != "super"
        ]
        columns = ", ".join(f"a{number}" for number in numbers)
        [row] = self.client.rows(f"SELECT {columns} FROM t WHERE id = 1")
        return list(row)

    def answer(self, place: Place) -> list[Row] | str:
        """The rows that a place gives, or the error."""
        self.client.rows("BEGIN")
        try:
            *before, last = self.statements(place)
            for statement in before:
                self.client.rows(statement)
            rows: list[Row] = self.client.rows(last, self.arguments(last), Format.TEXT)
            return rows if place.ordered else sorted(rows, key=repr)
        except RedshiftError as error:
            return f"{type(error).__name__}: {error.message}"
        finally:
            self.client.rows("ROLLBACK")

    def expected(self, place: Place) -> list[Row] | str | EllipsisType:
        """What it has to give; ``...`` for any rows."""
        if place.reads and self.overload is not None and self.overload.refusal:
            return f"Unsupported: {self.overload.refusal}"
        if place.reads and self.is_of_leader:
            return f"LeaderNodeOnly: {LeaderNodeOnly(()).message}"
        if self.subject.value is ...:
            return ...
        rows = place.rows(*self.values)
        return rows if place.ordered else sorted(rows, key=repr)


def calls(client: Client, subject: Subject) -> list[Call]:
    """The calls that a subject is resolved to, the outer one first."""
    bound = client.prepare(f"SELECT {subject.constants}").bound
    assert bound is not None
    return [part for part in walk(bound.node) if isinstance(part, Call)]


@contextmanager
def staged(client: Client, subject: Subject) -> Iterator[Stage]:
    """Make the tables of a subject, and take them away again."""
    client.rows(f"CREATE TABLE t ({_definition(subject)})")
    try:
        columns = [each for each in subject.arguments if each.is_storable]
        values = "".join(f", {each.constant}" for each in columns)
        client.rows(f"INSERT INTO t SELECT 1{values}")
        client.rows("INSERT INTO t (id) VALUES (2)")
        client.rows("CREATE TABLE hollow AS SELECT * FROM t WHERE false")
        prepared = client.prepare(f"SELECT {subject.constants}")
        assert prepared.fields is not None
        overload = None if subject.is_cast else calls(client, subject)[0].overload
        yield Stage(client, subject, overload, prepared.fields[0].type)
    finally:
        client.rows("DROP TABLE IF EXISTS hollow")
        client.rows("DROP TABLE t")


def _definition(subject: Subject) -> str:
    columns = [
        f"a{number} {each.type}"
        for number, each in enumerate(subject.arguments)
        if each.is_storable
    ]
    return ", ".join(["id int", *columns])
