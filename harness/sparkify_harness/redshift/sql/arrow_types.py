"""The Arrow type in which values of a Redshift type are handed over for storage."""

import pyarrow as pa

from sparkify_harness.redshift.types import Kind, RedshiftType

_TYPES = {
    Kind.BOOLEAN: pa.bool_(),
    Kind.SMALLINT: pa.int16(),
    Kind.INTEGER: pa.int32(),
    Kind.BIGINT: pa.int64(),
    Kind.REAL: pa.float32(),
    Kind.DOUBLE: pa.float64(),
    Kind.CHAR: pa.string(),
    Kind.VARCHAR: pa.string(),
    Kind.DATE: pa.date32(),
    Kind.TIME: pa.time64("us"),
    Kind.TIMETZ: pa.string(),
    Kind.TIMESTAMP: pa.timestamp("us"),
    Kind.TIMESTAMPTZ: pa.timestamp("us", "UTC"),
    Kind.SUPER: pa.string(),
    Kind.VARBYTE: pa.binary(),
}


def arrow_type(type_: RedshiftType) -> pa.DataType:
    """The Arrow type: TIMETZ and SUPER are text that the engine reads."""
    if type_.kind is Kind.NUMERIC:
        return pa.decimal128(type_.precision, type_.scale)
    return _TYPES[type_.kind]
