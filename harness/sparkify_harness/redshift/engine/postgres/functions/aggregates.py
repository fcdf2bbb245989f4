"""Aggregates and window functions in PostgreSQL's SQL.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_Aggregate_Functions.html
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering
from sparkify_harness.redshift.engine.postgres.faults import NoCounterpart
from sparkify_harness.redshift.engine.postgres.functions.comparison import key
from sparkify_harness.redshift.engine.postgres.types import storage_type
from sparkify_harness.redshift.errors import ComputeFault
from sparkify_harness.redshift.sql.functions import aggregates, windows
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.sql.tree import Call, Literal, Window
from sparkify_harness.redshift.types import MAX_VARCHAR, Kind

_INTEGERS: Final = (Kind.SMALLINT, Kind.INTEGER, Kind.BIGINT)
_FLOATS: Final = (Kind.REAL, Kind.DOUBLE)


def _typed(template: str) -> Lowering:
    """A template, still unfilled, whose value gets the storage type of the result."""

    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del arguments, context
        return f"CAST({template} AS {storage_type(node.type)})"

    return lower


def _counted(distinct: str) -> Lowering:
    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del arguments, context
        is_distinct = distinct or (not isinstance(node, Call) and node.distinct)
        value = key("{0}", node.arguments[0].type) if is_distinct else "{0}"
        return f"count({distinct or '{distinct}'}{value}){{over}}"

    return lower


def _average(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """Exact; what does not fit the scale is cut off."""
    del arguments, context
    scale = node.type.scale or 0
    total = f"CAST(sum({{distinct}}{{0}}){{over}} AS numeric) * 1{'0' * scale}"
    whole = f"div({total}, nullif(count({{distinct}}{{0}}){{over}}, 0))"
    unit = f"0.{'1'.zfill(scale)}" if scale else "1"
    return f"CAST({whole} * {unit} AS {storage_type(node.type)})"


def _fraction(node: Invocation) -> float:
    argument = node.arguments[0]
    fraction = argument.value if isinstance(argument, Literal) else None
    if not isinstance(fraction, float) or not 0 <= fraction <= 1:
        raise ComputeFault("Percentile value must be between 0 and 1")
    return fraction


def _percentile(function: str) -> Lowering:
    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del arguments, context
        if isinstance(node, Call):
            raise TypeError(node.overload.signature)
        keys = node.within_group if isinstance(node, Window) else node.order_by
        fraction = _fraction(node)
        if keys and keys[0].descending:
            fraction = 1 - fraction
        return _of_sorted(function, "{ordered}", str(fraction), node)

    return lower


def _of_sorted(function: str, value: str, fraction: str, node: Invocation) -> str:
    kinds = {Kind.NUMERIC: "numeric", Kind.DATE: "timestamp", Kind.REAL: "double precision"}
    of = kinds.get(node.type.kind, storage_type(node.type))
    kept = f"array_agg(CAST({value} AS {of})){{over}}"
    return f"CAST(redshift.{function}({kept}, {fraction}) AS {storage_type(node.type)})"


def _median(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del arguments, context
    return _of_sorted("between", "{0}", "0.5", node)


def _listagg(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """Strings in order, in at most 65,535 bytes."""
    del context
    if isinstance(node, Window) and node.within_group:
        raise NoCounterpart("LISTAGG with OVER and an order")
    if not isinstance(node, Call) and not isinstance(node, Window) and node.distinct:
        listed = [each.expression for each in node.order_by]
        if any(each != node.arguments[0] for each in listed):
            raise NoCounterpart("LISTAGG(DISTINCT x) in the order of anything but x")
        if listed and any(character in arguments[0] for character in "{}"):
            raise NoCounterpart("LISTAGG(DISTINCT x) of a constant")
    separator = "{1}" if len(arguments) > 1 else "''"
    ordered = "{order_by}"
    joined = f"string_agg({{distinct}}{{0}}, {separator}{ordered}){{over}}"
    return f"redshift.listed({joined}, {MAX_VARCHAR})"


LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    aggregates.GROUPING: "grouping({args})",
    aggregates.GROUPING_ID: "grouping({args})",
    aggregates.COUNT_ROWS: "count(*){over}",
    aggregates.COUNT: _counted(""),
    aggregates.APPROXIMATE_COUNT: _counted(""),
    aggregates.HLL: _counted("DISTINCT "),
    **{
        aggregates.SUM[kind]: _typed("sum({distinct}{0}){over}")
        for kind in (*_INTEGERS, Kind.NUMERIC)
    },
    **{
        aggregates.SUM[kind]: "sum({distinct}CAST({0} AS double precision)){over}"
        for kind in _FLOATS
    },
    **{
        aggregates.AVG[kind]: "avg({distinct}CAST({0} AS double precision)){over}"
        for kind in _FLOATS
    },
    aggregates.SUM[Kind.INTERVAL]: "sum({distinct}{0}){over}",
    **{aggregates.AVG[kind]: _average for kind in (*_INTEGERS, Kind.NUMERIC)},
    **{
        each: f"{each.name}({{0}}){{over}}"
        for overloads in (aggregates.MIN, aggregates.MAX)
        for kind, each in overloads.items()
        if kind is not Kind.VARBYTE
    },
    aggregates.ANY_VALUE: "redshift.any_value({0}){over}",
    aggregates.STDDEV: "stddev({distinct}{0}){over}",
    aggregates.STDDEV_SAMP: "stddev_samp({distinct}{0}){over}",
    aggregates.STDDEV_POP: "stddev_pop({distinct}{0}){over}",
    aggregates.VARIANCE: "variance({distinct}{0}){over}",
    aggregates.VAR_SAMP: "var_samp({distinct}{0}){over}",
    aggregates.VAR_POP: "var_pop({distinct}{0}){over}",
    aggregates.BOOL_AND: "bool_and({0}){over}",
    aggregates.BOOL_OR: "bool_or({0}){over}",
    **dict.fromkeys(aggregates.BIT_AND.values(), "bit_and({0}){over}"),
    **dict.fromkeys(aggregates.BIT_OR.values(), "bit_or({0}){over}"),
    aggregates.LISTAGG: _listagg,
    **dict.fromkeys(aggregates.MEDIAN.values(), _median),
    aggregates.PERCENTILE_CONT: _percentile("between"),
    windows.PERCENTILE_DISC: _percentile("first_at"),
    windows.ROW_NUMBER: "row_number(){over}",
    windows.RANK: "rank(){over}",
    windows.DENSE_RANK: "dense_rank(){over}",
    windows.PERCENT_RANK: "percent_rank(){over}",
    windows.CUME_DIST: "cume_dist(){over}",
    windows.NTILE: "CAST(ntile(CAST({0} AS integer)){over} AS bigint)",
    windows.LAG: "lag({args}){over}",
    windows.LEAD: "lead({args}){over}",
    windows.FIRST_VALUE: "first_value({0}){over}",
    windows.LAST_VALUE: "last_value({0}){over}",
    windows.NTH_VALUE: "nth_value({0}, CAST({1} AS integer)){over}",
    windows.RATIO_TO_REPORT: "({0} / nullif(sum({0}){over}, 0))",
}
