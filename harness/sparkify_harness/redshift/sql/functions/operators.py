"""Operators: arithmetic, comparison, concatenation, pattern matching.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_numeric_computations201.html
"""

from collections.abc import Iterator
from typing import Final

from sparkify_harness.redshift.sql.decimals import (
    product_type,
    quotient_type,
    remainder_type,
    sum_type,
)
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.sql.functions.signatures import NUMERIC, first, overload
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
)

COMPARISONS: Final = ("=", "<>", "<", "<=", ">", ">=")
COMPARABLE: Final = (
    SMALLINT, INTEGER, BIGINT, NUMERIC, REAL, DOUBLE, TEXT, BOOLEAN, DATE, TIMESTAMP, TIMESTAMPTZ,
    TIME, TIMETZ, INTERVAL, OID, VARBYTE,
)  # fmt: skip
_INTEGERS = (SMALLINT, INTEGER, BIGINT)
_COMPUTATIONS = "r_numeric_computations201"
_DATES = "r_DATE-CONCATENATE_function"


def _comparisons() -> Iterator[Overload]:
    for symbol in COMPARISONS:
        for operand in COMPARABLE:
            yield overload(symbol, (operand, operand), BOOLEAN, "r_comparison_condition")


def _arithmetic() -> Iterator[Overload]:
    exact = {
        "+": sum_type,
        "-": sum_type,
        "*": product_type,
        "/": quotient_type,
        "%": remainder_type,
    }
    for symbol, decimal_type in exact.items():
        for operand in _INTEGERS:
            yield overload(symbol, (operand, operand), operand, _COMPUTATIONS)
        yield overload(
            symbol,
            (NUMERIC, NUMERIC),
            lambda types, rule=decimal_type: rule(types[0], types[1]),  # type: ignore[misc]  # mypy cannot infer the default
            _COMPUTATIONS,
        )
        if symbol == "%":
            continue
        yield overload(symbol, (DOUBLE, DOUBLE), DOUBLE, _COMPUTATIONS)
        yield overload(symbol, (REAL, REAL), REAL, _COMPUTATIONS)
    for symbol in ("-", "@", "|/", "||/"):
        for operand in (*_INTEGERS, NUMERIC, REAL, DOUBLE):
            if symbol in {"|/", "||/"} and operand is not DOUBLE:
                continue
            yield overload(
                symbol,
                (operand,),
                first,
                "r_OPERATOR_SYMBOLS",
                key=f"unary{symbol}:{operand.kind.name.lower()}",
            )
    yield overload("^", (DOUBLE, DOUBLE), DOUBLE, "r_OPERATOR_SYMBOLS")
    for symbol in ("&", "|", "#", "<<", ">>"):
        for operand in _INTEGERS:
            shift = INTEGER if symbol in {"<<", ">>"} else operand
            yield overload(symbol, (operand, shift), operand, "r_OPERATOR_SYMBOLS")
    for operand in _INTEGERS:
        yield overload(
            "~",
            (operand,),
            operand,
            "r_OPERATOR_SYMBOLS",
            key=f"unary~:{operand.kind.name.lower()}",
        )


def _datetimes() -> Iterator[Overload]:
    for number in (INTEGER,):
        yield overload("+", (DATE, number), DATE, _DATES)
        yield overload("+", (number, DATE), DATE, _DATES)
        yield overload("-", (DATE, number), DATE, _DATES)
    yield overload("-", (DATE, DATE), INTEGER, _DATES)
    for stamp, result in (
        (DATE, TIMESTAMP),
        (TIMESTAMP, TIMESTAMP),
        (TIMESTAMPTZ, TIMESTAMPTZ),
        (TIME, TIME),
        (TIMETZ, TIMETZ),
        (INTERVAL, INTERVAL),
    ):
        yield overload("+", (stamp, INTERVAL), result, "r_interval_literals")
        yield overload("-", (stamp, INTERVAL), result, "r_interval_literals")
        if stamp is not INTERVAL:
            yield overload("+", (INTERVAL, stamp), result, "r_interval_literals")
    for stamp in (TIMESTAMP, TIMESTAMPTZ, TIME):
        yield overload("-", (stamp, stamp), INTERVAL, "r_interval_literals")
    for clock, result in ((TIME, TIMESTAMP), (TIMETZ, TIMESTAMPTZ)):
        yield overload("+", (DATE, clock), result, _DATES)
        yield overload("+", (clock, DATE), result, _DATES)
    yield overload("*", (INTERVAL, DOUBLE), INTERVAL, "r_interval_literals")
    yield overload("*", (DOUBLE, INTERVAL), INTERVAL, "r_interval_literals")
    yield overload("/", (INTERVAL, DOUBLE), INTERVAL, "r_interval_literals")
    yield overload("-", (INTERVAL,), INTERVAL, "r_interval_literals", key="unary-:interval")


def _texts() -> Iterator[Overload]:
    yield overload("||", (VARBYTE, VARBYTE), VARBYTE, "r_concat_op")
    yield overload("||", (TEXT, TEXT), TEXT, "r_concat_op")
    yield overload("+", (TEXT, TEXT), TEXT, "r_NVL2")
    yield overload("+", (VARBYTE, VARBYTE), VARBYTE, "r_VARBYTE_OPERATORS")
    for symbol in ("&", "|", "#"):
        yield overload(symbol, (VARBYTE, VARBYTE), VARBYTE, "r_VARBYTE_OPERATORS")
    yield overload("~", (VARBYTE,), VARBYTE, "r_VARBYTE_OPERATORS", key="unary~:varbyte")
    for symbol in ("~", "~*"):
        yield overload(
            symbol,
            (TEXT, TEXT),
            BOOLEAN,
            "pattern-matching-conditions-posix",
            constants={1: "a pattern"},
        )
    for name in ("like", "ilike"):
        page = "r_patternmatching_condition_like"
        yield overload(name, (TEXT, TEXT, TEXT), BOOLEAN, page, optional=1)
    yield overload(
        "similar to",
        (TEXT, TEXT, TEXT),
        BOOLEAN,
        "pattern-matching-conditions-similar-to",
        optional=1,
        constants={1: "a pattern", 2: "an escape"},
    )


OVERLOADS: Final = (*_comparisons(), *_arithmetic(), *_datetimes(), *_texts())
"""Operators under their symbols; those with one operand differ in key (``unary-:integer``)."""
