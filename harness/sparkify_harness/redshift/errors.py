"""Every error that a client can meet, with its SQLSTATE.

RedshiftError                         XX000
├── SyntaxFault                       42601
├── NotEmulated                       0A000   Redshift has it, we do not
├── Unsupported                       0A000   Redshift itself refuses it
├── UndefinedRelation                 42P01
├── UndefinedColumn                   42703
├── AmbiguousColumn                   42702
├── DuplicateAlias                    42712
├── IndeterminateDatatype             42P18   a parameter whose type nothing decides
├── LeaderNodeOnly                    0A000   leader-node functions over user tables
├── UndefinedFunction                 42883   functions and operators
├── AmbiguousFunction                 42725
├── UndefinedObject                   42704   types, settings, roles
├── DuplicateRelation                 42P07
├── DuplicateObject                   42710
├── ReservedName                      42939
├── InvalidSchemaName                 3F000
├── GroupingFault                     42803
├── WindowingFault                    42P20
├── DatatypeMismatch                  42804
├── InvalidColumnReference            42P10
├── InvalidDefinition                 42P16
├── DependentObjects                  2BP01
├── InvalidTextRepresentation         22P02
├── InvalidDatetime                   22007
├── DatetimeOverflow                  22008
├── NumericOutOfRange                 22003
├── StringTooLong                     22001
├── InvalidParameterValue             22023
├── DivisionByZero                    22012
├── InvalidEscapeSequence             22025
├── PermissionDenied                  42501
├── ActiveTransaction                 25001
├── NoActiveTransaction               25P01
├── FailedTransaction                 25P02
├── InvalidCursorName                 34000
├── InvalidStatementName              26000
├── DuplicateCursor                   42P03
├── DuplicateStatement                42P05
├── StatementTooComplex               54001
├── Deadlock                          40P01
├── QueryCanceled                     57014
├── UndefinedParameter                42P02
├── InvalidPortalState                55000
├── AdminShutdown                     57P01
├── DatabaseLost                      57P02   the server ends: its database must be opened again
├── TooManyConnections                53300
├── ProtocolViolation                 08P01
├── AuthenticationFailed              28000
│   └── EncryptionRequired            28000   the cluster has require_ssl
├── UndefinedDatabase                 3D000
└── ComputeFault                      XX000   raised on compute nodes: DETAIL is a block

Redshift keeps PostgreSQL 8.0's fields: S, C, M, D, H, P, F, L, R, and no V.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

MATRIX = "docs/compatibility.md"


class RedshiftError(Exception):
    """An error as the client sees it.

    Args:
        message: The primary message (field M).
        detail: Field D, when there is one.
        hint: Field H, when there is one.
        position: 1-based character offset into the statement (field P).
    """

    sqlstate: ClassVar[str] = "XX000"
    severity: ClassVar[str] = "ERROR"
    routine: ClassVar[str | None] = None

    def __init__(
        self,
        message: str,
        *,
        detail: str | None = None,
        hint: str | None = None,
        position: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail
        self.hint = hint
        self.position = position


class SyntaxFault(RedshiftError):
    """The statement is not in Redshift's grammar."""

    sqlstate = "42601"
    routine = "yyerror"

    @classmethod
    def near(cls, text: str, position: int | None = None) -> "SyntaxFault":
        """The error of Redshift's grammar at a token.

        Args:
            text: The token as it was written; empty at the end of the input.
            position: 1-based character offset of the token.
        """
        if not text:
            return cls("syntax error at end of input", position=position)
        return cls(f'syntax error at or near "{text}"', position=position)


class NotEmulated(RedshiftError):
    """Redshift knows the construct and this substitute does not.

    Args:
        construct: What was asked for, in Redshift's terms.
        position: 1-based character offset into the statement.
    """

    sqlstate = "0A000"

    def __init__(self, construct: str, *, position: int | None = None) -> None:
        super().__init__(
            f"not emulated: {construct}",
            hint=f"Redshift has it, this substitute does not yet: see {MATRIX}.",
            position=position,
        )


class Unsupported(RedshiftError):
    """Redshift refuses the construct."""

    sqlstate = "0A000"


class LeaderNodeOnly(Unsupported):
    """Functions or types that only the leader node has stand in a query over user tables.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_sql-functions-leader-node.html

    Args:
        notices: One INFO notice for each function or type; they are sent before the error.
    """

    def __init__(self, notices: Sequence[str]) -> None:
        super().__init__(
            "Specified types or functions (one per INFO message) not supported on Redshift tables."
        )
        self.notices = tuple(notices)


class UndefinedRelation(RedshiftError):
    """A table or view is not there."""

    sqlstate = "42P01"


