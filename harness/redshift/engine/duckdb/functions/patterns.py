"""LIKE, SIMILAR TO, POSIX operators and regular-expression functions, on DuckDB's RE2.

Deviates: RE2 has neither look-around nor back-references; patterns with them are refused.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/pattern-matching-conditions.html
"""

from collections.abc import Sequence
from typing import Final

from harness.redshift.context import ExecutionContext
from harness.redshift.engine.duckdb.faults import text_sql
from harness.redshift.engine.duckdb.functions.lowering import Lowering, Node

BACKSLASH = text_sql("\\")


def _like(operator: str) -> Lowering:
    def lower(arguments: Sequence[str], node: Node, context: ExecutionContext) -> str:
        del node, context
        escape = arguments[2] if len(arguments) > 2 else BACKSLASH
        return f"({arguments[0]} {operator} {arguments[1]} ESCAPE {escape})"

    return lower


LOWERINGS: Final[dict[str, Lowering]] = {
    "like:varchar,varchar,varchar": _like("LIKE"),
    "ilike:varchar,varchar,varchar": _like("ILIKE"),
    "~:varchar,varchar": "regexp_matches({0}, {1})",
    "!~:varchar,varchar": "(NOT regexp_matches({0}, {1}))",
    "~*:varchar,varchar": "regexp_matches({0}, {1}, 'i')",
    "!~*:varchar,varchar": "(NOT regexp_matches({0}, {1}, 'i'))",
}
