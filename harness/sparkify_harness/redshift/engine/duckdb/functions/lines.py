"""How RE2 is told whether lines have beginnings and ends; ``posix`` says where they do.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/pattern-matching-conditions-posix.html

Deviates: lines end at line feeds, and not at carriage returns and form feeds besides.
"""

import re
from typing import Final

_LINES: Final = re.compile(r"[.^$]")


def whole_lines(pattern: str) -> str:
    """The expression for RE2 of one that matches from the beginning of a line to the end of one."""
    return f"(?sm:^(?:{pattern})$)"


def with_lines(pattern: str) -> str:
    """The expression for RE2: points match line feeds, lines have beginnings and ends."""
    return f"(?sm:{pattern})" if _LINES.search(pattern) else pattern


def without_lines(pattern: str) -> str:
    """The expression for RE2 as the leader node reads it: points match line feeds."""
    return f"(?s:{pattern})" if "." in pattern else pattern
