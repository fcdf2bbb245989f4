"""Errors that cross the engine: raised in SQL by our lowerings, or by DuckDB itself.

A lowering raises through ``error('RS|Class|message|detail')``; ``translate`` turns that, and what
DuckDB says of its own accord, into Redshift's errors.
"""

import re
from typing import Final

import duckdb

from sparkify_harness.redshift import errors
from sparkify_harness.redshift.defects import engine_error
from sparkify_harness.redshift.engine.posix import NO_OPERAND, REGEX_CONTEXT
from sparkify_harness.redshift.errors import (
    ComputeBlock,
    ComputeFault,
    DatabaseLost,
    DivisionByZero,
    NotEmulated,
    NotNullViolation,
    NumericOutOfRange,
    QueryCanceled,
    RedshiftError,
    TransactionConflict,
)

_MARK = "RS|"
_RAISED = f"error('{_MARK}"
_OURS = re.compile(
    r"Invalid Input Error: (?:Python exception occurred while executing the UDF: \w+: )?"
    r"RS\|(\w+)\|([^|]*)\|(.*?)(?:\n\nLINE \d+:.*)?\Z",
    re.DOTALL,
)
_NOT_NULL = re.compile(r"NOT NULL constraint failed: (?:.*\.)?(\S+)")
_WIDTHS: Final = {"INT16": "smallint", "INT32": "integer", "INT64": "bigint"}
_ENDLESS: Final = "Exceeded recursive CTE max rows limit."
_COMPUTE_WORDS: Final = {
    "MERGE INTO command cannot affect the same target row more than once": (
        "Found multiple matches to update the same tuple."
    ),
    "More than one row returned by a subquery": "single-row subquery returns more than one row",
    "could not convert blob to UTF8": "String contains invalid or unsupported UTF8 codepoints.",
    'reached maximum value of sequence ""_recursion': _ENDLESS,
}
"""What DuckDB says of its own accord, and Redshift's words for it."""
_ESCAPE_WORDS: Final = {
    "Invalid escape string": (
        "invalid escape string",
        "Escape string must be empty or one character.",
    ),
    "Like pattern must not end": ("LIKE pattern must not end with escape character", None),
}
"""What DuckDB says of LIKE ... ESCAPE, and PostgreSQL's words and hint."""
_NO_ROOM: Final = re.compile("No space left on device|File too large|Disk quota exceeded")
"""What the system says to DuckDB when it writes to its file."""
_NO_MEMORY: Final = "Out of Memory Error"
_STREAM: Final = "reading the stream registered as"
"""Said when rows that stream in end with an error, which whoever sends them knows, and tells."""
_PATTERN_WORDS: Final = {
    "missing ]": "Unmatched [ or [^ in character class declaration.",
    "missing )": "Unmatched marking parenthesis ( or \\(.",
    "unexpected )": "Unmatched marking parenthesis ( or \\(.",
    "trailing \\": "Invalid or unterminated escape sequence.",
    "no argument for repetition operator": NO_OPERAND,
    "bad repetition operator": NO_OPERAND,
    "invalid repetition size": "Invalid content of repeat range.",
    "invalid character class range": (
        "Invalid character class name, collating name, or character range."
    ),
    "invalid character class": (
        "Invalid character class name, collating name, or character range."
    ),
}
"""What RE2 says of an expression that is none, and the words of Boost, whose words clusters use."""
_UNKNOWN_PATTERNS: Final = ("invalid escape sequence", "invalid perl operator", "invalid named ")
"""What RE2 says of an expression that Redshift may know."""
_PATTERN: Final = re.compile(
    r"Invalid Input Error: (?P<what>"
    + "|".join(map(re.escape, (*_PATTERN_WORDS, *_UNKNOWN_PATTERNS)))
    + r")(?P<where>.*)",
    re.DOTALL,
)
_REPEATED: Final = re.compile(r"\{(\d+)(?:,(\d*))?\}")
_MOST_REPEATED: Final = 255
"""PostgreSQL's limit of a repetition. RE2's is that of all of them, one in the other."""
_INVALIDATED: Final = "database has been invalidated because of a previous fatal error"
_WIDTH = re.compile(r"\bINT(?:16|32|64)\b")
_CODES: Final = (
    ("Invalid digit", 1207, ":0"),
    ("Numeric data overflow", 1058, "numeric_bound.cpp:180"),
    ("128 bit numeric data overflow", 1058, "numeric_bound.cpp:180"),
    ("Value too long", 8001, "string.cpp:257"),
    ("Disk Full", 1016, "fdisk_api.cpp:345"),
    *((words, 8002, "regex.cpp:0") for words in dict.fromkeys(_PATTERN_WORDS.values())),
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
    return f"{_RAISED}{error.__name__}|' || replace({message_sql}, '|', '/') || '{tail}')"


def may_raise(sql: str) -> bool:
    """Whether what a lowering wrote holds a ``fault_sql``, for which DuckDB takes it for volatile.

    No string of a user can look so: in a literal its quote is doubled.
    """
    return _RAISED in sql


def raised_text(error: type[RedshiftError], message: str) -> str:
    """What a function of ours that DuckDB calls says in its exception, to raise an error."""
    return f"{_MARK}{error.__name__}|{message.replace('|', '/')}|"


def text_sql(text: str) -> str:
    """A string as an SQL literal of DuckDB."""
    quoted = text.replace("'", "''")
    return f"'{quoted}'"


def translate(
    exception: duckdb.Error,
    *,
    leader: bool = False,
    recursive: bool = False,
    query: int = 0,
    pid: int = 0,
) -> RedshiftError:
    """Redshift's error for one of DuckDB's.

    Args:
        exception: What DuckDB raised, or its text in a plain ``duckdb.Error``: an Arrow stream
            loses the class.
        leader: Whether the statement read no tables, so that it ran on the leader node.
        recursive: Whether it has a recursive query, so that too little memory is one without end.
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
        return compute_fault("Load failed", "", query, pid)
    if _NO_ROOM.search(text):
        return compute_fault("Disk Full", "node: 0", query, pid)
    if _NO_MEMORY in text:
        if recursive:
            return compute_fault(_ENDLESS, "", query, pid)
        return NotEmulated("a statement that needs more memory than the substitute has")
    if "ivision by zero" in text:
        return (
            DivisionByZero("division by zero")
            if leader
            else compute_fault("Divide by zero", "", query, pid)
        )
    if (refused := _bad_argument(text, query, pid)) is not None:
        return refused
    for words, message in _COMPUTE_WORDS.items():
        if words in text:
            return compute_fault(message, "", query, pid)
    if "Out of Range Error" in text or "Conversion Error" in text:
        return _overflow(text, query, pid)
    return engine_error(str(exception))


def _bad_argument(text: str, query: int, pid: int) -> RedshiftError | None:
    """What DuckDB says of an argument that a function cannot do anything with."""
    if (pattern := _PATTERN.search(text)) is not None:
        return _bad_pattern(pattern["what"], pattern["where"]) or compute_fault(
            _PATTERN_WORDS[pattern["what"]], REGEX_CONTEXT, query, pid
        )
    for words, (said, hint) in _ESCAPE_WORDS.items():
        if words in text:
            return errors.InvalidEscapeSequence(said, hint=hint)
    if "Argument for ntile" in text:
        return errors.InvalidParameterValue("argument of ntile must be greater than zero")
    return None


def compute_fault(message: str, context: str, query: int, pid: int) -> ComputeFault:
    """An error of a compute node, with its block.

    Args:
        message: In Redshift's words; they decide the code.
        context: What was being done.
        query: Id of the query.
        pid: Process id of the session.
    """
    code, location = next(
        ((code, place) for start, code, place in _CODES if message.startswith(start)),
        (8001, "exec.cpp:0"),
    )
    process = f"query0_{query} [pid={pid}]"
    return ComputeFault(message, ComputeBlock(code, context, query, location, process))


def _rebuilt(name: str, message: str, detail: str, query: int, pid: int) -> RedshiftError:
    if name == ComputeFault.__name__:
        return compute_fault(message, detail, query, pid)
    fault = getattr(errors, name)(message, detail=detail or None)
    if not isinstance(fault, RedshiftError):
        raise TypeError(name)
    return fault


def _bad_pattern(what: str, where: str) -> NotEmulated | None:
    """The refusal of a pattern that may be one on Redshift."""
    counts = _REPEATED.search(where)
    if what == "invalid repetition size" and counts is not None:
        low, high = int(counts[1]), int(counts[2] or counts[1])
        if low <= high <= _MOST_REPEATED:
            return NotEmulated(f"regular expression that repeats what repeats: {counts[0]}")
    if what in _UNKNOWN_PATTERNS:
        return NotEmulated(f"regular expression with{where.replace(':', '', 1)}")
    return None


def _overflow(text: str, query: int, pid: int) -> RedshiftError:
    """What did not fit: DuckDB names the type it had no room in last."""
    if "DECIMAL" in text or ("INT128" in text and "destination type INT" not in text):
        if "multiplication" in text:
            return compute_fault("128 bit numeric data overflow (multiplication)", "", query, pid)
        return compute_fault(
            "Numeric data overflow (result precision)", "128 bit overflow", query, pid
        )
    widths = _WIDTH.findall(text)
    if widths:
        return NumericOutOfRange(f"{_WIDTHS[widths[-1]]} out of range")
    if re.search("timestamp|date|interval", text, re.IGNORECASE):
        return errors.DatetimeOverflow("timestamp out of range")
    return NumericOutOfRange("value out of range")
