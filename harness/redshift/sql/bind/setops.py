"""UNION, INTERSECT and EXCEPT.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_UNION.html
"""

from dataclasses import replace
from typing import Final

from sqlglot import exp

from harness.redshift.errors import InvalidColumnReference, SyntaxFault, Unsupported
from harness.redshift.sql import tree
from harness.redshift.sql.bind.limits import bind_limit
from harness.redshift.sql.bind.ordering import ordinal, sort_key
from harness.redshift.sql.bind.outputs import coerced, distinct_names
from harness.redshift.sql.bind.scope import Scope, Visible
from harness.redshift.sql.coercion import common_type
from harness.redshift.sql.dialect import position

_OPERATORS: Final[dict[type[exp.Expr], str]] = {
    exp.Union: "UNION",
    exp.Intersect: "INTERSECT",
    exp.Except: "EXCEPT",
}


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
    if word != "UNION" and not node.args.get("distinct"):
        raise Unsupported(f"{word} ALL is not supported", position=position(node))
    left, right = (_operand(side, scope) for side in (node.this, node.expression))
    if len(left.columns) != len(right.columns):
        raise SyntaxFault(f"each {word} query must have the same number of columns")
    types = [
        common_type([one.expression, other.expression], word)
        for one, other in zip(left.columns, right.columns, strict=True)
    ]
    source = binding.label("u")
    names = distinct_names([column.name for column in left.columns])
    columns = tuple(
        tree.OutputColumn(column.name, tree.ColumnRef(kind, source, name))
        for column, kind, name in zip(left.columns, types, names, strict=True)
    )
    limit, offset = bind_limit(node)
    return tree.SetOperation(
        word if node.args.get("distinct") else f"{word} ALL",
        coerced(left, types, binding),
        coerced(right, types, binding),
        columns,
        source,
        _order(node.args.get("order"), columns),
        limit,
        offset,
        ctes,
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
