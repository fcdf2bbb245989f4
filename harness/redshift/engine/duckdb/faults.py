"""Errors that cross the engine: raised in SQL by our lowerings, or by DuckDB itself.

A lowering raises through ``error('RS|Class|message|detail')``; ``translate`` turns that, and what
DuckDB says of its own accord, into Redshift's errors.
"""

import re
from typing import Final

import duckdb

from harness.redshift import errors
from harness.redshift.defects import engine_error
from harness.redshift.errors import (
    ComputeBlock,
    ComputeFault,
    DatabaseLost,
    DivisionByZero,
    NotNullViolation,
    NumericOutOfRange,
    QueryCanceled,
    RedshiftError,
    TransactionConflict,
)

_MARK = "RS|"
_OURS = re.compile(
    r"Invalid Input Error: (?:Python exception occurred while executing the UDF: \w+: )?"
    r"RS\|(\w+)\|([^|]*)\|(.*?)(?:\n\nLINE \d+:.*)?\Z",
    re.DOTALL,
)
_NOT_NULL = re.compile(r"NOT NULL constraint failed: (?:.*\.)?(\S+)")
_WIDTHS: Final = {"INT16": "smallint", "INT32": "integer", "INT64": "bigint"}
_COMPUTE_WORDS: Final = {
    "MERGE INTO command cannot affect the same target row more than once": (
        "Found multiple matches to update the same tuple."
    ),
    "More than one row returned by a subquery": "single-row subquery returns more than one row",
    'reached maximum value of sequence ""_recursion""': "Exceeded recursive CTE max rows limit.",
}
"""What DuckDB says of its own accord, and Redshift's words for it."""
_NO_ROOM: Final = re.compile("No space left on device|File too large|Disk quota exceeded")
"""What the system says to DuckDB when it writes to its file."""
_STREAM: Final = "reading the stream registered as"
"""Said when rows that stream in end with an error, which whoever sends them knows, and tells."""
_INVALIDATED: Final = "database has been invalidated because of a previous fatal error"
_WIDTH = re.compile(r"\bINT(?:16|32|64)\b")
_CODES: Final = (
    ("Invalid digit", 1207, ":0"),
    ("Numeric data overflow", 1058, "numeric_bound.cpp:180"),
    ("128 bit numeric data overflow", 1058, "numeric_bound.cpp:180"),
    ("Value too long", 8001, "string.cpp:257"),
    ("Disk Full", 1016, "fdisk_api.cpp:345"),
)
"""Beginning of a message, Redshift's code, and the place in its source, for the DETAIL block."""


def fault_sql(error: type[RedshiftError], message_sql: str, detail: str = "") -> str:
    """SQL that raises an error when it is evaluated.

    Args:
        error: Class of the error.
        message_sql: SQL text expression for the message; it may refer to columns.
        detail: Field D.
    """
    tail = "|" + detail.replace("'", "''")
    return f"error('{_MARK}{error.__name__}|' || replace({message_sql}, '|', '/') || '{tail}')"


def raised_text(error: type[RedshiftError], message: str) -> str:
    """What a function of ours that DuckDB calls says in its exception, to raise an error."""
    return f"{_MARK}{error.__name__}|{message.replace('|', '/')}|"


def text_sql(text: str) -> str:
    """A string as an SQL literal of DuckDB."""
    quoted = text.replace("'", "''")
    return f"'{quoted}'"


def translate(
    exception: duckdb.Error, *, leader: bool = False, query: int = 0, pid: int = 0
) -> RedshiftError:
    """Redshift's error for one of DuckDB's.

    Args:
        exception: What DuckDB raised, or its text in a plain ``duckdb.Error``: an Arrow stream
            loses the class.
        leader: Whether the statement read no tables, so that it ran on the leader node.
        query: Id of the query, for the DETAIL of a compute node's error.
        pid: Process id of the session, likewise.

    Returns:
        The error to raise; an internal error for what we do not know, which is a defect of ours.
    """
    text = str(exception)
    ours = _OURS.search(text)
    if ours is not None:
        return _rebuilt(ours[1], ours[2], ours[3], query, pid)
    text = text.split("\n\nLINE ", maxsplit=1)[0]
    if _INVALIDATED in text:
        return DatabaseLost()
    if isinstance(exception, duckdb.InterruptException) or text.startswith("INTERRUPT Error"):
        return QueryCanceled(f"Query ({query}) canceled on user's request")
    not_null = _NOT_NULL.search(text)
    if not_null is not None:
        return NotNullViolation(not_null[1])
    if "TransactionContext Error" in text and "onflict" in text:
        return TransactionConflict(
            "could not complete because of conflict with concurrent transaction"
        )
    if _STREAM in text:
        return _compute("Load failed", "", query, pid)
    if _NO_ROOM.search(text):
        return _compute("Disk Full", "node: 0", query, pid)
    if "ivision by zero" in text:
        return (
            DivisionByZero("division by zero")
            if leader
            else _compute("Divide by zero", "", query, pid)
        )
    if "Out of Range Error" in text or "Conversion Error" in text:
        return _overflow(text, query, pid)
    for words, message in _COMPUTE_WORDS.items():
        if words in text:
            return _compute(message, "", query, pid)
    return engine_error(str(exception))


def _compute(message: str, context: str, query: int, pid: int) -> ComputeFault:
    code, location = next(
        ((code, place) for start, code, place in _CODES if message.startswith(start)),
        (8001, "exec.cpp:0"),
    )
    process = f"query0_{query} [pid={pid}]"
    return ComputeFault(message, ComputeBlock(code, context, query, location, process))


def _rebuilt(name: str, message: str, detail: str, query: int, pid: int) -> RedshiftError:
    if name == ComputeFault.__name__:
        return _compute(message, detail, query, pid)
    fault = getattr(errors, name)(message, detail=detail or None)
    if not isinstance(fault, RedshiftError):
        raise TypeError(name)
    return fault


def _overflow(text: str, query: int, pid: int) -> RedshiftError:
    """What did not fit: DuckDB names the type it had no room in last."""
    if "DECIMAL" in text or ("INT128" in text and "destination type INT" not in text):
        if "multiplication" in text:
            return _compute("128 bit numeric data overflow (multiplication)", "", query, pid)
        return _compute("Numeric data overflow (result precision)", "128 bit overflow", query, pid)
    widths = _WIDTH.findall(text)
    if widths:
        return NumericOutOfRange(f"{_WIDTHS[widths[-1]]} out of range")
    if re.search("timestamp|date|interval", text, re.IGNORECASE):
        return errors.DatetimeOverflow("timestamp out of range")
    return NumericOutOfRange("value out of range")
