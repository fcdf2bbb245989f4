"""String functions.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/String_functions_header.html
"""

from typing import Final

from sparkify_harness.redshift.sql.functions.registry import ClusterNode, Overload
from sparkify_harness.redshift.sql.functions.signatures import by_kind
from sparkify_harness.redshift.types import BIGINT, INTEGER, TEXT, VARBYTE, Kind

LEN: Final = by_kind(Overload("len", (value,), INTEGER, "r_LEN") for value in (TEXT, VARBYTE))
LENGTH: Final = by_kind(Overload("length", (value,), INTEGER, "r_LEN") for value in (TEXT, VARBYTE))
CHAR_LENGTH: Final = Overload("char_length", (TEXT,), INTEGER, "r_LEN")
CHARACTER_LENGTH: Final = Overload("character_length", (TEXT,), INTEGER, "r_LEN")
TEXTLEN: Final = Overload("textlen", (TEXT,), INTEGER, "r_LEN")
OCTET_LENGTH: Final = by_kind(
    Overload("octet_length", (value,), INTEGER, "r_OCTET_LENGTH") for value in (TEXT, VARBYTE)
)
LENGTHS: Final = (
    LEN[Kind.VARCHAR],
    LENGTH[Kind.VARCHAR],
    CHAR_LENGTH,
    CHARACTER_LENGTH,
    TEXTLEN,
)
"""Names for the number of characters."""
BYTE_LENGTHS: Final = (
    LEN[Kind.VARBYTE],
    LENGTH[Kind.VARBYTE],
    OCTET_LENGTH[Kind.VARBYTE],
)
"""Names for the number of bytes of a VARBYTE."""
ASCII: Final = Overload("ascii", (TEXT,), INTEGER, "r_ASCII")
CHR: Final = Overload("chr", (INTEGER,), TEXT, "r_CHR")
UPPER: Final = Overload("upper", (TEXT,), TEXT, "r_UPPER")
LOWER: Final = Overload("lower", (TEXT,), TEXT, "r_LOWER")
INITCAP: Final = Overload("initcap", (TEXT,), TEXT, "r_INITCAP")
REVERSE: Final = Overload("reverse", (TEXT,), TEXT, "r_REVERSE")
CONCAT: Final = by_kind(
    Overload("concat", (value, value), value, "r_CONCAT") for value in (TEXT, VARBYTE)
)
BTRIM: Final = Overload("btrim", (TEXT, TEXT), TEXT, "r_BTRIM", optional=1)
TRIM: Final = Overload("trim", (TEXT, TEXT), TEXT, "r_TRIM", optional=1, label="btrim")
LTRIM: Final = Overload("ltrim", (TEXT, TEXT), TEXT, "r_LTRIM", optional=1)
RTRIM: Final = Overload("rtrim", (TEXT, TEXT), TEXT, "r_RTRIM", optional=1)
LPAD: Final = Overload("lpad", (TEXT, INTEGER, TEXT), TEXT, "r_LPAD", optional=1)
RPAD: Final = Overload("rpad", (TEXT, INTEGER, TEXT), TEXT, "r_LPAD", optional=1)
LEFT: Final = Overload("left", (TEXT, INTEGER), TEXT, "r_LEFT")
RIGHT: Final = Overload("right", (TEXT, INTEGER), TEXT, "r_LEFT")
SUBSTRING: Final = by_kind(
    Overload("substring", (value, INTEGER, INTEGER), value, "r_SUBSTRING", optional=1)
    for value in (TEXT, VARBYTE)
)
SUBSTR: Final = Overload(
    "substr",
    (TEXT, INTEGER, INTEGER),
    TEXT,
    "c_SQL_functions_leader_node_only",
    node=ClusterNode.LEADER,
    optional=1,
    refusal="SUBSTR() function is not supported (Hint: use SUBSTRING instead)",
)
CHARINDEX: Final = Overload("charindex", (TEXT, TEXT), INTEGER, "r_CHARINDEX")
POSITION: Final = Overload("position", (TEXT, TEXT), INTEGER, "r_POSITION")
STRPOS: Final = Overload("strpos", (TEXT, TEXT), INTEGER, "r_STRPOS")
OCTETINDEX: Final = Overload("octetindex", (TEXT, TEXT), INTEGER, "OCTETINDEX")
REPEAT: Final = Overload("repeat", (TEXT, INTEGER), TEXT, "r_REPEAT")
REPLICATE: Final = Overload("replicate", (TEXT, INTEGER), TEXT, "r_REPLICATE")
REPLACE: Final = Overload("replace", (TEXT, TEXT, TEXT), TEXT, "r_REPLACE")
TRANSLATE: Final = Overload("translate", (TEXT, TEXT, TEXT), TEXT, "r_TRANSLATE")
SPLIT_PART: Final = Overload("split_part", (TEXT, TEXT, INTEGER), TEXT, "SPLIT_PART")
QUOTE_IDENT: Final = Overload("quote_ident", (TEXT,), TEXT, "r_QUOTE_IDENT")
QUOTE_LITERAL: Final = Overload("quote_literal", (TEXT,), TEXT, "r_QUOTE_LITERAL")
BPCHARCMP: Final = Overload("bpcharcmp", (TEXT, TEXT), INTEGER, "r_BPCHARCMP")
BTTEXT_PATTERN_CMP: Final = Overload(
    "bttext_pattern_cmp", (TEXT, TEXT), INTEGER, "r_BTTEXT_PATTERN_CMP"
)
SOUNDEX: Final = Overload("soundex", (TEXT,), TEXT, "SOUNDEX")
DIFFERENCE: Final = Overload("difference", (TEXT, TEXT), INTEGER, "DIFFERENCE")
REGEXP_REPLACE: Final = Overload(
    "regexp_replace",
    (TEXT, TEXT, TEXT, INTEGER, TEXT),
    TEXT,
    "REGEXP_REPLACE",
    optional=3,
    constants={1: "a pattern", 4: "parameters"},
)
REGEXP_SUBSTR: Final = Overload(
    "regexp_substr",
    (TEXT, TEXT, INTEGER, INTEGER, TEXT),
    TEXT,
    "REGEXP_SUBSTR",
    optional=3,
    constants={1: "a pattern", 4: "parameters"},
)
REGEXP_COUNT: Final = Overload(
    "regexp_count",
    (TEXT, TEXT, INTEGER, TEXT),
    INTEGER,
    "REGEXP_COUNT",
    optional=2,
    constants={1: "a pattern", 3: "parameters"},
)
REGEXP_INSTR: Final = Overload(
    "regexp_instr",
    (TEXT, TEXT, INTEGER, INTEGER, INTEGER, TEXT),
    INTEGER,
    "REGEXP_INSTR",
    optional=4,
    constants={1: "a pattern", 3: "an occurrence", 4: "an option", 5: "parameters"},
)
STRTOL: Final = Overload("strtol", (TEXT, INTEGER), BIGINT, "r_STRTOL", constants={1: "a base"})
