"""Conditional functions in DuckDB's SQL."""

from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.functions.comparison import comparison_key
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering
from sparkify_harness.redshift.sql.functions import conditional
from sparkify_harness.redshift.sql.functions.registry import Overload


def _decode(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """NULL equals NULL here, unlike in CASE."""
    del context
    types = [item.type for item in node.arguments]
    value = comparison_key(arguments[0], types[0])
    pairs = (len(arguments) - 1) // 2
    branches = " ".join(
        f"WHEN {value} IS NOT DISTINCT FROM {comparison_key(arguments[index], types[index])} "
        f"THEN {arguments[index + 1]}"
        for index in range(1, 2 * pairs, 2)
    )
    otherwise = f" ELSE {arguments[-1]}" if len(arguments) % 2 == 0 else ""
    return f"(CASE {branches}{otherwise} END)"


def _nullif(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del context
    left, right = (
        comparison_key(sql, item.type) for sql, item in zip(arguments, node.arguments, strict=True)
    )
    return f"(CASE WHEN {left} = {right} THEN NULL ELSE {arguments[0]} END)"


LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    conditional.COALESCE: "coalesce({args})",
    conditional.NVL: "coalesce({args})",
    conditional.ISNULL: "coalesce({args})",
    conditional.NVL2: "(CASE WHEN {0} IS NOT NULL THEN {1} ELSE {2} END)",
    conditional.NULLIF: _nullif,
    conditional.GREATEST: "greatest({args})",
    conditional.LEAST: "least({args})",
    conditional.DECODE: _decode,
}
