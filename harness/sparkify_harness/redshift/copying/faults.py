"""What is wrong with a record: codes, reasons and the row of stl_load_errors.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_Load_Error_Reference.html
"""

from dataclasses import dataclass
from enum import IntEnum

from sparkify_harness.redshift.catalog.logs import LoadError
from sparkify_harness.redshift.catalog.relations import Column
from sparkify_harness.redshift.types import Kind, RedshiftType


class Code(IntEnum):
    """``err_code`` of stl_load_errors."""

    DELIMITER_MISSING = 1201
    EXTRA_COLUMNS = 1202
    TOO_LONG = 1204
    DATE = 1205
    TIMESTAMP = 1206
    DIGIT = 1207
    FLOAT = 1208
    DECIMAL = 1209
    BOOLEAN = 1210
    NOT_NULL = 1213
    DELIMITER = 1214
    LINE = 1216
    UTF8 = 1220
    ENCODING = 1221
    OVERFLOW = 1222
    SUPER = 1224


class ValueFault(Exception):
    """A field cannot be read as its column's type.

    Args:
        code: Error code.
        reason: Text of ``err_reason``.
    """

    def __init__(self, code: Code, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class RecordFault:
    """A record cannot be loaded.

    Args:
        code: Error code.
        reason: Text of ``err_reason``.
        column: Column in question; None where the record as a whole is broken.
        position: Offset of the field in the record, in bytes.
        value: The field as it stands in the file.
    """

    code: Code
    reason: str
    column: Column | None = None
    position: int = 0
    value: str = ""


def declared_length(type_: RedshiftType) -> str:
    """``col_length`` of stl_load_errors: ``256``, ``18, 0``, or ``0`` where there is none."""
    if type_.kind is Kind.NUMERIC:
        return f"{type_.precision}, {type_.scale}"
    return str(type_.length or 0)


def load_error(fault: RecordFault, *, filename: str, line: int, raw: str) -> LoadError:
    """The row of stl_load_errors for a fault.

    Args:
        fault: What is wrong.
        filename: ``s3://bucket/key``.
        line: Line number from 1.
        raw: The record; bytes that are not UTF-8 as lone surrogates.
    """
    column = fault.column
    raw_line = cut(raw, 1024)
    return LoadError(
        filename=cut(filename, 256),
        line_number=line,
        colname=cut(column.name, 127) if column else "",
        type=cut(column.type.kind.internal_name, 10) if column else "",
        col_length=cut(declared_length(column.type), 10) if column else "",
        position=fault.position,
        raw_line=raw_line,
        raw_field_value=cut(fault.value, 1024),
        err_code=int(fault.code),
        err_reason=cut(fault.reason, 100),
        is_partial=0,
    )


def cut(text: str, size: int) -> str:
    """The text in at most that many bytes of UTF-8, without half a character.

    ``?`` stands for each byte that is not UTF-8, and for NUL.
    """
    # No more characters than bytes fit: a record may have megabytes.
    data = text[:size].replace("\0", "?").encode("utf-8", "replace")
    return data[:size].decode(errors="ignore")
