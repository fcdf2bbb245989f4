"""Typed queries as DuckDB's SQL.

Text is grouped, made distinct and compared without its trailing blanks; of the values of a group,
which Redshift leaves open, the shortest is shown.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sparkify_harness.redshift.engine.duckdb.lower_expressions import (
    LoweringContext,
    condition_sql,
    expression_sql,
)
from sparkify_harness.redshift.engine.duckdb.lower_stages import (
    needs_grouping_first,
    volatile_keys,
    window_leaves,
)
from sparkify_harness.redshift.engine.duckdb.names import quote
from sparkify_harness.redshift.engine.duckdb.operands import is_constant
from sparkify_harness.redshift.engine.duckdb.types import storage_type
from sparkify_harness.redshift.engine.expressions import column_list
from sparkify_harness.redshift.engine.grouping import grouping_stage
from sparkify_harness.redshift.engine.queries import (
    any_text,
    distinct_sql,
    from_sql,
    group_by_sql,
    listed,
    set_operation_sql,
    tail,
    text_of_group,
    with_sql,
)
from sparkify_harness.redshift.engine.wording import ignores_blanks
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.types import Kind

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
    return ctes_sql(query.ctes, lowering) + _without_ctes(query, lowering)


def _without_ctes(query: tree.Query, lowering: LoweringContext) -> str:
    match query:
        case tree.SetOperation():
            return set_operation_sql(query, lowering)
        case tree.Select() if query.distinct and any_text(query):
            return distinct_sql(query, lowering)
        case tree.Select() if query.grouped and needs_grouping_first(query, lowering):
            return _grouped_first(query, lowering)
    return _select(query, lowering)


def ctes_sql(ctes: Sequence[tree.Cte], lowering: LoweringContext) -> str:
    """WITH and a blank, or nothing."""
    return with_sql(ctes, lowering, lambda cte: _cte(cte, lowering))


def _cte(cte: tree.Cte, lowering: LoweringContext) -> str:
    """An element of WITH.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_WITH_clause.html

    Deviates: AWS names the error of a recursion without end, and no number of rows; here it comes
    after a million of them, or 256 MB.
    """
    # DuckDB knows a recursive element by a UNION ALL at its top.
    if cte.recursive and isinstance(cte.query, tree.SetOperation):
        initial, more = (query_sql(q, lowering) for q in (cte.query.left, cte.query.right))
        rows = f"SELECT * FROM ({more}) AS r({listed(cte.columns, lowering)})"
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
    parts = [f"SELECT {distinct}{columns}"]
    if query.source is not None:
        source = from_sql(query.source, lowering)
    if source:
        parts.append(f"FROM {source}")
    if query.where is not None:
        parts.append(f"WHERE {condition_sql(query.where, lowering)}")
    if query.group_by:
        parts.append(f"GROUP BY {group_by_sql(query.group_by, lowering)}")
    if query.having is not None:
        parts.append(f"HAVING {condition_sql(query.having, after)}")
    if query.qualify is not None:
        qualify = condition_sql(query.qualify, after)
        if _OVER not in columns and _OVER not in qualify:  # what NULL decides loses its window
            qualify = f"({qualify}) AND row_number(){_OVER}) > 0"
        parts.append(f"QUALIFY {qualify}")
    return " ".join([*parts, *tail(query, after)])


# --- GROUP BY --------------------------------------------------------------------------------


def _grouped(query: tree.Select, lowering: LoweringContext) -> LoweringContext:
    """How expressions are lowered after grouping: a text key is a value of its group."""
    computed: dict[tree.Expression, str] = {}
    for node in {node for keys in query.group_by for node in keys}:
        if isinstance(node, tree.Literal):
            continue
        if not ignores_blanks(node.type):
            if is_constant(expression_sql(node, lowering)):
                computed[node] = lowering.place_key_of(node)
            continue
        computed[node] = text_of_group(node, query, lowering)
    return replace(lowering, keys={**lowering.keys, **computed})


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
