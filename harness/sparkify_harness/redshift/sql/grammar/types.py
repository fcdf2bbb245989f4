"""Data types: their names, defaults and limits.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html
"""

from collections.abc import Callable, Mapping
from typing import Final, NoReturn

from sparkify_harness.redshift.errors import (
    InvalidParameterValue,
    NotEmulated,
    RedshiftError,
    UndefinedObject,
    Unsupported,
)
from sparkify_harness.redshift.sql.grammar.stream import Stream
from sparkify_harness.redshift.sql.tokens import Kind, Token
from sparkify_harness.redshift.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    INTERVAL,
    MAX_CHAR,
    MAX_PRECISION,
    MAX_SCALE,
    MAX_VARCHAR,
    NAME,
    OID,
    REAL,
    SMALLINT,
    SUPER,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    TIMETZ,
    RedshiftType,
    char,
    numeric,
    varchar,
)
from sparkify_harness.redshift.types import Kind as TypeKind

INTERVAL_UNITS: Final = ("year", "month", "day", "hour", "minute", "second")
"""What an interval literal and INTERVAL may have behind them."""
_SIMPLE: Final[Mapping[str, RedshiftType]] = {
    "smallint": SMALLINT,
    "int2": SMALLINT,
    "integer": INTEGER,
    "int": INTEGER,
    "int4": INTEGER,
    "bigint": BIGINT,
    "int8": BIGINT,
    "real": REAL,
    "float4": REAL,
    "float8": DOUBLE,
    "boolean": BOOLEAN,
    "bool": BOOLEAN,
    "date": DATE,
    "timetz": TIMETZ,
    "timestamptz": TIMESTAMPTZ,
    "super": SUPER,
    "name": NAME,
    "oid": OID,
}
EXPRESSION_ONLY: Final = frozenset({TypeKind.NAME, TypeKind.OID})
_PARAMETERIZED: Final = frozenset(
    [
        "decimal",
        "numeric",
        "dec",
        "float",
        "double",
        "char",
        "character",
        "nchar",
        "bpchar",
        "varchar",
        "nvarchar",
        "text",
        "national",
        "time",
        "timestamp",
        "interval",
        "varbyte",
        "varbinary",
        "binary",
    ]
)

_UNSUPPORTED: Final = frozenset(
    [
        "serial",
        "bigserial",
        "smallserial",
        "serial4",
        "serial8",
        "bit",
        "varbit",
        "bytea",
        "money",
        "inet",
        "cidr",
        "macaddr",
        "point",
        "line",
        "lseg",
        "box",
        "path",
        "polygon",
        "circle",
        "abstime",
        "reltime",
        "tinterval",
        "regproc",
        "regclass",
        "regtype",
        "int2vector",
        "oidvector",
        "xid",
        "cid",
        "tid",
        "refcursor",
        "record",
        "anyelement",
        "anyarray",
    ]
)
"""Types of PostgreSQL 8.0 that Redshift's catalog still knows and no column may have.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-datatypes.html
"""
NOT_EMULATED: Final = frozenset({"geometry", "geography", "hllsketch"})
"""Types of Redshift's that this substitute lacks."""

TYPE_WORDS: Final = frozenset(_SIMPLE) | _PARAMETERIZED | NOT_EMULATED
"""First words of types that exist, for typed literals and CONVERT."""


class Types(Stream):
    """Reads data types."""

    def data_type(self) -> RedshiftType:
        """A type in an expression, where a string type without a length takes what comes."""
        return self._type(None)

    def column_type(self, column: str) -> RedshiftType:
        """A type in a column definition.

        Args:
            column: ``table.column``, for the error.
        """
        kind = self._type(column)
        if kind.kind in EXPRESSION_ONLY:
            raise _unsupported(column, kind.kind.value)
        return kind

    def _type(self, column: str | None) -> RedshiftType:
        self.accept("pg_catalog", ".")
        token = self.token
        if token.kind is Kind.QUOTED:
            # Quoted names are those of the catalog: "char" is another type than char.
            self.advance()
            if token.value == "char":
                self.not_emulated('type "char"', token)
            if token.value not in _SIMPLE:
                raise _undefined(token.value, token)
            kind = _SIMPLE[token.value]
        elif token.kind is not Kind.WORD:
            self.fail()
        elif token.key in _SIMPLE:
            self.advance()
            kind = _SIMPLE[token.key]
        elif token.key in _PARAMETERIZED:
            self.advance()
            kind = _READERS[token.key](self, column)
        else:
            self._refuse(token, column)
        if self.at("[") or self.at("array"):
            if column is None:
                self.fail()
            raise _unsupported(column, f"{kind.kind.value}[]")
        return kind

    def _refuse(self, token: Token, column: str | None) -> NoReturn:
        if token.key in NOT_EMULATED:
            raise NotEmulated(f"type {token.key.upper()}", position=token.position)
        name = self.identifier()
        if self.accept("."):
            name = f"{name}.{self.label()}"
        if name in _UNSUPPORTED:
            if column is None:
                self.not_emulated(f"type {name}", token)
            raise _unsupported(column, name)
        raise _undefined(name, token)


