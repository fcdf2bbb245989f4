"""Typed queries as DuckDB's SQL.

Text is grouped, made distinct and compared without its trailing blanks; of the values of a group,
which Redshift leaves open, the shortest is shown.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sparkify_harness.redshift.engine.duckdb.lower_expressions import (
    LoweringContext,
    column_list,
    condition_sql,
    direction,
    expression_sql,
    ignores_blanks,
    key,
    place_key_sql,
    sort_sql,
)
from sparkify_harness.redshift.engine.duckdb.lower_stages import (
    needs_grouping_first,
    volatile_keys,
    window_leaves,
)
from sparkify_harness.redshift.engine.duckdb.names import quote, table_name
from sparkify_harness.redshift.engine.duckdb.operands import is_constant
from sparkify_harness.redshift.engine.duckdb.types import storage_type
from sparkify_harness.redshift.engine.grouping import grouping_stage
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.traversal import walk
from sparkify_harness.redshift.types import Kind

_NAMED: Final = (tree.Scan, tree.Derived, tree.CteScan, tree.FunctionScan)
_OVER: Final = " OVER ("
RECURSION: Final = "temp._recursion"
"""A sequence that counts the rows of recursive queries, and ends with ``RECURSIVE_ROWS``."""

RECURSIVE_ROWS: Final = 1_000_000
"""Rows after which a recursion is taken to be without end."""

RECURSION_SIZE: Final = "temp._recursion_size"
"""A sequence that counts the size of their texts, and ends with ``RECURSIVE_KILOBYTES``."""

RECURSIVE_KILOBYTES: Final = 262_144
"""Whole kilobytes of texts in each row, in sum, after which a recursion is taken to be so."""


def query_sql(query: tree.Query, lowering: LoweringContext) -> str:
    """A query; result columns have the labels that the client sees, also where these repeat."""
    match query:
        case tree.SetOperation():
            return _set_operation(query, lowering)
        case tree.Select() if query.distinct and _any_text(query):
            return _distinct(query, lowering)
        case tree.Select() if query.grouped and needs_grouping_first(query, lowering):
            return _grouped_first(query, lowering)
    return _select(query, lowering)


def with_sql(ctes: Sequence[tree.Cte], lowering: LoweringContext) -> str:
    """WITH and a blank, or nothing."""
    if not ctes:
        return ""
    recursive = "RECURSIVE " if any(cte.recursive for cte in ctes) else ""
    elements = ", ".join(
        f"{quote(cte.label)}({_names(cte.columns)}) AS ({_cte(cte, lowering)})" for cte in ctes
    )
    return f"WITH {recursive}{elements} "


def _cte(cte: tree.Cte, lowering: LoweringContext) -> str:
    """An element of WITH.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_WITH_clause.html

    Deviates: AWS names the error of a recursion without end, and no number of rows; here it comes
    after a million of them, or 256 MB.
    """
    # DuckDB knows a recursive element by a UNION ALL at its top.
    if cte.recursive and isinstance(cte.query, tree.SetOperation):
        initial, more = (query_sql(q, lowering) for q in (cte.query.left, cte.query.right))
        rows = f"SELECT * FROM ({more}) AS r({_names(cte.columns)})"
        return f"({initial}) UNION ALL {rows} WHERE nextval('{RECURSION}') > 0{_sized(cte)}"
    return query_sql(cte.query, lowering)


def _sized(cte: tree.Cte) -> str:
    """A condition that counts each whole kilobyte of a row's texts, if it has any."""
    sizes = [
        f"coalesce(octet_length(r.{quote(name)}), 0)"
        if column.type.kind is Kind.VARBYTE
        else f"coalesce(strlen(r.{quote(name)}), 0)"
        for name, column in zip(cte.columns, cte.query.columns, strict=True)
        if storage_type(column.type) in {"VARCHAR", "BLOB"}
    ]
    if not sizes:
        return ""
    kilobytes = f"(({' + '.join(sizes)}) // 1024)"
    counted = f"list_transform(range({kilobytes}), lambda _: nextval('{RECURSION_SIZE}'))"
    return f" AND CASE WHEN {kilobytes} = 0 THEN true ELSE list_max({counted}) > 0 END"


def _names(columns: Sequence[str]) -> str:
    return ", ".join(quote(column) for column in columns)


def _any_text(query: tree.Query) -> bool:
    return any(ignores_blanks(column.type) for column in query.columns)


# --- FROM ------------------------------------------------------------------------------------


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
            # A table function streams; a list of its values would be held in memory.
            value = f"CAST(value AS {storage_type(call.type)})"
            rows = f"SELECT {value} FROM {expression_sql(call, lowering)} AS rows(value)"
            return f"({rows}) AS {quote(source)}({_names(columns)})"
        case tree.Join(kind=kind, left=left, right=right, condition=condition):
            second = from_sql(right, lowering)
            if isinstance(right, tree.Join):
                second = f"({second})"
            on = "" if condition is None else f" ON {condition_sql(condition, lowering)}"
            return f"{from_sql(left, lowering)} {kind} JOIN {second}{on}"


