"""A parameter for what has to be a constant here: refused by name, never by the engine.

Of percentiles the driver's users report it refused; for the rest AWS documents neither, and a
template, a pattern or a date part that comes with the statement is not emulated.
"""

from typing import Final

from sparkify_harness.redshift.errors import RedshiftError
from tests.unit.places.samples import sample
from tests.unit.places.stage import Stage, calls

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


def wrongly_taken(stage: Stage, size: int) -> list[str]:
    """What is said of parameters otherwise than that they are not emulated.

    Args:
        stage: The call.
        size: How many places are tried.
    """
    call, *_ = calls(stage.client, stage.subject)
    count = len(stage.subject.arguments)
    if len(call.arguments) > count or call.overload.name == "extract":
        return []  # one of them is a part of the template, or of the grammar
    if any(each.text is None for each in stage.subject.arguments):
        return []  # NULL, whatever the constant
    wrong = []
    names = {place: what for place, what in call.overload.constants.items() if place < count}
    # What the leader node alone has may not stand beside a table, whatever its arguments.
    places = ("the select list",) if stage.is_of_leader else PLACES
    asked = [(place, name) for place in names for name in places]
    for place, name in sample(asked, size, str(stage.subject)):
        what = f"{call.overload.name} with {names[place]} that is not a constant"
        sql = _statement(stage, place, PLACES[name])
        answer = _answer(stage, sql, stage.subject.arguments[place].text)
        if answer != f"0A000 not emulated: {what}":
            wrong.append(f"{answer}, not {what}: {sql}")
    return wrong


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
