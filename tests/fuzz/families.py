"""Types as far as a change needs them: what may stand in another's place without a cast."""

from collections.abc import Iterable, Mapping
from enum import Enum

from sqlglot import exp

from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.sql.functions.library import OVERLOADS
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.sql.functions.signatures import ALIKE, ANY
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
_TRUTHS = (
    exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.And, exp.Or, exp.Not, exp.In, exp.Is,
    exp.Between, exp.Like, exp.ILike, exp.SimilarTo, exp.RegexpLike, exp.RegexpILike, exp.Exists,
    exp.Boolean, exp.Escape,
)  # fmt: skip
_NUMBERS = (exp.Mul, exp.Div, exp.Mod, exp.Pow, exp.Neg, exp.Abs, exp.Sqrt, exp.Extract)
_FIRST = (exp.Paren, exp.Subquery, exp.Alias, exp.Window, exp.WithinGroup, exp.Add, exp.Sub,
    exp.IgnoreNulls, exp.RespectNulls)  # fmt: skip
"""Of the family of what they hold first."""

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
        return of_type(overload.returns([item or _TEXT for item in overload.parameters]))
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
                found |= {column.name: of_type(column.type) for column in statement.columns}
    return found


def family(node: exp.Expr | None, columns: Columns) -> Family:
    """Of what an expression is, by its form; ANY where that does not say."""
    match node:
        case exp.Literal(is_string=True) | exp.DPipe() | exp.Substring() | exp.Trim():
            return Family.TEXT
        case exp.Literal() | exp.StrPosition():
            return Family.NUMBER
        case exp.Interval():
            return Family.INTERVAL
        case exp.Column():
            return columns.get(node.name, Family.ANY)
        case exp.Cast() | exp.TryCast():
            return of_type(node.to.meta.get("redshift_type"))
        case exp.Anonymous():
            overloads = OVERLOADS.get(str(node.this), ())
            found = {returned(overload) for overload in overloads}
            return found.pop() if len(found) == 1 else Family.ANY
        case exp.Case():
            return family(node.args["ifs"][0].args["true"], columns)
        case exp.Select():
            return family(node.expressions[0], columns)
    if isinstance(node, _TRUTHS):
        return Family.TRUTH
    if isinstance(node, _NUMBERS):
        return Family.NUMBER
    if isinstance(node, _FIRST):
        return family(node.this, columns)
    return Family.ANY
