"""Operators: arithmetic, comparison, concatenation, pattern matching.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_numeric_computations201.html
"""

from collections.abc import Callable, Iterator
from typing import Final

from sparkify_harness.redshift.sql.decimals import (
    product_type,
    quotient_type,
    remainder_type,
    sum_type,
)
from sparkify_harness.redshift.sql.functions.registry import NUMERIC, Family, Overload
from sparkify_harness.redshift.sql.functions.signatures import by_kind, by_kinds, first
from sparkify_harness.redshift.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    INTERVAL,
    OID,
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
)

COMPARABLE: Final = (
    SMALLINT, INTEGER, BIGINT, NUMERIC, REAL, DOUBLE, TEXT, BOOLEAN, DATE, TIMESTAMP, TIMESTAMPTZ,
    TIME, TIMETZ, INTERVAL, OID, VARBYTE,
)  # fmt: skip
_INTEGERS: Final = (SMALLINT, INTEGER, BIGINT)
_COMPUTATIONS: Final = "r_numeric_computations201"
_DATES: Final = "r_DATE-CONCATENATE_function"
_INTERVALS: Final = "r_interval_literals"
_SYMBOLS: Final = "r_OPERATOR_SYMBOLS"
_BYTES: Final = "r_VARBYTE_OPERATORS"


def _comparison(symbol: str, *, truth_values: bool = False) -> Family[Kind]:
    return by_kind(
        Overload(
            symbol,
            (operand, operand),
            BOOLEAN,
            "r_comparison_condition",
            comparison=True,
            truth_values=truth_values,
        )
        for operand in COMPARABLE
    )


def _whole(symbol: str) -> Iterator[Overload]:
    for operand in _INTEGERS:
        yield Overload(symbol, (operand, operand), operand, _COMPUTATIONS)


def _exact(
    symbol: str, decimal_type: Callable[[RedshiftType, RedshiftType], RedshiftType]
) -> Overload:
    return Overload(
        symbol,
        (NUMERIC, NUMERIC),
        lambda types: decimal_type(types[0], types[1]),
        _COMPUTATIONS,
    )


def _numbers(
    symbol: str, decimal_type: Callable[[RedshiftType, RedshiftType], RedshiftType]
) -> Iterator[Overload]:
    yield from _whole(symbol)
    yield _exact(symbol, decimal_type)
    for operand in (DOUBLE, REAL):
        yield Overload(symbol, (operand, operand), operand, _COMPUTATIONS)


def _moments(symbol: str, *, turned: bool = False) -> Iterator[Overload]:
    """A date, a time or an interval, and an interval."""
    for stamp, result in (
        (DATE, TIMESTAMP),
        (TIMESTAMP, TIMESTAMP),
        (TIMESTAMPTZ, TIMESTAMPTZ),
        (TIME, TIME),
        (TIMETZ, TIMETZ),
        (INTERVAL, INTERVAL),
    ):
        yield Overload(symbol, (stamp, INTERVAL), result, _INTERVALS)
        if turned and stamp is not INTERVAL:
            yield Overload(symbol, (INTERVAL, stamp), result, _INTERVALS)


def _additions() -> Iterator[Overload]:
    yield from _numbers("+", sum_type)
    yield Overload("+", (DATE, INTEGER), DATE, _DATES)
    yield Overload("+", (INTEGER, DATE), DATE, _DATES)
    yield from _moments("+", turned=True)
    for clock, result in ((TIME, TIMESTAMP), (TIMETZ, TIMESTAMPTZ)):
        yield Overload("+", (DATE, clock), result, _DATES)
        yield Overload("+", (clock, DATE), result, _DATES)
    yield Overload("+", (TEXT, TEXT), TEXT, "r_NVL2", texts_alone=True)
    yield Overload("+", (VARBYTE, VARBYTE), VARBYTE, _BYTES)


def _subtractions() -> Iterator[Overload]:
    yield from _numbers("-", sum_type)
    yield Overload("-", (DATE, INTEGER), DATE, _DATES)
    yield Overload("-", (DATE, DATE), INTEGER, _DATES)
    yield from _moments("-")
    for stamp in (TIMESTAMP, TIMESTAMPTZ, TIME):
        yield Overload("-", (stamp, stamp), INTERVAL, _INTERVALS)


