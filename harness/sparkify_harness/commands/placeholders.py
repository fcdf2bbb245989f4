"""Placeholders of the pipeline's statements, as its driver has them, for psycopg."""

import re
from collections.abc import Sequence
from itertools import count
from typing import Any

from psycopg import RawCursor

_TOKEN = re.compile(
    r"""
      '(?:[^']|'')*'   # a string,
    | "(?:[^"]|"")*"   # a name,
    | --[^\n]*         # and comments stay as they are
    | /\*.*?\*/
    | %[s%]
    """,
    re.VERBOSE | re.DOTALL,
)


def numbered(sql: str) -> str:
    """The statement with `$1`, `$2`, ... for each `%s`, and `%` for `%%`.

    As redshift_connector has it, and other than psycopg: what is quoted stays as it is, so that
    `LIKE 'a%'` needs no second sign, whether or not there are parameters.
    """
    numbers = count(1)

    def replaced(token: re.Match[str]) -> str:
        match token[0]:
            case "%s":
                return f"${next(numbers)}"
            case "%%":
                return "%"
            case text:
                return text

    return _TOKEN.sub(replaced, sql)


class NumberingCursor(RawCursor[Any]):
    """A cursor that takes statements as the pipeline writes them."""

    def execute(self, query: Any, params: Sequence[Any] | None = None, **options: Any) -> Any:  # type: ignore[override]  # RawCursor's own types
        """Sends one statement."""
        return super().execute(numbered(query), params, **options)
