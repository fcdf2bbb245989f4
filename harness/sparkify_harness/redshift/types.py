"""Redshift's data types: names, lengths, precision, object ids and type modifiers.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Kind(Enum):
    """A type without its length or precision; the value is the name that catalogs print."""

    BOOLEAN = "boolean"
    SMALLINT = "smallint"
    INTEGER = "integer"
    BIGINT = "bigint"
    NUMERIC = "numeric"
    REAL = "real"
    DOUBLE = "double precision"
    CHAR = "character"
    VARCHAR = "character varying"
    DATE = "date"
    TIME = "time without time zone"
    TIMETZ = "time with time zone"
    TIMESTAMP = "timestamp without time zone"
    TIMESTAMPTZ = "timestamp with time zone"
    INTERVAL = "interval"
    SUPER = "super"
    VARBYTE = "binary varying"
    NAME = "name"
    OID = "oid"
    UNKNOWN = "unknown"
    VOID = "void"

    @property
    def is_integer(self) -> bool:
        """Whether values are whole numbers of 2, 4 or 8 bytes."""
        return self in _INTEGERS

    @property
    def is_number(self) -> bool:
        """Whether arithmetic applies."""
        return self in _NUMBERS

    @property
    def is_text(self) -> bool:
        """Whether values are strings of characters."""
        return self in _TEXTS

    @property
    def is_temporal(self) -> bool:
        """Whether values are dates, times or instants."""
        return self in _TEMPORALS


_INTEGERS = frozenset({Kind.SMALLINT, Kind.INTEGER, Kind.BIGINT, Kind.OID})
_NUMBERS = _INTEGERS | {Kind.NUMERIC, Kind.REAL, Kind.DOUBLE}
_TEXTS = frozenset({Kind.CHAR, Kind.VARCHAR, Kind.NAME})
_TEMPORALS = frozenset({Kind.DATE, Kind.TIME, Kind.TIMETZ, Kind.TIMESTAMP, Kind.TIMESTAMPTZ})

_OIDS: Final = {
    Kind.BOOLEAN: 16,
    Kind.NAME: 19,
    Kind.BIGINT: 20,
    Kind.SMALLINT: 21,
    Kind.INTEGER: 23,
    Kind.OID: 26,
    Kind.REAL: 700,
    Kind.DOUBLE: 701,
    Kind.UNKNOWN: 705,
    Kind.CHAR: 1042,
    Kind.VARCHAR: 1043,
    Kind.DATE: 1082,
    Kind.TIME: 1083,
    Kind.TIMESTAMP: 1114,
    Kind.TIMESTAMPTZ: 1184,
    Kind.INTERVAL: 1186,
    Kind.TIMETZ: 1266,
    Kind.NUMERIC: 1700,
    Kind.VOID: 2278,
    Kind.SUPER: 4000,
    Kind.VARBYTE: 6551,
}
_SIZES: Final = {
    Kind.BOOLEAN: 1,
    Kind.SMALLINT: 2,
    Kind.INTEGER: 4,
    Kind.OID: 4,
    Kind.REAL: 4,
    Kind.DATE: 4,
    Kind.BIGINT: 8,
    Kind.DOUBLE: 8,
    Kind.TIME: 8,
    Kind.TIMESTAMP: 8,
    Kind.TIMESTAMPTZ: 8,
    Kind.TIMETZ: 12,
    Kind.INTERVAL: 16,
    Kind.NAME: 64,
}

MAX_CHAR: Final = 4096
MAX_VARCHAR: Final = 65535
MAX_PRECISION: Final = 38
MAX_SCALE: Final = 37


@dataclass(frozen=True, slots=True)
class RedshiftType:
    """A type as an expression or a column has it.

    Args:
        kind: Which type.
        length: CHAR, VARCHAR and VARBYTE: the limit in **bytes**; None where no limit is declared,
            as in the result of a string function.
        precision: NUMERIC: digits in all. Never None for NUMERIC: drivers scale by it.
        scale: NUMERIC: digits after the point.
    """

    kind: Kind
    length: int | None = None
    precision: int | None = None
    scale: int | None = None

    def __post_init__(self) -> None:
        if self.kind is Kind.NUMERIC and (self.precision is None or self.scale is None):
            raise ValueError("NUMERIC needs a precision and a scale")

    @property
    def oid(self) -> int:
        """Object id that the row description carries."""
        return _OIDS[self.kind]

    @property
    def size(self) -> int:
        """Bytes of the binary form; -1 where it varies."""
        return _SIZES.get(self.kind, -1)

    @property
    def typmod(self) -> int:
        """Type modifier: length + 4, or precision and scale, or -1."""
        if self.kind is Kind.NUMERIC:
            return (((self.precision or 0) << 16) | (self.scale or 0)) + 4
        if self.length is not None and self.kind is not Kind.NAME:
            return self.length + 4
        return -1

    def __str__(self) -> str:
        if self.kind is Kind.NUMERIC:
            return f"numeric({self.precision},{self.scale})"
        if self.length is not None and self.kind is not Kind.NAME:
            return f"{self.kind.value}({self.length})"
        return str(self.kind.value)


def numeric(precision: int, scale: int) -> RedshiftType:
    """DECIMAL(precision, scale)."""
    return RedshiftType(Kind.NUMERIC, precision=precision, scale=scale)


def varchar(length: int | None = None) -> RedshiftType:
    """VARCHAR(length), in bytes; without a length, a string expression of any size."""
    return RedshiftType(Kind.VARCHAR, length=length)


def char(length: int) -> RedshiftType:
    """CHAR(length)."""
    return RedshiftType(Kind.CHAR, length=length)


BOOLEAN: Final = RedshiftType(Kind.BOOLEAN)
SMALLINT: Final = RedshiftType(Kind.SMALLINT)
INTEGER: Final = RedshiftType(Kind.INTEGER)
BIGINT: Final = RedshiftType(Kind.BIGINT)
REAL: Final = RedshiftType(Kind.REAL)
DOUBLE: Final = RedshiftType(Kind.DOUBLE)
DATE: Final = RedshiftType(Kind.DATE)
TIME: Final = RedshiftType(Kind.TIME)
TIMETZ: Final = RedshiftType(Kind.TIMETZ)
TIMESTAMP: Final = RedshiftType(Kind.TIMESTAMP)
TIMESTAMPTZ: Final = RedshiftType(Kind.TIMESTAMPTZ)
INTERVAL: Final = RedshiftType(Kind.INTERVAL)
SUPER: Final = RedshiftType(Kind.SUPER)
VARBYTE: Final = RedshiftType(Kind.VARBYTE, length=64000)
NAME: Final = RedshiftType(Kind.NAME)
OID: Final = RedshiftType(Kind.OID)
UNKNOWN: Final = RedshiftType(Kind.UNKNOWN)
VOID: Final = RedshiftType(Kind.VOID)
TEXT: Final = varchar()

_BY_OID: Final = {
    kind_oid: RedshiftType(kind) for kind, kind_oid in _OIDS.items() if kind is not Kind.NUMERIC
} | {25: TEXT, 1700: numeric(MAX_PRECISION, 18)}


def from_oid(oid: int) -> RedshiftType | None:
    """The type that a client means by an object id in Parse.

    Args:
        oid: Object id; 0 stands for "infer it".

    Returns:
        The type; None for 0 and 705 (unknown), whose type the context decides, and for ids that
        Redshift does not know.
    """
    if oid in {0, _OIDS[Kind.UNKNOWN]}:
        return None
    return _BY_OID.get(oid)
