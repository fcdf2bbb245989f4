"""SELECTs that DuckDB computes only in several steps, and what each step hands to the next.

Two things ask for it. A text key of GROUP BY is an aggregate to the engine (the shortest value of
its group), which a sub-query cannot refer to. And an expression that may raise one of Redshift's
errors is volatile to DuckDB, which takes no volatile keys for windows.
"""

from collections.abc import Iterator

from sparkify_harness.redshift.engine.duckdb.faults import may_raise
from sparkify_harness.redshift.engine.duckdb.lower_expressions import (
    LoweringContext,
    expression_sql,
)
from sparkify_harness.redshift.engine.grouping import after_grouping
from sparkify_harness.redshift.engine.wording import ignores_blanks
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.traversal import children, walk

_PLAIN = (tree.ColumnRef, tree.Literal, tree.Parameter)


def needs_grouping_first(query: tree.Select, lowering: LoweringContext) -> bool:
    """Whether keys and aggregates have to be computed before the rest."""
    return _has_correlated_text_key(query) or bool(volatile_keys(query, lowering))


def volatile_keys(query: tree.Select, lowering: LoweringContext) -> list[tree.Expression]:
    """Keys of windows that DuckDB takes for volatile."""
    keys = dict.fromkeys(
        each
        for root in after_grouping(query)
        for part in walk(root, into_queries=False)
        if isinstance(part, tree.Window)
        for each in (*part.partition_by, *(key.expression for key in part.order_by))
        if not isinstance(each, _PLAIN)
    )
    return [node for node in keys if _is_volatile(node, lowering)]


def _is_volatile(node: tree.Expression, lowering: LoweringContext) -> bool:
    if node in lowering.keys:
        return False
    return may_raise(expression_sql(node, lowering)) or any(
        isinstance(part, tree.Call) and part.overload.volatile for part in walk(node)
    )


def window_leaves(query: tree.Select, lowering: LoweringContext) -> list[tree.Expression]:
    """What the expressions of a SELECT take from its FROM, or from the step before."""
    items = () if query.source is None else walk(query.source, into_queries=False)
    own = {
        part.source
        for part in items
        if isinstance(part, tree.Scan | tree.Derived | tree.CteScan | tree.FunctionScan)
    }
    leaves: dict[tree.Expression, None] = {}
    for root in after_grouping(query):
        leaves.update(dict.fromkeys(_leaves(root, own, lowering)))
    return list(leaves)


def _leaves(node: object, own: set[str], lowering: LoweringContext) -> Iterator[tree.Expression]:
    if isinstance(node, tree.Expression) and (
        node in lowering.keys or (isinstance(node, tree.ColumnRef) and node.source in own)
    ):
        yield node
        return
    for child in children(node):
        yield from _leaves(child, own, lowering)


def _has_correlated_text_key(query: tree.Select) -> bool:
    texts = {node for keys in query.group_by for node in keys if ignores_blanks(node.type)}
    return bool(texts) and any(
        isinstance(part, tree.Select | tree.SetOperation)
        and any(isinstance(inner, tree.ColumnRef) and inner in texts for inner in walk(part))
        for root in after_grouping(query)
        for part in walk(root, into_queries=False)
    )
