"""String functions in PostgreSQL's SQL.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/String_functions_header.html
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering
from sparkify_harness.redshift.engine.postgres.faults import fault_sql
from sparkify_harness.redshift.errors import ComputeFault
from sparkify_harness.redshift.sql.functions import operators, strings
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.types import Kind

_FIELD = fault_sql(ComputeFault, "'field position must be greater than zero'", "text")


def _called(function: str) -> Lowering:
    """The function of PostgreSQL's with as many arguments as there are."""

    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del node, context
        return f"{function}({', '.join(arguments)})"

    return lower


def _not_below(number: str, bound: int) -> str:
    return f"(CASE WHEN {number} < {bound} THEN {bound} ELSE {number} END)"


LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    **dict.fromkeys((*strings.LENGTHS, *strings.BYTE_LENGTHS), "length({0})"),
    strings.OCTET_LENGTH[Kind.VARCHAR]: "octet_length({0})",
    strings.ASCII: "ascii({0})",
    strings.UPPER: "upper({0})",
    strings.LOWER: "lower({0})",
    strings.INITCAP: "initcap({0})",
    strings.REVERSE: "reverse({0})",
    strings.QUOTE_IDENT: "quote_ident({0})",
    strings.QUOTE_LITERAL: "quote_literal({0})",
    strings.CHR: "chr({0})",
    **{
        overload: "({0} || {1})"
        for kind in (Kind.VARCHAR, Kind.VARBYTE)
        for overload in (
            operators.CONCATENATE[kind],
            operators.ADD[kind, kind],
            strings.CONCAT[kind],
        )
    },
    strings.TRIM: _called("btrim"),
    strings.BTRIM: _called("btrim"),
    strings.LTRIM: _called("ltrim"),
    strings.RTRIM: _called("rtrim"),
    strings.LPAD: _called("lpad"),
    strings.RPAD: _called("rpad"),
    # PostgreSQL counts a negative number from the other end.
    strings.LEFT: f"left({{0}}, {_not_below('{1}', 0)})",
    strings.RIGHT: f"right({{0}}, {_not_below('{1}', 0)})",
    **dict.fromkeys((*strings.SUBSTRING.values(), strings.SUBSTR), _called("substring")),
    strings.CHARINDEX: "strpos({1}, {0})",
    strings.POSITION: "strpos({0}, {1})",
    strings.STRPOS: "strpos({0}, {1})",
    strings.OCTETINDEX: "position(convert_to({0}, 'UTF8') IN convert_to({1}, 'UTF8'))",
    **dict.fromkeys((strings.REPEAT, strings.REPLICATE), "repeat({0}, {1})"),
    strings.REPLACE: _called("replace"),
    strings.TRANSLATE: _called("translate"),
    strings.SPLIT_PART: (
        f"(CASE WHEN {{2}} <= 0 THEN {_FIELD} ELSE split_part({{0}}, {{1}}, {{2}}) END)"
    ),
}
