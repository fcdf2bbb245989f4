"""A parameter for what has to be a constant here: refused by name, never by the engine.

Of percentiles the driver's users report it refused; for the rest AWS documents neither, and a
template, a pattern or a date part that comes with the statement is not emulated.
"""

from collections.abc import Iterator
from typing import Final

import pytest

from harness.redshift.errors import RedshiftError
from harness.redshift.sql.functions.library import OVERLOADS
from harness.redshift.sql.functions.registry import FunctionKind
from tests.unit.engine.sessions import Client
from tests.unit.places.samples import SAMPLES, sample
from tests.unit.places.stage import Stage, calls, staged
from tests.unit.places.subjects import subjects

PLACES: Final = {
    "the select list": "SELECT {p}",
    "beside a table": "SELECT id, {p} FROM t",
    "over a column": "SELECT id, {x} FROM t",
    "WHERE": "SELECT id FROM t WHERE {x} IS NOT NULL",
    "GROUP BY": "SELECT {x}, count(*) FROM t GROUP BY 1",
    "ORDER BY": "SELECT id FROM t ORDER BY {x}, id",
    "CASE": "SELECT CASE WHEN id = 1 THEN {x} END FROM t",
    "a sub-query": "SELECT v FROM (SELECT {x} AS v FROM t) AS q",
    "INSERT SELECT": "INSERT INTO t (id) SELECT id FROM t WHERE {x} IS NOT NULL",
    "DELETE": "DELETE FROM t WHERE {x} IS NOT NULL",
}
AGGREGATES: Final = {
    "listagg(a0, $1) FROM t": "not emulated: listagg with a separator that is not a constant",
    "listagg(a0, $1) WITHIN GROUP (ORDER BY a0) FROM t": (
        "not emulated: listagg with a separator that is not a constant"
    ),
    "listagg(a0, $1) OVER () FROM t": (
        "not emulated: listagg with a separator that is not a constant"
    ),
    "percentile_cont($1) WITHIN GROUP (ORDER BY id) FROM t": (
        "function percentile_cont(numeric) does not exist"
    ),
    "percentile_disc($1) WITHIN GROUP (ORDER BY id) OVER () FROM t": (
        "function percentile_disc(numeric) does not exist"
    ),
}


@pytest.fixture(scope="module", params=subjects(), ids=str)
def stage(request: pytest.FixtureRequest, client: Client) -> Iterator[Stage]:
    """A call whose tables are there."""
    with staged(client, request.param) as stage:
        yield stage


@pytest.mark.parametrize("size", SAMPLES)
def test_a_parameter_for_a_constant(size: int, stage: Stage) -> None:
    call, *_ = calls(stage.client, stage.subject)
    count = len(stage.subject.arguments)
    if len(call.arguments) > count:  # one of them is a part of the template
        return
    wrong = []
    names = {place: what for place, what in call.overload.constants.items() if place < count}
    asked = [(place, name) for place in names for name in PLACES]
    for place, name in sample(asked, size, str(stage.subject)):
        what = f"{call.overload.name} with {names[place]} that is not a constant"
        sql = _statement(stage, place, PLACES[name])
        answer = _answer(stage, sql, stage.subject.arguments[place].text)
        if answer != f"0A000 not emulated: {what}":
            wrong.append(f"{answer}, not {what}: {sql}")
    assert not wrong, "\n".join(wrong)


def _statement(stage: Stage, place: int, statement: str) -> str:
    constants = [each.constant for each in stage.subject.arguments]
    columns = stage.columns
    constants[place] = columns[place] = "$1"
    return statement.replace("{p}", stage.subject.sql(*constants)).replace(
        "{x}", stage.subject.sql(*columns)
    )


def _answer(stage: Stage, sql: str, argument: object) -> str:
    stage.client.rows("BEGIN")
    try:
        return str(stage.client.rows(sql, (argument,)))
    except RedshiftError as error:
        return f"{error.sqlstate} {error.message}"
    finally:
        stage.client.rows("ROLLBACK")


def test_every_such_signature_is_asked() -> None:
    """Scalar ones by their subjects, the others below."""
    every = {
        item.name
        for overloads in OVERLOADS.values()
        for item in overloads
        if item.constants and item.kind is not FunctionKind.SCALAR
    }
    assert every == {"listagg", "percentile_cont", "percentile_disc"}


@pytest.mark.parametrize(("sql", "words"), AGGREGATES.items())
def test_of_an_aggregate(sql: str, words: str, client: Client) -> None:
    client.rows("BEGIN")
    try:
        client.rows("CREATE TABLE t AS SELECT 1 AS id, 'a'::varchar(3) AS a0")
        with pytest.raises(RedshiftError) as caught:
            client.rows(f"SELECT {sql}", ("1",))
        assert caught.value.message == words
    finally:
        client.rows("ROLLBACK")
