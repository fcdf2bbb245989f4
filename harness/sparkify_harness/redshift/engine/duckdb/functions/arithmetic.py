"""Arithmetic with Redshift's result types: exact DECIMALs, integer division, overflow errors.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_numeric_computations201.html
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.faults import fault_sql
from sparkify_harness.redshift.engine.duckdb.functions.math import POWER, SQUARE_ROOT
from sparkify_harness.redshift.engine.duckdb.operands import once
from sparkify_harness.redshift.engine.duckdb.types import storage_type
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering
from sparkify_harness.redshift.errors import ComputeFault, Unsupported
from sparkify_harness.redshift.sql.functions import math, operators
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.types import MAX_PRECISION, Kind, RedshiftType

_SHORT = 18
_INTEGERS: Final = (Kind.SMALLINT, Kind.INTEGER, Kind.BIGINT)
_BITS: Final = {Kind.SMALLINT: 16, Kind.INTEGER: 32, Kind.BIGINT: 64}


def _sum(symbol: str) -> Lowering:
    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del context
        target = storage_type(node.type)
        left, right = (f"CAST({item} AS {target})" for item in arguments)
        return f"CAST({left} {symbol} {right} AS {target})"

    return lower


def _product(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """Multiplied in 128 bits, because DuckDB keeps to 64 where both operands fit them."""
    del context
    left = arguments[0]
    if (node.type.precision or 0) > _SHORT:
        left = f"CAST({left} AS DECIMAL(38, {node.arguments[0].type.scale or 0}))"
    return f"CAST({left} * {arguments[1]} AS {storage_type(node.type)})"


def raw_sql(sql: str, type: RedshiftType) -> str:  # noqa: A002 - the word of the domain
    """The digits of a DECIMAL as a HUGEINT, without the point."""
    precision, scale = type.precision or 0, type.scale or 0
    if precision + scale > _SHORT:
        sql = f"CAST({sql} AS DECIMAL(38, {scale}))"
    if precision + scale <= MAX_PRECISION:
        return f"CAST({sql} * CAST(1{'0' * scale} AS DECIMAL({scale + 1}, 0)) AS HUGEINT)"
    return f"CAST(replace(CAST({sql} AS VARCHAR), '.', '') AS HUGEINT)"


def pointed_sql(raw: str, target: RedshiftType) -> str:
    """The DECIMAL that has a HUGEINT's digits."""
    scale = target.scale or 0
    one = f"0.{'1'.zfill(scale)}" if scale else "1"
    unit = f"CAST('{one}' AS DECIMAL({scale + 1}, {scale}))"
    return f"CAST(CAST({raw} AS DECIMAL(38, 0)) * {unit} AS {storage_type(target)})"


def _quotient(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """Exact, and what does not fit the scale is cut off."""
    del context
    left, right = node.arguments[0].type, node.arguments[1].type
    shift = (node.type.scale or 0) - (left.scale or 0) + (right.scale or 0)
    dividend, divisor = raw_sql(arguments[0], left), raw_sql(arguments[1], right)
    power = f"CAST('1{'0' * abs(shift)}' AS HUGEINT)"
    if shift >= 0:
        dividend = f"({dividend} * {power})"
    else:
        divisor = f"({divisor} * {power})"
    return pointed_sql(f"({dividend} // {divisor})", node.type)


def _remainder(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del context
    target = storage_type(node.type)
    left, right = (f"CAST({item} AS {target})" for item in arguments)
    return f"CAST({left} % {right} AS {target})"


_ZERO = fault_sql(ComputeFault, "'Divide by zero'")


def _float_quotient(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del context
    left, right = arguments
    divisor = f"(CASE WHEN {right} = 0 THEN {_ZERO} ELSE {right} END)"
    return f"CAST({left} / {divisor} AS {storage_type(node.type)})"


_FAR = fault_sql(
    Unsupported, "'not emulated: a shift by less than no bit, or by as many as there are'"
)


def _shifted_left(kind: Kind) -> Lowering:
    """The bits moved to the left; those that leave the integer are gone, as in PostgreSQL.

    PostgreSQL: ``int4shl``, src/backend/utils/adt/int.c
    """

    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del node, context
        (value, places), bits = arguments, _BITS[kind]
        ones = (1 << bits) - 1
        power = f"(CAST(1 AS HUGEINT) << CAST({places} & {bits - 1} AS HUGEINT))"
        moved = once(
            lambda found: (
                f"(CASE WHEN {found} > {ones >> 1} THEN {found} - {ones + 1} ELSE {found} END)"
            ),
            f"(((CAST({value} AS HUGEINT) & {ones}) * {power}) & {ones})",
        )
        return (
            f"(CASE WHEN {places} BETWEEN 0 AND {bits - 1} THEN CAST({moved} AS {kind.value}) "
            f"WHEN {places} IS NOT NULL THEN {_FAR} END)"
        )

    return lower


LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    **{
        overloads[kind, kind]: template
        for overloads, template in (
            (operators.ADD, "({0} + {1})"),
            (operators.SUBTRACT, "({0} - {1})"),
            (operators.MULTIPLY, "({0} * {1})"),
        )
        for kind in (*_INTEGERS, Kind.DOUBLE, Kind.REAL)
    },
    **{operators.DIVIDE[kind, kind]: "({0} // {1})" for kind in _INTEGERS},
    **{
        overloads[kind]: "({0} % {1})"
        for overloads in (operators.REMAINDER, math.MOD)
        for kind in _INTEGERS
    },
    operators.DIVIDE[Kind.DOUBLE, Kind.DOUBLE]: _float_quotient,
    operators.DIVIDE[Kind.REAL, Kind.REAL]: _float_quotient,
    operators.ADD[Kind.NUMERIC, Kind.NUMERIC]: _sum("+"),
    operators.SUBTRACT[Kind.NUMERIC, Kind.NUMERIC]: _sum("-"),
    operators.MULTIPLY[Kind.NUMERIC, Kind.NUMERIC]: _product,
    operators.DIVIDE[Kind.NUMERIC, Kind.NUMERIC]: _quotient,
    operators.REMAINDER[Kind.NUMERIC]: _remainder,
    math.MOD[Kind.NUMERIC]: _remainder,
    operators.POWER: POWER,
    **dict.fromkeys(operators.NEGATE.values(), "(- {0})"),
    **dict.fromkeys(operators.MAGNITUDE.values(), "abs({0})"),
    operators.SQUARE_ROOT: SQUARE_ROOT,
    operators.CUBE_ROOT: "cbrt({0})",
    **{
        overloads[kind]: template
        for overloads, template in (
            (operators.BITWISE_AND, "({0} & {1})"),
            (operators.BITWISE_OR, "({0} | {1})"),
            (operators.BITWISE_XOR, "xor({0}, {1})"),
        )
        for kind in _INTEGERS
    },
    **{operators.SHIFT_LEFT[kind]: _shifted_left(kind) for kind in _BITS},
    **{
        operators.SHIFT_RIGHT[kind]: (
            f"(CASE WHEN {{1}} BETWEEN 0 AND {bits - 1} THEN CAST(CAST({{0}} AS BIGINT) >> "
            f"CAST({{1}} & {bits - 1} AS BIGINT) AS {kind.value}) "
            f"WHEN {{1}} IS NOT NULL THEN {_FAR} END)"
        )
        for kind, bits in _BITS.items()
    },
    **{operators.BITWISE_NOT[kind]: "(~ {0})" for kind in _INTEGERS},
}
