"""Arguments of Bind as Python values.

Text stays ``str``: the backend reads it by the rules of the parameter's type.
"""

import struct
from collections.abc import Sequence

from sparkify_harness.redshift.errors import NotEmulated, ProtocolViolation
from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.front.wire.codecs import DECODERS
from sparkify_harness.redshift.front.wire.decoders import text
from sparkify_harness.redshift.types import RedshiftType


def decode_arguments(
    arguments: Sequence[bytes | None],
    formats: Sequence[Format],
    oids: Sequence[int],
    types: Sequence[RedshiftType],
) -> tuple[object, ...]:
    """The values of a Bind.

    Args:
        arguments: Raw values; None for NULL.
        formats: None (all text), one for all, or one each.
        oids: What Parse said, by which the client encoded; may be fewer; 0 for "inferred".
        types: What the statement has, for where Parse said nothing.

    Returns:
        One for each: None, ``str``, or bool, int, float, Decimal, date, time, datetime, bytes,
        MonthDayNano.

    Raises:
        ProtocolViolation: Another number of values than the statement has, or malformed ones.
        NotEmulated: A binary value of a type that has no binary form here.
    """
    if len(arguments) != len(types):
        raise ProtocolViolation(
            f"bind message supplies {len(arguments)} parameters, "
            f"but prepared statement requires {len(types)}"
        )
    each = formats if len(formats) > 1 else (tuple(formats) or (Format.TEXT,)) * len(arguments)
    values: list[object] = []
    for number, (raw, code, type_) in enumerate(zip(arguments, each, types, strict=True)):
        oid = (oids[number] if number < len(oids) else 0) or type_.oid
        values.append(None if raw is None else _decode(raw, code, oid, number + 1))
    return tuple(values)


def _decode(raw: bytes, code: Format, oid: int, number: int) -> object:
    if code is Format.TEXT:
        return text(raw)
    try:
        read = DECODERS[oid]
    except KeyError:
        raise NotEmulated(f"binary parameter ${number} of the type with object id {oid}") from None
    try:
        return read(raw)
    except (struct.error, ValueError, ArithmeticError):
        raise ProtocolViolation(
            f"incorrect binary data format in bind parameter {number}"
        ) from None
