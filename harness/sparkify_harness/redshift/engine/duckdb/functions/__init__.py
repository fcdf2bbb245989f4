"""DuckDB's SQL for every registered function and operator."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.functions import (
    aggregates,
    arithmetic,
    binary,
    comparison,
    conditional,
    conversion,
    dates,
    hashes,
    intervals,
    json,
    math,
    patterns,
    session,
    strings,
    zones,
)
from sparkify_harness.redshift.engine.duckdb.operands import once
from sparkify_harness.redshift.engine.duckdb.types import storage_type
from sparkify_harness.redshift.engine.expressions import sorted_by
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering, is_null
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.sql.tree import Aggregate, Window

LOWERINGS: Final[Mapping[Overload, Lowering]] = MappingProxyType(
    {
        **arithmetic.LOWERINGS,
        **comparison.LOWERINGS,
        **patterns.LOWERINGS,
        **strings.LOWERINGS,
        **math.LOWERINGS,
        **intervals.LOWERINGS,
        **dates.LOWERINGS,
        **zones.LOWERINGS,
        **hashes.LOWERINGS,
        **conversion.LOWERINGS,
        **binary.LOWERINGS,
        **json.LOWERINGS,
        **conditional.LOWERINGS,
        **aggregates.LOWERINGS,
        **session.LOWERINGS,
    }
)


_PARAMETER: Final = re.compile(r"\$\d")


def lower_call(
    node: Invocation,
    arguments: Sequence[str],
    context: ExecutionContext,
    *,
    over: str = "",
    order_by: Sequence[str] = (),
) -> str:
    """DuckDB's SQL for a function, operator, aggregate or window function.

    Args:
        node: The call.
        arguments: SQL of its arguments, in order.
        context: The session, for functions that answer from it.
        over: ``OVER (...)`` of a window function, complete.
        order_by: SQL of the expressions in WITHIN GROUP (ORDER BY ...), without direction.

    Returns:
        A parenthesised or otherwise closed expression.
    """
    lowering = LOWERINGS[node.overload]
    if isinstance(node, Aggregate | Window):
        template = lowering if isinstance(lowering, str) else lowering(arguments, node, context)
        keys = node.order_by if isinstance(node, Aggregate) else node.within_group
        return template.format(
            *arguments,
            args=", ".join(arguments),
            over=f" {over}" if over else "",
            distinct="DISTINCT " if node.distinct else "",
            order_by=f" ORDER BY {sorted_by(keys, order_by)}" if keys else "",
            ordered=order_by[0] if order_by else "",
            nulls=" IGNORE NULLS" if isinstance(node, Window) and node.ignore_nulls else "",
        )

    if is_null(node):
        return _null(arguments, storage_type(node.type))

    def build(*operands: str) -> str:
        if isinstance(lowering, str):
            return lowering.format(*operands, args=", ".join(operands))
        return lowering(operands, node, context)

    return once(build, *arguments, lazy=node.overload.lazy)


def _null(arguments: Sequence[str], target: str) -> str:
    """NULL, for which parameters are still read: DuckDB counts those that stand in a statement."""
    null = f"CAST(NULL AS {target})"
    sent = [f"{sql} IS NULL" for sql in arguments if _PARAMETER.search(sql)]
    return f"(CASE WHEN {' AND '.join(sent)} THEN {null} ELSE {null} END)" if sent else null
