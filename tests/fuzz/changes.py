"""Changes that know what they change: an expression for one of like type, a function for another
with a like signature, an operator for another, a clause more or less.
"""

import contextlib
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from random import Random

from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.sql import syntax
from sparkify_harness.redshift.sql.functions.library import OVERLOADS
from sparkify_harness.redshift.sql.functions.registry import FunctionKind, Overload
from sparkify_harness.redshift.sql.parse import parse_one
from tests.fuzz.constants import TYPES, argument, constant
from tests.fuzz.families import Columns, Family, parameters, returned
from tests.fuzz.survey import Clause, Part, Survey

_OPERATORS = (
    ("+", "-", "*", "/", "%", "^", "&", "|", "#", "<<", ">>"),
    ("=", "<>", "<", ">", "<=", ">=", "!="),
    ("and", "or"),
    ("like", "ilike", "~", "!~", "similar to", "not like"),
    ("||", "+"),
    ("union", "union all", "except", "intersect", "minus"),
)
_CLAUSES = {
    "distinct": " DISTINCT",
    "where": " WHERE {truth}",
    "group by": " GROUP BY {any}",
    "having": " HAVING {truth}",
    "qualify": " QUALIFY row_number() OVER (PARTITION BY {any} ORDER BY {any}) = 1",
    "order by": " ORDER BY {any}",
}
_WRAPS = (
    "SELECT * FROM ({}) AS q", "SELECT count(*) FROM ({}) AS q", "WITH q AS ({}) SELECT * FROM q",
    "WITH q AS ({}) SELECT * FROM q AS x, q AS y", "CREATE TABLE made AS {}",
    "CREATE VIEW made AS {}", "CREATE TEMP TABLE made AS {}", "SELECT 1 WHERE EXISTS ({})",
    "DECLARE c CURSOR FOR {}", "{} UNION ALL {}", "{} EXCEPT {}", "SELECT ({})", "({})",
    "PREPARE p AS {}", "SELECT * FROM ({}) AS q ORDER BY 1 LIMIT 1", "EXPLAIN {}",
    "SELECT * FROM t JOIN ({}) AS q ON true", "INSERT INTO t {}", "SELECT * FROM t WHERE a IN ({})",
)  # fmt: skip
_AROUND: dict[Family, tuple[str, ...]] = {
    Family.NUMBER: (
        "({} + {number})", "({} / {number})", "-{}", "({} % {number})", "abs({})", "sum({})",
        "avg({}) OVER (PARTITION BY {any})", "({} * {interval})", "max({})", "(SELECT max({}))",
    ),
    Family.TEXT: (
        "({} || {text})", "max({})", "listagg({}, ',')", "upper({})",
        "lag({}) OVER (ORDER BY {any})",
    ),
    Family.MOMENT: (
        "({} + {interval})", "({} - {interval})", "max({})", "dateadd(day, {number}, {})",
        "({} AT TIME ZONE 'UTC')", "min({}) OVER (PARTITION BY {any} ORDER BY {any})",
    ),
    Family.TRUTH: (
        "NOT {}", "({} AND {truth})", "({} OR {truth})", "({} IS NULL)", "bool_and({})",
        "({any} = {any})", "({any} < {any})", "({any} BETWEEN {any} AND {any})",
        "({text} LIKE {text})",
        "({any} IN ({any}, {any}))", "EXISTS (SELECT 1 WHERE {truth})", "({any} IS NOT NULL)",
        "({text} ~ {text})", "({text} SIMILAR TO {text})",
    ),
}  # fmt: skip
_ANYWHERE = (
    "({})", "coalesce({}, {same})", "nullif({}, {same})", "nvl2({any}, {}, {same})",
    "CASE WHEN {truth} THEN {} ELSE {same} END", "CASE {} WHEN {same} THEN {} END",
    "decode({any}, {any}, {}, {same})", "greatest({}, {same})", "(SELECT {})", "max({})",
    "any_value({})", "first_value({}) OVER (ORDER BY {any} ROWS UNBOUNDED PRECEDING)",
)  # fmt: skip

Change = Callable[["Statement", Random], str | None]