class UndefinedColumn(RedshiftError):
    """A column is not there."""

    sqlstate = "42703"


class AmbiguousColumn(RedshiftError):
    """A column name fits several relations."""

    sqlstate = "42702"


class UndefinedFunction(RedshiftError):
    """No function or operator takes these arguments."""

    sqlstate = "42883"


class AmbiguousFunction(RedshiftError):
    """Several functions or operators take these arguments equally well."""

    sqlstate = "42725"


class UndefinedObject(RedshiftError):
    """A type, setting, user or group is not there."""

    sqlstate = "42704"


class DuplicateRelation(RedshiftError):
    """A table or view of that name exists."""

    sqlstate = "42P07"


class DuplicateObject(RedshiftError):
    """A schema, user or column of that name exists."""

    sqlstate = "42710"


class ReservedName(RedshiftError):
    """A name that only the system may give."""

    sqlstate = "42939"


class DuplicateColumn(RedshiftError):
    """A column is named twice."""

    sqlstate = "42701"


class InvalidSchemaName(RedshiftError):
    """A schema is not there."""

    sqlstate = "3F000"


class GroupingFault(RedshiftError):
    """A column stands outside GROUP BY and aggregates, or an aggregate where none may."""

    sqlstate = "42803"


class WindowingFault(RedshiftError):
    """A window function stands where none may, or a function has no window form."""

    sqlstate = "42P20"


class DuplicateAlias(RedshiftError):
    """Two FROM items have the same name."""

    sqlstate = "42712"


class IndeterminateDatatype(RedshiftError):
    """Nothing decides the type of a parameter."""

    sqlstate = "42P18"


class DatatypeMismatch(RedshiftError):
    """An expression has a type that cannot stand there."""

    sqlstate = "42804"


class CannotCoerce(RedshiftError):
    """There is no cast between two types."""

    sqlstate = "42846"


class InvalidColumnReference(RedshiftError):
    """An ordinal or alias does not name an output column."""

    sqlstate = "42P10"


class InvalidDefinition(RedshiftError):
    """A table definition contradicts itself."""

    sqlstate = "42P16"


class DependentObjects(RedshiftError):
    """Something else depends on the object to be dropped."""

    sqlstate = "2BP01"


class InvalidTextRepresentation(RedshiftError):
    """A string cannot be read as the type it is wanted as."""

    sqlstate = "22P02"


class InvalidDatetime(RedshiftError):
    """A string cannot be read as a date or time."""

    sqlstate = "22007"


class DatetimeOverflow(RedshiftError):
    """A date or time field is out of its range."""

    sqlstate = "22008"


class NumericOutOfRange(RedshiftError):
    """A number does not fit its type."""

    sqlstate = "22003"


class StringTooLong(RedshiftError):
    """A string has more bytes than its column takes."""

    sqlstate = "22001"


class InvalidParameterValue(RedshiftError):
    """An argument has a value that the function or setting does not take."""

    sqlstate = "22023"


class DivisionByZero(RedshiftError):
    """Division by zero on the leader node."""

    sqlstate = "22012"


class InvalidEscapeSequence(RedshiftError):
    """The escape character of LIKE is not one character, or stands before nothing."""

    sqlstate = "22025"


class PermissionDenied(RedshiftError):
    """The user may not do this."""

    sqlstate = "42501"
    routine = "aclcheck_error"

    @classmethod
    def on_relation(cls, name: str) -> "PermissionDenied":
        """The error for a table or view.

        Args:
            name: Its name, without the schema.
        """
        return cls(f"permission denied for relation {name}")


class ActiveTransaction(RedshiftError):
    """The statement cannot run inside a transaction block."""

    sqlstate = "25001"
    routine = "PreventTransactionChain"


class NoActiveTransaction(RedshiftError):
    """The statement runs inside a transaction block only."""

    sqlstate = "25P01"
    routine = "RequireTransactionChain"


class FailedTransaction(RedshiftError):
    """An earlier statement of this transaction block failed."""

    sqlstate = "25P02"

    def __init__(self) -> None:
        super().__init__(
            "current transaction is aborted, commands ignored until end of transaction block"
        )


class InvalidCursorName(RedshiftError):
    """No cursor or portal has that name."""

    sqlstate = "34000"


class InvalidStatementName(RedshiftError):
    """No prepared statement has that name."""

    sqlstate = "26000"


class DuplicateCursor(RedshiftError):
    """A cursor of that name is open."""

    sqlstate = "42P03"


class DuplicateStatement(RedshiftError):
    """A prepared statement of that name exists."""

    sqlstate = "42P05"


class StatementTooComplex(RedshiftError):
    """Expressions or queries are nested too deeply."""

    sqlstate = "54001"

    def __init__(self) -> None:
        super().__init__("stack depth limit exceeded")


