"""Queries of every form: SELECT, set operations, and either in parentheses."""

from dataclasses import replace

from sqlglot import exp

from sparkify_harness.redshift.errors import NotEmulated
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.bind.ctes import bind_ctes
from sparkify_harness.redshift.sql.bind.limits import bind_limit
from sparkify_harness.redshift.sql.bind.outputs import derived, settled
from sparkify_harness.redshift.sql.bind.scope import From, Scope, Source
from sparkify_harness.redshift.sql.bind.select import bind_select, order_keys
from sparkify_harness.redshift.sql.bind.setops import bind_set_operation
from sparkify_harness.redshift.sql.dialect import position


def bind_query(node: exp.Expr, scope: Scope) -> tree.Query:
    """A query whose result columns all have a type: quoted literals become VARCHAR.

    Args:
        node: The query.
        scope: A scope of its own.
    """
    return settled(bind_open(node, scope), scope.binding)


def bind_open(node: exp.Expr, scope: Scope) -> tree.Query:
    """A query whose literals in the select list still wait for a type."""
    scope, ctes = bind_ctes(node, scope)
    match node:
        case exp.Select():
            return bind_select(node, scope, ctes)
        case exp.SetOperation():
            return bind_set_operation(node, scope, ctes)
        case exp.Subquery(this=inner):
            return _parenthesised(node, bind_open(inner, scope), scope, ctes)
    raise NotEmulated(f"a query of the kind {type(node).__name__}", position=position(node))


def _parenthesised(
    node: exp.Subquery, query: tree.Query, scope: Scope, ctes: tuple[tree.Cte, ...]
) -> tree.Query:
    """``(SELECT ...) ORDER BY 1 LIMIT 2``: what stands outside applies to the result."""
    limit, offset = bind_limit(node)
    order = node.args.get("order")
    if not ctes and limit is None and offset is None and order is None:
        return query
    query = settled(query, scope.binding)
    # Its constants are those of one query, not of a query below.
    own = tuple(replace(column, untyped=False) for column in query.columns)
    item, columns = derived(replace(query, columns=own), scope.binding.label("q"))
    outputs = tuple(tree.OutputColumn(column.name, column.expression) for column in columns)
    inner = scope.reading(From(item, (Source("", columns),), columns))
    return tree.Select(
        columns=outputs,
        source=item,
        order_by=order_keys(order, outputs, inner, distinct=False),
        limit=limit,
        offset=offset,
        ctes=ctes,
    )
