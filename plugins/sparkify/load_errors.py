"""What the warehouse says about a failed COPY, made readable.

sys_load_error_detail has the refused records on every kind of Redshift; stl_load_errors has their
values too, and is for nobody on Serverless and on clusters in several zones. A COPY has one number
in stl_ views, which PG_LAST_COPY_ID tells, and another in sys_ views.
Redshift: https://docs.aws.amazon.com/redshift/latest/dg/SYS_LOAD_ERROR_DETAIL.html
Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_STL_LOAD_ERRORS.html
Redshift: https://docs.aws.amazon.com/redshift/latest/dg/SYS_QUERY_HISTORY.html
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sparkify.errors import LoadError, PipelineError, StatementError
from sparkify.warehouse import Row, WarehouseSession

SHOWN = 10
"""Load errors in a message; the view has them all."""

_VALUE_WIDTH = 80

_WITH_VALUES = f"""
SELECT TRIM(filename), line_number, TRIM(colname), TRIM(type), TRIM(col_length), position,
       TRIM(raw_field_value), err_code, TRIM(err_reason)
FROM stl_load_errors
WHERE query = %s
ORDER BY filename, line_number, position
LIMIT {SHOWN + 1}
"""  # noqa: S608 - a number of ours

_EVERYWHERE = f"""
SELECT TRIM(file_name), line_number, TRIM(column_name), TRIM(column_type), TRIM(column_length),
       position, '', error_code, TRIM(error_message)
FROM sys_load_error_detail
WHERE query_id = %s
ORDER BY file_name, line_number, position
LIMIT {SHOWN + 1}
"""  # noqa: S608 - a number of ours


@dataclass(frozen=True)
class LoadErrorRow:
    """One refused record."""

    filename: str
    line_number: int
    column: str
    type: str
    length: str
    position: int
    value: str
    code: int
    reason: str

    def __str__(self) -> str:
        """`s3://bucket/key line 3: column length (float8): Invalid digit [1207], value 'abc'`."""
        place = f"{self.filename} line {self.line_number}"
        size = f"({self.length})" if self.length and self.length != "0" else ""
        column = f" column {self.column} ({self.type}{size}):" if self.column else ""
        value = self.value
        if len(value) > _VALUE_WIDTH:
            value = value[:_VALUE_WIDTH] + "…"
        return f"{place}:{column} {self.reason} [{self.code}]" + (
            f", value {value!r}" if value else ""
        )


def last_copy_id(session: WarehouseSession) -> int:
    """Number in stl_ views of the session's last COPY that began to load; -1 for none.

    It may be forgotten when the transaction is rolled back.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/PG_LAST_COPY_ID.html
    """
    return int(session.scalar("SELECT pg_last_copy_id()", doing="asking for the COPY's number"))


def last_submitted_copy(session: WarehouseSession) -> int:
    """Number in sys_ views of the session's last COPY; -1 where there was none.

    Process ids are used again, so ask only when the session has sent one.
    """
    process = session.scalar("SELECT pg_backend_pid()", doing="asking for the session's number")
    last = session.scalar(
        "SELECT MAX(query_id) FROM sys_query_history WHERE session_id = %s AND query_type = 'COPY'",
        process,
        doing="looking for the COPY in sys_query_history",
    )
    return -1 if last is None else int(last)


def last_load_errors(session: WarehouseSession, copy_id: int) -> list[LoadErrorRow]:
    """The first refused records of the session's last COPY, at most one more than are shown.

    To be called outside of transactions: what was done in one may be undone.

    Args:
        session: That sent it.
        copy_id: Its number in stl_ views, -1 if it is not known.
    """
    rows: Sequence[Row] = ()
    try:
        if copy_id > 0:
            rows = session.rows(_WITH_VALUES, copy_id, doing="reading stl_load_errors")
    except StatementError:  # permission denied
        session.rollback()
    if not rows:
        rows = session.rows(
            _EVERYWHERE, last_submitted_copy(session), doing="reading sys_load_error_detail"
        )
    return [_error_row(row) for row in rows]


def count_load_errors(session: WarehouseSession) -> int:
    """How many records the session's last COPY passed over."""
    count = session.scalar(
        "SELECT COUNT(*) FROM sys_load_error_detail WHERE query_id = %s",
        last_submitted_copy(session),
        doing="counting refused records",
    )
    return int(count)


def _error_row(row: Row) -> LoadErrorRow:
    filename, line, column, kind, length, position, value, code, reason = row
    return LoadErrorRow(
        filename=filename,
        line_number=line,
        column=column or "",
        type=kind or "",
        length=length or "",
        position=position or 0,
        value=value or "",
        code=code,
        reason=reason or "",
    )


def with_load_errors(
    error: PipelineError, rows: Sequence[LoadErrorRow], hide: Sequence[str] = ()
) -> PipelineError:
    """The error with the refused records in its message.

    Args:
        error: what COPY raised.
        rows: its load errors, maybe none.
        hide: secrets, in case a record contains one.

    Returns:
        The error; with `refused` set if there are rows.
    """
    if not rows:
        return error
    lines = [f"  {row}" for row in rows[:SHOWN]]
    if len(rows) > SHOWN:
        lines.append("  … and more in sys_load_error_detail")

    def hidden(item: object) -> object:
        for secret in filter(None, hide) if isinstance(item, str) else ():
            item = str(item).replace(secret, "***")
        return item

    failed = LoadError(hidden("\n".join([str(error), *lines])))
    failed.refused = tuple(
        {name: hidden(item) for name, item in asdict(row).items()} for row in rows[:SHOWN]
    )
    return failed
