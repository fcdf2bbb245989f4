"""Aggregates and window functions in DuckDB's SQL.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_Aggregate_Functions.html
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeGuard

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.casts import cast_sql
from sparkify_harness.redshift.engine.duckdb.faults import fault_sql
from sparkify_harness.redshift.engine.duckdb.functions.arithmetic import pointed_sql, raw_sql
from sparkify_harness.redshift.engine.duckdb.functions.floats import overflow_sql
from sparkify_harness.redshift.engine.duckdb.operands import once
from sparkify_harness.redshift.engine.duckdb.output import interval_microseconds, interval_months
from sparkify_harness.redshift.engine.duckdb.types import storage_type
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering, constant
from sparkify_harness.redshift.errors import ComputeFault, InvalidParameterValue, NotEmulated
from sparkify_harness.redshift.sql.functions import aggregates, windows
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.sql.tree import (
    Aggregate,
    Call,
    Cast,
    Expression,
    Literal,
    SortKey,
    Window,
)
from sparkify_harness.redshift.types import MAX_VARCHAR, Kind

_INTEGERS: Final = (Kind.SMALLINT, Kind.INTEGER, Kind.BIGINT)


_COUNT: Final = "count({distinct}{0}){over}"


def _distinct_count(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del arguments, context
    counted = "rtrim({0}, ' ')" if node.arguments[0].type.kind.is_text else "{0}"
    return f"count(DISTINCT {counted}){{over}}"


def _sum_numeric(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del arguments, context
    return f"CAST(sum({{distinct}}{{0}}){{over}} AS {storage_type(node.type)})"


def _average_numeric(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """Exact; what does not fit the argument's scale is cut off."""
    del arguments, context
    raw = raw_sql("{0}", node.arguments[0].type)
    total, number = f"sum({{distinct}}{raw}){{over}}", "count({distinct}{0}){over}"
    return pointed_sql(f"({total} // nullif({number}, 0))", node.type)