class Deadlock(RedshiftError):
    """Two transactions wait for each other's tables."""

    sqlstate = "40P01"


class QueryCanceled(RedshiftError):
    """The statement was cancelled or ran into statement_timeout."""

    sqlstate = "57014"


class UndefinedParameter(RedshiftError):
    """``$1`` in a statement that takes no arguments."""

    sqlstate = "42P02"


class InvalidPortalState(RedshiftError):
    """A portal ran to its end and cannot run again."""

    sqlstate = "55000"


class AdminShutdown(RedshiftError):
    """The server stops, or PG_TERMINATE_BACKEND ended the session.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/PG_TERMINATE_BACKEND.html
    """

    sqlstate = "57P01"
    severity = "FATAL"

    def __init__(self) -> None:
        super().__init__("terminating connection due to administrator command")


class DatabaseLost(RedshiftError):
    """The engine has closed its database after a fault of the disk. Committed work is in its log.

    PostgreSQL: https://www.postgresql.org/docs/8.0/errcodes-appendix.html, CRASH SHUTDOWN
    """

    sqlstate = "57P02"
    severity = "FATAL"

    def __init__(self) -> None:
        super().__init__("the database cannot go on after a fault of its disk; the server ends")


class TooManyConnections(RedshiftError):
    """The connection limit is reached.

    Redshift: https://docs.aws.amazon.com/redshift/latest/mgmt/amazon-redshift-limits.html

    Args:
        limit: Connections that the server takes.
    """

    sqlstate = "53300"
    severity = "FATAL"

    def __init__(self, limit: int) -> None:
        super().__init__(f'connection limit "{limit}" exceeded for non-bootstrap users')


class ProtocolViolation(RedshiftError):
    """The client sent bytes that are not of the protocol."""

    sqlstate = "08P01"


class AuthenticationFailed(RedshiftError):
    """User or password is wrong. 28000, not PostgreSQL's newer 28P01: drivers tell by it."""

    sqlstate = "28000"
    severity = "FATAL"


class EncryptionRequired(AuthenticationFailed):
    """A client without TLS, where `require_ssl` is true: the default since January 2025.

    Redshift: https://docs.aws.amazon.com/redshift/latest/mgmt/connecting-ssl-support.html
    Source of the text: https://github.com/mtxr/vscode-sqltools/issues/1206

    Args:
        address: Where the client is.
        user: Who it says it is.
        database: What it wants to use.
    """

    routine = "ClientAuthentication"

    def __init__(self, address: str, user: str, database: str) -> None:
        # Clusters listen on IPv6, where an address of IPv4 is shown as a mapped one.
        shown = address if ":" in address else f"::ffff:{address}"
        super().__init__(
            f'no pg_hba.conf entry for host "{shown}", user "{user}", '
            f'database "{database}", SSL off'
        )


class UndefinedDatabase(RedshiftError):
    """There is no such database."""

    sqlstate = "3D000"
    severity = "FATAL"


class TransactionConflict(RedshiftError):
    """Snapshot isolation found a conflict; the client may retry the whole transaction.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html
    """

    routine = "pg_throw"


@dataclass(frozen=True)
class ComputeBlock:
    """The DETAIL of an error raised on a compute node.

    Args:
        code: Redshift's internal code, such as 8001.
        context: What was being done.
        query: Id of the query.
        location: Source file and line as Redshift gives them.
        process: Name and pid of the process that failed.
    """

    code: int
    context: str
    query: int
    location: str
    process: str

    def render(self, message: str) -> str:
        """The block with its rules, as clients parse it."""
        rule = "-----------------------------------------------"
        rows = (
            ("error:", message),
            ("code:", str(self.code)),
            ("context:", self.context),
            ("query:", str(self.query)),
            ("location:", self.location),
            ("process:", self.process),
        )
        lines = "\n".join(f"  {label:<11}{value}" for label, value in rows)
        return f"\n  {rule}\n{lines}\n  {rule}\n"


class ComputeFault(RedshiftError):
    """An error of a compute node or of COPY: XX000 with a block as DETAIL.

    Args:
        message: Text after ``error:``, also the primary message.
        block: What stands in the DETAIL; without one there is no DETAIL.
    """

    routine = "pg_throw"

    def __init__(self, message: str, block: ComputeBlock | None = None) -> None:
        super().__init__(message, detail=block.render(message) if block else None)


class NotNullViolation(RedshiftError):
    """A NULL for a NOT NULL column: class XX, not 23502.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html

    Args:
        column: Name of the column.
    """

    def __init__(self, column: str) -> None:
        super().__init__(f"Cannot insert a NULL value into column {column}")
