"""Math functions in PostgreSQL's SQL.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/Math_functions.html
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering
from sparkify_harness.redshift.engine.postgres.functions.arithmetic import typed
from sparkify_harness.redshift.engine.postgres.types import storage_type
from sparkify_harness.redshift.sql.functions import math
from sparkify_harness.redshift.sql.functions.registry import Family, Overload
from sparkify_harness.redshift.types import Kind


def _places(overloads: Family[Kind]) -> Mapping[Overload, Lowering]:
    """ROUND and TRUNC: what has no places has none of its fraction.

    PostgreSQL rounds a DOUBLE half to even, and to no places; Redshift as it is printed.
    """
    function = overloads[Kind.NUMERIC].name

    def exact(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del context
        value, places = (*arguments, "0")[:2]
        return f"CAST({function}({value}, {places}) AS {storage_type(node.type)})"

    def printed(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        value, places = (*arguments, "0")[:2]
        cut = exact([f"CAST({value} AS numeric)", places], node, context)
        return f"(CASE WHEN {cut} = 0 AND {value} < 0 THEN '-0' ELSE {cut} END)"

    return {each: printed if kind is Kind.DOUBLE else exact for kind, each in overloads.items()}


LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    **{
        each: f"{each.name}({{0}})"
        for each in (
            math.SIN, math.COS, math.TAN, math.COT, math.ASIN, math.ACOS, math.ATAN, math.EXP,
            math.LN, math.SQRT, math.CBRT, math.DEGREES, math.RADIANS, math.SIGN[Kind.DOUBLE],
            math.CEIL[Kind.DOUBLE], math.CEILING[Kind.DOUBLE], math.FLOOR[Kind.DOUBLE],
            *math.ABS.values(),
        )
    },
    math.DEXP: "exp({0})",
    math.DLOG1: "ln({0})",
    math.LOG: "log({0})",
    math.DLOG10: "log({0})",
    math.LOG_OF_BASE: "(ln({1}) / ln({0}))",
    math.ATAN2: "atan2({0}, {1})",
    **dict.fromkeys((math.POWER, math.POW, math.DPOW), "power({0}, {1})"),
    math.PI: "pi()",
    math.RANDOM: "random()",
    **{
        overloads[Kind.NUMERIC]: typed(f"{overloads[Kind.NUMERIC].name}({{0}})")
        for overloads in (math.SIGN, math.CEIL, math.CEILING, math.FLOOR)
    },
    **_places(math.ROUND),
    **_places(math.TRUNC),
    **dict.fromkeys(math.TO_HEX.values(), "to_hex({0})"),
}  # fmt: skip
