"""Math functions in PostgreSQL's SQL.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/Math_functions.html
"""

from typing import Final

from sparkify_harness.redshift.engine.duckdb.functions.lowering import Lowering
from sparkify_harness.redshift.engine.postgres.functions.arithmetic import typed

_INTEGERS = ("smallint", "integer", "bigint")


def _places(function: str) -> dict[str, Lowering]:
    """ROUND and TRUNC: what has no places has none of its fraction.

    PostgreSQL rounds a DOUBLE half to even, and to no places; Redshift as it is printed.
    """

    def lower(kind: str) -> Lowering:
        value = "CAST({0} AS numeric)" if kind == "double" else "{0}"

        def call(arguments, node, context):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            places = "{1}" if len(arguments) > 1 else "0"
            return typed(f"{function}({value}, {places})")(arguments, node, context)  # type: ignore[operator]

        return call

    return {
        f"{function}:{kind},integer": lower(kind) for kind in (*_INTEGERS, "numeric", "double")
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
