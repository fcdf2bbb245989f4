"""Queries of every form: SELECT, set operations, and either in parentheses."""

from dataclasses import replace
from typing import assert_never

from sparkify_harness.redshift.sql import syntax, tree
from sparkify_harness.redshift.sql.bind.ctes import bind_ctes
from sparkify_harness.redshift.sql.bind.limits import bind_limit
from sparkify_harness.redshift.sql.bind.outputs import derived, settled
from sparkify_harness.redshift.sql.bind.scope import From, Scope, Source
from sparkify_harness.redshift.sql.bind.select import bind_select, order_keys
from sparkify_harness.redshift.sql.bind.setops import bind_set_operation


def bind_query(node: syntax.Query, scope: Scope) -> tree.Query:
    """A query whose result columns all have a type: quoted literals become VARCHAR.

    Args:
        node: The query.
        scope: A scope of its own.
    """
    return settled(bind_open(node, scope), scope.binding)


def bind_open(node: syntax.Query, scope: Scope) -> tree.Query:
    """A query whose literals in the select list still wait for a type."""
    scope, ctes = bind_ctes(node.with_, scope)
    match node:
        case syntax.Select():
            return bind_select(node, scope, ctes)
        case syntax.SetOperation():
            return bind_set_operation(node, scope, ctes)
        case syntax.Subquery(query=inner):
            return _parenthesised(node, bind_open(inner, scope), scope, ctes)
        case _:
            assert_never(node)


def _parenthesised(
    node: syntax.Subquery, query: tree.Query, scope: Scope, ctes: tuple[tree.Cte, ...]
) -> tree.Query:
    """``(SELECT ...) ORDER BY 1 LIMIT 2``: what stands outside applies to the result."""
    limit, offset = bind_limit(node)
    if not ctes and limit is None and offset is None and not node.order_by:
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
        order_by=order_keys(node.order_by, outputs, inner, distinct=False),
        limit=limit,
        offset=offset,
        ctes=ctes,
    )
