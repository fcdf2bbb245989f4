"""Text as comparisons see it: without the blanks at its end.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html
"""

import re
from typing import Final

_COLUMN: Final = re.compile(
    r"""
    (?!"v\d+:) "(?:[^"]|"")*" (?: \. (?: "(?:[^"]|"")*" | \w+ ) )?
    | [a-z]\.(?: "(?:[^"]|"")*" | \w+ )
    """,
    re.VERBOSE,
)
"""A column; not the name that `operands.once` holds a place with."""

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
    return f"rtrim({sql}, ' ')"
