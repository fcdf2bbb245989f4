"""Aggregates and window functions in PostgreSQL's SQL.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_Aggregate_Functions.html
"""

from collections.abc import Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering
from sparkify_harness.redshift.engine.postgres.faults import NoCounterpart
from sparkify_harness.redshift.engine.postgres.functions.comparison import key
from sparkify_harness.redshift.engine.postgres.types import storage_type
from sparkify_harness.redshift.errors import ComputeFault
from sparkify_harness.redshift.sql.functions.aggregates import GROUPING
from sparkify_harness.redshift.sql.tree import Call, Literal, Window
from sparkify_harness.redshift.types import MAX_VARCHAR, Kind

_INTEGERS = ("smallint", "integer", "bigint")
_FLOATS = ("real", "double")
_SPREADS = ("stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop")
_ORDERED = (
    *_INTEGERS, "numeric", *_FLOATS, "varchar", "char", "date", "time", "timetz", "timestamp",
    "timestamptz", "interval",
)  # fmt: skip


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
            raise TypeError(node.overload.key)
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


LOWERINGS: Final[dict[str, Lowering]] = {
    **{f"{name}:any": "grouping({args})" for name in GROUPING},
    "count:*": "count(*){over}",
    "count:any": _counted(""),
    "approximate count:any": _counted(""),
    "hll:any": _counted("DISTINCT "),
    **{f"sum:{kind}": _typed("sum({distinct}{0}){over}") for kind in (*_INTEGERS, "numeric")},
    **{
        f"{name}:{kind}": f"{name}({{distinct}}CAST({{0}} AS double precision)){{over}}"
        for name in ("sum", "avg")
        for kind in _FLOATS
    },
    "sum:interval": "sum({distinct}{0}){over}",
    **{f"avg:{kind}": _average for kind in (*_INTEGERS, "numeric")},
    **{f"{name}:{kind}": f"{name}({{0}}){{over}}" for name in ("min", "max") for kind in _ORDERED},
    "any_value:any": "redshift.any_value({0}){over}",
    **{f"{name}:double": f"{name}({{distinct}}{{0}}){{over}}" for name in _SPREADS},
    **{f"{name}:boolean": f"{name}({{0}}){{over}}" for name in ("bool_and", "bool_or")},
    **{
        f"{name}:{kind}": f"{name}({{0}}){{over}}"
        for name in ("bit_and", "bit_or")
        for kind in _INTEGERS
    },
    "listagg:varchar,varchar": _listagg,
    **{
        f"median:{kind}": _median
        for kind in (*_INTEGERS, "numeric", "double", "date", "timestamp", "timestamptz")
    },
    "percentile_cont:double": _percentile("between"),
    "percentile_disc:double": _percentile("first_at"),
    **{
        f"{name}:": f"{name}(){{over}}"
        for name in ("row_number", "rank", "dense_rank", "percent_rank", "cume_dist")
    },
    "ntile:bigint": "CAST(ntile(CAST({0} AS integer)){over} AS bigint)",
    **{f"{name}:any,integer": f"{name}({{args}}){{over}}" for name in ("lag", "lead")},
    **{f"{name}:any": f"{name}({{0}}){{over}}" for name in ("first_value", "last_value")},
    "nth_value:any,bigint": "nth_value({0}, CAST({1} AS integer)){over}",
    "ratio_to_report:double": "({0} / nullif(sum({0}){over}, 0))",
}
