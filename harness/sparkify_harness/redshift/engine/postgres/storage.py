"""PostgreSQL's column type for each of Redshift's."""

from typing import Final

from sparkify_harness.redshift.types import Kind, RedshiftType

_TYPES: Final = {
    Kind.BOOLEAN: "boolean",
    Kind.SMALLINT: "smallint",
    Kind.INTEGER: "integer",
    Kind.BIGINT: "bigint",
    Kind.REAL: "real",
    Kind.DOUBLE: "double precision",
    Kind.CHAR: "text",
    Kind.VARCHAR: "text",
    Kind.NAME: "text",
    Kind.UNKNOWN: "text",
    Kind.DATE: "date",
    Kind.TIME: "time",
    Kind.TIMETZ: "timetz",
    Kind.TIMESTAMP: "timestamp",
    Kind.TIMESTAMPTZ: "timestamptz",
    Kind.INTERVAL: "interval",
    Kind.SUPER: "text",
    Kind.VARBYTE: "bytea",
    Kind.OID: "bigint",
    Kind.VOID: "text",
}


def storage_type(type: RedshiftType) -> str:  # noqa: A002 - the word of the domain
    """PostgreSQL's type. Lengths of strings, which count bytes, are seen to by casts.

    CHAR is stored without its trailing blanks, SUPER as JSON text.
    """
    if type.kind is Kind.NUMERIC:
        return f"numeric({type.precision}, {type.scale})"
    return _TYPES[type.kind]
