"""PostgreSQL's SQL for the registered functions and operators that it has a counterpart of."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.expressions import sorted_by
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering, is_null
from sparkify_harness.redshift.engine.postgres.faults import NoCounterpart
from sparkify_harness.redshift.engine.postgres.functions import (
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
from sparkify_harness.redshift.engine.postgres.functions.absent import ABSENT
from sparkify_harness.redshift.engine.postgres.types import storage_type
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
"""``absent.ABSENT`` says of each overload that is not here why there is none."""


def lower_call(
    node: Invocation,
    arguments: Sequence[str],
    context: ExecutionContext,
    *,
    over: str = "",
    order_by: Sequence[str] = (),
) -> str:
    """PostgreSQL's SQL for a function, operator, aggregate or window function.

    Args:
        node: The call.
        arguments: SQL of its arguments, in order.
        context: The session, for functions that answer from it.
        over: ``OVER (...)`` of a window function, complete.
        order_by: SQL of the expressions in WITHIN GROUP (ORDER BY ...), without direction.

    Returns:
        A parenthesised or otherwise closed expression.

    Raises:
        NoCounterpart: PostgreSQL has none.
    """
    lowering = LOWERINGS.get(node.overload)
    if lowering is None:
        raise NoCounterpart(f"{node.overload.signature}, {ABSENT[node.overload]}")
    if isinstance(node, Aggregate | Window):
        template = lowering if isinstance(lowering, str) else lowering(arguments, node, context)
        return _aggregate(node, template, arguments, over=over, order_by=order_by)
    if is_null(node):
        return f"CAST(NULL AS {storage_type(node.type)})"
    if isinstance(lowering, str):
        return lowering.format(*arguments, args=", ".join(arguments))
    return lowering(arguments, node, context)


def _aggregate(
    node: Aggregate | Window,
    template: str,
    arguments: Sequence[str],
    *,
    over: str,
    order_by: Sequence[str],
) -> str:
    if isinstance(node, Window):
        if node.ignore_nulls:
            raise NoCounterpart("IGNORE NULLS")
        if node.distinct:
            raise NoCounterpart("DISTINCT in a window function")
    keys = node.order_by if isinstance(node, Aggregate) else node.within_group
    return template.format(
        *arguments,
        args=", ".join(arguments),
        over=f" {over}" if over else "",
        distinct="DISTINCT " if node.distinct else "",
        order_by=f" ORDER BY {sorted_by(keys, order_by)}" if keys else "",
        ordered=order_by[0] if order_by else "",
    )
