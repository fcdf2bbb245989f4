"""The columns of a result: what a client is told of each, and the form in which it wants it."""

from dataclasses import dataclass
from enum import Enum

from sparkify_harness.redshift.types import RedshiftType


class Format(Enum):
    """Format codes of Bind and RowDescription."""

    TEXT = 0
    BINARY = 1


@dataclass(frozen=True, slots=True)
class Field:
    """A result column as RowDescription needs it.

    Args:
        name: Label.
        type: Redshift type; gives OID, size and typmod.
        table_oid: Object id of the table it comes from; 0 for an expression.
        column_number: Its number there from 1; 0 for an expression.
        schema, table, column, database: Where it comes from (protocol version 1 and up); empty for
            an expression.
        nullable: False only for a column declared NOT NULL.
        autoincrement: Whether it is an IDENTITY column.
    """

    name: str
    type: RedshiftType
    table_oid: int = 0
    column_number: int = 0
    schema: str = ""
    table: str = ""
    column: str = ""
    database: str = ""
    nullable: bool = True
    autoincrement: bool = False
