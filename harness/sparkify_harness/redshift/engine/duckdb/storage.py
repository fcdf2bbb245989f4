"""DuckDB's column type for each of Redshift's."""

from typing import Final

from sparkify_harness.redshift.types import Kind, RedshiftType

_TYPES: Final = {
    Kind.BOOLEAN: "BOOLEAN",
    Kind.SMALLINT: "SMALLINT",
    Kind.INTEGER: "INTEGER",
    Kind.BIGINT: "BIGINT",
    Kind.REAL: "FLOAT",
    Kind.DOUBLE: "DOUBLE",
    Kind.CHAR: "VARCHAR",
    Kind.VARCHAR: "VARCHAR",
    Kind.NAME: "VARCHAR",
    Kind.UNKNOWN: "VARCHAR",
    Kind.DATE: "DATE",
    Kind.TIME: "TIME",
    Kind.TIMETZ: "TIMETZ",
    Kind.TIMESTAMP: "TIMESTAMP",
    Kind.TIMESTAMPTZ: "TIMESTAMPTZ",
    Kind.INTERVAL: "INTERVAL",
    Kind.SUPER: "VARCHAR",
    Kind.VARBYTE: "BLOB",
    Kind.OID: "BIGINT",
    Kind.VOID: "VARCHAR",
}


def storage_type(type: RedshiftType) -> str:  # noqa: A002 - the word of the domain
    """DuckDB's type. Lengths of strings are not part of it: casts see to them.

    CHAR is stored without its trailing blanks, SUPER as JSON text.
    """
    if type.kind is Kind.NUMERIC:
        return f"DECIMAL({type.precision}, {type.scale})"
    return _TYPES[type.kind]
