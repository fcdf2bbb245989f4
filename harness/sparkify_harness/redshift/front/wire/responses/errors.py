"""ErrorResponse and NoticeResponse with the fields of Redshift's: S C M D H P F L R, no V.

PostgreSQL: https://www.postgresql.org/docs/8.0/protocol-error-fields.html
"""

from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.execute.protocol import Notice
from sparkify_harness.redshift.front.wire.responses.message import message, text

_LEADER = "/home/ec2-user/padb/src/pg/src/backend"
_COMPUTE = "/home/ec2-user/padb/src/sys"


def error_response(error: RedshiftError, *, severity: str | None = None, offset: int = 0) -> bytes:
    """What went wrong.

    Args:
        error: The error.
        severity: Instead of the error's own; FATAL says that the connection ends.
        offset: Characters before the statement in what the client sent.
    """
    fields = [
        ("S", severity or error.severity),
        ("C", error.sqlstate),
        ("M", error.message),
    ]
    if error.detail is not None:
        fields.append(("D", error.detail))
    if error.hint is not None:
        fields.append(("H", error.hint))
    if error.position is not None:
        fields.append(("P", str(error.position + offset)))
    file, line, routine = _origin(error)
    fields += [("F", file), ("L", line), ("R", routine)]
    return _fields(b"E", fields)


def notice_response(notice: Notice) -> bytes:
    """Something to know."""
    fields = [("S", notice.severity), ("C", notice.sqlstate), ("M", notice.message)]
    return _fields(b"N", fields)


def _fields(kind: bytes, fields: list[tuple[str, str]]) -> bytes:
    parts = [code.encode("ascii") + text(value) for code, value in fields]
    return message(kind, *parts, b"\0")


def _origin(error: RedshiftError) -> tuple[str, str, str]:
    # Drivers print F, L and R but decide nothing by them; a line number of a source that we do
    # not have would be made up, so it is 0 where it is not known.
    match error.routine:
        case "yyerror":
            return f"{_LEADER}/parser/parser_scan.l", "718", "yyerror"
        case "pg_throw":
            return f"{_COMPUTE}/xen_execute.cpp", "0", "pg_throw"
        case "ClientAuthentication":
            return f"{_LEADER}/libpq/auth.c", "0", "ClientAuthentication"
        case "aclcheck_error":
            return f"{_LEADER}/catalog/aclchk.c", "0", "aclcheck_error"
        case routine:
            return f"{_LEADER}/tcop/postgres.c", "0", routine or "exec_simple_query"
