"""String functions in PostgreSQL's SQL.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/String_functions_header.html
"""

from collections.abc import Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering
from sparkify_harness.redshift.engine.postgres.faults import fault_sql
from sparkify_harness.redshift.errors import ComputeFault

_T, _TT, _TI, _TII = "varchar", "varchar,varchar", "varchar,integer", "varchar,integer,integer"
_FIELD = fault_sql(ComputeFault, "'field position must be greater than zero'", "text")


def _called(function: str) -> Lowering:
    """The function of PostgreSQL's with as many arguments as there are."""

    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del node, context
        return f"{function}({', '.join(arguments)})"

    return lower


def _not_below(number: str, bound: int) -> str:
    return f"(CASE WHEN {number} < {bound} THEN {bound} ELSE {number} END)"


LOWERINGS: Final[dict[str, Lowering]] = {
    **{
        f"{name}:{_T}": "length({0})"
        for name in ("len", "length", "char_length", "character_length", "textlen")
    },
    **{f"{name}:varbyte": "length({0})" for name in ("len", "length", "octet_length")},
    **{
        f"{name}:{_T}": f"{name}({{0}})"
        for name in (
            "octet_length", "ascii", "upper", "lower", "initcap", "reverse", "quote_ident",
            "quote_literal",
        )
    },
    "chr:integer": "chr({0})",
    **{
        f"{name}:{kind},{kind}": "({0} || {1})"
        for name in ("||", "concat", "+")
        for kind in ("varchar", "varbyte")
    },
    f"trim:{_TT}": _called("btrim"),
    **{f"{name}:{_TT}": _called(name) for name in ("btrim", "ltrim", "rtrim")},
    **{f"{name}:{_TI},varchar": _called(name) for name in ("lpad", "rpad")},
    # PostgreSQL counts a negative number from the other end.
    f"left:{_TI}": f"left({{0}}, {_not_below('{1}', 0)})",
    f"right:{_TI}": f"right({{0}}, {_not_below('{1}', 0)})",
    **{f"{name}:{_TII}": _called("substring") for name in ("substring", "substr")},
    "substring:varbyte,integer,integer": _called("substring"),
    f"charindex:{_TT}": "strpos({1}, {0})",
    f"position:{_TT}": "strpos({0}, {1})",
    f"strpos:{_TT}": "strpos({0}, {1})",
    f"octetindex:{_TT}": "position(convert_to({0}, 'UTF8') IN convert_to({1}, 'UTF8'))",
    **{f"{name}:{_TI}": "repeat({0}, {1})" for name in ("repeat", "replicate")},
    **{f"{name}:{_TT},varchar": _called(name) for name in ("replace", "translate")},
    f"split_part:{_TT},integer": (
        f"(CASE WHEN {{2}} <= 0 THEN {_FIELD} ELSE split_part({{0}}, {{1}}, {{2}}) END)"
    ),
}  # fmt: skip
