"""Precision and scale of DECIMAL: literals, arithmetic, common types, rounding.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_numeric_computations201.html
"""

from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Final

from sparkify_harness.redshift.errors import ComputeFault, NumericOutOfRange
from sparkify_harness.redshift.types import (
    MAX_PRECISION,
    MAX_SCALE,
    Kind,
    RedshiftType,
    numeric,
)

_SHORT = 19
_EXACT = Context(prec=120, rounding=ROUND_HALF_UP)


def as_numeric(source: RedshiftType) -> RedshiftType:
    """The DECIMAL that an operand counts as: integers by their width, others unbounded."""
    if source.kind is Kind.NUMERIC:
        return source
    if source.kind.is_integer:
        return numeric(len(str(source.kind.bounds[1])), 0)
    return numeric(MAX_PRECISION, 18)


def literal_type(value: Decimal) -> RedshiftType:
    """The smallest DECIMAL that holds a constant with all the digits that were written."""
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise NumericOutOfRange("numeric field overflow")
    scale = max(0, -exponent)
    precision = max(len(digits) + max(0, exponent), scale, 1)
    if scale > MAX_SCALE:
        precision, scale = precision - (scale - MAX_SCALE), MAX_SCALE
    return numeric(min(precision, MAX_PRECISION), scale)


def _parts(operand: RedshiftType) -> tuple[int, int]:
    whole = as_numeric(operand)
    return whole.precision or 0, whole.scale or 0


def sum_type(left: RedshiftType, right: RedshiftType) -> RedshiftType:
    """Type of ``left + right`` and ``left - right``."""
    (p1, s1), (p2, s2) = _parts(left), _parts(right)
    scale = max(s1, s2)
    return numeric(min(max(p1 - s1, p2 - s2) + 1 + scale, MAX_PRECISION), scale)


def product_type(left: RedshiftType, right: RedshiftType) -> RedshiftType:
    """Type of ``left * right``.

    Deviates: a product of more than 37 fractional digits is refused when the statement is bound;
    Redshift refuses it when a value overflows, which is every value but the very smallest.

    Raises:
        ComputeFault: The scale is above what DECIMAL has.
    """
    (p1, s1), (p2, s2) = _parts(left), _parts(right)
    if s1 + s2 > MAX_SCALE:
        raise ComputeFault("128 bit numeric data overflow (multiplication)")
    return numeric(min(p1 + p2 + 1, MAX_PRECISION), s1 + s2)


def quotient_type(left: RedshiftType, right: RedshiftType) -> RedshiftType:
    """Type of ``left / right``."""
    (p1, s1), (p2, s2) = _parts(left), _parts(right)
    scale = max(4, s1 + p2 - s2 + 1)
    precision = p1 - s1 + s2 + scale
    if precision > MAX_PRECISION:
        scale = max(MAX_PRECISION + scale - precision, 4)
        precision = MAX_PRECISION
    return numeric(precision, min(scale, MAX_SCALE))


def remainder_type(left: RedshiftType, right: RedshiftType) -> RedshiftType:
    """Type of ``left % right``: as fine as the finer operand."""
    (p1, s1), (p2, s2) = _parts(left), _parts(right)
    scale = max(s1, s2)
    return numeric(min(max(p1 - s1, p2 - s2) + scale, MAX_PRECISION), scale)


def common_numeric(left: RedshiftType, right: RedshiftType) -> RedshiftType:
    """Type that UNION, COALESCE, CASE and DECODE give to two DECIMALs.

    Deviates: the documented limit of 19 digits holds only while both sides are that short, so
    that sums (38 digits) keep their values.
    """
    (p1, s1), (p2, s2) = _parts(left), _parts(right)
    limit = _SHORT if max(p1, p2) <= _SHORT else MAX_PRECISION
    scale = max(s1, s2)
    return numeric(max(min(max(p1 - s1, p2 - s2) + scale, limit), scale, 1), scale)


WORD_PRECISION: Final = 19
WORD: Final = 2**63 - 1
"""A DECIMAL of 19 digits or fewer is stored in 64 bits, which not all numbers of 19 digits fit.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_Numeric_types201.html
"""


def fit_word(value: Decimal, target: RedshiftType) -> Decimal:
    """The value, which has the target's scale already, if the target can store it.

    Raises:
        NumericOutOfRange: It has 19 digits and needs more than 64 bits.
    """
    if target.precision == WORD_PRECISION and abs(value.scaleb(target.scale or 0)) > WORD:
        raise NumericOutOfRange("Numeric data overflow (result precision)")
    return value


def rescale(value: Decimal, target: RedshiftType) -> Decimal:
    """The value with the target's scale, rounded half away from zero.

    Raises:
        NumericOutOfRange: It has too many digits before the point.
    """
    precision, scale = target.precision or 0, target.scale or 0
    if not value.is_finite():
        raise NumericOutOfRange("numeric field overflow")
    with localcontext(_EXACT):
        rounded = value.quantize(Decimal(1).scaleb(-scale)) if value.adjusted() < 60 else value
        if abs(rounded) >= Decimal(10) ** (precision - scale):
            raise NumericOutOfRange(
                "numeric field overflow",
                detail=(
                    f"The absolute value is greater than or equal to 10^{precision - scale} for "
                    f"field with precision {precision}, scale {scale}."
                ),
            )
        return rounded
