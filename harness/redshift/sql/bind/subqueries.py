"""Queries inside expressions, and the correlations that Redshift cannot decorrelate.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_correlated_subqueries.html
"""

from collections.abc import Sequence

from sqlglot import exp

from harness.redshift.errors import SyntaxFault
from harness.redshift.sql import tree
from harness.redshift.sql.bind.outputs import coerced
from harness.redshift.sql.bind.scope import Scope, correlation_fault
from harness.redshift.sql.bind.traversal import walk
from harness.redshift.sql.functions.resolve import resolve
from harness.redshift.types import BOOLEAN


def _bind(node: exp.Expr, scope: Scope, *, compared: bool = False) -> tree.Query:
    inner = scope.below()
    query = scope.binding.bind_query(node, inner)
    if inner.outer_references and (scope.outer_join or not _decorrelates(query, compared=compared)):
        scope.binding.compute_faults.append(correlation_fault())
    return query


def _decorrelates(query: tree.Query, *, compared: bool) -> bool:
    """Whether the planner can turn a correlated sub-query into a join.

    LIMIT is not in the documented list of what it cannot; users report that it is refused as well.

    Args:
        query: The sub-query.
        compared: Whether it stands after IN.
    """
    if query.limit is not None or query.offset is not None:
        return False
    parts = [part for column in _columns(query) for part in walk(column, into_queries=False)]
    if any(isinstance(part, tree.Window) for part in parts):
        return False
    aggregates = {part.overload.name for part in parts if isinstance(part, tree.Aggregate)}
    grouped = isinstance(query, tree.Select) and bool(query.group_by)
    return not (compared and grouped and aggregates - {"min", "max"})


def _columns(query: tree.Query) -> tuple[tree.OutputColumn, ...]:
    if isinstance(query, tree.Select):
        return query.columns
    return (*_columns(query.left), *_columns(query.right))


def bind_exists(node: exp.Expr, scope: Scope) -> tree.Exists:
    """``EXISTS (SELECT ...)``."""
    return tree.Exists(BOOLEAN, _bind(node, scope))


def bind_scalar(node: exp.Expr, scope: Scope) -> tree.ScalarQuery:
    """A query of one column as a value."""
    query = _bind(node, scope)
    if len(query.columns) != 1:
        raise SyntaxFault("subquery must return only one column")
    return tree.ScalarQuery(query.columns[0].type, query)


def bind_in(
    operands: Sequence[tree.Expression], node: exp.Expr, scope: Scope, place: int | None
) -> tree.InQuery:
    """``(x, y) IN (SELECT ...)``; each pair finds its own equality."""
    query = _bind(node, scope, compared=True)
    if len(query.columns) > len(operands):
        raise SyntaxFault("subquery has too many columns", position=place)
    if len(query.columns) < len(operands):
        raise SyntaxFault("subquery has too few columns", position=place)
    pairs = [
        resolve("=", [operand, tree.ColumnRef(column.type, "", column.name)], position=place)
        for operand, column in zip(operands, query.columns, strict=True)
    ]
    wanted = [pair.arguments[1].type for pair in pairs]
    return tree.InQuery(
        BOOLEAN, tuple(pair.arguments[0] for pair in pairs), coerced(query, wanted, scope.binding)
    )
