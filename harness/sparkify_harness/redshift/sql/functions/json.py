"""JSON functions over text, and SUPER functions.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/json-functions.html
"""

from typing import Final

from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.sql.functions.signatures import by_kinds
from sparkify_harness.redshift.types import BOOLEAN, INTEGER, SUPER, TEXT


def _of_super(name: str) -> Overload:
    return Overload(name, (SUPER,), BOOLEAN, f"r_{name}")


JSON_EXTRACT_PATH_TEXT: Final = by_kinds(
    Overload(
        "json_extract_path_text", (TEXT, *[TEXT] * depth, *flag), TEXT, "JSON_EXTRACT_PATH_TEXT"
    )
    for depth in range(1, 6)
    for flag in ((), (BOOLEAN,))
)
"""One overload for each depth: the optional flag stands after a varying number of keys."""
JSON_EXTRACT_ARRAY_ELEMENT_TEXT: Final = Overload(
    "json_extract_array_element_text",
    (TEXT, INTEGER, BOOLEAN),
    TEXT,
    "JSON_EXTRACT_ARRAY_ELEMENT_TEXT",
    optional=1,
)
JSON_ARRAY_LENGTH: Final = Overload(
    "json_array_length", (TEXT, BOOLEAN), INTEGER, "JSON_ARRAY_LENGTH", optional=1
)
IS_VALID_JSON: Final = Overload("is_valid_json", (TEXT,), BOOLEAN, "IS_VALID_JSON")
IS_VALID_JSON_ARRAY: Final = Overload(
    "is_valid_json_array", (TEXT,), BOOLEAN, "IS_VALID_JSON_ARRAY"
)
JSON_PARSE: Final = Overload("json_parse", (TEXT,), SUPER, "JSON_PARSE")
CAN_JSON_PARSE: Final = Overload("can_json_parse", (TEXT,), BOOLEAN, "CAN_JSON_PARSE")
JSON_SERIALIZE: Final = Overload("json_serialize", (SUPER,), TEXT, "JSON_SERIALIZE")
JSON_TYPEOF: Final = Overload("json_typeof", (SUPER,), TEXT, "r_json_typeof")
GET_ARRAY_LENGTH: Final = Overload("get_array_length", (SUPER,), INTEGER, "get_array_length")
JSON_SIZE: Final = Overload("json_size", (SUPER,), INTEGER, "r_json_size")
IS_ARRAY: Final = _of_super("is_array")
IS_OBJECT: Final = _of_super("is_object")
IS_SCALAR: Final = _of_super("is_scalar")
IS_VARCHAR: Final = _of_super("is_varchar")
IS_BOOLEAN: Final = _of_super("is_boolean")
IS_INTEGER: Final = _of_super("is_integer")
IS_BIGINT: Final = _of_super("is_bigint")
IS_SMALLINT: Final = _of_super("is_smallint")
IS_DECIMAL: Final = _of_super("is_decimal")
IS_FLOAT: Final = _of_super("is_float")
