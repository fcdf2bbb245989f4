"""Data type formatting functions.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_Data_type_formatting.html
"""

from typing import Final

from harness.redshift.sql.functions.registry import Overload
from harness.redshift.sql.functions.signatures import NUMERIC, overload
from harness.redshift.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    INTERVAL,
    TEXT,
    TIMESTAMP,
    TIMESTAMPTZ,
    VARBYTE,
    numeric,
)

OVERLOADS: Final[tuple[Overload, ...]] = (
    *(
        overload("to_char", (value, TEXT), TEXT, "r_TO_CHAR")
        for value in (TIMESTAMP, TIMESTAMPTZ, INTERVAL, BIGINT, NUMERIC, DOUBLE)
    ),
    overload("to_date", (TEXT, TEXT, BOOLEAN), DATE, "r_TO_DATE_function", optional=1),
    overload("to_timestamp", (TEXT, TEXT, BOOLEAN), TIMESTAMPTZ, "r_TO_TIMESTAMP", optional=1),
    overload("to_number", (TEXT, TEXT), numeric(38, 10), "r_TO_NUMBER"),
    overload("to_varbyte", (TEXT, TEXT), VARBYTE, "r_TO_VARBYTE"),
    overload("from_varbyte", (VARBYTE, TEXT), TEXT, "r_FROM_VARBYTE"),
    overload("from_hex", (TEXT,), VARBYTE, "r_FROM_HEX"),
    overload("to_hex", (VARBYTE,), TEXT, "r_TO_HEX"),
    overload("getbit", (VARBYTE, INTEGER), INTEGER, "r_GETBIT"),
)
