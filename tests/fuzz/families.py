"""Types as far as a change needs them: what may stand in another's place without a cast."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import assert_never

from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.sql import syntax
from sparkify_harness.redshift.sql.functions.library import OVERLOADS
from sparkify_harness.redshift.sql.functions.registry import ALIKE, ANY, Overload
from sparkify_harness.redshift.sql.parse import parse
from sparkify_harness.redshift.sql.statements import CreateTable
from sparkify_harness.redshift.types import Kind, RedshiftType


class Family(Enum):
    """Types that take each other's places."""

    NUMBER = "number"
    TEXT = "text"
    MOMENT = "moment"
    CLOCK = "clock"
    INTERVAL = "interval"
    TRUTH = "truth"
    SUPER = "super"
    BYTES = "bytes"
    ANY = "any"


_OF_KIND = {
    **dict.fromkeys((Kind.DATE, Kind.TIMESTAMP, Kind.TIMESTAMPTZ), Family.MOMENT),
    **dict.fromkeys((Kind.TIME, Kind.TIMETZ), Family.CLOCK),
    Kind.INTERVAL: Family.INTERVAL,
    Kind.BOOLEAN: Family.TRUTH,
    Kind.SUPER: Family.SUPER,
    Kind.VARBYTE: Family.BYTES,
}
_OF_OPERATOR = {
    **dict.fromkeys(("=", "<>", "<", ">", "<=", ">=", "~", "~*"), Family.TRUTH),
    **dict.fromkeys(("*", "/", "%", "^"), Family.NUMBER),
    "||": Family.TEXT,
}
_OF_CALL = {
    **dict.fromkeys(("substring", "btrim", "ltrim", "rtrim"), Family.TEXT),
    **dict.fromkeys(("extract", "position"), Family.NUMBER),
}

Columns = Mapping[str, Family]


def of_type(type: RedshiftType | None) -> Family:  # noqa: A002
    """The family of a type; of a parameter that takes any."""
    if type is None or type in {ANY, ALIKE}:
        return Family.ANY
    if type.kind.is_number:
        return Family.NUMBER
    return Family.TEXT if type.kind.is_text else _OF_KIND.get(type.kind, Family.ANY)


def parameters(overload: Overload) -> tuple[Family, ...]:
    """The families of a function's parameters."""
    return tuple(map(of_type, overload.parameters))


def returned(overload: Overload) -> Family:
    """The family of a function's result, as far as it does not depend on what it is given."""
    try:
        return of_type(overload.result([item or _TEXT for item in overload.parameters]))
    except (IndexError, ValueError, RedshiftError):
        return Family.ANY


_TEXT = RedshiftType(Kind.VARCHAR)


def columns_of(statements: Iterable[str]) -> dict[str, Family]:
    """The columns of the tables that statements make."""
    found: dict[str, Family] = {}
    for sql in statements:
        try:
            made = parse(sql)
        except RedshiftError:
            continue
        for statement in made:
            if isinstance(statement, CreateTable):
                found |= {each.column.name: of_type(each.column.type) for each in statement.columns}
    return found


def family(node: syntax.Expression, columns: Columns) -> Family:
    """Of what an expression is, by its form; ANY where that does not say."""
    match node:
        case syntax.Column(parts=parts):
            return columns.get(parts[-1], Family.ANY)
        case syntax.String():
            return Family.TEXT
        case syntax.Number() | syntax.Unary():
            return Family.NUMBER
        case syntax.Interval():
            return Family.INTERVAL
        case syntax.Cast(type=type_):
            return of_type(type_)
        case syntax.Binary(operator="+" | "-", left=operand) | syntax.Paren(inner=operand):
            return family(operand, columns)
        case syntax.Binary(operator=operator):
            return _OF_OPERATOR.get(operator, Family.ANY)
        case (
            syntax.Boolean() | syntax.Logical() | syntax.Not() | syntax.Is() | syntax.Like()
            | syntax.Between() | syntax.InList() | syntax.InQuery() | syntax.Exists()
            | syntax.Quantified()
        ):  # fmt: skip
            return Family.TRUTH
        case syntax.Case(branches=((_, value), *_)):
            return family(value, columns)
        case syntax.Function(name=name):
            found = {returned(overload) for overload in OVERLOADS.get(name, ())}
            return found.pop() if len(found) == 1 else Family.ANY
        case syntax.WithinGroup(function=function) | syntax.Window(function=function):
            return family(function, columns)
        case syntax.SpecialCall(name=name):
            return _OF_CALL.get(name, Family.ANY)
        case syntax.Subquery(query=syntax.Select(targets=(syntax.Output(expression=only), *_))):
            return family(only, columns)
        case (
            syntax.Subquery() | syntax.Case() | syntax.Row() | syntax.Null() | syntax.Parameter()
            | syntax.DatePart()
        ):  # fmt: skip
            return Family.ANY
        case _:
            assert_never(node)
