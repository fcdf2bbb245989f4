"""Data types as they are written, with what stands in parentheses.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html
"""

from typing import Final, NoReturn

from sparkify_harness.redshift.errors import (
    InvalidParameterValue,
    NotEmulated,
    RedshiftError,
    UndefinedObject,
    Unsupported,
)
from sparkify_harness.redshift.sql.grammar.stream import Stream
from sparkify_harness.redshift.sql.tokens import Token, TokenKind
from sparkify_harness.redshift.types import (
    DOUBLE,
    MAX_PRECISION,
    MAX_SCALE,
    REAL,
    Kind,
    Modifier,
    RedshiftType,
    Spelling,
    numeric,
)

INTERVAL_UNITS: Final = ("year", "month", "day", "hour", "minute", "second")
"""What an interval literal and INTERVAL may have behind them."""
_WRITTEN: Final = sorted(
    (
        (tuple(spelling.words.split()), kind, spelling)
        for kind in Kind
        for spelling in kind.facts.spellings
    ),
    key=lambda item: len(item[0]),
    reverse=True,
)
_BY_FIRST_WORD: Final = {
    first: [item for item in _WRITTEN if item[0][0] == first]
    for first in {words[0] for words, _, _ in _WRITTEN}
}
"""What may be meant by a word and those after it, the longest first."""
_QUOTED: Final = {
    spelling.words: kind
    for kind in Kind
    for spelling in kind.facts.spellings
    if spelling.words.isalnum() and spelling.modifier is Modifier.NONE
    if kind.facts.length is None
}
"""Names that may be quoted: they are those of the catalog."""

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

TYPE_WORDS: Final = _BY_FIRST_WORD.keys() | NOT_EMULATED
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
        type_ = self._type(column)
        if not type_.kind.facts.column:
            raise _unsupported(column, type_.kind.value)
        return type_

    def _type(self, column: str | None) -> RedshiftType:
        self.accept("pg_catalog", ".")
        token = self.token
        if token.kind is TokenKind.QUOTED:
            self.advance()
            # "char" is another type than char.
            if token.value == "char":
                self.not_emulated('type "char"', token)
            if token.value not in _QUOTED:
                raise _undefined(token.value, token)
            type_ = RedshiftType(_QUOTED[token.value])
        elif token.kind is not TokenKind.WORD:
            self.fail()
        elif token.key in _BY_FIRST_WORD:
            type_ = self._spelled(column)
        else:
            self._refuse(token, column)
        if self.at("[") or self.at("array"):
            if column is None:
                self.fail()
            raise _unsupported(column, f"{type_.kind.value}[]")
        return type_

    def _spelled(self, column: str | None) -> RedshiftType:
        written = _BY_FIRST_WORD[self.token.key]
        found = next((item for item in written if self.accept(*item[0])), None)
        if found is None:
            self.advance()
            self.fail()
        _, kind, spelling = found
        return _modified(self, kind, spelling, column)

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


def _modified(stream: Stream, kind: Kind, spelling: Spelling, column: str | None) -> RedshiftType:
    match spelling.modifier:
        case Modifier.LENGTH:
            return _sized(kind, spelling, column, _length(stream, kind))
        case Modifier.NONE if kind.facts.length is not None:
            return _sized(kind, spelling, column, None)
        case Modifier.DIGITS:
            return _decimal(stream)
        case Modifier.BITS:
            return _float(stream)
        case Modifier.SECONDS:
            if stream.at("("):
                stream.not_emulated("precision of time types")
        case Modifier.FIELDS:
            if column is not None:
                stream.not_emulated("columns of type INTERVAL", stream.peek(-1))
            if stream.token.key in INTERVAL_UNITS:
                stream.not_emulated("INTERVAL YEAR TO MONTH and DAY TO SECOND")
    return RedshiftType(kind)


def _sized(kind: Kind, spelling: Spelling, column: str | None, length: int | None) -> RedshiftType:
    if length is None and (column is not None or not spelling.unbounded):
        length = spelling.length or kind.facts.length
    return RedshiftType(kind, length=length)


def _length(stream: Stream, kind: Kind) -> int | None:
    if not stream.accept("("):
        return None
    maximum = kind.facts.most or 0
    if stream.accept("max"):
        length = maximum
    else:
        length = stream.integer()
        if length < 1:
            raise InvalidParameterValue(f"length for type {kind.value} must be at least 1")
        if length > maximum:
            raise InvalidParameterValue(f"length for type {kind.value} cannot exceed {maximum}")
    stream.expect(")")
    return length


def _decimal(stream: Stream) -> RedshiftType:
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


def _float(stream: Stream) -> RedshiftType:
    if not stream.accept("("):
        return DOUBLE
    digits = stream.integer()
    stream.expect(")")
    if digits < 1:
        raise InvalidParameterValue("precision for type float must be at least 1 bit")
    if digits > 53:
        raise InvalidParameterValue("precision for type float must be less than 54 bits")
    return REAL if digits < 25 else DOUBLE


def _unsupported(column: str, name: str) -> RedshiftError:
    return Unsupported(f'Column "{column}" has unsupported type "{name}".')


def _undefined(name: str, token: Token) -> RedshiftError:
    return UndefinedObject(f'type "{name}" does not exist', position=token.position)
