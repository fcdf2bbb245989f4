"""Data type formatting functions.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_Data_type_formatting.html
"""

from collections.abc import Sequence
from typing import Final

from sparkify_harness.redshift.sql.functions.registry import NUMERIC, Overload
from sparkify_harness.redshift.sql.functions.signatures import by_kind
from sparkify_harness.redshift.sql.templates import number_template
from sparkify_harness.redshift.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    INTERVAL,
    MAX_PRECISION,
    MAX_SCALE,
    TEXT,
    TIMESTAMP,
    TIMESTAMPTZ,
    VARBYTE,
    RedshiftType,
    numeric,
)

_TEMPLATE: Final = {1: "a template"}
_ENCODING: Final = {1: "an encoding"}


def _digits(values: Sequence[object], result: RedshiftType) -> RedshiftType:
    """TO_NUMBER has the digits of its template.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_TO_NUMBER.html
    """
    template = values[1]
    if template is None:
        return result
    shape = number_template(str(template))
    scale = min(len(shape.fraction), MAX_SCALE)
    return numeric(max(min(shape.digits + scale, MAX_PRECISION), scale, 1), scale)


def _read(name: str, result: RedshiftType, page: str) -> Overload:
    constants = {**_TEMPLATE, 2: "is_strict"}
    return Overload(name, (TEXT, TEXT, BOOLEAN), result, page, optional=1, constants=constants)


TO_CHAR: Final = by_kind(
    Overload("to_char", (value, TEXT), TEXT, "r_TO_CHAR", constants=_TEMPLATE)
    for value in (TIMESTAMP, TIMESTAMPTZ, INTERVAL, BIGINT, NUMERIC, DOUBLE)
)
TO_DATE: Final = _read("to_date", DATE, "r_TO_DATE_function")
TO_TIMESTAMP: Final = _read("to_timestamp", TIMESTAMPTZ, "r_TO_TIMESTAMP")
TO_NUMBER: Final = Overload(
    "to_number",
    (TEXT, TEXT),
    numeric(38, 10),
    "r_TO_NUMBER",
    constants=_TEMPLATE,
    refine=_digits,
)
TO_VARBYTE: Final = Overload(
    "to_varbyte", (TEXT, TEXT), VARBYTE, "r_TO_VARBYTE", constants=_ENCODING
)
FROM_VARBYTE: Final = Overload(
    "from_varbyte", (VARBYTE, TEXT), TEXT, "r_FROM_VARBYTE", constants=_ENCODING
)
FROM_HEX: Final = Overload("from_hex", (TEXT,), VARBYTE, "r_FROM_HEX")
TO_HEX: Final = Overload("to_hex", (VARBYTE,), TEXT, "r_TO_HEX")
GETBIT: Final = Overload("getbit", (VARBYTE, INTEGER), INTEGER, "r_GETBIT")