# --- SELECT ----------------------------------------------------------------------------------


def _select(query: tree.Select, lowering: LoweringContext, source: str = "") -> str:
    if not query.grouped and volatile_keys(query, lowering):
        return _windows_last(query, lowering, source)
    after = _grouped(query, lowering)
    columns = ", ".join(
        f"{expression_sql(column.expression, after)} AS {quote(column.name)}"
        for column in query.columns
    )
    distinct = "DISTINCT " if query.distinct else ""
    parts = [f"{with_sql(query.ctes, lowering)}SELECT {distinct}{columns}"]
    if query.source is not None:
        source = from_sql(query.source, lowering)
    if source:
        parts.append(f"FROM {source}")
    if query.where is not None:
        parts.append(f"WHERE {condition_sql(query.where, lowering)}")
    if query.group_by:
        parts.append(f"GROUP BY {_group_by(query.group_by, lowering)}")
    if query.having is not None:
        parts.append(f"HAVING {condition_sql(query.having, after)}")
    if query.qualify is not None:
        qualify = condition_sql(query.qualify, after)
        if _OVER not in columns and _OVER not in qualify:  # what NULL decides loses its window
            qualify = f"({qualify}) AND row_number(){_OVER}) > 0"
        parts.append(f"QUALIFY {qualify}")
    return " ".join([*parts, *_tail(query, after)])


def _tail(query: tree.Select, lowering: LoweringContext) -> list[str]:
    parts = []
    keys = [_sorted(each, query, lowering) for each in query.order_by]
    shown = [each for each in keys if each]
    if shown:
        parts.append(f"ORDER BY {', '.join(shown)}")
    return [*parts, *_limits(query, lowering)]


def _limits(query: tree.Query, lowering: LoweringContext) -> list[str]:
    parts = []
    if query.limit is not None:
        parts.append(f"LIMIT {expression_sql(query.limit, lowering)}")
    if query.offset is not None:
        parts.append(f"OFFSET {expression_sql(query.offset, lowering)}")
    return parts


def _sorted(each: tree.SortKey, query: tree.Select, lowering: LoweringContext) -> str:
    """An element of ORDER BY; by its number where it is a result column, so it is computed once."""
    if isinstance(each.expression, tree.Literal | tree.Parameter):
        return ""
    if not ignores_blanks(each.expression.type):
        for number, column in enumerate(query.columns, start=1):
            if column.expression == each.expression:
                return f"{number} {direction(each)}"
    return sort_sql([each], lowering)


# --- GROUP BY and DISTINCT -------------------------------------------------------------------


def _group_by(sets: Sequence[Sequence[tree.Expression]], lowering: LoweringContext) -> str:
    listed = [", ".join(place_key_sql(node, lowering) for node in keys) for keys in sets]
    if len(listed) == 1:
        return listed[0] or "()"
    return f"GROUPING SETS ({', '.join(f'({keys})' for keys in listed)})"


def _grouped(query: tree.Select, lowering: LoweringContext) -> LoweringContext:
    """How expressions are lowered after grouping: a text key is a value of its group."""
    computed: dict[tree.Expression, str] = {}
    for node in {node for keys in query.group_by for node in keys}:
        if isinstance(node, tree.Literal):
            continue
        if not ignores_blanks(node.type):
            if is_constant(expression_sql(node, lowering)):
                computed[node] = place_key_sql(node, lowering)
            continue
        value = expression_sql(node, lowering)
        if not _is_outer(node, query):
            value = f"min({value})"
        if len(query.group_by) > 1:
            value = f"(CASE WHEN grouping({place_key_sql(node, lowering)}) = 0 THEN {value} END)"
        computed[node] = value
    return replace(lowering, keys={**lowering.keys, **computed})


def _is_outer(node: tree.Expression, query: tree.Select) -> bool:
    """Whether an expression is of the columns of queries around this one alone.

    Their aggregate would be one of those queries.
    """
    read = {part.source for part in walk(node) if isinstance(part, tree.ColumnRef)}
    below = () if query.source is None else walk(query.source, into_queries=False)
    own = {part.source for part in below if isinstance(part, _NAMED)}
    return bool(read) and not read & own


def _grouped_first(query: tree.Select, lowering: LoweringContext) -> str:
    """Keys and aggregates in a query of their own; what is computed of them around it."""
    inner, keys = grouping_stage(query)
    names = column_list(len(inner.columns))
    computed = {
        column.expression: f"g.{name}" for column, name in zip(inner.columns, names, strict=True)
    }
    shared = {node: computed[node] for node in keys if not isinstance(node, tree.Literal)}
    after = replace(lowering, keys=computed, shared={**lowering.shared, **shared})
    outer = replace(query, source=None, where=query.having, group_by=(), grouped=False, having=None)
    return _select(outer, after, f"({_select(inner, lowering)}) AS g({', '.join(names)})")


