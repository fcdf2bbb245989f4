"""Errors that cross PostgreSQL: raised in SQL by our lowerings, or by PostgreSQL itself."""

from typing import Final

import psycopg

from sparkify_harness.redshift import errors
from sparkify_harness.redshift.defects import engine_error
from sparkify_harness.redshift.errors import (
    ComputeFault,
    DatetimeOverflow,
    DivisionByZero,
    NotEmulated,
    NumericOutOfRange,
    QueryCanceled,
    RedshiftError,
)

_OURS: Final = "RS001"
_DATA: Final = "22"
_KNOWN: Final[dict[str, type[RedshiftError]]] = {
    "22012": DivisionByZero,
    "22003": NumericOutOfRange,
    "22008": DatetimeOverflow,
    "57014": QueryCanceled,
}
_COMPUTED: Final = frozenset({"21000", "54000"})
"""What is no fault of the data's form: a sub-query of several rows, a string without end."""


class NoCounterpart(NotEmulated):
    """PostgreSQL has nothing that computes this."""


def fault_sql(error: type[RedshiftError], message_sql: str, target: str) -> str:
    """SQL that raises an error when it is evaluated.

    Args:
        error: Class of the error.
        message_sql: SQL text expression for the message.
        target: The type of PostgreSQL's that it stands for.
    """
    return f"redshift.fault('{error.__name__}', {message_sql}, CAST(NULL AS {target}))"


def text_sql(text: str) -> str:
    """A string as an SQL literal.

    Raises:
        NoCounterpart: It has a character that PostgreSQL does not store.
    """
    if "\0" in text:
        raise NoCounterpart("a NUL character, which PostgreSQL does not store")
    quoted = text.replace("'", "''")
    return f"'{quoted}'"


def translate(exception: psycopg.Error) -> RedshiftError:
    """Redshift's error for one of PostgreSQL's.

    Returns:
        The error to raise; an internal error for what says that the SQL is wrong, which is a
        defect of ours.
    """
    state, message = exception.sqlstate or "", str(exception).split("\n", maxsplit=1)[0]
    if state == _OURS:
        name, _, said = message.partition("|")
        fault = getattr(errors, name)(said)
        if not isinstance(fault, RedshiftError):
            raise TypeError(name)
        return fault
    if state in _KNOWN:
        return _KNOWN[state](message)
    if state.startswith(_DATA) or state in _COMPUTED:
        return ComputeFault(message)
    return engine_error(f"{state} {exception}")
