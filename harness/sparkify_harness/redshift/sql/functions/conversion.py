"""Data type formatting functions.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_Data_type_formatting.html
"""

from typing import Final

from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.sql.functions.signatures import NUMERIC, overload
from sparkify_harness.redshift.types import (
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

_TEMPLATE: Final = {1: "a template"}
_ENCODING: Final = {1: "an encoding"}

OVERLOADS: Final[tuple[Overload, ...]] = (
    *(
        overload("to_char", (value, TEXT), TEXT, "r_TO_CHAR", constants=_TEMPLATE)
        for value in (TIMESTAMP, TIMESTAMPTZ, INTERVAL, BIGINT, NUMERIC, DOUBLE)
    ),
    *(
        overload(
            name,
            (TEXT, TEXT, BOOLEAN),
            result,
            page,
            optional=1,
            constants={**_TEMPLATE, 2: "is_strict"},
        )
        for name, result, page in (
            ("to_date", DATE, "r_TO_DATE_function"),
            ("to_timestamp", TIMESTAMPTZ, "r_TO_TIMESTAMP"),
        )
    ),
    overload("to_number", (TEXT, TEXT), numeric(38, 10), "r_TO_NUMBER", constants=_TEMPLATE),
    overload("to_varbyte", (TEXT, TEXT), VARBYTE, "r_TO_VARBYTE", constants=_ENCODING),
    overload("from_varbyte", (VARBYTE, TEXT), TEXT, "r_FROM_VARBYTE", constants=_ENCODING),
    overload("from_hex", (TEXT,), VARBYTE, "r_FROM_HEX"),
    overload("to_hex", (VARBYTE,), TEXT, "r_TO_HEX"),
    overload("getbit", (VARBYTE, INTEGER), INTEGER, "r_GETBIT"),
)
