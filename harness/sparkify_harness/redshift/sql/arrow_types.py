"""The Arrow type in which values of a Redshift type are handed over for storage."""

import pyarrow as pa

from sparkify_harness.redshift.types import Kind, RedshiftType


def arrow_type(type_: RedshiftType) -> pa.DataType:
    """The Arrow type: SUPER, and a time with a zone, are text that the engine reads.

    Raises:
        TypeError: Values of the type are never handed over.
    """
    alias = type_.kind.facts.arrow
    if alias is None:
        raise TypeError(f"values of type {type_} are not handed over")
    if type_.kind is Kind.NUMERIC:
        return pa.decimal128(type_.precision, type_.scale)
    found = pa.type_for_alias(alias)
    if pa.types.is_timestamp(found) and type_.kind.local is not None:
        return pa.timestamp(found.unit, "UTC")
    return found
