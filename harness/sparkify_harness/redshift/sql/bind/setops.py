"""UNION, INTERSECT and EXCEPT.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_UNION.html
"""

from collections.abc import Sequence
from dataclasses import replace

from sparkify_harness.redshift.errors import InvalidColumnReference, SyntaxFault
from sparkify_harness.redshift.sql import syntax, tree
from sparkify_harness.redshift.sql.bind.limits import bind_limit
from sparkify_harness.redshift.sql.bind.ordering import ordinal, sort_key
from sparkify_harness.redshift.sql.bind.outputs import coerced, distinct_names
from sparkify_harness.redshift.sql.bind.scope import Scope, Visible
from sparkify_harness.redshift.sql.coercion import common_type
from sparkify_harness.redshift.types import RedshiftType


def bind_set_operation(
    node: syntax.SetOperation, scope: Scope, ctes: tuple[tree.Cte, ...]
) -> tree.SetOperation:
    """A set operation; each pair of columns is coerced to its common type.

    Args:
        node: The operation.
        scope: Its own scope, with its WITH in sight.
        ctes: Its WITH.
    """
    binding = scope.binding
    word = node.operator
    operands = [_operand(side, scope) for side in _chain(node)]
    if len({len(operand.columns) for operand in operands}) > 1:
        raise SyntaxFault(f"each {word} query must have the same number of columns")
    types = [
        common_type([column.expression for column in each], word)
        for each in zip(*(operand.columns for operand in operands), strict=True)
    ]
    left, *others = (coerced(operand, types, binding) for operand in operands)
    operator = word if node.distinct else f"{word} ALL"
    labels = [column.name for column in left.columns]
    for right in others:
        source = binding.label("u")
        left = tree.SetOperation(operator, left, right, _columns(labels, types, source), source)
    if not isinstance(left, tree.SetOperation):
        raise TypeError("a set operation has two operands")
    limit, offset = bind_limit(node)
    order = _order(node.order_by, left.columns)
    return replace(left, order_by=order, limit=limit, offset=offset, ctes=ctes)


def _chain(node: syntax.SetOperation) -> list[syntax.Query]:
    """The operands of ``a UNION b UNION c``, which share one type: chains may be long."""
    operands = [node.right]
    rest = node.left
    while (
        isinstance(rest, syntax.SetOperation)
        and rest.operator == node.operator == "UNION"
        and rest.distinct == node.distinct
    ):
        operands.append(rest.right)
        rest = rest.left
    return [rest, *reversed(operands)]


def _columns(
    labels: Sequence[str], types: Sequence[RedshiftType], source: str
) -> tuple[tree.OutputColumn, ...]:
    names = distinct_names(labels)
    return tuple(
        tree.OutputColumn(label, tree.ColumnRef(kind, source, name))
        for label, kind, name in zip(labels, types, names, strict=True)
    )


def _operand(node: syntax.Query, scope: Scope) -> tree.Query:
    # The operands stand on the level of the operation: a correlation skips nothing.
    return scope.binding.bind_open(node, replace(scope, aliases={}))


def _order(
    order: Sequence[syntax.SortKey], columns: tuple[tree.OutputColumn, ...]
) -> tuple[tree.SortKey, ...]:
    visible = [Visible(column.name, column.expression) for column in columns]
    return tuple(sort_key(node, _sorted_column(node.expression, visible)) for node in order)


def _sorted_column(node: syntax.Expression, columns: list[Visible]) -> tree.Expression:
    index = ordinal(node, len(columns), "ORDER BY")
    if index is not None:
        return columns[index].expression
    match node:
        case syntax.Column(parts=(name,)):
            for column in columns:
                if column.name == name:
                    return column.expression
    raise InvalidColumnReference(
        "ORDER BY on a UNION/INTERSECT/EXCEPT result must be on one of the result columns",
        position=node.position,
    )
