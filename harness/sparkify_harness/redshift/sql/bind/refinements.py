"""Result types that depend on the value of a constant argument."""

from collections.abc import Callable, Sequence
from typing import Final

from sparkify_harness.redshift.sql.templates import number_template
from sparkify_harness.redshift.sql.tree import Expression, Literal
from sparkify_harness.redshift.types import MAX_PRECISION, MAX_SCALE, Kind, RedshiftType, numeric

Refinement = Callable[[Sequence[Expression], RedshiftType], RedshiftType]


def _places(arguments: Sequence[Expression], result: RedshiftType) -> RedshiftType:
    """ROUND and TRUNC of a DECIMAL keep as many digits as they are told, one more in front.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_ROUND.html
    """
    if result.kind is not Kind.NUMERIC:
        return result
    precision, scale = result.precision or 0, result.scale or 0
    places: object = 0
    if len(arguments) > 1:
        argument = arguments[1]
        places = argument.value if isinstance(argument, Literal) else None
    if not isinstance(places, int):
        return numeric(min(precision + 1, MAX_PRECISION), scale)
    kept = min(max(places, 0), scale)
    return numeric(min(precision - scale + kept + 1, MAX_PRECISION), kept)


def _whole(_: Sequence[Expression], result: RedshiftType) -> RedshiftType:
    """CEIL and FLOOR of a DECIMAL have no fraction."""
    if result.kind is not Kind.NUMERIC:
        return result
    return numeric(min((result.precision or 0) - (result.scale or 0) + 1, MAX_PRECISION), 0)


def _template(arguments: Sequence[Expression], result: RedshiftType) -> RedshiftType:
    """TO_NUMBER has the digits of its template.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_TO_NUMBER.html
    """
    template = arguments[1]
    if not isinstance(template, Literal) or template.value is None:
        return result
    shape = number_template(str(template.value))
    scale = min(len(shape.fraction), MAX_SCALE)
    return numeric(max(min(shape.digits + scale, MAX_PRECISION), scale, 1), scale)


REFINEMENTS: Final[dict[str, Refinement]] = {
    "round": _places,
    "trunc": _places,
    "ceil": _whole,
    "ceiling": _whole,
    "floor": _whole,
    "to_number": _template,
}
