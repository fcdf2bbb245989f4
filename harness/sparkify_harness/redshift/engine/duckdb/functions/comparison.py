"""Comparison: strings without regard to blanks at their end.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_comparison_condition.html
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.trimming import trimmed
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering
from sparkify_harness.redshift.sql.functions.operators import COMPARISONS
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.types import Kind, RedshiftType

COMPARED: Final = "(CASE WHEN {0} < {1} THEN -1 WHEN {0} > {1} THEN 1 WHEN {0} = {1} THEN 0 END)"
"""-1, 0 or 1, as the comparison functions answer."""


def comparison_key(sql: str, type: RedshiftType) -> str:  # noqa: A002 - the word of the domain
    """What stands for a value where equality matters: comparison, GROUP BY, DISTINCT, joins, IN."""
    if type.kind.is_text and type.kind is not Kind.CHAR:
        return trimmed(sql)
    return sql


def _of_text(symbol: str) -> Lowering:
    def compare(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del node, context
        left, right = map(trimmed, arguments)
        return f"({left} {symbol} {right})"

    return compare


LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    each: _of_text(each.name) if kind.is_text else f"({{0}} {each.name} {{1}})"
    for overloads in COMPARISONS
    for kind, each in overloads.items()
}
