"""Typed expressions as PostgreSQL's SQL.

Functions and operators go through their lowerings; nothing else of PostgreSQL's can be reached.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.postgres.casts import cast_sql
from sparkify_harness.redshift.engine.postgres.functions import lower_call
from sparkify_harness.redshift.engine.postgres.functions.comparison import key
from sparkify_harness.redshift.engine.postgres.literals import literal_sql
from sparkify_harness.redshift.engine.postgres.names import quote
from sparkify_harness.redshift.engine.postgres.types import storage_type
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.functions.aggregates import GROUPING


@dataclass(frozen=True, slots=True)
class LoweringContext:
    """What lowering an expression depends on.

    Args:
        context: The session and the moment.
        query_sql: Lowers a sub-query.
        keys: Expressions that stand for something computed already, in the query below.
        outer: Those of them that are so in the queries around this one.
    """

    context: ExecutionContext
    query_sql: Callable[[tree.Query, "LoweringContext"], str]
    keys: Mapping[tree.Expression, str] = field(default_factory=dict)
    outer: Mapping[tree.Expression, str] = field(default_factory=dict)

    def subquery(self, query: tree.Query) -> str:
        """SQL of a sub-query, in parentheses."""
        return f"({self.query_sql(query, replace(self, outer=self.keys))})"


def key_sql(node: tree.Expression, lowering: LoweringContext) -> str:
    """What an expression is compared, grouped and sorted by."""
    return key(expression_sql(node, lowering), node.type)


def expression_sql(node: tree.Expression, lowering: LoweringContext) -> str:
    """An expression; it can stand anywhere without further parentheses."""
    if (computed := lowering.keys.get(node)) is not None:
        return computed
    match node:
        case tree.Literal():
            return literal_sql(node)
        case tree.Parameter():
            return f"CAST(CAST(${node.number} AS text) AS {storage_type(node.type)})"
        case tree.ColumnRef():
            return f"{quote(node.source)}.{quote(node.name)}"
        case tree.Cast():
            return cast_sql(expression_sql(node.operand, lowering), node)
        case tree.Call():
            arguments = [expression_sql(each, lowering) for each in node.arguments]
            return lower_call(node, arguments, lowering.context)
        case tree.Aggregate():
            return _aggregate(node, lowering)
        case tree.Window():
            return _window(node, lowering)
    return _predicate(node, lowering)


def _predicate(node: tree.Expression, lowering: LoweringContext) -> str:
    match node:
        case tree.Case():
            return _case(node, lowering)
        case tree.Logical(operator="NOT", operands=(operand,)):
            return f"(NOT {expression_sql(operand, lowering)})"
        case tree.Logical():
            operands = [expression_sql(operand, lowering) for operand in node.operands]
            return f"({f' {node.operator} '.join(operands)})"
        case tree.IsNull():
            word = "IS NOT NULL" if node.negated else "IS NULL"
            return f"({expression_sql(node.operand, lowering)} {word})"
        case tree.InList():
            values = ", ".join(key_sql(value, lowering) for value in node.values)
            return f"({key_sql(node.operand, lowering)} {_in(node)} ({values}))"
        case tree.InQuery():
            return _in_query(node, lowering)
        case tree.Exists():
            word = "NOT EXISTS" if node.negated else "EXISTS"
            return f"({word} {lowering.subquery(node.query)})"
        case tree.ScalarQuery():
            return lowering.subquery(node.query)
    raise TypeError(f"no lowering for {type(node).__name__}")


def _in(node: tree.InList | tree.InQuery) -> str:
    return "NOT IN" if node.negated else "IN"


def _case(node: tree.Case, lowering: LoweringContext) -> str:
    branches = [
        f"WHEN {expression_sql(test, lowering)} THEN {expression_sql(value, lowering)}"
        for test, value in node.branches
    ]
    if node.otherwise is not None:
        branches.append(f"ELSE {expression_sql(node.otherwise, lowering)}")
    return f"(CASE {' '.join(branches)} END)"


def column_list(count: int) -> list[str]:
    """Names for columns that are told by their position."""
    return [f"c{number}" for number in range(1, count + 1)]


def _in_query(node: tree.InQuery, lowering: LoweringContext) -> str:
    operands = ", ".join(key_sql(operand, lowering) for operand in node.operands)
    names = column_list(len(node.operands))
    keys = ", ".join(
        key(f"k.{name}", column.type)
        for name, column in zip(names, node.query.columns, strict=True)
    )
    source = f"{lowering.subquery(node.query)} AS k({', '.join(names)})"
    return f"(({operands}) {_in(node)} (SELECT {keys} FROM {source}))"


# --- functions -------------------------------------------------------------------------------


def sort_sql(keys: Sequence[tree.SortKey], lowering: LoweringContext) -> str:
    """The elements of an ORDER BY, with their directions and the place of NULLs."""
    return ", ".join(f"{key_sql(each.expression, lowering)} {direction(each)}" for each in keys)


def direction(key_: tree.SortKey) -> str:
    """ASC or DESC, and where NULLs go."""
    order = "DESC" if key_.descending else "ASC"
    return f"{order} NULLS {'FIRST' if key_.nulls_first else 'LAST'}"


def _aggregate(node: tree.Aggregate, lowering: LoweringContext) -> str:
    # Inside an aggregate the keys of GROUP BY are plain columns.
    inner = replace(lowering, keys=lowering.outer)
    if node.overload.name in GROUPING:
        keys = [key_sql(each, inner) for each in node.arguments]
        return lower_call(node, keys, lowering.context)
    keys = [key_sql(each.expression, inner) for each in node.order_by]
    return lower_call(node, _arguments(node, inner), lowering.context, order_by=keys)


def _arguments(node: tree.Aggregate | tree.Window, lowering: LoweringContext) -> list[str]:
    return [expression_sql(each, lowering) for each in node.arguments]


def _window(node: tree.Window, lowering: LoweringContext) -> str:
    keys = [key_sql(each.expression, lowering) for each in node.within_group]
    return lower_call(
        node,
        _arguments(node, lowering),
        lowering.context,
        over=_over(node, lowering),
        order_by=keys,
    )


def _over(node: tree.Window, lowering: LoweringContext) -> str:
    """``OVER (...)`` of a window function."""
    parts = []
    if node.partition_by:
        keys = ", ".join(key_sql(each, lowering) for each in node.partition_by)
        parts.append(f"PARTITION BY {keys}")
    if node.order_by:
        parts.append(f"ORDER BY {sort_sql(node.order_by, lowering)}")
    if node.frame is not None:
        parts.append(f"ROWS BETWEEN {_edge(node.frame.start)} AND {_edge(node.frame.end)}")
    return f"OVER ({' '.join(parts)})"


def _edge(edge: tuple[str, int | None]) -> str:
    side, offset = edge
    if offset == 0:
        return "CURRENT ROW"
    return f"{'UNBOUNDED' if offset is None else offset} {side}"
