"""Messages of the extended query protocol.

PostgreSQL: https://www.postgresql.org/docs/8.0/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
"""

from dataclasses import dataclass
from enum import Enum

from sparkify_harness.redshift.fields import Format


class Target(Enum):
    """What Describe and Close are about."""

    STATEMENT = b"S"
    PORTAL = b"P"


@dataclass(frozen=True, slots=True)
class Parse:
    """Prepare a statement.

    Args:
        name: Statement; empty for the unnamed one.
        sql: One statement.
        parameters: Object ids of its parameters; 0 for "infer"; may be fewer than there are.
    """

    name: str
    sql: str
    parameters: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bind:
    """Make a portal from a statement.

    Args:
        portal: Portal; empty for the unnamed one.
        statement: Statement; empty for the unnamed one.
        parameter_formats: None (all text), one for all, or one each.
        arguments: Raw values; None for NULL.
        result_formats: None (all text), one for all, or one each.
    """

    portal: str
    statement: str
    parameter_formats: tuple[Format, ...]
    arguments: tuple[bytes | None, ...]
    result_formats: tuple[Format, ...]


@dataclass(frozen=True, slots=True)
class Describe:
    """Say what a statement or portal takes and gives."""

    target: Target
    name: str


@dataclass(frozen=True, slots=True)
class Execute:
    """Run a portal.

    Args:
        portal: Portal; empty for the unnamed one.
        limit: Rows at most; 0 for all.
    """

    portal: str
    limit: int


@dataclass(frozen=True, slots=True)
class Close:
    """Forget a statement or portal."""

    target: Target
    name: str


@dataclass(frozen=True, slots=True)
class Flush:
    """Send what is there."""


@dataclass(frozen=True, slots=True)
class Sync:
    """End of a series: commit what stands alone, and forget an error."""
