"""The value of every scalar signature, and of every cast, assigned to a column of each type.

What is expected is what the constant of that value becomes: the leader node reads it, in Python;
what is assigned, the engine converts.
"""

from dataclasses import replace
from typing import Final

from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.sql.coercion import castable, spelled
from sparkify_harness.redshift.sql.tree import CastContext
from sparkify_harness.redshift.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    REAL,
    SMALLINT,
    SUPER,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    TIMETZ,
    VARBYTE,
    Kind,
    RedshiftType,
    char,
    numeric,
    varchar,
)
from tests.unit.places.places import PLACES, Row
from tests.unit.places.samples import sample
from tests.unit.places.stage import Stage, leak
from tests.unit.places.subjects import Argument, Value, type_sql

TARGETS: Final = (
    BOOLEAN, SMALLINT, INTEGER, BIGINT, numeric(38, 10), numeric(19, 4), numeric(5, 1), REAL,
    DOUBLE, varchar(3000), varchar(20), varchar(3), char(3000), char(20), char(3), DATE, TIME,
    TIMETZ, TIMESTAMP, TIMESTAMPTZ, SUPER, VARBYTE,
)  # fmt: skip
ASSIGNING: Final = ("INSERT SELECT", "INSERT VALUES", "UPDATE SET", "MERGE", "DEFAULT")
REFUSALS: Final = ("ComputeFault: ", "NumericOutOfRange: ", "StringTooLong: ")


FLOATS: Final = {Kind.REAL, Kind.DOUBLE}
"""SUPER shows all of their digits, of which the recorded text has fifteen."""


def wrongly_assigned(stage: Stage, size: int) -> list[str]:
    """What columns took otherwise than expected.

    Args:
        stage: The call.
        size: How many places and types are tried.
    """
    wrong = []
    pairs = [(name, target) for name in ASSIGNING for target in TARGETS]
    for name, target in sample(pairs, size, str(stage.subject)):
        place, assigned = PLACES[name], replace(stage, type=target)
        if not assigned.takes(place) or (name == "DEFAULT" and _asks_the_catalog(stage)):
            continue
        answer, wanted = assigned.answer(place), expected(stage, assigned, name)
        if not _agree(answer, wanted):
            sql = assigned.statements(place)[-2]
            wrong.append(f"{name} {target}: {answer}, not {wanted}: {sql}")
    return wrong


def _asks_the_catalog(stage: Stage) -> bool:
    """Whether it asks for privileges, for which a DEFAULT sees no relation."""
    return stage.overload is not None and stage.overload.name.startswith("has_")


def _agree(answer: list[Row] | str, wanted: object) -> bool:
    if wanted is ...:
        return isinstance(answer, list) or answer.startswith(REFUSALS)
    if wanted == REFUSALS:
        return isinstance(answer, str) and answer.startswith(REFUSALS)
    return answer == wanted


def expected(stage: Stage, assigned: Stage, name: str) -> object:
    """Rows, or an error, or ``REFUSALS`` for any of what a value is refused with.

    Args:
        stage: The call.
        assigned: The same, into the column.
        name: Of the place.
    """
    source, target = stage.type, assigned.type
    if not castable(source, target, CastContext.ASSIGNMENT):
        return (
            f'DatatypeMismatch: column "v" is of type {target.kind.value} but expression is of '
            f"type {spelled(source)}"
        )
    if stage.is_of_leader:
        return stage.expected(PLACES[name])
    if stage.subject.value is ... or (target.kind is Kind.SUPER and source.kind in FLOATS):
        return ...
    value = converted(stage, target)
    if isinstance(value, tuple):
        return value
    return replace(assigned, subject=replace(stage.subject, value=value)).expected(PLACES[name])


def converted(stage: Stage, target: RedshiftType) -> Value | tuple[str, ...]:
    """What the value is in a column of the type, or ``REFUSALS``."""
    value = stage.subject.value
    if not isinstance(value, str):
        return value
    constant = Argument(value, type_sql(stage.type)).constant
    try:
        [row] = stage.client.rows(f"SELECT {constant}::{target}", (), Format.TEXT)
    except RedshiftError as error:
        if leak(error):
            raise
        return REFUSALS
    if target.kind in {Kind.CHAR, Kind.VARCHAR} and not _fits(stage, constant, target):
        return REFUSALS
    text: str | None = row[0]
    return text


def _fits(stage: Stage, constant: str, target: RedshiftType) -> bool:
    """Whether no more than blanks would be cut off."""
    if stage.type.kind in {Kind.SUPER, Kind.VARBYTE}:
        return True
    [(whole,)] = stage.client.rows(f"SELECT {constant}::varchar(65535)", (), Format.TEXT)
    return len(whole.rstrip(" ").encode()) <= (target.length or 0)
