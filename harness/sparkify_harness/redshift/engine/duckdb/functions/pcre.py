"""Regular expressions in PCRE's dialect, for what RE2 lacks: look-around and back-references.

They are matched outside of DuckDB, by a library that lets other threads run meanwhile. As some of
them take for ever, the rows of a chunk, after which DuckDB sees an interrupt, share half a second.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/REGEXP_SUBSTR.html

Deviates: an expression that takes longer is refused.
"""

import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

import duckdb
import pyarrow as pa
import regex
from duckdb.func import ARROW

from sparkify_harness.redshift.engine.duckdb.faults import raised_text
from sparkify_harness.redshift.errors import InvalidParameterValue, NotEmulated, Unsupported

SPANS: Final = "pcre_spans"
REPLACED: Final = "pcre_replaced"
_SECONDS: Final = 0.5


@lru_cache(maxsize=64)
def _compiled(pattern: str, options: str) -> regex.Pattern[str]:
    return regex.compile(pattern, regex.V0 | (regex.IGNORECASE if "i" in options else 0))


def check(pattern: str) -> int:
    """The number of sub-expressions of a pattern.

    Raises:
        InvalidParameterValue: It is no regular expression.
    """
    try:
        return int(_compiled(pattern, "").groups)
    except regex.error as error:
        raise InvalidParameterValue(f"Invalid regular expression: {error.msg}") from error


def _within_time(
    texts: pa.ChunkedArray, compute: Callable[[int, str, float], object]
) -> list[object]:
    """What is computed of each text, in half a second for all of them."""
    end = time.monotonic() + _SECONDS
    try:
        return [
            compute(row, text, max(end - time.monotonic(), 0.001))
            for row, text in enumerate(texts.to_pylist())
        ]
    except TimeoutError:
        what = NotEmulated("a regular expression that takes more than half a second").message
        raise RuntimeError(raised_text(Unsupported, what)) from None


def _spans(
    texts: pa.ChunkedArray, patterns: pa.ChunkedArray, options: pa.ChunkedArray
) -> pa.ChunkedArray:
    """Where matches begin, from 1, and where they have ended; of the first sub-expression by ``e``.

    Every call has one pattern, so that of the first row is that of all.
    """

    def found(_row: int, text: str, seconds: float) -> list[int]:
        pattern, option = patterns[0].as_py(), options[0].as_py()
        group = 1 if "e" in option else 0
        return list(_places(_compiled(pattern, option), text, group, seconds))

    # Where all rows have a NULL, there are none left.
    return pa.array(_within_time(texts, found), pa.list_(pa.int32()))


def _places(pattern: regex.Pattern[str], text: str, group: int, seconds: float) -> Iterator[int]:
    for match in pattern.finditer(text, timeout=seconds, concurrent=True):
        begin, end = match.span(group)
        yield from (begin + 1, end + 1)


def _replaced(
    texts: pa.ChunkedArray,
    patterns: pa.ChunkedArray,
    replacements: pa.ChunkedArray,
    options: pa.ChunkedArray,
) -> pa.ChunkedArray:
    templates = replacements.to_pylist()

    def replace(row: int, text: str, seconds: float) -> str:
        pattern = _compiled(patterns[0].as_py(), options[0].as_py())
        return str(pattern.sub(templates[row], text, timeout=seconds, concurrent=True))

    return pa.array(_within_time(texts, replace), pa.string())


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Give a database the functions ``SPANS`` and ``REPLACED``."""
    for name, function, count, result in (
        (SPANS, _spans, 3, "INTEGER[]"),
        (REPLACED, _replaced, 4, "VARCHAR"),
    ):
        connection.create_function(
            name, function, ["VARCHAR" for _ in range(count)], result, type=ARROW
        )
