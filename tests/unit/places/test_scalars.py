"""Every scalar signature, and a cast of each type to each, in the places of a statement, with NULL,
at its edges.

Each run takes a sample, drawn by the name of the call; the nightly one takes all.
"""

import re
from collections.abc import Iterator

import pytest

from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.sql.functions import conditional, conversion, dates, session
from sparkify_harness.redshift.sql.functions.library import OVERLOADS
from sparkify_harness.redshift.sql.functions.registry import FunctionKind
from sparkify_harness.redshift.types import Kind
from tests.unit.engine.sessions import Client
from tests.unit.places.assigned import wrongly_assigned
from tests.unit.places.edges import called
from tests.unit.places.parameters import wrongly_taken
from tests.unit.places.places import PLACES
from tests.unit.places.samples import SAMPLES, sample, samples, seldom
from tests.unit.places.stage import Stage, calls, leak, staged
from tests.unit.places.subjects import Argument, casts, subjects

pytestmark = pytest.mark.medium

SUBJECTS = subjects()
NOT_CALLED = {
    dates.DATEDIFF[Kind.TIMETZ],
    dates.DATE_DIFF[Kind.TIMETZ],
    conversion.TO_CHAR[Kind.INTERVAL],
    session.USER_HAS_TABLE_PRIVILEGE,
    session.USER_HAS_SCHEMA_PRIVILEGE,
    session.USER_HAS_DATABASE_PRIVILEGE,
    session.SCHEMA_AT,
    session.PG_GET_EXPR,
    session.PG_FUNCTION_IS_VISIBLE,
    conditional.ISNULL,
}
"""Signatures that are not emulated."""


WITH_CONSTANTS = [
    each
    for each in SUBJECTS
    if any(
        item.constants
        for name in re.findall(r"\w+", each.template)
        for item in OVERLOADS.get(name, ())
    )
]
"""Calls of names that have arguments which must be constants here."""
CASTS = [
    pytest.param(each, marks=[pytest.mark.nightly] if seldom(each, 4) else []) for each in casts()
]


@pytest.fixture(scope="module", params=[*SUBJECTS, *CASTS], ids=str)
def stage(request: pytest.FixtureRequest, client: Client) -> Iterator[Stage]:
    """A call whose tables are there."""
    with staged(client, request.param) as stage:
        yield stage


@pytest.mark.parametrize("size", SAMPLES)
def test_its_value_in_every_place(size: int, stage: Stage) -> None:
    wrong = []
    places = [name for name, place in PLACES.items() if stage.takes(place)]
    for name in sample(places, size, str(stage.subject)):
        answer, expected = stage.answer(PLACES[name]), stage.expected(PLACES[name])
        if answer != (answer if expected is ... and isinstance(answer, list) else expected):
            sql = stage.statements(PLACES[name])[-1]
            wrong.append(f"{name}: {answer}, not {expected}: {sql}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("size", samples(1))
def test_its_value_assigned_to_each_type(size: int, stage: Stage) -> None:
    assert "\n".join(wrongly_assigned(stage, size)) == ""


@pytest.mark.parametrize("size", SAMPLES)
@pytest.mark.parametrize("stage", WITH_CONSTANTS, indirect=True, ids=str)
def test_a_parameter_for_a_constant(size: int, stage: Stage) -> None:
    assert "\n".join(wrongly_taken(stage, size)) == ""


def test_null_for_an_argument(stage: Stage) -> None:
    subject, lonely = stage.subject, stage.is_lonely
    wrong = []
    for place, argument in enumerate(subject.arguments):
        if argument.bare:
            continue
        null = Argument(None, argument.type).constant
        constants = [each.constant for each in subject.arguments]
        constants[place] = null
        asked = [f"SELECT {subject.sql(*constants)}"]
        if not lonely:
            columns = stage.columns
            columns[place] = null
            asked.append(f"SELECT {subject.sql(*columns)} FROM t WHERE id = 1")
            if stage.is_column(place):
                columns[place] = f"u.a{place}"
                source = "t CROSS JOIN t AS u WHERE t.id = 1 AND u.id = 2"
                asked.append(f"SELECT {subject.sql(*columns)} FROM {source}")
        for sql in asked:
            [(value,)] = stage.client.rows(sql, (), Format.TEXT)
            strict = stage.overload is None or stage.overload.strict
            if strict and value is not None:
                wrong.append(f"{value}: {sql}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("size", SAMPLES)
def test_no_words_of_the_engine(size: int, stage: Stage) -> None:
    subject, lonely = stage.subject, stage.is_lonely
    wrong = []
    for number, arguments in enumerate(sample(called(subject, 20), size, str(subject)), start=3):
        constants = [each.constant for each in arguments]
        asked = [f"SELECT {subject.sql(*constants)}"]
        if not lonely:
            row = "".join(f", {each.constant}" for each in arguments if each.is_storable)
            operands = [
                f"t.a{place}" if stage.is_column(place) else constants[place]
                for place in range(len(constants))
            ]
            asked.append(f"INSERT INTO t SELECT {number}{row}")
            asked.append(f"SELECT {subject.sql(*operands)} FROM t WHERE id = {number}")
        wrong += [f"{found}: {sql}" for sql in asked if (found := _said(stage.client, sql))]
    stage.client.rows("DELETE FROM t WHERE id > 2")
    assert not wrong, "\n".join(wrong)


def _said(client: Client, sql: str) -> str:
    """What of the answer is the engine's."""
    try:
        client.rows(sql, (), Format.TEXT)
    except RedshiftError as error:
        return f"{error.sqlstate} {error.message}" if leak(error) else ""
    except Exception as error:  # noqa: BLE001 - whatever escapes would be an internal error
        return f"{type(error).__name__}: {error}"
    return ""


def test_every_signature_is_called(client: Client) -> None:
    every = {
        (item, count)
        for overloads in OVERLOADS.values()
        for item in overloads
        if item.kind is FunctionKind.SCALAR and not item.effect
        for count in range(len(item.parameters) - item.optional, len(item.parameters) + 1)
    }
    found = {
        (call.overload, len(call.arguments))
        for subject in SUBJECTS
        for call in calls(client, subject)
    }
    assert {item for item, _ in every - found} == NOT_CALLED
