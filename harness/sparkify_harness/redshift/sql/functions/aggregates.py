"""Aggregate functions.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_Aggregate_Functions.html
"""

from collections.abc import Sequence
from typing import Final

from sparkify_harness.redshift.errors import UndefinedFunction
from sparkify_harness.redshift.sql.decimals import as_numeric
from sparkify_harness.redshift.sql.functions.registry import FunctionKind, Overload
from sparkify_harness.redshift.sql.functions.signatures import ANY, NUMERIC, first, overload
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

_A = FunctionKind.AGGREGATE
_CONTINUOUS = frozenset({Kind.DATE, Kind.TIMESTAMP, Kind.TIMESTAMPTZ})
_INTEGERS = (SMALLINT, INTEGER, BIGINT)
_FLOATS = (REAL, DOUBLE)
_CHAR = RedshiftType(Kind.CHAR)
_ORDERED = (
    *_INTEGERS, NUMERIC, *_FLOATS, TEXT, _CHAR, DATE, TIME, TIMETZ, TIMESTAMP, TIMESTAMPTZ,
    INTERVAL, VARBYTE,
)  # fmt: skip

GROUPING: Final = frozenset({"grouping", "grouping_id"})
"""Functions that tell which keys of GROUP BY a row is not grouped by, a bit for each."""


def _widest(types: Sequence[RedshiftType]) -> RedshiftType:
    return numeric(MAX_PRECISION, types[0].scale or 0)


def interpolated(types: Sequence[RedshiftType]) -> RedshiftType:
    """Type of MEDIAN and PERCENTILE_CONT: a DECIMAL gets one more digit, as in ``2.0``.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_MEDIAN.html
    """
    counted = as_numeric(types[0])
    precision, scale = counted.precision or 0, counted.scale or 0
    return numeric(min(precision + 1, MAX_PRECISION), min(scale + 1, MAX_SCALE))


OVERLOADS: Final[tuple[Overload, ...]] = (
    overload("count", (), BIGINT, "r_COUNT", kind=_A, key="count:*"),
    overload("count", (ANY,), BIGINT, "r_COUNT", kind=_A),
    overload("hll", (ANY,), BIGINT, "r_HLL_function", kind=_A),
    overload("approximate count", (ANY,), BIGINT, "r_COUNT", kind=_A, label="count"),
    *(overload("sum", (value,), BIGINT, "r_SUM", kind=_A) for value in _INTEGERS),
    overload("sum", (NUMERIC,), _widest, "r_SUM", kind=_A),
    *(overload("sum", (value,), DOUBLE, "r_SUM", kind=_A) for value in _FLOATS),
    overload("sum", (INTERVAL,), INTERVAL, "r_SUM", kind=_A),
    *(overload("avg", (value,), BIGINT, "r_AVG", kind=_A) for value in _INTEGERS),
    overload("avg", (NUMERIC,), _widest, "r_AVG", kind=_A),
    *(overload("avg", (value,), DOUBLE, "r_AVG", kind=_A) for value in _FLOATS),
    *(
        overload(name, (value,), first, page, kind=_A)
        for name, page in (("min", "r_MIN"), ("max", "r_MAX"))
        for value in _ORDERED
    ),
    overload("any_value", (ANY,), first, "r_ANY_VALUE", kind=_A),
    *(
        overload(name, (DOUBLE,), DOUBLE, page, kind=_A)
        for name, page in (
            ("stddev", "r_STDDEV_functions"),
            ("stddev_samp", "r_STDDEV_functions"),
            ("stddev_pop", "r_STDDEV_functions"),
            ("variance", "r_VARIANCE_functions"),
            ("var_samp", "r_VARIANCE_functions"),
            ("var_pop", "r_VARIANCE_functions"),
        )
    ),
    *(
        overload(name, (BOOLEAN,), BOOLEAN, page, kind=_A)
        for name, page in (("bool_and", "r_BOOL_AND"), ("bool_or", "r_BOOL_OR"))
    ),
    *(
        overload(name, (value,), first, page, kind=_A)
        for name, page in (("bit_and", "r_BIT_AND"), ("bit_or", "r_BIT_OR"))
        for value in _INTEGERS
    ),
    overload(
        "listagg",
        (TEXT, TEXT),
        varchar(MAX_VARCHAR),
        "r_LISTAGG",
        kind=_A,
        optional=1,
        constants={1: "a separator"},
    ),
    *(
        overload("median", (value,), interpolated, "r_MEDIAN", kind=_A)
        for value in (*_INTEGERS, NUMERIC)
    ),
    overload("median", (DOUBLE,), DOUBLE, "r_MEDIAN", kind=_A),
    *(
        overload("median", (value,), value, "r_MEDIAN", kind=_A)
        for value in (DATE, TIMESTAMP, TIMESTAMPTZ)
    ),
    *(
        overload(
            name,
            (ANY,),
            INTEGER,
            "r_GROUP_BY_aggregation-extensions",
            kind=_A,
            variadic=True,
        )
        for name in sorted(GROUPING)
    ),
    overload(
        "percentile_cont",
        (DOUBLE,),
        DOUBLE,
        "r_PERCENTILE_CONT",
        kind=_A,
        constants={0: "a fraction"},
    ),
)
"""HLL and APPROXIMATE COUNT count exactly, which is within their error.

The type of PERCENTILE_CONT and PERCENTILE_DISC is that of their ORDER BY expression: see
``ordered_set_type``."""


def ordered_set_type(name: str, ordered: RedshiftType) -> RedshiftType:
    """Result type of PERCENTILE_CONT, PERCENTILE_DISC over ``WITHIN GROUP (ORDER BY x)``.

    Args:
        name: Function name.
        ordered: Type of x.

    Raises:
        UndefinedFunction: PERCENTILE_CONT of a type that AWS's table of MEDIAN, its special case,
            does not have.
    """
    kind = ordered.kind
    if name != "percentile_cont":
        return ordered
    if kind.is_integer or kind is Kind.NUMERIC:
        return interpolated([ordered])
    if kind in {Kind.REAL, Kind.DOUBLE}:
        return DOUBLE
    if kind not in _CONTINUOUS:
        raise UndefinedFunction(f"function {name}({kind.value}) does not exist")
    return ordered
