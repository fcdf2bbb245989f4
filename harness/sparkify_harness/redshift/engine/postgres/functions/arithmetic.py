"""Arithmetic in PostgreSQL's SQL, whose integers are Redshift's; DECIMALs get Redshift's scale.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_numeric_computations201.html
"""

from collections.abc import Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering
from sparkify_harness.redshift.engine.postgres.types import storage_type

_INTEGERS = ("smallint", "integer", "bigint")
_FLOATS = ("double", "real")


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


LOWERINGS: Final[dict[str, Lowering]] = {
    **{
        f"{symbol}:{kind},{kind}": f"({{0}} {symbol} {{1}})"
        for symbol in ("+", "-", "*", "/")
        for kind in (*_INTEGERS, *_FLOATS)
    },
    **{f"{name}:{kind},{kind}": "({0} % {1})" for name in ("%", "mod") for kind in _INTEGERS},
    **{f"{symbol}:numeric,numeric": typed(f"{{0}} {symbol} {{1}}") for symbol in ("+", "-", "*")},
    "/:numeric,numeric": _quotient,
    "%:numeric,numeric": typed("{0} % {1}"),
    "mod:numeric,numeric": typed("{0} % {1}"),
    "^:double,double": "({0} ^ {1})",
    **{
        f"unary{symbol}:{kind}": f"({symbol} {{0}})"
        for symbol in ("-", "@")
        for kind in (*_INTEGERS, "numeric", *_FLOATS)
    },
    "unary|/:double": "(|/ {0})",
    "unary||/:double": "(||/ {0})",
    **{
        f"{symbol}:{kind},{kind}": f"({{0}} {symbol} {{1}})"
        for symbol in "&|#"
        for kind in _INTEGERS
    },
    **{
        f"{symbol}:{kind},integer": f"({{0}} {symbol} {{1}})"
        for symbol in ("<<", ">>")
        for kind in _INTEGERS
    },
    **{f"unary~:{kind}": "(~ {0})" for kind in _INTEGERS},
}
