"""Math functions in DuckDB's SQL.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/Math_functions.html
"""

from collections.abc import Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.faults import fault_sql
from sparkify_harness.redshift.engine.duckdb.types import storage_type
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering
from sparkify_harness.redshift.errors import ComputeFault
from sparkify_harness.redshift.sql.tree import Literal
from sparkify_harness.redshift.types import INTEGER

_INTEGERS = ("smallint", "integer", "bigint")


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

_POSITIVE_LOG = "cannot take logarithm of zero or a negative number"

LOWERINGS: Final[dict[str, Lowering]] = {
    **{
        f"{name}:double": f"{function}({{0}})"
        for name, function in (
            ("sin", "sin"),
            ("cos", "cos"),
            ("tan", "tan"),
            ("cot", "cot"),
            ("atan", "atan"),
            ("exp", "exp"),
            ("dexp", "exp"),
            ("cbrt", "cbrt"),
            ("degrees", "degrees"),
            ("radians", "radians"),
        )
    },
    **{
        f"{name}:double": _guarded(f"{function}({{0}})", "{0} > 0", _POSITIVE_LOG)
        for name, function in (("ln", "ln"), ("dlog1", "ln"), ("log", "log10"), ("dlog10", "log10"))
    },
    "log:double,double": _guarded("(ln({1}) / ln({0}))", "{0} > 0 AND {1} > 0", _POSITIVE_LOG),
    **{
        f"{name}:double": _guarded(
            f"{name}({{0}})", "{0} BETWEEN -1 AND 1", "input is out of range"
        )
        for name in ("asin", "acos")
    },
    "sqrt:double": SQUARE_ROOT,
    "atan2:double,double": "atan2({0}, {1})",
    **{f"{name}:double,double": POWER for name in ("power", "pow", "dpow")},
    "pi:": "pi()",
    "random:": "random()",
    **{f"abs:{kind}": "abs({0})" for kind in (*_INTEGERS, "numeric", "double")},
    "sign:numeric": "CAST(sign({0}) AS DECIMAL(1, 0))",
    "sign:double": "CAST(sign({0}) AS DOUBLE)",
    **{
        f"{name}:numeric": _typed(f"{function}({{0}})")
        for name, function in (("ceil", "ceil"), ("ceiling", "ceil"), ("floor", "floor"))
    },
    **{
        f"{name}:double": f"{function}({{0}})"
        for name, function in (("ceil", "ceil"), ("ceiling", "ceil"), ("floor", "floor"))
    },
    **{
        f"{name}:{kind},integer": _places(name)
        for name in ("round", "trunc")
        for kind in (*_INTEGERS, "numeric", "double")
    },
    "to_hex:integer": "printf('%x', CAST({0} AS BIGINT) & 4294967295)",
    "to_hex:bigint": "printf('%x', {0})",
}
