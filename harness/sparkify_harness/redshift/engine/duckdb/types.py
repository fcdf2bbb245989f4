"""What DuckDB makes of Redshift's types: one record for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sparkify_harness.redshift.engine.duckdb import moment_input, number_input, output
from sparkify_harness.redshift.engine.duckdb.conversions import Conversion, Converter
from sparkify_harness.redshift.errors import NotEmulated
from sparkify_harness.redshift.types import Kind, RedshiftType


@dataclass(frozen=True, slots=True)
class StoredType:
    """How DuckDB keeps the values of a type.

    Lengths of strings are not part of it: casts see to them.

    Args:
        name: DuckDB's type.
        printed: The text form of a value, as PostgreSQL 8.0 prints it.
        read: The value that a text stands for, whatever it is; None where such casts are not
            emulated.
        sent: The form in which a value is sent as binary.
        constant: Class of constants that go into lists; None where they never do.
    """

    name: str
    printed: Converter
    read: Converter | None = None
    sent: Converter = output.same
    constant: type | None = None


def _in_utc(sql: str, _: Conversion) -> str:
    """Arrow's times have no zone; the drivers read the binary form as UTC."""
    return f"timezone('UTC', {sql})"


TYPES: Final[Mapping[Kind, StoredType]] = {
    Kind.BOOLEAN: StoredType("BOOLEAN", output.boolean, number_input.boolean, constant=bool),
    Kind.SMALLINT: StoredType("SMALLINT", output.cast, number_input.number, constant=int),
    Kind.INTEGER: StoredType("INTEGER", output.cast, number_input.number, constant=int),
    Kind.BIGINT: StoredType("BIGINT", output.cast, number_input.number, constant=int),
    Kind.NUMERIC: StoredType("DECIMAL", output.exact, number_input.number, constant=Decimal),
    Kind.REAL: StoredType("FLOAT", output.floating, number_input.number),
    Kind.DOUBLE: StoredType("DOUBLE", output.floating, number_input.number, constant=float),
    # Stored without its trailing blanks, which both formats show.
    Kind.CHAR: StoredType("VARCHAR", output.padded, sent=output.padded, constant=str),
    Kind.VARCHAR: StoredType("VARCHAR", output.same, constant=str),
    Kind.DATE: StoredType("DATE", output.cast, moment_input.date, constant=date),
    Kind.TIME: StoredType("TIME", output.local, moment_input.time),
    Kind.TIMETZ: StoredType("TIMETZ", output.with_offset, sent=_in_utc),
    Kind.TIMESTAMP: StoredType(
        "TIMESTAMP", output.local, moment_input.timestamp, constant=datetime
    ),
    Kind.TIMESTAMPTZ: StoredType("TIMESTAMPTZ", output.instant, moment_input.timestamp),
    Kind.INTERVAL: StoredType("INTERVAL", output.interval),
    # As JSON text.
    Kind.SUPER: StoredType("VARCHAR", output.same),
    Kind.VARBYTE: StoredType("BLOB", output.hexadecimal),
    Kind.NAME: StoredType("VARCHAR", output.same),
    Kind.OID: StoredType("BIGINT", output.cast, number_input.number),
    Kind.UNKNOWN: StoredType("VARCHAR", output.same, constant=str),
    Kind.VOID: StoredType("VARCHAR", output.same),
}


def storage_type(type: RedshiftType) -> str:  # noqa: A002 - the word of the domain
    """DuckDB's type."""
    name = TYPES[type.kind].name
    return f"{name}({type.precision}, {type.scale})" if type.kind is Kind.NUMERIC else name


def text_output(
    sql: str,
    type: RedshiftType,  # noqa: A002 - the word of the domain
    *,
    timezone: str = "UTC",
    extra_digits: int = 0,
) -> str:
    """SQL of DuckDB that gives a value's text form.

    Args:
        sql: The value.
        type: Its type.
        timezone: Session zone, in which a TIMESTAMPTZ is shown.
        extra_digits: The session's ``extra_float_digits``.
    """
    conversion = Conversion(type, storage_type(type), timezone, extra_digits)
    return TYPES[type.kind].printed(sql, conversion)


def binary_output(sql: str, type: RedshiftType) -> str:  # noqa: A002 - the word of the domain
    """SQL of DuckDB that gives a value as it is sent in binary."""
    return TYPES[type.kind].sent(sql, Conversion(type, storage_type(type)))


def text_input(sql: str, target: RedshiftType, *, timezone: str, lax: bool) -> str:
    """SQL of DuckDB for the value that a text stands for.

    Args:
        sql: The text.
        target: Type of the value.
        timezone: Session zone, which is meant where a TIMESTAMPTZ names none.
        lax: NULL instead of an error.

    Raises:
        NotEmulated: Only constants become values of the type.
    """
    read = TYPES[target.kind].read
    if read is None:
        raise NotEmulated(f"cast of a text that is not a constant to {target}")
    return read(sql, Conversion(target, storage_type(target), timezone, lax=lax))