def _bitwise(symbol: str) -> Family[Kind]:
    return by_kind(
        (
            *(Overload(symbol, (operand, operand), operand, _SYMBOLS) for operand in _INTEGERS),
            Overload(symbol, (VARBYTE, VARBYTE), VARBYTE, _BYTES),
        )
    )


def _shift(symbol: str) -> Family[Kind]:
    return by_kind(Overload(symbol, (operand, INTEGER), operand, _SYMBOLS) for operand in _INTEGERS)


def _of_number(symbol: str) -> Iterator[Overload]:
    for operand in (*_INTEGERS, NUMERIC, REAL, DOUBLE):
        yield Overload(symbol, (operand,), first, _SYMBOLS)


def _posix(symbol: str) -> Overload:
    page = "pattern-matching-conditions-posix"
    return Overload(symbol, (TEXT, TEXT), BOOLEAN, page, constants={1: "a pattern"})


def _like(name: str) -> Overload:
    page = "r_patternmatching_condition_like"
    return Overload(name, (TEXT, TEXT, TEXT), BOOLEAN, page, optional=1)


EQUAL: Final = _comparison("=", truth_values=True)
UNEQUAL: Final = _comparison("<>", truth_values=True)
LESS: Final = _comparison("<")
LESS_OR_EQUAL: Final = _comparison("<=")
GREATER: Final = _comparison(">")
GREATER_OR_EQUAL: Final = _comparison(">=")
COMPARISONS: Final = (EQUAL, UNEQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL)
EQUALITIES: Final = frozenset(EQUAL.values())
ADD: Final = by_kinds(_additions())
SUBTRACT: Final = by_kinds(_subtractions())
MULTIPLY: Final = by_kinds(
    (
        *_numbers("*", product_type),
        Overload("*", (INTERVAL, DOUBLE), INTERVAL, _INTERVALS),
        Overload("*", (DOUBLE, INTERVAL), INTERVAL, _INTERVALS),
    )
)
DIVIDE: Final = by_kinds(
    (
        *_numbers("/", quotient_type),
        Overload("/", (INTERVAL, DOUBLE), INTERVAL, _INTERVALS),
    )
)
REMAINDER: Final = by_kind((*_whole("%"), _exact("%", remainder_type)))
POWER: Final = Overload("^", (DOUBLE, DOUBLE), DOUBLE, _SYMBOLS)
NEGATE: Final = by_kind((*_of_number("-"), Overload("-", (INTERVAL,), INTERVAL, _INTERVALS)))
MAGNITUDE: Final = by_kind(_of_number("@"))
SQUARE_ROOT: Final = Overload("|/", (DOUBLE,), first, _SYMBOLS)
CUBE_ROOT: Final = Overload("||/", (DOUBLE,), first, _SYMBOLS)
BITWISE_AND: Final = _bitwise("&")
BITWISE_OR: Final = _bitwise("|")
BITWISE_XOR: Final = _bitwise("#")
BITWISE_NOT: Final = by_kind(
    (
        *(Overload("~", (operand,), operand, _SYMBOLS) for operand in _INTEGERS),
        Overload("~", (VARBYTE,), VARBYTE, _BYTES),
    )
)
SHIFT_LEFT: Final = _shift("<<")
SHIFT_RIGHT: Final = _shift(">>")
CONCATENATE: Final = by_kind(
    Overload("||", (operand, operand), operand, "r_concat_op") for operand in (VARBYTE, TEXT)
)
MATCHES: Final = _posix("~")
MATCHES_ANY_CASE: Final = _posix("~*")
LIKE: Final = _like("like")
ILIKE: Final = _like("ilike")
SIMILAR_TO: Final = Overload(
    "similar to",
    (TEXT, TEXT, TEXT),
    BOOLEAN,
    "pattern-matching-conditions-similar-to",
    optional=1,
    constants={1: "a pattern", 2: "an escape"},
)
