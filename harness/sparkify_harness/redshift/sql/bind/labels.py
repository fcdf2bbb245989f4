"""Labels of result columns without an alias, by PostgreSQL's rules and Redshift's exceptions.

PostgreSQL: FigureColname in src/backend/parser/parse_target.c of 8.0
Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_DATE_PART_function.html and the pages of
the other functions whose examples show a label that is not their name
"""

from typing import Final

from sqlglot import exp

from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.dialect import target_type
from sparkify_harness.redshift.types import Kind

UNNAMED: Final = "?column?"
_TYPE_NAMES: Final = {
    Kind.BOOLEAN: "bool",
    Kind.SMALLINT: "int2",
    Kind.INTEGER: "int4",
    Kind.BIGINT: "int8",
    Kind.REAL: "float4",
    Kind.DOUBLE: "float8",
    Kind.CHAR: "bpchar",
    Kind.VARCHAR: "varchar",
    Kind.TIME: "time",
    Kind.TIMETZ: "timetz",
    Kind.TIMESTAMP: "timestamp",
    Kind.TIMESTAMPTZ: "timestamptz",
    Kind.VARBYTE: "varbyte",
}


def label(node: exp.Expr, bound: tree.Expression) -> str:
    """The label of a select-list element.

    Args:
        node: As it was written.
        bound: What it became.
    """
    return _label(node, bound) or _weak_label(node) or UNNAMED


def _label(node: exp.Expr, bound: tree.Expression | None) -> str | None:
    """A name that the expression insists on."""
    match node:
        case exp.Alias():
            return node.alias
        case exp.Column() | exp.Identifier():
            return node.name
        case exp.Paren(this=inner):
            return _label(inner, bound)
        case exp.Dot(expression=exp.Anonymous() as call):
            return _label(call, bound)
        case exp.Cast(this=operand):
            return _label(operand, bound.operand if isinstance(bound, tree.Cast) else None)
        case exp.Case() if node.args.get("default") is not None:
            last = bound.otherwise if isinstance(bound, tree.Case) else None
            return _label(node.args["default"], last)
        case exp.Anonymous(this=name, expressions=[first, *_]) if name.lower() == "nullif":
            return _label(first, None) or "case"
        case exp.Anonymous():
            return _function_label(bound) or node.name
        case exp.Window(this=inner) | exp.WithinGroup(this=inner):
            return _label(inner, bound)
        case exp.IgnoreNulls(this=inner) | exp.RespectNulls(this=inner):
            return _label(inner, bound)
        case exp.Extract() | exp.Substring() | exp.Trim() | exp.StrPosition() | exp.AtTimeZone():
            return _function_label(bound)
    return None


def _function_label(bound: tree.Expression | None) -> str | None:
    if isinstance(bound, tree.Call | tree.Aggregate | tree.Window):
        return bound.overload.label or bound.overload.name
    return None


def _weak_label(node: exp.Expr) -> str | None:
    """A name for want of a better one."""
    match node:
        case exp.Paren(this=inner):
            return _weak_label(inner)
        case exp.Case():
            return "case"
        case exp.Cast():
            kind = target_type(node).kind
            return _TYPE_NAMES.get(kind, kind.value)
        case exp.Boolean():
            return "bool"
        case exp.Interval():
            return "interval"
    return None
