"""JSON functions over text, and SUPER functions.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/json-functions.html
"""

from typing import Final

from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.sql.functions.signatures import overload
from sparkify_harness.redshift.types import BOOLEAN, INTEGER, SUPER, TEXT


def _paths() -> tuple[Overload, ...]:
    """One overload for each depth: the optional flag stands after a varying number of keys."""
    name, page = "json_extract_path_text", "JSON_EXTRACT_PATH_TEXT"
    return tuple(
        overload(name, (TEXT, *[TEXT] * depth, *flag), TEXT, page)
        for depth in range(1, 6)
        for flag in ((), (BOOLEAN,))
    )


OVERLOADS: Final[tuple[Overload, ...]] = (
    *_paths(),
    overload(
        "json_extract_array_element_text",
        (TEXT, INTEGER, BOOLEAN),
        TEXT,
        "JSON_EXTRACT_ARRAY_ELEMENT_TEXT",
        optional=1,
    ),
    overload("json_array_length", (TEXT, BOOLEAN), INTEGER, "JSON_ARRAY_LENGTH", optional=1),
    overload("is_valid_json", (TEXT,), BOOLEAN, "IS_VALID_JSON"),
    overload("is_valid_json_array", (TEXT,), BOOLEAN, "IS_VALID_JSON_ARRAY"),
    overload("json_parse", (TEXT,), SUPER, "JSON_PARSE"),
    overload("can_json_parse", (TEXT,), BOOLEAN, "CAN_JSON_PARSE"),
    overload("json_serialize", (SUPER,), TEXT, "JSON_SERIALIZE"),
    overload("json_typeof", (SUPER,), TEXT, "r_json_typeof"),
    overload("get_array_length", (SUPER,), INTEGER, "get_array_length"),
    overload("json_size", (SUPER,), INTEGER, "r_json_size"),
    *(
        overload(name, (SUPER,), BOOLEAN, page)
        for name, page in (
            ("is_array", "r_is_array"),
            ("is_object", "r_is_object"),
            ("is_scalar", "r_is_scalar"),
            ("is_varchar", "r_is_varchar"),
            ("is_boolean", "r_is_boolean"),
            ("is_integer", "r_is_integer"),
            ("is_bigint", "r_is_bigint"),
            ("is_smallint", "r_is_smallint"),
            ("is_decimal", "r_is_decimal"),
            ("is_float", "r_is_float"),
        )
    ),
)
