"""Text as comparisons see it: without the blanks at its end.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html
"""

import re
from typing import Final

from sparkify_harness.redshift.engine.wording import ignores_blanks
from sparkify_harness.redshift.types import RedshiftType

_COLUMN: Final = re.compile(
    r"""
    (?!"v\d+:) "(?:[^"]|"")*" (?: \. (?: "(?:[^"]|"")*" | \w+ ) )?
    | [a-z]\.(?: "(?:[^"]|"")*" | \w+ )
    """,
    re.VERBOSE,
)
"""A column; not the name that `operands.once` holds a place with."""

_CALL, _BLANKS = "rtrim(", ", ' ')"
_QUOTED: Final = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
_BRACKET: Final = re.compile(r"[()]")
_LITERAL: Final = re.compile(r"'(?:[^']|'')*'")


def trimmed(sql: str) -> str:
    """SQL of a text without the blanks at its end.

    DuckDB's rtrim walks through all characters, and takes ten times as long as looking whether
    there is a blank at all. So a column is looked at first; of what is computed there is no second
    copy to look at.

    Args:
        sql: Of the text.
    """
    if _LITERAL.fullmatch(sql):
        return f"'{sql[1:-1].rstrip(' ')}'"
    if _COLUMN.fullmatch(sql):
        return f"(CASE WHEN {sql} LIKE '% ' THEN rtrim({sql}, ' ') ELSE {sql} END)"
    return sql if is_trimmed(sql) else f"{_CALL}{sql}{_BLANKS}"


def is_trimmed(sql: str) -> bool:
    """Whether an expression is a call that cuts blanks off, and nothing around it."""
    if not (sql.startswith(_CALL) and sql.endswith(_BLANKS)):
        return False
    depth = 0
    for bracket in _BRACKET.findall(_QUOTED.sub("", sql[len(_CALL) : -len(_BLANKS)])):
        depth += 1 if bracket == "(" else -1
        if depth < 0:
            return False
    return depth == 0


def key(sql: str, kind: RedshiftType) -> str:
    """What a value is compared, grouped and sorted by."""
    return trimmed(sql) if ignores_blanks(kind) else sql
