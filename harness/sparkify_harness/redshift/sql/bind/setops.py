"""UNION, INTERSECT and EXCEPT.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_UNION.html
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlglot import exp

from sparkify_harness.redshift.errors import InvalidColumnReference, SyntaxFault, Unsupported
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.bind.limits import bind_limit
from sparkify_harness.redshift.sql.bind.ordering import ordinal, sort_key
from sparkify_harness.redshift.sql.bind.outputs import coerced, distinct_names
from sparkify_harness.redshift.sql.bind.scope import Scope, Visible
from sparkify_harness.redshift.sql.coercion import common_type
from sparkify_harness.redshift.sql.dialect import position
from sparkify_harness.redshift.types import RedshiftType

_OPERATORS: Final[dict[type[exp.Expr], str]] = {
    exp.Union: "UNION",
    exp.Intersect: "INTERSECT",
    exp.Except: "EXCEPT",
}
_OWN: Final = ("order", "limit", "offset", "with_")


def bind_set_operation(
    node: exp.SetOperation, scope: Scope, ctes: tuple[tree.Cte, ...]
) -> tree.SetOperation:
    """A set operation; each pair of columns is coerced to its common type.

    Args:
        node: The operation.
        scope: Its own scope, with its WITH in sight.
        ctes: Its WITH.
    """
    binding = scope.binding
    word = _OPERATORS[type(node)]
    distinct = bool(node.args.get("distinct"))
    if word != "UNION" and not distinct:
        raise Unsupported(f"{word} ALL is not supported", position=position(node))
    operands = [_operand(side, scope) for side in _chain(node)]
    if len({len(operand.columns) for operand in operands}) > 1:
        raise SyntaxFault(f"each {word} query must have the same number of columns")
    types = [
        common_type([column.expression for column in each], word)
        for each in zip(*(operand.columns for operand in operands), strict=True)
    ]
    left, *others = (coerced(operand, types, binding) for operand in operands)
    operator = word if distinct else f"{word} ALL"
    labels = [column.name for column in left.columns]
    for right in others:
        source = binding.label("u")
        left = tree.SetOperation(operator, left, right, _columns(labels, types, source), source)
    if not isinstance(left, tree.SetOperation):
        raise TypeError("a set operation has two operands")
    limit, offset = bind_limit(node)
    order = _order(node.args.get("order"), left.columns)
    return replace(left, order_by=order, limit=limit, offset=offset, ctes=ctes)


def _chain(node: exp.SetOperation) -> list[exp.Expr]:
    """The operands of ``a UNION b UNION c``, which share one type: chains may be long."""
    operands: list[exp.Expr] = []
    rest: exp.Expr = node
    while (
        isinstance(rest, exp.SetOperation)
        and (rest is node or isinstance(node, exp.Union))
        and type(rest) is type(node)
        and bool(rest.args.get("distinct")) == bool(node.args.get("distinct"))
        and (rest is node or not any(rest.args.get(name) for name in _OWN))
    ):
        operands.append(rest.expression)
        rest = rest.this
    return [rest, *reversed(operands)]


def _columns(
    labels: Sequence[str], types: Sequence[RedshiftType], source: str
) -> tuple[tree.OutputColumn, ...]:
    names = distinct_names(labels)
    return tuple(
        tree.OutputColumn(label, tree.ColumnRef(kind, source, name))
        for label, kind, name in zip(labels, types, names, strict=True)
    )


def _operand(node: exp.Expr, scope: Scope) -> tree.Query:
    # The operands stand on the level of the operation: a correlation skips nothing.
    query = scope.binding.bind_open(node, replace(scope, aliases={}))
    if query.limit is not None or query.offset is not None:
        raise Unsupported(
            "LIMIT may not be used within input to set operations.", position=position(node)
        )
    return query


def _order(
    order: exp.Order | None, columns: tuple[tree.OutputColumn, ...]
) -> tuple[tree.SortKey, ...]:
    if order is None:
        return ()
    visible = [Visible(column.name, column.expression) for column in columns]
    return tuple(sort_key(node, _sorted_column(node.this, visible)) for node in order.expressions)


def _sorted_column(node: exp.Expr, columns: list[Visible]) -> tree.Expression:
    index = ordinal(node, len(columns), "ORDER BY")
    if index is not None:
        return columns[index].expression
    match node:
        case exp.Column(this=exp.Identifier(this=name)) if len(node.parts) == 1:
            for column in columns:
                if column.name == name:
                    return column.expression
    raise InvalidColumnReference(
        "ORDER BY on a UNION/INTERSECT/EXCEPT result must be on one of the result columns",
        position=position(node),
    )
