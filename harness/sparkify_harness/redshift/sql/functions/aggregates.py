"""Aggregate functions.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_Aggregate_Functions.html
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from sparkify_harness.redshift.errors import UndefinedFunction
from sparkify_harness.redshift.sql.decimals import as_numeric
from sparkify_harness.redshift.sql.functions.registry import (
    ANY,
    NUMERIC,
    Family,
    FunctionKind,
    Overload,
)
from sparkify_harness.redshift.sql.functions.signatures import by_kind, first
from sparkify_harness.redshift.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    INTERVAL,
    MAX_PRECISION,
    MAX_SCALE,
    MAX_VARCHAR,
    REAL,
    SMALLINT,
    TEXT,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    TIMETZ,
    VARBYTE,
    Kind,
    RedshiftType,
    numeric,
    varchar,
)

_A: Final = FunctionKind.AGGREGATE
_CONTINUOUS: Final = frozenset({Kind.DATE, Kind.TIMESTAMP, Kind.TIMESTAMPTZ})
_INTEGERS: Final = (SMALLINT, INTEGER, BIGINT)
_FLOATS: Final = (REAL, DOUBLE)
_CHAR: Final = RedshiftType(Kind.CHAR)
_ORDERED: Final = (
    *_INTEGERS, NUMERIC, *_FLOATS, TEXT, _CHAR, DATE, TIME, TIMETZ, TIMESTAMP, TIMESTAMPTZ,
    INTERVAL, VARBYTE,
)  # fmt: skip


def _widest(types: Sequence[RedshiftType]) -> RedshiftType:
    return numeric(MAX_PRECISION, types[0].scale or 0)


def interpolated(types: Sequence[RedshiftType]) -> RedshiftType:
    """Type of MEDIAN and PERCENTILE_CONT: a DECIMAL gets one more digit, as in ``2.0``.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_MEDIAN.html
    """
    counted = as_numeric(types[0])
    precision, scale = counted.precision or 0, counted.scale or 0
    return numeric(min(precision + 1, MAX_PRECISION), min(scale + 1, MAX_SCALE))


def _continuous(ordered: RedshiftType) -> RedshiftType:
    """Type of PERCENTILE_CONT, by that of its ORDER BY expression.

    Raises:
        UndefinedFunction: AWS's table of MEDIAN, its special case, does not have it.
    """
    kind = ordered.kind
    if kind.is_integer or kind is Kind.NUMERIC:
        return interpolated([ordered])
    if kind in {Kind.REAL, Kind.DOUBLE}:
        return DOUBLE
    if kind not in _CONTINUOUS:
        raise UndefinedFunction(f"function percentile_cont({kind.value}) does not exist")
    return ordered


def _over_numbers(name: str, page: str) -> Iterator[Overload]:
    for value in _INTEGERS:
        yield Overload(name, (value,), BIGINT, page, kind=_A)
    yield Overload(name, (NUMERIC,), _widest, page, kind=_A)
    for value in _FLOATS:
        yield Overload(name, (value,), DOUBLE, page, kind=_A)


def _extreme(name: str, page: str) -> Family[Kind]:
    return by_kind(
        Overload(name, (value,), first, page, kind=_A, extreme=True) for value in _ORDERED
    )


def _spread(name: str, page: str) -> Overload:
    return Overload(name, (DOUBLE,), DOUBLE, page, kind=_A)


def _bits(name: str, page: str) -> Family[Kind]:
    return by_kind(Overload(name, (value,), first, page, kind=_A) for value in _INTEGERS)


def _median(
    value: RedshiftType, returns: RedshiftType | Callable[[Sequence[RedshiftType]], RedshiftType]
) -> Overload:
    return Overload(
        "median", (value,), returns, "r_MEDIAN", kind=_A, sorts=True, frameless=True, orderless=True
    )


def _grouping(name: str) -> Overload:
    page = "r_GROUP_BY_aggregation-extensions"
    return Overload(name, (ANY,), INTEGER, page, kind=_A, variadic=True, grouping=True)


COUNT_ROWS: Final = Overload("count", (), BIGINT, "r_COUNT", kind=_A)
COUNT: Final = Overload("count", (ANY,), BIGINT, "r_COUNT", kind=_A)
HLL: Final = Overload("hll", (ANY,), BIGINT, "r_HLL_function", kind=_A)
APPROXIMATE_COUNT: Final = Overload(
    "approximate count", (ANY,), BIGINT, "r_COUNT", kind=_A, label="count"
)
"""HLL and APPROXIMATE COUNT count exactly, which is within their error."""
SUM: Final = by_kind(
    (
        *_over_numbers("sum", "r_SUM"),
        Overload("sum", (INTERVAL,), INTERVAL, "r_SUM", kind=_A),
    )
)
AVG: Final = by_kind(_over_numbers("avg", "r_AVG"))
MIN: Final = _extreme("min", "r_MIN")
MAX: Final = _extreme("max", "r_MAX")
ANY_VALUE: Final = Overload("any_value", (ANY,), first, "r_ANY_VALUE", kind=_A)
STDDEV: Final = _spread("stddev", "r_STDDEV_functions")
STDDEV_SAMP: Final = _spread("stddev_samp", "r_STDDEV_functions")
STDDEV_POP: Final = _spread("stddev_pop", "r_STDDEV_functions")
VARIANCE: Final = _spread("variance", "r_VARIANCE_functions")
VAR_SAMP: Final = _spread("var_samp", "r_VARIANCE_functions")
VAR_POP: Final = _spread("var_pop", "r_VARIANCE_functions")
BOOL_AND: Final = Overload("bool_and", (BOOLEAN,), BOOLEAN, "r_BOOL_AND", kind=_A)
BOOL_OR: Final = Overload("bool_or", (BOOLEAN,), BOOLEAN, "r_BOOL_OR", kind=_A)
BIT_AND: Final = _bits("bit_and", "r_BIT_AND")
BIT_OR: Final = _bits("bit_or", "r_BIT_OR")
LISTAGG: Final = Overload(
    "listagg",
    (TEXT, TEXT),
    varchar(MAX_VARCHAR),
    "r_LISTAGG",
    kind=_A,
    optional=1,
    constants={1: "a separator"},
    sorts=True,
    frameless=True,
    orderless=True,
    distinct_window=True,
)
MEDIAN: Final = by_kind(
    (
        *(_median(value, interpolated) for value in (*_INTEGERS, NUMERIC)),
        *(_median(value, value) for value in (DOUBLE, DATE, TIMESTAMP, TIMESTAMPTZ)),
    )
)
GROUPING: Final = _grouping("grouping")
GROUPING_ID: Final = _grouping("grouping_id")
PERCENTILE_CONT: Final = Overload(
    "percentile_cont",
    (DOUBLE,),
    DOUBLE,
    "r_PERCENTILE_CONT",
    kind=_A,
    constants={0: "a fraction"},
    sorts=True,
    ordered_set=_continuous,
    frameless=True,
    orderless=True,
)
