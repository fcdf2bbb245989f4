"""The binary form of each type, in both directions, by Redshift's and PostgreSQL's object ids."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.front.wire import decoders, encoders
from sparkify_harness.redshift.front.wire.columns import Values
from sparkify_harness.redshift.front.wire.decoders import Decoder
from sparkify_harness.redshift.front.wire.dialect import Dialect
from sparkify_harness.redshift.front.wire.encoders import Encoder
from sparkify_harness.redshift.types import Kind, RedshiftType


@dataclass(frozen=True, slots=True)
class Codec:
    """The binary form of a type.

    Args:
        encode: Columns of results.
        decode: Values of parameters; None where there are none.
    """

    encode: Encoder
    decode: Decoder | None


CODECS: Final[Mapping[Kind, Codec]] = {
    Kind.BOOLEAN: Codec(encoders.boolean, decoders.boolean),
    Kind.SMALLINT: Codec(encoders.smallint, decoders.number("!h")),
    Kind.INTEGER: Codec(encoders.integer, decoders.number("!i")),
    Kind.BIGINT: Codec(encoders.bigint, decoders.number("!q")),
    Kind.NUMERIC: Codec(encoders.numeric, decoders.numeric),
    Kind.REAL: Codec(encoders.real, decoders.number("!f")),
    Kind.DOUBLE: Codec(encoders.double, decoders.number("!d")),
    Kind.CHAR: Codec(encoders.characters, decoders.text),
    Kind.VARCHAR: Codec(encoders.characters, decoders.text),
    Kind.DATE: Codec(encoders.date, decoders.date),
    Kind.TIME: Codec(encoders.time, decoders.time),
    Kind.TIMETZ: Codec(encoders.time_with_zone, decoders.time_with_zone),
    Kind.TIMESTAMP: Codec(encoders.timestamp, decoders.timestamp),
    Kind.TIMESTAMPTZ: Codec(encoders.timestamp, decoders.instant),
    Kind.INTERVAL: Codec(encoders.interval, decoders.interval),
    Kind.SUPER: Codec(encoders.characters, decoders.text),
    Kind.VARBYTE: Codec(encoders.characters, bytes),
    Kind.NAME: Codec(encoders.characters, decoders.text),
    Kind.OID: Codec(encoders.unsigned, decoders.number("!I")),
    Kind.UNKNOWN: Codec(encoders.characters, decoders.text),
    Kind.VOID: Codec(encoders.characters, None),
}
DECODERS: Final[Mapping[int, Decoder]] = {
    17: bytes,  # bytea
    25: decoders.text,  # text
    1188: decoders.year_to_month,
    1190: decoders.day_to_second,
    **{kind.facts.oid: codec.decode for kind, codec in CODECS.items() if codec.decode is not None},
}
"""What reads a parameter that a client says to be of an object id."""


def encode_column(array: pa.Array, type_: RedshiftType, code: Format, dialect: Dialect) -> Values:
    """A column's values as DataRow carries them.

    Args:
        array: As `sparkify_harness.redshift.execute.protocol.Result` says.
        type_: What the client was told.
        code: What the client wants.
        dialect: Which binary forms the client reads.

    Raises:
        TypeError: The array is of another type than that.
    """
    if pa.types.is_null(array.type):
        return array.cast(pa.binary())
    encode = encoders.characters if code is Format.TEXT else CODECS[type_.kind].encode
    return encode(array, type_, dialect)