class Statement:
    """A statement under change: its text, and where in it what stands.

    Args:
        sql: The text.
        found: What it is made of.
        columns: Families of the columns of its tables.
    """

    def __init__(self, sql: str, found: Survey, columns: Columns) -> None:
        self.sql = sql
        self.found = found
        self._columns: defaultdict[Family, list[str]] = defaultdict(list)
        for name, family in columns.items():
            self._columns[family].append(name)
            self._columns[Family.ANY].append(name)

    def text(self, part: Part) -> str:
        """An expression as it is written."""
        return self.sql[part.start : part.end]

    def put(self, text: str, start: int, end: int) -> str:
        """The statement with another text in a place."""
        return self.sql[:start] + text + self.sql[end:]

    def like(self, dice: Random, family: Family) -> str:
        """An expression of a family: one of the statement, a column, or a constant."""
        stand = [part for part in self.found.parts if family in {Family.ANY, part.family}]
        names = self._columns[family]
        roll = dice.random()
        if stand and roll < 0.4:
            return self.text(dice.choice(stand))
        return dice.choice(names) if names and roll < 0.75 else constant(dice, family)

    def filled(self, dice: Random, form: str, family: Family, text: str = "") -> str:
        """A form with expressions in its places."""
        made = form.replace("{}", text)
        for name in ("same", *(item.value for item in Family)):
            wanted = family if name == "same" else Family(name)
            while f"{{{name}}}" in made:
                made = made.replace(f"{{{name}}}", self.like(dice, wanted), 1)
        return made


def part_for_like(statement: Statement, dice: Random) -> str | None:
    """One expression in the place of another of its family."""
    if not statement.found.parts:
        return None
    part = dice.choice(statement.found.parts)
    return statement.put(statement.like(dice, part.family), part.start, part.end)


def parts_swapped(statement: Statement, dice: Random) -> str | None:
    """Two expressions in each other's places."""
    one = dice.choice(statement.found.parts or [None])
    if one is None:
        return None
    others = [
        part
        for part in statement.found.parts
        if (part.end <= one.start or part.start >= one.end)
        and (part.family is one.family or Family.ANY in {part.family, one.family})
    ]
    if not others:
        return None
    first, second = sorted((one, dice.choice(others)), key=lambda part: part.start)
    return (
        statement.sql[: first.start] + statement.text(second)
        + statement.sql[first.end : second.start] + statement.text(first)
        + statement.sql[second.end :]
    )  # fmt: skip


def part_wrapped(statement: Statement, dice: Random) -> str | None:
    """An operator, an aggregate, a CASE ... around an expression."""
    if not statement.found.parts:
        return None
    part = dice.choice(statement.found.parts)
    form = dice.choice((*_AROUND.get(part.family, ()), *_ANYWHERE))
    made = statement.filled(dice, form, part.family, statement.text(part))
    return statement.put(made, part.start, part.end)


def part_cast(statement: Statement, dice: Random) -> str | None:
    """A cast of an expression."""
    if not statement.found.parts:
        return None
    part = dice.choice(statement.found.parts)
    form = dice.choice(("({})::{}", "cast({} AS {})", "try_cast({} AS {})"))
    return statement.put(
        form.format(statement.text(part), dice.choice(TYPES)), part.start, part.end
    )


def part_called(statement: Statement, dice: Random) -> str | None:
    """A function of the expression's type around it, that mostly gives that type again."""
    if not statement.found.parts:
        return None
    part = dice.choice(statement.found.parts)
    taking = _taking()[part.family]
    keeping = [item for item in taking if returned(item[0]) in {part.family, Family.ANY}]
    overload, place = dice.choice(keeping if keeping and dice.random() < 0.6 else taking)
    made = _call(statement, dice, overload, {place: statement.text(part)})
    return statement.put(made, part.start, part.end)


def function_for_like(statement: Statement, dice: Random) -> str | None:
    """A function in the place of another that takes the same types."""
    calls = [part for part in statement.found.parts if _named(part.node) in OVERLOADS]
    if not calls:
        return None
    part = dice.choice(calls)
    name = _named(part.node)
    shapes = {parameters(overload) for overload in OVERLOADS[name]}
    others = sorted({item.name for item in _functions() if parameters(item) in shapes} - {name})
    text = statement.text(part)
    if not others or not text.lower().startswith(name):
        return None
    return statement.put(dice.choice(others) + text[len(name) :], part.start, part.end)


