"""Typed expressions as PostgreSQL's SQL.

Functions and operators go through their lowerings; nothing else of PostgreSQL's can be reached.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sparkify_harness.redshift.catalog.relations import Relation
from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.expressions import (
    column_list,
    membership,
    over_sql,
    predicate_sql,
)
from sparkify_harness.redshift.engine.postgres.casts import cast_sql
from sparkify_harness.redshift.engine.postgres.functions import lower_call
from sparkify_harness.redshift.engine.postgres.functions.comparison import key
from sparkify_harness.redshift.engine.postgres.literals import literal_sql
from sparkify_harness.redshift.engine.postgres.names import quote, table_name
from sparkify_harness.redshift.engine.postgres.types import storage_type
from sparkify_harness.redshift.engine.wording import Wording
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.types import RedshiftType


@dataclass(frozen=True, slots=True)
class LoweringContext(Wording):
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

    def query(self, query: tree.Query) -> str:
        """A query, as part of another."""
        return self.query_sql(query, self)

    def subquery(self, query: tree.Query) -> str:
        """SQL of a sub-query, in parentheses."""
        return f"({self.query_sql(query, replace(self, outer=self.keys))})"

    def expression(self, node: tree.Expression) -> str:
        """An expression; it can stand anywhere without further parentheses."""
        return expression_sql(node, self)

    def key(self, sql: str, kind: RedshiftType) -> str:
        """What a value is compared, grouped and sorted by."""
        return key(sql, kind)

    def quoted(self, name: str) -> str:
        """An identifier."""
        return quote(name)

    def table(self, relation: Relation) -> str:
        """The name of what stores a relation."""
        return table_name(relation)

    def stored(self, kind: RedshiftType) -> str:
        """PostgreSQL's type."""
        return storage_type(kind)


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
        case tree.InQuery():
            return _in_query(node, lowering)
    return predicate_sql(node, lowering)


def _case(node: tree.Case, lowering: LoweringContext) -> str:
    branches = [
        f"WHEN {expression_sql(test, lowering)} THEN {expression_sql(value, lowering)}"
        for test, value in node.branches
    ]
    if node.otherwise is not None:
        branches.append(f"ELSE {expression_sql(node.otherwise, lowering)}")
    return f"(CASE {' '.join(branches)} END)"


def _in_query(node: tree.InQuery, lowering: LoweringContext) -> str:
    operands = ", ".join(lowering.key_of(operand) for operand in node.operands)
    names = column_list(len(node.operands))
    keys = ", ".join(
        key(f"k.{name}", column.type)
        for name, column in zip(names, node.query.columns, strict=True)
    )
    source = f"{lowering.subquery(node.query)} AS k({', '.join(names)})"
    return f"(({operands}) {membership(node)} (SELECT {keys} FROM {source}))"


# --- functions -------------------------------------------------------------------------------


def _aggregate(node: tree.Aggregate, lowering: LoweringContext) -> str:
    # Inside an aggregate the keys of GROUP BY are plain columns.
    inner = replace(lowering, keys=lowering.outer)
    if node.overload.grouping:
        keys = [inner.key_of(each) for each in node.arguments]
        return lower_call(node, keys, lowering.context)
    keys = [inner.key_of(each.expression) for each in node.order_by]
    return lower_call(node, _arguments(node, inner), lowering.context, order_by=keys)


def _arguments(node: tree.Aggregate | tree.Window, lowering: LoweringContext) -> list[str]:
    return [expression_sql(each, lowering) for each in node.arguments]


def _window(node: tree.Window, lowering: LoweringContext) -> str:
    keys = [lowering.key_of(each.expression) for each in node.within_group]
    return lower_call(
        node,
        _arguments(node, lowering),
        lowering.context,
        over=over_sql(node, lowering),
        order_by=keys,
    )
