"""Labels of result columns without an alias, by PostgreSQL's rules and Redshift's exceptions.

PostgreSQL: FigureColname in src/backend/parser/parse_target.c of 8.0
Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_DATE_PART_function.html and the pages of
the other functions whose examples show a label that is not their name
"""

from typing import Final

from sparkify_harness.redshift.sql import syntax, tree

UNNAMED: Final = "?column?"


def label(node: syntax.Expression, bound: tree.Expression) -> str:
    """The label of a select-list element.

    Args:
        node: As it was written.
        bound: What it became.
    """
    return _label(node, bound) or _weak_label(node) or UNNAMED


def _label(node: syntax.Expression, bound: tree.Expression | None) -> str | None:
    """A name that the expression insists on."""
    match node:
        case syntax.Column():
            return node.parts[-1]
        case syntax.Paren(inner=inner):
            return _label(inner, bound)
        case syntax.Cast(operand=operand):
            return _label(operand, bound.operand if isinstance(bound, tree.Cast) else None)
        case syntax.Case(otherwise=otherwise) if otherwise is not None:
            return _label(otherwise, bound.otherwise if isinstance(bound, tree.Case) else None)
        case syntax.Function(name="nullif", arguments=(first, *_)):
            return _label(first, None) or "case"
        case syntax.Function():
            return _function_label(bound) or node.name
        case syntax.Window(function=function) | syntax.WithinGroup(function=function):
            return _label(function, bound)
        case syntax.SpecialCall():
            return _function_label(bound)
    return None


def _function_label(bound: tree.Expression | None) -> str | None:
    if isinstance(bound, tree.Call | tree.Aggregate | tree.Window):
        return bound.overload.label or bound.overload.name
    return None


def _weak_label(node: syntax.Expression) -> str | None:
    """A name for want of a better one."""
    match node:
        case syntax.Paren(inner=inner):
            return _weak_label(inner)
        case syntax.Case():
            return "case"
        case syntax.Cast(type=target):
            return target.kind.internal_name
        case syntax.Boolean():
            return "bool"
        case syntax.Interval():
            return "interval"
    return None
