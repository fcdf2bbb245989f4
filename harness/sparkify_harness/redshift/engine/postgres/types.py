"""What PostgreSQL makes of Redshift's types: one record for each.

The session has ``DateStyle`` ISO, ``IntervalStyle`` postgres and Redshift's
``extra_float_digits``: see ``database``.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_datestyle.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sparkify_harness.redshift.types import Kind, RedshiftType

_SAME: Final = "{0}"
_CLOCKED: Final = "redshift.clocked(CAST({0} AS text))"
_WHOLE: Final = r"^[ \t\n\r]*[+-]?[0-9]+[ \t\n\r]*$"
_NO_BASE: Final = "^[^xXoObB_]*$"
"""PostgreSQL reads 0x1F and 1_000 since 16."""
_NO_SWITCH: Final = "^[^oO]*$"
"""``on`` and ``off`` are newer than 8.0."""
_DIGIT: Final = "[0-9]"
"""Words for moments are constants."""


@dataclass(frozen=True, slots=True)
class StoredType:
    """How PostgreSQL keeps the values of a type.

    Lengths of strings, which count bytes, are seen to by casts.

    Args:
        name: PostgreSQL's type.
        printed: The text form of a value, as PostgreSQL 8.0 printed it.
        form: What its texts look like at least, where PostgreSQL takes more than Redshift.
    """

    name: str
    printed: str = "CAST({0} AS text)"
    form: str | None = None


TYPES: Final[Mapping[Kind, StoredType]] = {
    Kind.BOOLEAN: StoredType("boolean", "left(CAST({0} AS text), 1)", _NO_SWITCH),
    Kind.SMALLINT: StoredType("smallint", form=_WHOLE),
    Kind.INTEGER: StoredType("integer", form=_WHOLE),
    Kind.BIGINT: StoredType("bigint", form=_WHOLE),
    Kind.NUMERIC: StoredType("numeric", form=_NO_BASE),
    Kind.REAL: StoredType("real", form=_NO_BASE),
    Kind.DOUBLE: StoredType("double precision", form=_NO_BASE),
    # Stored without its trailing blanks.
    Kind.CHAR: StoredType("text", "rpad({0}, {1}, ' ')"),
    Kind.VARCHAR: StoredType("text", _SAME),
    Kind.DATE: StoredType("date", form=_DIGIT),
    Kind.TIME: StoredType("time", _CLOCKED, _DIGIT),
    Kind.TIMETZ: StoredType("timetz", _CLOCKED),
    Kind.TIMESTAMP: StoredType("timestamp", _CLOCKED, _DIGIT),
    Kind.TIMESTAMPTZ: StoredType("timestamptz", _CLOCKED, _DIGIT),
    Kind.INTERVAL: StoredType("interval", "redshift.clocked(CAST(justify_hours({0}) AS text))"),
    # As JSON text.
    Kind.SUPER: StoredType("text", _SAME),
    Kind.VARBYTE: StoredType("bytea", "encode({0}, 'hex')"),
    Kind.NAME: StoredType("text", _SAME),
    Kind.OID: StoredType("bigint", form=_WHOLE),
    Kind.UNKNOWN: StoredType("text", _SAME),
    Kind.VOID: StoredType("text", _SAME),
}


def storage_type(type: RedshiftType) -> str:  # noqa: A002 - the word of the domain
    """PostgreSQL's type."""
    name = TYPES[type.kind].name
    return f"{name}({type.precision}, {type.scale})" if type.kind is Kind.NUMERIC else name


def text_output(sql: str, type: RedshiftType) -> str:  # noqa: A002 - the word of the domain
    """SQL that gives a value's text form."""
    if type.kind is Kind.CHAR and type.length is None:
        return sql
    return TYPES[type.kind].printed.format(sql, type.length)
