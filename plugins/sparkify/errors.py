r"""What can go wrong between a task and the warehouse, sorted by what to do about it.

    PipelineError
    ├── PermanentError            waiting does not help: the task fails at once
    │   ├── LoadError             COPY met bad data; carries the refused records
    │   ├── SourceError           the files: missing prefix or bucket, refused key, wrong region
    │   ├── LoginError            the warehouse refused user, password or database
    │   ├── StatementError        the statement: syntax, unknown table, missing privilege
    │   └── QualityError          the data broke a quality check
    └── TransientError            worth another try
        ├── ConnectionLostError   the warehouse is down, or went away in mid-statement
        ├── ConflictError         another transaction got in the way (1023, 1018)
        ├── SourceChangedError    an object was replaced while it was being read
        └── ServiceError          S3 or the warehouse is busy or has a fault of its own

The driver raises ProgrammingError for almost everything, with the server's fields in a dictionary;
`translate` reads them.
"""

import re
import struct
from collections.abc import Collection, Mapping
from dataclasses import dataclass

_MASK = "***"

_LIMIT = "the limit of a statement's time is over, which is `timeout` in the connection's extra"

_NONSENSE = (LookupError, UnicodeError, struct.error)
"""What the driver raises where bytes from the server are no message of the protocol."""

_ADVICE = re.compile(r"(server socket closed)\. .*", re.DOTALL)
"""The driver advises to look for a proxy, or for a limit that is set: ours."""


class PipelineError(Exception):
    """A task of the pipeline failed; see the subclasses for why."""


class PermanentError(PipelineError):
    """Trying again gives the same result until somebody changes data, rights or code."""


class TransientError(PipelineError):
    """Trying again later may well succeed."""


class LoadError(PermanentError):
    """COPY refused records of its files.

    Attributes:
        refused: the first of them; empty where the warehouse's log of them could not be read.
    """

    refused: tuple[Mapping[str, object], ...] = ()


class SourceError(PermanentError):
    """COPY could not read its files."""


class LoginError(PermanentError):
    """The warehouse refused the connection's user, password or database."""


class StatementError(PermanentError):
    """The warehouse refused a statement."""


class QualityError(PermanentError):
    """The loaded data broke one or more quality checks."""


class ConnectionLostError(TransientError):
    """The warehouse cannot be reached, or the connection to it broke."""


class ConflictError(TransientError):
    """A concurrent transaction made this one impossible; its work is undone."""


class SourceChangedError(TransientError):
    """An object was replaced while it was being read: which of the two was loaded is not known."""


class ServiceError(TransientError):
    """S3 or the warehouse is overloaded or failed inside."""


@dataclass(frozen=True)
class Rule:
    """Maps a server's error to a class.

    Attributes:
        kind: the class to raise.
        sqlstate: pattern that the whole SQLSTATE must match.
        text: pattern to find in message and detail, case-insensitively.
        hint: what the message leaves out.
    """

    kind: type[PipelineError]
    sqlstate: str = ".*"
    text: str = ""
    hint: str = ""

    def matches(self, sqlstate: str, text: str) -> bool:
        """Whether this rule speaks about an error of that SQLSTATE and text."""
        return bool(
            re.fullmatch(self.sqlstate, sqlstate) and re.search(self.text, text, re.IGNORECASE)
        )


