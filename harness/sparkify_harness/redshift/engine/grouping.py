"""The query that computes the keys and aggregates of a SELECT, apart from what is made of them."""

from collections.abc import Sequence
from typing import Final

from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.traversal import walk
from sparkify_harness.redshift.types import BOOLEAN

_NAMED: Final = (tree.Scan, tree.Derived, tree.CteScan, tree.FunctionScan)


def grouping_stage(query: tree.Select) -> tuple[tree.Select, Sequence[tree.Expression]]:
    """The query of the keys and aggregates of a SELECT, in this order, and its keys."""
    keys = list(dict.fromkeys(node for keys in query.group_by for node in keys))
    aggregates = dict.fromkeys(
        part
        for root in after_grouping(query)
        for part in walk(root, into_queries=False)
        if isinstance(part, tree.Aggregate)
    )
    columns = tuple(tree.OutputColumn("k", node) for node in (*keys, *aggregates))
    stage = tree.Select(
        columns=columns or (tree.OutputColumn("k", tree.Literal(BOOLEAN, value=True)),),
        source=query.source,
        where=query.where,
        group_by=query.group_by,
        grouped=True,
    )
    return stage, keys


def after_grouping(query: tree.Select) -> list[tree.Expression]:
    """What a SELECT computes of its keys and aggregates."""
    return [
        *(column.expression for column in query.columns),
        *(part for part in (query.having, query.qualify) if part is not None),
        *(each.expression for each in query.order_by),
    ]


def is_outer(node: tree.Expression, query: tree.Select) -> bool:
    """Whether an expression is of the columns of queries around this one alone."""
    read = {part.source for part in walk(node) if isinstance(part, tree.ColumnRef)}
    below = () if query.source is None else walk(query.source, into_queries=False)
    own = {part.source for part in below if isinstance(part, _NAMED)}
    return bool(read) and not read & own
