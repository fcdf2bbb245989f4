"""Typed queries as PostgreSQL's SQL.

Text is grouped, made distinct and compared without its trailing blanks; of the values of a group,
which Redshift leaves open, the shortest is shown. Keys and aggregates are computed in a query of
their own, and what is made of them around it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sparkify_harness.redshift.engine.grouping import grouping_stage
from sparkify_harness.redshift.engine.postgres.functions.comparison import ignores_blanks, key
from sparkify_harness.redshift.engine.postgres.lower_expressions import (
    LoweringContext,
    column_list,
    direction,
    expression_sql,
    key_sql,
    sort_sql,
)
from sparkify_harness.redshift.engine.postgres.names import quote, table_name
from sparkify_harness.redshift.engine.postgres.types import storage_type
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.traversal import walk

_NAMED: Final = (tree.Scan, tree.Derived, tree.CteScan, tree.FunctionScan)


def query_sql(query: tree.Query, lowering: LoweringContext) -> str:
    """A query; result columns have the labels that the client sees, also where these repeat."""
    ctes = _with(query.ctes, lowering)
    match query:
        case tree.SetOperation():
            return ctes + _set_operation(query, lowering)
        case tree.Select() if query.distinct:
            return ctes + _distinct(query, lowering)
        case tree.Select() if query.grouped:
            return ctes + _grouped(query, lowering)
    return ctes + _select(query, lowering, _from_clause(query, lowering))


def _with(ctes: Sequence[tree.Cte], lowering: LoweringContext) -> str:
    """WITH and a blank, or nothing.

    A recursion without end ends with the session's ``statement_timeout``.
    """
    if not ctes:
        return ""
    recursive = "RECURSIVE " if any(cte.recursive for cte in ctes) else ""
    elements = ", ".join(
        f"{quote(cte.label)}({_names(cte.columns)}) AS ({_cte(cte, lowering)})" for cte in ctes
    )
    return f"WITH {recursive}{elements} "


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


def _names(columns: Sequence[str]) -> str:
    return ", ".join(quote(column) for column in columns)


# --- FROM ------------------------------------------------------------------------------------


def _from_clause(query: tree.Select, lowering: LoweringContext) -> str:
    return "" if query.source is None else from_sql(query.source, lowering)


def from_sql(item: tree.FromItem, lowering: LoweringContext) -> str:
    """A FROM item."""
    match item:
        case tree.Scan(source=source, relation=relation):
            return f"{table_name(relation)} AS {quote(source)}"
        case tree.Derived(source=source, query=query, columns=columns):
            return f"({query_sql(query, lowering)}) AS {quote(source)}({_names(columns)})"
        case tree.CteScan(source=source, cte=cte):
            return f"{quote(cte)} AS {quote(source)}"
        case tree.FunctionScan(source=source, call=call, columns=columns):
            value = f"CAST(value AS {storage_type(call.type)})"
            rows = f"SELECT {value} FROM {expression_sql(call, lowering)} AS rows(value)"
            return f"({rows}) AS {quote(source)}({_names(columns)})"
        case tree.Join(kind=kind, left=left, right=right, condition=condition):
            second = from_sql(right, lowering)
            if isinstance(right, tree.Join):
                second = f"({second})"
            on = "" if condition is None else f" ON {expression_sql(condition, lowering)}"
            return f"{from_sql(left, lowering)} {kind} JOIN {second}{on}"


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
    keys = [each for each in (_sorted(key, query, lowering) for key in query.order_by) if each]
    order = [f"ORDER BY {', '.join(keys)}"] if keys else []
    return " ".join([f"SELECT {labelled}", *parts, *order, *_limits(query, lowering)])


def _qualified(
    query: tree.Select, values: Sequence[str], parts: Sequence[str], lowering: LoweringContext
) -> str:
    """QUALIFY as the WHERE of a query around."""
    assert query.qualify is not None  # noqa: S101  # asked before
    keys = [key_sql(each.expression, lowering) for each in query.order_by]
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
            *_limits(query, lowering),
        ]
    )


def _limits(query: tree.Query, lowering: LoweringContext) -> list[str]:
    parts = []
    if query.limit is not None:
        parts.append(f"LIMIT {expression_sql(query.limit, lowering)}")
    if query.offset is not None:
        parts.append(f"OFFSET {expression_sql(query.offset, lowering)}")
    return parts


def _sorted(each: tree.SortKey, query: tree.Select, lowering: LoweringContext) -> str:
    """An element of ORDER BY; a constant sorts nothing."""
    if isinstance(each.expression, tree.Literal | tree.Parameter):
        return ""
    if not ignores_blanks(each.expression.type):
        for number, column in enumerate(query.columns, start=1):
            if column.expression == each.expression:
                return f"{number} {direction(each)}"
    return sort_sql([each], lowering)


# --- GROUP BY and DISTINCT -------------------------------------------------------------------


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
    parts.append(f"GROUP BY {_group_by(stage.group_by, lowering)}")
    computed = {
        column.expression: f"g.{name}" for column, name in zip(stage.columns, names, strict=True)
    }
    after = replace(lowering, keys={**lowering.outer, **computed})
    around = replace(
        query, source=None, where=query.having, group_by=(), grouped=False, having=None
    )
    return _select(around, after, f"({' '.join(parts)}) AS g({', '.join(names)})")


def _group_by(sets: Sequence[Sequence[tree.Expression]], lowering: LoweringContext) -> str:
    listed = [", ".join(key_sql(node, lowering) for node in keys) for keys in sets]
    if len(listed) < 2:
        return "".join(listed) or "()"
    return f"GROUPING SETS ({', '.join(f'({keys})' for keys in listed)})"


def _key_value(node: tree.Expression, stage: tree.Select, lowering: LoweringContext) -> str:
    """What is shown of a key: the shortest of the texts that are the same but for blanks."""
    value = expression_sql(node, lowering)
    if not ignores_blanks(node.type) or isinstance(node, tree.Literal):
        return value
    if not _is_outer(node, stage):
        value = f"min({value})"
    if len(stage.group_by) > 1:
        value = f"(CASE WHEN grouping({key_sql(node, lowering)}) = 0 THEN {value} END)"
    return value


def _is_outer(node: tree.Expression, query: tree.Select) -> bool:
    """Whether an expression is of the columns of queries around this one alone."""
    read = {part.source for part in walk(node) if isinstance(part, tree.ColumnRef)}
    below = () if query.source is None else walk(query.source, into_queries=False)
    own = {part.source for part in below if isinstance(part, _NAMED)}
    return bool(read) and not read & own


def _distinct(query: tree.Select, lowering: LoweringContext) -> str:
    """SELECT DISTINCT as a grouping of its result."""
    inner = replace(query, distinct=False, order_by=(), limit=None, offset=None, ctes=())
    names = column_list(len(query.columns))
    keys = [
        key(f"d.{name}", column.type) for name, column in zip(names, query.columns, strict=True)
    ]
    values = [
        _shown(f"d.{name}", column) for name, column in zip(names, query.columns, strict=True)
    ]
    labelled = ", ".join(
        f"{value} AS {quote(column.name)}"
        for value, column in zip(values, query.columns, strict=True)
    )
    places = {column.expression: value for column, value in zip(query.columns, keys, strict=True)}
    order = ", ".join(
        f"{places[each.expression]} {direction(each)}"
        for each in query.order_by
        if not isinstance(each.expression, tree.Literal)
    )
    return " ".join(
        [
            f"SELECT {labelled} FROM ({query_sql(inner, lowering)}) AS d({', '.join(names)})",
            f"GROUP BY {', '.join(keys)}",
            *([f"ORDER BY {order}"] if order else []),
            *_limits(query, lowering),
        ]
    )


def _shown(sql: str, column: tree.OutputColumn) -> str:
    return f"min({sql})" if ignores_blanks(column.type) else sql


# --- set operations --------------------------------------------------------------------------


def _set_operation(query: tree.SetOperation, lowering: LoweringContext) -> str:
    inside = ", ".join(
        quote(column.expression.name)
        for column in query.columns
        if isinstance(column.expression, tree.ColumnRef)
    )
    labelled = ", ".join(
        f"{expression_sql(column.expression, lowering)} AS {quote(column.name)}"
        for column in query.columns
    )
    rows = f"({_combined(query, lowering)}) AS {quote(query.source)}({inside})"
    order = f" ORDER BY {sort_sql(query.order_by, lowering)}" if query.order_by else ""
    return " ".join([f"SELECT {labelled} FROM {rows}{order}", *_limits(query, lowering)])


def _combined(query: tree.SetOperation, lowering: LoweringContext) -> str:
    left, right = (f"({query_sql(side, lowering)})" for side in (query.left, query.right))
    if query.operator == "UNION ALL" or not any(ignores_blanks(c.type) for c in query.columns):
        return f"{left} {query.operator} {right}"
    if query.operator == "UNION":
        return _one_of_each(f"{left} UNION ALL {right}", query.columns)
    # By value, texts with other blanks would be others: ask for a partner instead.
    names = column_list(len(query.columns))
    listed = ", ".join(names)
    same = " AND ".join(
        f"{key(f'l.{name}', column.type)} IS NOT DISTINCT FROM {key(f'r.{name}', column.type)}"
        for name, column in zip(names, query.columns, strict=True)
    )
    word = "EXISTS" if query.operator == "INTERSECT" else "NOT EXISTS"
    return (
        f"SELECT * FROM ({_one_of_each(left, query.columns)}) AS l({listed}) "
        f"WHERE {word} (SELECT 1 FROM {right} AS r({listed}) WHERE {same})"
    )


def _one_of_each(rows: str, columns: Sequence[tree.OutputColumn]) -> str:
    names = column_list(len(columns))
    values = ", ".join(_shown(f"e.{n}", column) for n, column in zip(names, columns, strict=True))
    keys = ", ".join(key(f"e.{n}", column.type) for n, column in zip(names, columns, strict=True))
    return f"SELECT {values} FROM ({rows}) AS e({', '.join(names)}) GROUP BY {keys}"