RULES: tuple[Rule, ...] = (
    # What the driver itself says, without a SQLSTATE.
    Rule(LoginError, sqlstate="", text=r"no password was provided|authentication method|'user'"),
    # https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html
    Rule(ConflictError, text=r"^1023\b|^1018\b|serializable isolation violation"),
    Rule(ConflictError, text=r"conflict with concurrent transaction|could not open relation with"),
    Rule(ConflictError, sqlstate="40.+"),
    # https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    Rule(ServiceError, text=r"S3ServiceException:(?s:.*)(Status 5\d\d|SlowDown|RequestTimeout)"),
    # S3 has not answered at all: there is no status.
    Rule(ServiceError, text=r"S3ServiceException:(?!(?s:.*)(Status \d|SSL validation failed))"),
    # Who took temporary keys from a role, or from the machine it runs on, gets others next time.
    Rule(ServiceError, text=r"S3ServiceException:(?s:.*)ExpiredToken"),
    # https://docs.aws.amazon.com/redshift/latest/dg/s3serviceexception-error.html
    Rule(SourceError, text=r"S3ServiceException:|S3 prefix .* does not exist|manifest file"),
    Rule(SourceError, text=r"not authorized to assume|invalid credentials"),
    # https://docs.aws.amazon.com/redshift/latest/dg/r_STL_LOAD_ERRORS.html
    Rule(LoadError, text=r"^Load into table .* failed"),
    Rule(LoginError, sqlstate="28.+|3D000"),
    Rule(ConnectionLostError, sqlstate="08.+|57P0."),
    Rule(ServiceError, sqlstate="57014", hint=f"somebody did it, or {_LIMIT}"),
    Rule(ServiceError, sqlstate="53.+|58.+"),
    # An error of the compute nodes has one SQLSTATE for all; a few texts tell a fault inside.
    Rule(ServiceError, sqlstate="XX.+", text=r"out of memory|disk full|assert|internal error"),
    Rule(StatementError, sqlstate=".+"),
)
"""Tried in order; what no rule describes never reached the server."""


@dataclass(frozen=True)
class ServerMessage:
    """What an error says, whoever raised it: the server's fields or a client's text."""

    text: str
    sqlstate: str = ""
    detail: str = ""

    @classmethod
    def of(cls, error: BaseException) -> "ServerMessage":
        """Reads the fields: redshift_connector passes a dictionary, psycopg has an object."""
        if (said := getattr(error, "diag", None)) and said.message_primary:
            return cls(said.message_primary, said.sqlstate or "", said.message_detail or "")
        fields = error.args[0] if error.args else None
        if not isinstance(fields, Mapping):
            return cls(_said(error))
        detail = " ".join(str(fields.get("D", "")).replace("-" * 5, "").split())
        return cls(str(fields.get("M", "")), str(fields.get("C", "")), detail.strip("- "))

    def __str__(self) -> str:
        """One line for a log."""
        state = f" [{self.sqlstate}]" if self.sqlstate else ""
        return f"{self.text}{state}" + (f" ({self.detail})" if self.detail else "")


def _said(error: BaseException) -> str:
    """A client's error as text."""
    text = ": ".join(map(str, error.args)) or type(error).__name__
    match error:
        case TimeoutError():
            return f"no answer, and {_LIMIT}"
        case _ if isinstance(error, _NONSENSE):
            return f"the answer is not of the protocol ({type(error).__name__}: {text})"
    return _ADVICE.sub(r"\1", text)


def redact(text: str, secrets: Collection[str]) -> str:
    """The text without the secrets, and without the piece of statement a syntax error quotes.

    A server shows a cut-out of the statement (`in context "..."`), which may hold a part of a key
    that no search for the whole would find.
    """
    text = re.sub(r'\s*in context ".*?"(?=, at line|$)', "", text, flags=re.DOTALL)
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, _MASK)
    return text


def classify(error: BaseException) -> type[PipelineError]:
    """The class that says what to do about an error of the driver or the network."""
    return _rule(error, ServerMessage.of(error)).kind


def _rule(error: BaseException, message: ServerMessage) -> Rule:
    text = f"{message.text} {message.detail}"
    for rule in RULES:
        if rule.matches(message.sqlstate, text):
            return rule
    # The server said nothing. redshift_connector lets struct.error and its like through when the
    # connection ends in the middle of a message, and reports a broken socket as InterfaceError.
    broken = isinstance(error, (OSError, EOFError, *_NONSENSE))
    if broken or type(error).__name__ in {"InterfaceError", "OperationalError"}:
        return Rule(ConnectionLostError)
    return Rule(StatementError)


def translate(error: BaseException, doing: str, secrets: Collection[str] = ()) -> PipelineError:
    """The error as one of ours, free of secrets.

    Args:
        error: what the driver raised.
        doing: what was tried, such as "COPY into staging_events".
        secrets: strings that must not show.
    """
    if isinstance(error, PipelineError):
        return error
    message = ServerMessage.of(error)
    rule = _rule(error, message)
    hint = f"; {rule.hint}" if rule.hint else ""
    return rule.kind(redact(f"{doing}: {message}{hint}", secrets))
