"""String functions.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/String_functions_header.html
"""

from typing import Final

from sparkify_harness.redshift.sql.functions.registry import ClusterNode, Overload
from sparkify_harness.redshift.sql.functions.signatures import overload
from sparkify_harness.redshift.types import BIGINT, INTEGER, TEXT, VARBYTE

_LENGTHS = tuple(
    overload(name, (TEXT,), INTEGER, "r_LEN", label=label)
    for name, label in (
        ("len", "len"),
        ("length", "length"),
        ("char_length", "char_length"),
        ("character_length", "character_length"),
        ("textlen", "textlen"),
    )
)

OVERLOADS: Final[tuple[Overload, ...]] = (
    *_LENGTHS,
    overload("len", (VARBYTE,), INTEGER, "r_LEN"),
    overload("length", (VARBYTE,), INTEGER, "r_LEN"),
    overload("octet_length", (TEXT,), INTEGER, "r_OCTET_LENGTH"),
    overload("octet_length", (VARBYTE,), INTEGER, "r_OCTET_LENGTH"),
    overload("ascii", (TEXT,), INTEGER, "r_ASCII"),
    overload("chr", (INTEGER,), TEXT, "r_CHR"),
    overload("upper", (TEXT,), TEXT, "r_UPPER"),
    overload("lower", (TEXT,), TEXT, "r_LOWER"),
    overload("initcap", (TEXT,), TEXT, "r_INITCAP"),
    overload("reverse", (TEXT,), TEXT, "r_REVERSE"),
    overload("concat", (TEXT, TEXT), TEXT, "r_CONCAT"),
    overload("concat", (VARBYTE, VARBYTE), VARBYTE, "r_CONCAT"),
    overload("btrim", (TEXT, TEXT), TEXT, "r_BTRIM", optional=1),
    overload("trim", (TEXT, TEXT), TEXT, "r_TRIM", optional=1, label="btrim"),
    overload("ltrim", (TEXT, TEXT), TEXT, "r_LTRIM", optional=1),
    overload("rtrim", (TEXT, TEXT), TEXT, "r_RTRIM", optional=1),
    overload("lpad", (TEXT, INTEGER, TEXT), TEXT, "r_LPAD", optional=1),
    overload("rpad", (TEXT, INTEGER, TEXT), TEXT, "r_LPAD", optional=1),
    overload("left", (TEXT, INTEGER), TEXT, "r_LEFT"),
    overload("right", (TEXT, INTEGER), TEXT, "r_LEFT"),
    overload("substring", (TEXT, INTEGER, INTEGER), TEXT, "r_SUBSTRING", optional=1),
    overload(
        "substr",
        (TEXT, INTEGER, INTEGER),
        TEXT,
        "c_SQL_functions_leader_node_only",
        node=ClusterNode.LEADER,
        optional=1,
        refusal="SUBSTR() function is not supported (Hint: use SUBSTRING instead)",
    ),
    overload("substring", (VARBYTE, INTEGER, INTEGER), VARBYTE, "r_SUBSTRING", optional=1),
    overload("charindex", (TEXT, TEXT), INTEGER, "r_CHARINDEX"),
    overload("position", (TEXT, TEXT), INTEGER, "r_POSITION"),
    overload("strpos", (TEXT, TEXT), INTEGER, "r_STRPOS"),
    overload("octetindex", (TEXT, TEXT), INTEGER, "OCTETINDEX"),
    overload("repeat", (TEXT, INTEGER), TEXT, "r_REPEAT"),
    overload("replicate", (TEXT, INTEGER), TEXT, "r_REPLICATE"),
    overload("replace", (TEXT, TEXT, TEXT), TEXT, "r_REPLACE"),
    overload("translate", (TEXT, TEXT, TEXT), TEXT, "r_TRANSLATE"),
    overload("split_part", (TEXT, TEXT, INTEGER), TEXT, "SPLIT_PART"),
    overload("quote_ident", (TEXT,), TEXT, "r_QUOTE_IDENT"),
    overload("quote_literal", (TEXT,), TEXT, "r_QUOTE_LITERAL"),
    overload("bpcharcmp", (TEXT, TEXT), INTEGER, "r_BPCHARCMP"),
    overload("bttext_pattern_cmp", (TEXT, TEXT), INTEGER, "r_BTTEXT_PATTERN_CMP"),
    overload("soundex", (TEXT,), TEXT, "SOUNDEX"),
    overload("difference", (TEXT, TEXT), INTEGER, "DIFFERENCE"),
    overload(
        "regexp_replace",
        (TEXT, TEXT, TEXT, INTEGER, TEXT),
        TEXT,
        "REGEXP_REPLACE",
        optional=3,
        constants={1: "a pattern", 4: "parameters"},
    ),
    overload(
        "regexp_substr",
        (TEXT, TEXT, INTEGER, INTEGER, TEXT),
        TEXT,
        "REGEXP_SUBSTR",
        optional=3,
        constants={1: "a pattern", 4: "parameters"},
    ),
    overload(
        "regexp_count",
        (TEXT, TEXT, INTEGER, TEXT),
        INTEGER,
        "REGEXP_COUNT",
        optional=2,
        constants={1: "a pattern", 3: "parameters"},
    ),
    overload(
        "regexp_instr",
        (TEXT, TEXT, INTEGER, INTEGER, INTEGER, TEXT),
        INTEGER,
        "REGEXP_INSTR",
        optional=4,
        constants={1: "a pattern", 3: "an occurrence", 4: "an option", 5: "parameters"},
    ),
    overload("strtol", (TEXT, INTEGER), BIGINT, "r_STRTOL", constants={1: "a base"}),
)