def _windows_last(query: tree.Select, lowering: LoweringContext, source: str) -> str:
    """What windows are made by in a query of its own: DuckDB takes no volatile keys."""
    leaves = window_leaves(query, lowering)
    keys = volatile_keys(query, lowering)
    names = column_list(len(leaves) + len(keys))
    inner = tree.Select(
        columns=tuple(tree.OutputColumn("k", node) for node in (*leaves, *keys)),
        source=query.source,
        where=query.where,
    )
    computed = {node: f"s.{name}" for node, name in zip((*leaves, *keys), names, strict=True)}
    shared = {
        node: computed[node]
        for node in leaves
        if isinstance(node, tree.ColumnRef) or node in lowering.shared
    }
    after = replace(lowering, keys=computed, shared={**lowering.shared, **shared})
    outer = replace(query, source=None, where=None)
    return _select(outer, after, f"({_select(inner, lowering, source)}) AS s({', '.join(names)})")


def _distinct(query: tree.Select, lowering: LoweringContext) -> str:
    """SELECT DISTINCT over text, as a grouping of its result."""
    inner = replace(query, distinct=False, order_by=(), limit=None, offset=None, ctes=())
    names = [f"d.{name}" for name in column_list(len(query.columns))]
    keys = [key(name, column.type) for name, column in zip(names, query.columns, strict=True)]
    columns = ", ".join(
        f"{f'min({name})' if ignores_blanks(column.type) else name} AS {quote(column.name)}"
        for name, column in zip(names, query.columns, strict=True)
    )
    places = {column.expression: value for column, value in zip(query.columns, keys, strict=True)}
    order = ", ".join(
        f"{places[each.expression]} {direction(each)}"
        for each in query.order_by
        if not isinstance(each.expression, tree.Literal)
    )
    listed = ", ".join(column_list(len(query.columns)))
    parts = [
        f"{with_sql(query.ctes, lowering)}SELECT {columns}",
        f"FROM ({query_sql(inner, lowering)}) AS d({listed})",
        f"GROUP BY {', '.join(keys)}",
        *([f"ORDER BY {order}"] if order else []),
    ]
    return " ".join([*parts, *_limits(query, lowering)])


# --- set operations --------------------------------------------------------------------------


def _set_operation(query: tree.SetOperation, lowering: LoweringContext) -> str:
    inside = ", ".join(
        quote(column.expression.name)
        for column in query.columns
        if isinstance(column.expression, tree.ColumnRef)
    )
    columns = ", ".join(
        f"{expression_sql(column.expression, lowering)} AS {quote(column.name)}"
        for column in query.columns
    )
    parts = [
        f"{with_sql(query.ctes, lowering)}SELECT {columns}",
        f"FROM ({_combined(query, lowering)}) AS {quote(query.source)}({inside})",
    ]
    if query.order_by:
        parts.append(f"ORDER BY {sort_sql(query.order_by, lowering)}")
    return " ".join([*parts, *_limits(query, lowering)])


def _combined(query: tree.SetOperation, lowering: LoweringContext) -> str:
    if query.operator == "UNION ALL":
        return _together(query, "UNION ALL", lowering)
    if not _any_text(query):
        return _together(query, query.operator, lowering)
    if query.operator == "UNION":
        return _one_of_each(_together(query, "UNION ALL", lowering), query.columns)
    left, right = (f"({query_sql(side, lowering)})" for side in (query.left, query.right))
    # INTERSECT and EXCEPT compare by value: ask for a partner instead.
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


def _together(query: tree.SetOperation, word: str, lowering: LoweringContext) -> str:
    """The operands of a chain of one operator, side by side."""
    operands: list[tree.Query] = []
    rest: tree.Query = query
    while (
        isinstance(rest, tree.SetOperation)
        and rest.operator == query.operator
        and (rest is query or (query.operator.startswith("UNION") and _bare(rest)))
    ):
        operands.append(rest.right)
        rest = rest.left
    operands.append(rest)
    return f" {word} ".join(f"({query_sql(each, lowering)})" for each in reversed(operands))


def _bare(query: tree.SetOperation) -> bool:
    return not (query.order_by or query.ctes or query.limit or query.offset)


def _one_of_each(rows: str, columns: Sequence[tree.OutputColumn]) -> str:
    names = [f"e.{name}" for name in column_list(len(columns))]
    values = ", ".join(
        f"min({name})" if ignores_blanks(column.type) else name
        for name, column in zip(names, columns, strict=True)
    )
    keys = ", ".join(key(name, column.type) for name, column in zip(names, columns, strict=True))
    listed = ", ".join(column_list(len(columns)))
    return f"SELECT {values} FROM ({rows}) AS e({listed}) GROUP BY {keys}"
