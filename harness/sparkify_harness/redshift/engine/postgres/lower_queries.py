"""Typed queries as PostgreSQL's SQL.

Text is grouped, made distinct and compared without its trailing blanks; of the values of a group,
which Redshift leaves open, the shortest is shown. Keys and aggregates are computed in a query of
their own, and what is made of them around it.
"""

from collections.abc import Sequence
from dataclasses import replace

from sparkify_harness.redshift.engine.expressions import column_list, direction
from sparkify_harness.redshift.engine.grouping import grouping_stage
from sparkify_harness.redshift.engine.postgres.lower_expressions import (
    LoweringContext,
    expression_sql,
)
from sparkify_harness.redshift.engine.postgres.names import quote
from sparkify_harness.redshift.engine.postgres.types import storage_type
from sparkify_harness.redshift.engine.queries import (
    distinct_sql,
    from_sql,
    group_by_sql,
    limits,
    set_operation_sql,
    tail,
    text_of_group,
    with_sql,
)
from sparkify_harness.redshift.engine.wording import ignores_blanks
from sparkify_harness.redshift.sql import tree


def query_sql(query: tree.Query, lowering: LoweringContext) -> str:
    """A query; result columns have the labels that the client sees, also where these repeat."""
    # A recursion without end ends with the session's ``statement_timeout``.
    ctes = with_sql(query.ctes, lowering, lambda cte: _cte(cte, lowering))
    match query:
        case tree.SetOperation():
            return ctes + set_operation_sql(query, lowering)
        case tree.Select() if query.distinct:
            return ctes + distinct_sql(query, lowering)
        case tree.Select() if query.grouped:
            return ctes + _grouped(query, lowering)
    return ctes + _select(query, lowering, _from_clause(query, lowering))


def _cte(cte: tree.Cte, lowering: LoweringContext) -> str:
    # PostgreSQL knows a recursive element by a UNION ALL at its top, and types it by its beginning.
    if cte.recursive and isinstance(cte.query, tree.SetOperation):
        typed = [
            f"CAST(r.{name} AS {storage_type(column.type)})"
            for name, column in zip(column_list(len(cte.columns)), cte.query.columns, strict=True)
        ]
        listed = ", ".join(column_list(len(cte.columns)))
        return " UNION ALL ".join(
            f"SELECT {', '.join(typed)} FROM ({query_sql(part, lowering)}) AS r({listed})"
            for part in (cte.query.left, cte.query.right)
        )
    return query_sql(cte.query, lowering)


def _from_clause(query: tree.Select, lowering: LoweringContext) -> str:
    return "" if query.source is None else from_sql(query.source, lowering)


# --- SELECT ----------------------------------------------------------------------------------


def _select(query: tree.Select, lowering: LoweringContext, source: str) -> str:
    """A SELECT without groups."""
    values = [expression_sql(column.expression, lowering) for column in query.columns]
    parts = [f"FROM {source}"] if source else []
    if query.where is not None:
        parts.append(f"WHERE {expression_sql(query.where, lowering)}")
    if query.qualify is not None:
        return _qualified(query, values, parts, lowering)
    labelled = ", ".join(
        f"{value} AS {quote(column.name)}"
        for value, column in zip(values, query.columns, strict=True)
    )
    return " ".join([f"SELECT {labelled}", *parts, *tail(query, lowering)])


def _qualified(
    query: tree.Select, values: Sequence[str], parts: Sequence[str], lowering: LoweringContext
) -> str:
    """QUALIFY as the WHERE of a query around."""
    assert query.qualify is not None  # noqa: S101  # asked before
    keys = [lowering.key_of(each.expression) for each in query.order_by]
    names = column_list(len(values) + len(keys))
    kept = expression_sql(query.qualify, lowering)
    inner = " ".join([f"SELECT {', '.join([*values, *keys, kept])}", *parts])
    labelled = ", ".join(
        f"q.{name} AS {quote(column.name)}"
        for name, column in zip(names, query.columns, strict=False)
    )
    order = ", ".join(
        f"q.{name} {direction(each)}"
        for name, each in zip(names[len(values) :], query.order_by, strict=True)
    )
    return " ".join(
        [
            f"SELECT {labelled} FROM ({inner}) AS q({', '.join(names)}, kept) WHERE q.kept",
            *([f"ORDER BY {order}"] if order else []),
            *limits(query, lowering),
        ]
    )


# --- GROUP BY --------------------------------------------------------------------------------


def _grouped(query: tree.Select, lowering: LoweringContext) -> str:
    """Keys and aggregates in a query of their own; what is computed of them around it."""
    stage, keys = grouping_stage(query)
    names = column_list(len(stage.columns))
    values = [
        _key_value(column.expression, stage, lowering)
        if column.expression in keys
        else expression_sql(column.expression, lowering)
        for column in stage.columns
    ]
    parts = [f"SELECT {', '.join(values)}"]
    if source := _from_clause(stage, lowering):
        parts.append(f"FROM {source}")
    if stage.where is not None:
        parts.append(f"WHERE {expression_sql(stage.where, lowering)}")
    parts.append(f"GROUP BY {group_by_sql(stage.group_by, lowering)}")
    computed = {
        column.expression: f"g.{name}" for column, name in zip(stage.columns, names, strict=True)
    }
    after = replace(lowering, keys={**lowering.outer, **computed})
    around = replace(
        query, source=None, where=query.having, group_by=(), grouped=False, having=None
    )
    return _select(around, after, f"({' '.join(parts)}) AS g({', '.join(names)})")


def _key_value(node: tree.Expression, stage: tree.Select, lowering: LoweringContext) -> str:
    """What is shown of a key: the shortest of the texts that are the same but for blanks."""
    if not ignores_blanks(node.type) or isinstance(node, tree.Literal):
        return expression_sql(node, lowering)
    return text_of_group(node, stage, lowering)