def _length(stream: Stream, maximum: int, what: str) -> int | None:
    if not stream.accept("("):
        return None
    if stream.accept("max"):
        length = maximum
    else:
        length = stream.integer()
        if length < 1:
            raise InvalidParameterValue(f"length for type {what} must be at least 1")
        if length > maximum:
            raise InvalidParameterValue(f"length for type {what} cannot exceed {maximum}")
    stream.expect(")")
    return length


def _char(stream: Stream, column: str | None) -> RedshiftType:
    if stream.accept("varying"):
        return _varchar(stream, column)
    length = _length(stream, MAX_CHAR, "character")
    return char(1 if length is None else length)


def _bpchar(stream: Stream, column: str | None) -> RedshiftType:
    length = _length(stream, MAX_CHAR, "character")
    if length is None and column is None:
        return RedshiftType(TypeKind.CHAR)
    return char(256 if length is None else length)


def _varchar(stream: Stream, column: str | None) -> RedshiftType:
    length = _length(stream, MAX_VARCHAR, "character varying")
    return varchar(256 if length is None and column is not None else length)


def _text(stream: Stream, column: str | None) -> RedshiftType:
    if stream.at("("):
        stream.fail()
    return varchar(None if column is None else 256)


def _national(stream: Stream, column: str | None) -> RedshiftType:
    stream.expect_any("char", "character")
    return _char(stream, column)


def _decimal(stream: Stream, _: str | None) -> RedshiftType:
    if not stream.accept("("):
        return numeric(18, 0)
    precision = stream.integer()
    scale = stream.integer() if stream.accept(",") else 0
    stream.expect(")")
    if not 1 <= precision <= MAX_PRECISION:
        raise InvalidParameterValue(
            f"DECIMAL precision {precision} must be between 1 and {MAX_PRECISION}"
        )
    if scale > precision:
        raise InvalidParameterValue(
            f"DECIMAL scale {scale} must be between 0 and precision {precision}"
        )
    if scale > MAX_SCALE:
        raise InvalidParameterValue(f"DECIMAL scale {scale} must be between 0 and {MAX_SCALE}")
    return numeric(precision, scale)


def _float(stream: Stream, _: str | None) -> RedshiftType:
    if not stream.accept("("):
        return DOUBLE
    digits = stream.integer()
    stream.expect(")")
    if digits < 1:
        raise InvalidParameterValue("precision for type float must be at least 1 bit")
    if digits > 53:
        raise InvalidParameterValue("precision for type float must be less than 54 bits")
    return REAL if digits < 25 else DOUBLE


def _double(stream: Stream, _: str | None) -> RedshiftType:
    stream.expect("precision")
    return DOUBLE


def _zone(stream: Stream, *, plain: RedshiftType, zoned: RedshiftType) -> RedshiftType:
    if stream.at("("):
        stream.not_emulated("precision of time types")
    if stream.accept("with", "time", "zone"):
        return zoned
    stream.accept("without", "time", "zone")
    return plain


def _time(stream: Stream, _: str | None) -> RedshiftType:
    return _zone(stream, plain=TIME, zoned=TIMETZ)


def _timestamp(stream: Stream, _: str | None) -> RedshiftType:
    return _zone(stream, plain=TIMESTAMP, zoned=TIMESTAMPTZ)


def _interval(stream: Stream, column: str | None) -> RedshiftType:
    if column is not None:
        stream.not_emulated("columns of type INTERVAL", stream.peek(-1))
    if stream.token.key in INTERVAL_UNITS:
        stream.not_emulated("INTERVAL YEAR TO MONTH and DAY TO SECOND")
    return INTERVAL


def _varbyte(stream: Stream, _: str | None) -> RedshiftType:
    length = _length(stream, 1_024_000, "binary varying")
    return RedshiftType(TypeKind.VARBYTE, length=64_000 if length is None else length)


def _binary(stream: Stream, column: str | None) -> RedshiftType:
    stream.expect("varying")
    return _varbyte(stream, column)


_READERS: Final[Mapping[str, Callable[[Stream, str | None], RedshiftType]]] = {
    "decimal": _decimal,
    "numeric": _decimal,
    "dec": _decimal,
    "float": _float,
    "double": _double,
    "char": _char,
    "character": _char,
    "nchar": _char,
    "bpchar": _bpchar,
    "varchar": _varchar,
    "nvarchar": _varchar,
    "text": _text,
    "national": _national,
    "time": _time,
    "timestamp": _timestamp,
    "interval": _interval,
    "varbyte": _varbyte,
    "varbinary": _varbyte,
    "binary": _binary,
}


def _unsupported(column: str, name: str) -> RedshiftError:
    return Unsupported(f'Column "{column}" has unsupported type "{name}".')


def _undefined(name: str, token: Token) -> RedshiftError:
    return UndefinedObject(f'type "{name}" does not exist', position=token.position)
