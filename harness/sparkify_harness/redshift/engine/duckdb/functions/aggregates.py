"""Aggregates and window functions in DuckDB's SQL.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_Aggregate_Functions.html
"""

from collections.abc import Sequence
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
from sparkify_harness.redshift.sql.functions.aggregates import GROUPING
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

_INTEGERS = ("smallint", "integer", "bigint")
_ORDERED = (
    *_INTEGERS, "numeric", "real", "double", "varchar", "char", "date", "time", "timetz",
    "timestamp", "timestamptz", "interval", "varbyte",
)  # fmt: skip


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
            raise TypeError(node.overload.key)
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

LOWERINGS: Final[dict[str, Lowering]] = {
    **{f"{name}:any": "CAST(grouping({args}) AS INTEGER)" for name in GROUPING},
    "count:*": "count(*){over}",
    "count:any": _COUNT,
    "approximate count:any": _COUNT,
    "hll:any": _distinct_count,
    **{f"sum:{kind}": "CAST(sum({distinct}{0}){over} AS BIGINT)" for kind in _INTEGERS},
    "sum:numeric": _sum_numeric,
    **{f"sum:{kind}": _FLOAT_SUM for kind in ("real", "double")},
    "sum:interval": (
        f"(to_months(CAST(sum({{distinct}}{interval_months('{0}')}){{over}} AS INTEGER)) + "
        f"to_microseconds(CAST(sum({{distinct}}{interval_microseconds('{0}')}){{over}} AS BIGINT)))"
    ),
    **{
        f"avg:{kind}": (
            "CAST(sum({distinct}{0}){over} // nullif(count({distinct}{0}){over}, 0) AS BIGINT)"
        )
        for kind in _INTEGERS
    },
    "avg:numeric": _average_numeric,
    **{f"avg:{kind}": "avg({distinct}CAST({0} AS DOUBLE)){over}" for kind in ("real", "double")},
    **{f"{name}:{kind}": f"{name}({{0}}){{over}}" for name in ("min", "max") for kind in _ORDERED},
    "any_value:any": "any_value({0}){over}",
    **{
        f"{name}:double": f"{function}({{distinct}}{{0}}){{over}}"
        for name, function in (
            ("stddev", "stddev_samp"),
            ("stddev_samp", "stddev_samp"),
            ("stddev_pop", "stddev_pop"),
            ("variance", "var_samp"),
            ("var_samp", "var_samp"),
            ("var_pop", "var_pop"),
        )
    },
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
    "percentile_cont:double": _percentile("quantile_cont"),
    "percentile_disc:double": _percentile("quantile_disc"),
    **{
        f"{name}:": f"{name}(){{over}}"
        for name in ("row_number", "rank", "dense_rank", "percent_rank", "cume_dist")
    },
    "ntile:bigint": "ntile({0}){over}",
    "lag:any,integer": _offset("lag"),
    "lead:any,integer": _offset("lead"),
    "first_value:any": "first_value({0}{nulls}){over}",
    "last_value:any": "last_value({0}{nulls}){over}",
    "nth_value:any,bigint": _nth_value,
    "ratio_to_report:double": "({0} / nullif(sum({0}){over}, 0))",
}
