"""Math functions in DuckDB's SQL.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/Math_functions.html
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.faults import fault_sql
from sparkify_harness.redshift.engine.duckdb.types import storage_type
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering
from sparkify_harness.redshift.errors import ComputeFault
from sparkify_harness.redshift.sql.functions import math
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.sql.tree import Literal
from sparkify_harness.redshift.types import INTEGER, Kind


def _guarded(function: str, valid: str, message: str) -> str:
    fault = fault_sql(ComputeFault, f"'{message}'")
    return f"(CASE WHEN {valid} THEN {function} WHEN NOT ({valid}) THEN {fault} END)"


def _typed(template: str) -> Lowering:
    """A template whose value gets the storage type of the result."""

    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del context
        return f"CAST({template.format(*arguments)} AS {storage_type(node.type)})"

    return lower


def _places(function: str) -> Lowering:
    """ROUND and TRUNC to a number of digits that may come from a column.

    DECIMALs are scaled exactly; a DOUBLE is rounded half away from zero, as its text shows it.
    """

    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del context
        target = storage_type(node.type)
        value, places = (*arguments, "0")[:2]
        if target == "DOUBLE":
            if len(arguments) == 1:
                return f"{function}({value})"
            power = f"power(10.0::DOUBLE, {places})"
            if function == "round":
                return f"round({value}, {places})"
            return f"(trunc({value} * {power}) / {power})"
        scale = node.arguments[0].type.scale or 0
        wide = f"CAST({value} AS DECIMAL(38, {scale}))"
        argument = node.arguments[1] if len(arguments) > 1 else Literal(INTEGER, 0)
        if isinstance(argument, Literal) and isinstance(argument.value, int):
            place = argument.value
            rounded = _at(function, wide, max(place, -18), scale) if place < scale else wide
            return f"CAST({rounded} AS {target})"
        whole = f"TRY_CAST('1' || repeat('0', -{places}) AS DECIMAL(38, 0))"
        branches = f"WHEN {places} <= 0 THEN {_at_step(function, wide, whole, scale)}"
        if scale > 1:
            part = f"TRY_CAST('1e-' || {places} AS DECIMAL(38, {scale}))"
            branches += f" WHEN {places} > 0 THEN {_at_step(function, wide, part, scale)}"
        return (
            f"CAST(CASE WHEN {places} >= {scale} THEN {wide} WHEN {places} < -18 THEN 0 "
            f"{branches} END AS {target})"
        )

    return lower


def _at(function: str, wide: str, place: int, scale: int) -> str:
    """A DECIMAL rounded or cut at one place."""
    step = f"CAST({10**-place if place <= 0 else 1} AS DECIMAL(38, 0))"
    if place > 0:
        if function == "round":
            return f"CAST(CAST({wide} AS DECIMAL(38, {place})) AS DECIMAL(38, {scale}))"
        unit = f"CAST('0.{'0' * (place - 1)}1' AS DECIMAL({place + 1}, {place}))"
        return f"CAST({wide} - {wide} % {unit} AS DECIMAL(38, {scale}))"
    return _at_step(function, wide, step, scale)


def _at_step(function: str, wide: str, step: str, scale: int) -> str:
    """A DECIMAL rounded or cut to a multiple of a power of ten."""
    cut = f"({wide} - {wide} % {step})"
    if function == "trunc":
        return f"CAST({cut} AS DECIMAL(38, {scale}))"
    return (
        f"CAST({cut} + CASE WHEN abs({wide} % {step}) * 2 >= {step} "
        f"THEN sign({wide}) * {step} ELSE 0 END AS DECIMAL(38, {scale}))"
    )


SQUARE_ROOT: Final = _guarded(
    "sqrt({0})", "{0} >= 0", "cannot take square root of a negative number"
)
POWER: Final = _guarded(
    "power({0}, {1})",
    "({0} > 0 OR ({0} = 0 AND {1} >= 0) OR ({0} < 0 AND {1} = floor({1})))",
    "invalid argument for power function",
)
"""PostgreSQL: ``dpow``, src/backend/utils/adt/float.c"""

_POSITIVE_LOG: Final = "cannot take logarithm of zero or a negative number"


def _logarithm(function: str) -> str:
    return _guarded(f"{function}({{0}})", "{0} > 0", _POSITIVE_LOG)


def _of_ratio(function: str) -> str:
    return _guarded(f"{function}({{0}})", "{0} BETWEEN -1 AND 1", "input is out of range")


LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    math.SIN: "sin({0})",
    math.COS: "cos({0})",
    math.TAN: "tan({0})",
    math.COT: "cot({0})",
    math.ATAN: "atan({0})",
    math.EXP: "exp({0})",
    math.DEXP: "exp({0})",
    math.CBRT: "cbrt({0})",
    math.DEGREES: "degrees({0})",
    math.RADIANS: "radians({0})",
    math.LN: _logarithm("ln"),
    math.DLOG1: _logarithm("ln"),
    math.LOG: _logarithm("log10"),
    math.DLOG10: _logarithm("log10"),
    math.LOG_OF_BASE: _guarded("(ln({1}) / ln({0}))", "{0} > 0 AND {1} > 0", _POSITIVE_LOG),
    math.ASIN: _of_ratio("asin"),
    math.ACOS: _of_ratio("acos"),
    math.SQRT: SQUARE_ROOT,
    math.ATAN2: "atan2({0}, {1})",
    **dict.fromkeys((math.POWER, math.POW, math.DPOW), POWER),
    math.PI: "pi()",
    math.RANDOM: "random()",
    **dict.fromkeys(math.ABS.values(), "abs({0})"),
    math.SIGN[Kind.NUMERIC]: "CAST(sign({0}) AS DECIMAL(1, 0))",
    math.SIGN[Kind.DOUBLE]: "CAST(sign({0}) AS DOUBLE)",
    math.CEIL[Kind.NUMERIC]: _typed("ceil({0})"),
    math.CEILING[Kind.NUMERIC]: _typed("ceil({0})"),
    math.FLOOR[Kind.NUMERIC]: _typed("floor({0})"),
    math.CEIL[Kind.DOUBLE]: "ceil({0})",
    math.CEILING[Kind.DOUBLE]: "ceil({0})",
    math.FLOOR[Kind.DOUBLE]: "floor({0})",
    **dict.fromkeys(math.ROUND.values(), _places("round")),
    **dict.fromkeys(math.TRUNC.values(), _places("trunc")),
    math.TO_HEX[Kind.INTEGER]: "printf('%x', CAST({0} AS BIGINT) & 4294967295)",
    math.TO_HEX[Kind.BIGINT]: "printf('%x', {0})",
}
