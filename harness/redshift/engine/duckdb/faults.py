"""Errors that cross the engine: raised in SQL by our lowerings, or by DuckDB itself.

A lowering raises through ``error('RS|Class|message|detail')``; ``translate`` turns that, and what
DuckDB says of its own accord, into Redshift's errors.
"""

import re
from typing import Final

import duckdb

from harness.redshift import errors
from harness.redshift.errors import (
    ComputeFault,
    DivisionByZero,
    NotNullViolation,
    NumericOutOfRange,
    QueryCanceled,
    RedshiftError,
    TransactionConflict,
)

_MARK = "RS|"
_OURS = re.compile(
    r"\AInvalid Input Error: RS\|(\w+)\|([^|]*)\|(.*?)(?:\n\nLINE \d+:.*)?\Z", re.DOTALL
)
_NOT_NULL = re.compile(r"NOT NULL constraint failed: (?:.*\.)?(\S+)")
_WIDTHS: Final = {"INT16": "smallint", "INT32": "integer", "INT64": "bigint"}
_COMPUTE_WORDS: Final = {
    "MERGE INTO command cannot affect the same target row more than once": (
        "Found multiple matches to update the same tuple."
    ),
    "More than one row returned by a subquery": "single-row subquery returns more than one row",
}
_WIDTH = re.compile(r"\bINT(?:16|32|64)\b")


def fault_sql(error: type[RedshiftError], message_sql: str, detail: str = "") -> str:
    """SQL that raises an error when it is evaluated.

    Args:
        error: Class of the error.
        message_sql: SQL text expression for the message; it may refer to columns.
        detail: Field D.
    """
    tail = "|" + detail.replace("'", "''")
    return f"error('{_MARK}{error.__name__}|' || replace({message_sql}, '|', '/') || '{tail}')"


def text_sql(text: str) -> str:
    """A string as an SQL literal of DuckDB."""
    quoted = text.replace("'", "''")
    return f"'{quoted}'"


def translate(exception: duckdb.Error, *, leader: bool = False) -> RedshiftError:
    """Redshift's error for one of DuckDB's.

    Args:
        exception: What DuckDB raised.
        leader: Whether the statement read no tables, so that it ran on the leader node.

    Returns:
        The error to raise; XX000 with DuckDB's own words for what we do not know, which is a
        defect of ours.
    """
    text = str(exception)
    ours = _OURS.search(text)
    if ours is not None:
        return _rebuilt(ours[1], ours[2], ours[3])
    if isinstance(exception, duckdb.InterruptException):
        return QueryCanceled("Query canceled on user's request")
    if isinstance(exception, duckdb.ConstraintException):
        match = _NOT_NULL.search(text)
        if match is not None:
            return NotNullViolation(match[1])
    if isinstance(exception, duckdb.TransactionException) and "onflict" in text:
        return TransactionConflict(
            "could not complete because of conflict with concurrent transaction"
        )
    if "ivision by zero" in text:
        return DivisionByZero("division by zero") if leader else ComputeFault("Divide by zero")
    if isinstance(exception, duckdb.OutOfRangeException | duckdb.ConversionException):
        return _overflow(text)
    for words, message in _COMPUTE_WORDS.items():
        if words in text:
            return ComputeFault(message)
    return RedshiftError(text.splitlines()[0] if text else "internal error")


def _rebuilt(name: str, message: str, detail: str) -> RedshiftError:
    kind = getattr(errors, name)
    if kind is ComputeFault:
        return ComputeFault(message)
    fault = kind(message, detail=detail or None)
    if not isinstance(fault, RedshiftError):
        raise TypeError(name)
    return fault


def _overflow(text: str) -> RedshiftError:
    if "DECIMAL" in text or ("INT128" in text and "destination type INT" not in text):
        if "multiplication" in text:
            return ComputeFault("128 bit numeric data overflow (multiplication)")
        return ComputeFault("Numeric data overflow (result precision)")
    widths = _WIDTH.findall(text)
    if widths:
        return NumericOutOfRange(f"{_WIDTHS[widths[-1]]} out of range")
    if "timestamp" in text.lower() or "date" in text.lower():
        return errors.DatetimeOverflow("timestamp out of range")
    return NumericOutOfRange("value out of range")
