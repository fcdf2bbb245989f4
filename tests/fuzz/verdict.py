"""What every answer keeps to, whatever was asked."""

import re
from collections.abc import Iterator

from sparkify_harness.redshift import errors
from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.front.wire.framing import Frame
from tests.conversation import fields
from tests.fuzz.line import Answer

SQLSTATES = frozenset(
    {"00000"}
    | {
        kind.sqlstate
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, RedshiftError)
    }
)
_ENGINE = re.compile(
    r"(?i:duckdb|\bRE2\b|botocore|boto3|pyarrow|\barrow\b|\bpython\b|traceback)"
    r"|^internal error|\bstd::|\bNoneType\b|Candidate (?:functions|bindings)|LINE \d+:"
    r"|\b(?:Binder|Catalog|Parser|Conversion|Invalid Input|Invalid Type|Out of Range|Syntax"
    r"|Not implemented|INTERNAL|Constraint|IO|Serialization|TransactionContext|Mismatch Type"
    r"|Out of Memory|Dependency|Permission|Executor|Expression|Fatal|Interrupt|Sequence) Error\b"
    r"|\b(?:Key|Type|Value|Attribute|Index|Recursion|Assertion|Overflow|Memory|Runtime|OS|Name"
    r"|ZeroDivision|Unicode\w*|NotImplemented|Lookup|Arithmetic|Stop\w+|Decompression)Error\b"
    r"|\bv\d+:\d+\b|\blambda\b|list_transform|struct_pack"
)
"""Beginnings of what DuckDB, RE2, botocore, Arrow and Python say, and our own defects."""
_TOLD = b"MDH"


def objections(answer: Answer, asked: str = "") -> Iterator[str]:
    """What is wrong with an answer; nothing for one that a client of Redshift's could have got.

    Args:
        answer: What came back.
        asked: The statement: an error may quote what stands in it.
    """
    for frame in answer.frames:
        if frame.type in {b"E", b"N"}:
            yield from _told(frame, asked)


def unblocked(answer: Answer) -> Iterator[str]:
    """What was done in a failed block before its end."""
    failed = False
    for frame in answer.frames:
        match frame.type:
            case b"Z":
                failed = frame.payload == b"E"
            case b"C" if failed and frame.payload == b"ROLLBACK\0":
                failed = False
            case b"C" | b"D" | b"s" if failed:
                yield f"in a failed block: {frame}"


def _told(frame: Frame, asked: str) -> Iterator[str]:
    told = fields(frame)
    if missing := {"S", "C", "M"} - set(told):
        yield f"fields {missing} are missing: {told}"
        return
    if told["C"] not in SQLSTATES:
        yield f"SQLSTATE {told['C']} is none of Redshift's: {told}"
    for code in _TOLD.decode():
        for found in _ENGINE.finditer(told.get(code, "")):
            if found.group().lower() not in asked.lower():
                yield f"the words of an engine, {found.group()!r}: {told}"
