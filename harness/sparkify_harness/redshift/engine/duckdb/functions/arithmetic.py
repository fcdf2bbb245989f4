"""Arithmetic with Redshift's result types: exact DECIMALs, integer division, overflow errors.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_numeric_computations201.html
"""

from collections.abc import Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.faults import fault_sql
from sparkify_harness.redshift.engine.duckdb.functions.math import POWER, SQUARE_ROOT
from sparkify_harness.redshift.engine.duckdb.operands import once
from sparkify_harness.redshift.engine.duckdb.types import storage_type
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering
from sparkify_harness.redshift.errors import ComputeFault, Unsupported
from sparkify_harness.redshift.types import MAX_PRECISION, RedshiftType

_SHORT = 18
_INTEGERS = ("smallint", "integer", "bigint")
_BITS: Final = {"smallint": 16, "integer": 32, "bigint": 64}


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


def _shifted_left(kind: str) -> Lowering:
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
            f"(CASE WHEN {places} BETWEEN 0 AND {bits - 1} THEN CAST({moved} AS {kind}) "
            f"WHEN {places} IS NOT NULL THEN {_FAR} END)"
        )

    return lower


LOWERINGS: Final[dict[str, Lowering]] = {
    **{
        f"{symbol}:{kind},{kind}": f"({{0}} {symbol} {{1}})"
        for symbol in ("+", "-", "*")
        for kind in (*_INTEGERS, "double", "real")
    },
    **{f"/:{kind},{kind}": "({0} // {1})" for kind in _INTEGERS},
    **{f"{name}:{kind},{kind}": "({0} % {1})" for name in ("%", "mod") for kind in _INTEGERS},
    "/:double,double": _float_quotient,
    "/:real,real": _float_quotient,
    "+:numeric,numeric": _sum("+"),
    "-:numeric,numeric": _sum("-"),
    "*:numeric,numeric": _product,
    "/:numeric,numeric": _quotient,
    "%:numeric,numeric": _remainder,
    "mod:numeric,numeric": _remainder,
    "^:double,double": POWER,
    **{
        f"unary{symbol}:{kind}": template
        for symbol, template in (("-", "(- {0})"), ("@", "abs({0})"))
        for kind in (*_INTEGERS, "numeric", "real", "double")
    },
    "unary|/:double": SQUARE_ROOT,
    "unary||/:double": "cbrt({0})",
    **{
        f"{symbol}:{left},{left if symbol in '&|#' else 'integer'}": template
        for symbol, template in (
            ("&", "({0} & {1})"),
            ("|", "({0} | {1})"),
            ("#", "xor({0}, {1})"),
        )
        for left in _INTEGERS
    },
    **{f"<<:{kind},integer": _shifted_left(kind) for kind in _BITS},
    **{
        f">>:{kind},integer": (
            f"(CASE WHEN {{1}} BETWEEN 0 AND {bits - 1} THEN CAST(CAST({{0}} AS BIGINT) >> "
            f"CAST({{1}} & {bits - 1} AS BIGINT) AS {kind}) WHEN {{1}} IS NOT NULL THEN {_FAR} END)"
        )
        for kind, bits in _BITS.items()
    },
    **{f"unary~:{kind}": "(~ {0})" for kind in _INTEGERS},
}
