"""Floating point: what is too large is an error, where the engine has infinity.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_Numeric_types201.html ("values that are
too large or too small cause an error"). Words: PostgreSQL 8.0's.
"""

from typing import Final

from sparkify_harness.redshift.engine.duckdb.faults import fault_sql
from sparkify_harness.redshift.engine.duckdb.operands import once
from sparkify_harness.redshift.errors import NumericOutOfRange
from sparkify_harness.redshift.sql.functions import math, operators
from sparkify_harness.redshift.sql.tree import Call
from sparkify_harness.redshift.types import Kind

_KINDS: Final = (Kind.REAL, Kind.DOUBLE)
_SUMS: Final = frozenset(
    overload
    for kind in _KINDS
    for overload in (
        operators.ADD[kind, kind],
        operators.SUBTRACT[kind, kind],
        operators.MULTIPLY[kind, kind],
        operators.NEGATE[kind],
    )
)
_GROWING: Final = _SUMS | {
    *(operators.DIVIDE[kind, kind] for kind in _KINDS),
    *(operators.POWER, math.POWER, math.POW, math.DPOW, math.EXP, math.DEXP),
}


def passes_infinity(outer: Call, inner: Call) -> bool:
    """Whether checking a call's result finds an infinite argument, too."""
    return outer.overload in _SUMS and inner.overload in _GROWING


def overflow_sql(kind: Kind) -> str:
    """SQL that fails because a REAL or DOUBLE is too large."""
    message = f"'type \"{kind.value}\" value out of range: overflow'"
    return fault_sql(NumericOutOfRange, message)


def finite_sql(node: Call, sql: str) -> str:
    """A call's SQL that fails where its result is infinite."""
    if node.overload not in _GROWING:
        return sql
    overflow = overflow_sql(node.type.kind)
    return once(lambda value: f"(CASE WHEN isinf({value}) THEN {overflow} ELSE {value} END)", sql)