def operator_for_like(statement: Statement, dice: Random) -> str | None:
    """An operator in the place of one that takes the same types."""
    places = [
        (place, group, operator)
        for part in statement.found.parts
        if (place := _operator_place(part.node)) is not None
        for group in _OPERATORS
        for operator in group
        if statement.sql[place:].lower().startswith(operator)
    ]
    if not places:
        return None
    at, group, operator = dice.choice(places)
    return statement.put(f" {dice.choice(group)} ", at, at + len(operator))


def clause_added_or_dropped(statement: Statement, dice: Random) -> str | None:
    """A clause of a query that was not there, or one less."""
    if not statement.found.clauses:
        return None
    clause: Clause = dice.choice(statement.found.clauses)
    if clause.start < clause.end and dice.random() < 0.5:
        return statement.put("", clause.start, clause.end)
    made = statement.filled(dice, _CLAUSES[clause.word], Family.ANY)
    return statement.put(made, clause.start, clause.end)


def query_wrapped(statement: Statement, dice: Random) -> str | None:
    """A query inside another, or in its place."""
    if not statement.found.queries:
        return None
    start, end = dice.choice(statement.found.queries)
    text = statement.sql[start:end]
    made = statement.filled(dice, dice.choice(_WRAPS), Family.ANY, text)
    return made if dice.random() < 0.5 else statement.put(made, start, end)


CHANGES: tuple[tuple[Change, int], ...] = (
    (part_for_like, 20), (parts_swapped, 10), (part_wrapped, 20), (part_called, 25),
    (part_cast, 10), (function_for_like, 8), (operator_for_like, 8), (clause_added_or_dropped, 10),
    (query_wrapped, 6),
)  # fmt: skip
"""Each with its weight."""


def _named(node: syntax.Expression) -> str:
    return node.name if isinstance(node, syntax.Function) and node.schema is None else ""


def _operator_place(node: syntax.Expression) -> int | None:
    """Where the sign or word of a binary operator stands."""
    match node:
        case (
            syntax.Binary(position=int(position))
            | syntax.Logical(position=int(position))
            | syntax.Like(position=int(position))
            | syntax.Quantified(position=int(position))
        ):
            return position - 1
        case _:
            return None


def _call(statement: Statement, dice: Random, overload: Overload, given: dict[int, str]) -> str:
    """A call whose arguments have the types that its signature wants."""
    count = max(len(overload.parameters) - dice.randint(0, overload.optional), *given, 0)
    count = max(count, max(given, default=-1) + 1)
    arguments = [
        given[place] if place in given and place not in overload.constants
        else argument(dice, overload.constants[place], family) if place in overload.constants
        else statement.like(dice, family)
        for place, family in enumerate(parameters(overload)[:count])
    ]  # fmt: skip
    form = f"{overload.name}({', '.join(arguments)})"
    match overload:
        case Overload(kind=FunctionKind.WINDOW):
            return f"{form} OVER (ORDER BY {statement.like(dice, Family.ANY)})"
        case Overload(name="percentile_cont" | "percentile_disc"):
            return f"{form} WITHIN GROUP (ORDER BY {statement.like(dice, Family.NUMBER)})"
    return form


@cache
def _functions() -> tuple[Overload, ...]:
    """Those that are called as others are."""
    found: list[Overload] = []
    for name, overloads in sorted(OVERLOADS.items()):
        with contextlib.suppress(RedshiftError):
            if name.isidentifier():
                parse_one(f"SELECT {name}(1)")
                found += overloads
    return tuple(found)


@cache
def _taking() -> dict[Family, list[tuple[Overload, int]]]:
    """By family, the functions that take it, and where."""
    found: dict[Family, list[tuple[Overload, int]]] = {family: [] for family in Family}
    for overload in _functions():
        for place, family in enumerate(parameters(overload)):
            if place not in overload.constants:
                for taken in Family if family is Family.ANY else (family, Family.ANY):
                    found[taken].append((overload, place))
    return found
