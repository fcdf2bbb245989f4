"""Messages of the simple query protocol, of COPY and of the function call protocol."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Query:
    """Statements to run at once, in text format."""

    sql: str


@dataclass(frozen=True, slots=True)
class CopyMessage:
    """CopyData, CopyDone or CopyFail: Redshift has no COPY over the connection.

    Args:
        name: Which of them.
    """

    name: str


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A call past SQL; Redshift documents none."""


@dataclass(frozen=True, slots=True)
class Terminate:
    """The client leaves."""