def _listagg(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """Strings in order, in at most 65,535 bytes."""
    if len(arguments) > 1:
        constant(node, 1)
    separator = "{1}" if len(arguments) > 1 else "''"
    joined = f"string_agg({{distinct}}{{0}}, {separator}{{order_by}}){{over}}"
    keys = _keys(node)
    if keys and not isinstance(node, Call) and node.distinct:
        joined = _distinct_listed(joined, separator, keys, node, context)
    fault = fault_sql(
        ComputeFault, "'Result size exceeds LISTAGG limit'", f"LISTAGG limit: {MAX_VARCHAR}"
    )
    return once(
        lambda text: f"(CASE WHEN strlen({text}) > {MAX_VARCHAR} THEN {fault} ELSE {text} END)",
        joined,
    )


_SPELLED: Final = frozenset(
    {Kind.SMALLINT, Kind.INTEGER, Kind.BIGINT, Kind.NUMERIC, Kind.DATE, Kind.TIMESTAMP}
)
_LONGEST_SPELLED: Final = 41
"""Characters of a DECIMAL with its sign and its point."""


def _keys(node: Invocation) -> Sequence[SortKey]:
    match node:
        case Aggregate():
            return node.order_by
        case Window():
            return node.within_group
    return ()


def _is_spelled_out(node: Expression) -> TypeGuard[Cast]:
    """Whether it is the text of a value, and no other value has the same."""
    return (
        isinstance(node, Cast)
        and node.operand.type.kind in _SPELLED
        and (node.type.length is None or node.type.length >= _LONGEST_SPELLED)
    )


def _distinct_listed(
    joined: str,
    separator: str,
    keys: Sequence[SortKey],
    node: Invocation,
    context: ExecutionContext,
) -> str:
    """DISTINCT values in the order of what they are before they are strings.

    DuckDB sorts DISTINCT values by themselves alone, but for those of a window.

    Raises:
        NotEmulated: They are sorted by something else.
    """
    listed = node.arguments[0]
    if all(key.expression == listed for key in keys):
        return joined
    if not _is_spelled_out(listed) or [key.expression for key in keys] != [listed.operand]:
        if isinstance(node, Window):
            return joined
        raise NotEmulated("LISTAGG(DISTINCT x) in the order of anything but x")
    order = "DESC" if keys[0].descending else "ASC"
    known = "list_filter(list(DISTINCT {ordered}){over}, lambda x: x IS NOT NULL)"
    text = cast_sql("x", listed, timezone=context.settings.get("timezone", "UTC"))
    text = text.replace("{", "{{").replace("}", "}}")
    return once(
        lambda values: (
            f"(CASE WHEN len({values}) > 0 THEN array_to_string("
            f"list_transform({values}, lambda x: {text}), {separator}) END)"
        ),
        f"list_sort({known}, '{order}')",
    )


def _percentile(function: str) -> Lowering:
    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del arguments, context
        if isinstance(node, Call):
            raise TypeError(node.overload.signature)
        keys = node.within_group if isinstance(node, Window) else node.order_by
        argument = node.arguments[0]
        fraction = argument.value if isinstance(argument, Literal) else None
        if not isinstance(fraction, float) or not 0 <= fraction <= 1:
            raise ComputeFault("Percentile value must be between 0 and 1")
        if keys and keys[0].descending:
            fraction = 1 - fraction
        target = storage_type(node.type)
        ordered = (
            f"CAST({{ordered}} AS {target})" if node.type.kind is Kind.NUMERIC else "{ordered}"
        )
        return f"CAST({function}({ordered}, {fraction}){{over}} AS {target})"

    return lower


def _median(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del arguments, context
    target = storage_type(node.type)
    argument = f"CAST({{0}} AS {target})" if node.type.kind is Kind.NUMERIC else "{0}"
    return f"CAST(median({argument}){{over}} AS {target})"


def _nth_value(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """The value of a row of the frame, counted from 1."""
    del arguments, context
    place = node.arguments[1]
    if isinstance(place, Literal) and isinstance(place.value, int) and place.value < 1:
        raise InvalidParameterValue("argument of nth_value must be greater than zero")
    return "nth_value({0}, {1}{nulls}){over}"


def _offset(function: str) -> Lowering:
    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del node, context
        distance = ", {1}" if len(arguments) > 1 else ""
        return f"{function}({{0}}{distance}{{nulls}}){{over}}"

    return lower


_OVERFLOW = overflow_sql(Kind.DOUBLE)
_FLOAT_SUM = once(
    lambda total: f"(CASE WHEN isinf({total}) THEN {_OVERFLOW} ELSE {total} END)",
    "sum({distinct}CAST({0} AS DOUBLE)){over}",
)

LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    aggregates.GROUPING: "CAST(grouping({args}) AS INTEGER)",
    aggregates.GROUPING_ID: "CAST(grouping({args}) AS INTEGER)",
    aggregates.COUNT_ROWS: "count(*){over}",
    aggregates.COUNT: _COUNT,
    aggregates.APPROXIMATE_COUNT: _COUNT,
    aggregates.HLL: _distinct_count,
    **{aggregates.SUM[kind]: "CAST(sum({distinct}{0}){over} AS BIGINT)" for kind in _INTEGERS},
    aggregates.SUM[Kind.NUMERIC]: _sum_numeric,
    **{aggregates.SUM[kind]: _FLOAT_SUM for kind in (Kind.REAL, Kind.DOUBLE)},
    aggregates.SUM[Kind.INTERVAL]: (
        f"(to_months(CAST(sum({{distinct}}{interval_months('{0}')}){{over}} AS INTEGER)) + "
        f"to_microseconds(CAST(sum({{distinct}}{interval_microseconds('{0}')}){{over}} AS BIGINT)))"
    ),
    **{
        aggregates.AVG[kind]: (
            "CAST(sum({distinct}{0}){over} // nullif(count({distinct}{0}){over}, 0) AS BIGINT)"
        )
        for kind in _INTEGERS
    },
    aggregates.AVG[Kind.NUMERIC]: _average_numeric,
    **{
        aggregates.AVG[kind]: "avg({distinct}CAST({0} AS DOUBLE)){over}"
        for kind in (Kind.REAL, Kind.DOUBLE)
    },
    **dict.fromkeys(aggregates.MIN.values(), "min({0}){over}"),
    **dict.fromkeys(aggregates.MAX.values(), "max({0}){over}"),
    aggregates.ANY_VALUE: "any_value({0}){over}",
    aggregates.STDDEV: "stddev_samp({distinct}{0}){over}",
    aggregates.STDDEV_SAMP: "stddev_samp({distinct}{0}){over}",
    aggregates.STDDEV_POP: "stddev_pop({distinct}{0}){over}",
    aggregates.VARIANCE: "var_samp({distinct}{0}){over}",
    aggregates.VAR_SAMP: "var_samp({distinct}{0}){over}",
    aggregates.VAR_POP: "var_pop({distinct}{0}){over}",
    aggregates.BOOL_AND: "bool_and({0}){over}",
    aggregates.BOOL_OR: "bool_or({0}){over}",
    **dict.fromkeys(aggregates.BIT_AND.values(), "bit_and({0}){over}"),
    **dict.fromkeys(aggregates.BIT_OR.values(), "bit_or({0}){over}"),
    aggregates.LISTAGG: _listagg,
    **dict.fromkeys(aggregates.MEDIAN.values(), _median),
    aggregates.PERCENTILE_CONT: _percentile("quantile_cont"),
    windows.PERCENTILE_DISC: _percentile("quantile_disc"),
    windows.ROW_NUMBER: "row_number(){over}",
    windows.RANK: "rank(){over}",
    windows.DENSE_RANK: "dense_rank(){over}",
    windows.PERCENT_RANK: "percent_rank(){over}",
    windows.CUME_DIST: "cume_dist(){over}",
    windows.NTILE: "ntile({0}){over}",
    windows.LAG: _offset("lag"),
    windows.LEAD: _offset("lead"),
    windows.FIRST_VALUE: "first_value({0}{nulls}){over}",
    windows.LAST_VALUE: "last_value({0}{nulls}){over}",
    windows.NTH_VALUE: _nth_value,
    windows.RATIO_TO_REPORT: "({0} / nullif(sum({0}){over}, 0))",
}
