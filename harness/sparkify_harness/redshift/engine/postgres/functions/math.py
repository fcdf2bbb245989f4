"""Math functions in PostgreSQL's SQL.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/Math_functions.html
"""

from collections.abc import Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering
from sparkify_harness.redshift.engine.postgres.functions.arithmetic import typed
from sparkify_harness.redshift.engine.postgres.types import storage_type

_INTEGERS = ("smallint", "integer", "bigint")


def _places(function: str) -> dict[str, Lowering]:
    """ROUND and TRUNC: what has no places has none of its fraction.

    PostgreSQL rounds a DOUBLE half to even, and to no places; Redshift as it is printed.
    """

    def exact(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del context
        value, places = (*arguments, "0")[:2]
        return f"CAST({function}({value}, {places}) AS {storage_type(node.type)})"

    def printed(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        value, places = (*arguments, "0")[:2]
        cut = exact([f"CAST({value} AS numeric)", places], node, context)
        return f"(CASE WHEN {cut} = 0 AND {value} < 0 THEN '-0' ELSE {cut} END)"

    return {
        **{f"{function}:{kind},integer": exact for kind in (*_INTEGERS, "numeric")},
        f"{function}:double,integer": printed,
    }


LOWERINGS: Final[dict[str, Lowering]] = {
    **{
        f"{name}:double": f"{name}({{0}})"
        for name in (
            "sin", "cos", "tan", "cot", "asin", "acos", "atan", "exp", "ln", "sqrt", "cbrt",
            "degrees", "radians", "sign", "ceil", "ceiling", "floor", "abs",
        )
    },
    "dexp:double": "exp({0})",
    "dlog1:double": "ln({0})",
    "log:double": "log({0})",
    "dlog10:double": "log({0})",
    "log:double,double": "(ln({1}) / ln({0}))",
    "atan2:double,double": "atan2({0}, {1})",
    **{f"{name}:double,double": "power({0}, {1})" for name in ("power", "pow", "dpow")},
    "pi:": "pi()",
    "random:": "random()",
    **{f"abs:{kind}": "abs({0})" for kind in (*_INTEGERS, "numeric")},
    **{f"{name}:numeric": typed(f"{name}({{0}})") for name in ("sign", "ceil", "ceiling", "floor")},
    **_places("round"),
    **_places("trunc"),
    **{f"to_hex:{kind}": "to_hex({0})" for kind in ("integer", "bigint")},
}  # fmt: skip
