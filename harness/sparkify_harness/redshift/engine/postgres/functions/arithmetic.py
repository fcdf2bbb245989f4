"""Arithmetic in PostgreSQL's SQL, whose integers are Redshift's; DECIMALs get Redshift's scale.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_numeric_computations201.html
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering
from sparkify_harness.redshift.engine.postgres.types import storage_type
from sparkify_harness.redshift.sql.functions import math, operators
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.types import Kind

_INTEGERS: Final = (Kind.SMALLINT, Kind.INTEGER, Kind.BIGINT)
_FLOATS: Final = (Kind.DOUBLE, Kind.REAL)


def typed(template: str) -> Lowering:
    """A template whose value gets the storage type of the result."""

    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del context
        return f"CAST({template.format(*arguments)} AS {storage_type(node.type)})"

    return lower


def _quotient(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """Exact, and what does not fit the scale is cut off."""
    del context
    scale = node.type.scale or 0
    whole = f"div({arguments[0]} * 1{'0' * scale}, {arguments[1]})"
    unit = f"0.{'1'.zfill(scale)}" if scale else "1"
    return f"CAST({whole} * {unit} AS {storage_type(node.type)})"


LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    **{
        overload: f"({{0}} {overload.name} {{1}})"
        for overloads in (
            operators.ADD,
            operators.SUBTRACT,
            operators.MULTIPLY,
            operators.DIVIDE,
        )
        for kind in (*_INTEGERS, *_FLOATS)
        for overload in [overloads[kind, kind]]
    },
    **{
        overloads[kind]: "({0} % {1})"
        for overloads in (operators.REMAINDER, math.MOD)
        for kind in _INTEGERS
    },
    operators.ADD[Kind.NUMERIC, Kind.NUMERIC]: typed("{0} + {1}"),
    operators.SUBTRACT[Kind.NUMERIC, Kind.NUMERIC]: typed("{0} - {1}"),
    operators.MULTIPLY[Kind.NUMERIC, Kind.NUMERIC]: typed("{0} * {1}"),
    operators.DIVIDE[Kind.NUMERIC, Kind.NUMERIC]: _quotient,
    operators.REMAINDER[Kind.NUMERIC]: typed("{0} % {1}"),
    math.MOD[Kind.NUMERIC]: typed("{0} % {1}"),
    operators.POWER: "({0} ^ {1})",
    **dict.fromkeys(operators.NEGATE.values(), "(- {0})"),
    **dict.fromkeys(operators.MAGNITUDE.values(), "(@ {0})"),
    operators.SQUARE_ROOT: "(|/ {0})",
    operators.CUBE_ROOT: "(||/ {0})",
    **{
        overloads[kind]: f"({{0}} {overloads[kind].name} {{1}})"
        for overloads in (
            operators.BITWISE_AND,
            operators.BITWISE_OR,
            operators.BITWISE_XOR,
            operators.SHIFT_LEFT,
            operators.SHIFT_RIGHT,
        )
        for kind in _INTEGERS
    },
    **{operators.BITWISE_NOT[kind]: "(~ {0})" for kind in _INTEGERS},
}
