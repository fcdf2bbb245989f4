"""Constants that are put in the place of others: ordinary ones, and the edges of what there is."""

from random import Random

from tests.fuzz.families import Family

NUMBERS = (
    "0", "1", "-1", "2", "7", "63", "64", "127", "128", "255", "256", "32767", "32768", "65535",
    "65536", "2147483647", "2147483648", "-2147483648", "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "1e308", "1e-308", "1e309", "0.1", ".5", "1.",
    "99999999999999999999999999999999999999", "999999999999999999999999999999999999999",
    "0.000001", "9" * 5000,
)  # fmt: skip
STRINGS = (
    "''", "' '", "'a'", "'%'", "'\\\\'", "'it''s'", "'é€𐍈'", "'a\\0b'", "'[a-'", "'('", "'(?=a)'",
    "'{\"a\": [1, {\"b\": null}]}'", "'[1, 2'", "'2018-11-01'", "'2018-02-30'", "'0001-01-01'",
    "'9999-12-31 23:59:59.999999'", "'294276-12-31'", "'24:00:00'", "'infinity'", "'now'", "'NaN'",
    "'1e400'", "'UTC'", "'America/New_York'", "'+25:00'", "'nowhere'", "'1 year 2 mons'",
    "'9999999999 days'", "'YYYY-MM-DD'", "'FM9999.99'", "'HH24:MI:SS.US TZ'", "'Q'", "'day'",
    "'quarter'", "'epoch'", "'true'", "'-1'", f"'{'x' * 300}'", f"'{'9' * 5000}'",
)  # fmt: skip
TYPES = (
    "smallint", "int", "bigint", "decimal(38,37)", "decimal(4,2)", "real", "float", "boolean",
    "char(3)", "varchar(3)", "varchar(65535)", "date", "time", "timetz", "timestamp",
    "timestamptz", "interval", "super", "varbyte", "geometry", "oid", "name", "unknown", "text",
)  # fmt: skip
_OF_FAMILY: dict[Family, tuple[str, ...]] = {
    Family.NUMBER: (*NUMBERS, "3", "10", "12.34", "1::smallint", "2::bigint", "1.5::float8"),
    Family.TEXT: (*STRINGS, "'abc'", "'one'", "'x y z'", "'b'::char(3)", "'abc'::varchar(2)"),
    Family.MOMENT: (
        "date '2018-11-01'", "date '2020-02-29'", "date '0001-01-01'", "date '9999-12-31'",
        "timestamp '2018-11-01 21:01:46.796'", "timestamp '9999-12-31 23:59:59.999999'",
        "timestamptz '2018-11-01 21:01:46+02'", "'2018-11-01'", "sysdate", "getdate()",
        "current_date",
    ),
    Family.CLOCK: ("time '21:01:46.5'", "timetz '21:01:46+02'", "time '24:00:00'", "'00:00'"),
    Family.INTERVAL: (
        "interval '1 day'", "interval '13 months'", "interval '-1 second'",
        "interval '9999999 days'", "interval '0'",
    ),
    Family.TRUTH: ("true", "false", "NULL::boolean", "1 = 1", "NOT false"),
    Family.SUPER: (
        "json_parse('[1, 2]')", "json_parse('{\"a\": null}')", "json_parse('\"x\"')",
        "json_parse('1e400')", "NULL::super",
    ),
    Family.BYTES: ("'abc'::varbyte", "from_hex('00ff')", "''::varbyte", "to_varbyte('x', 'utf8')"),
}  # fmt: skip
PARTS_OF_DATES = (
    "'day'", "'month'", "'year'", "'quarter'", "'week'", "'hour'", "'minute'", "'second'",
    "'millisecond'", "'microsecond'", "'epoch'", "'dow'", "'doy'", "'century'", "'timezone'",
)  # fmt: skip
_OF_CONSTANTS = {
    "a date part": PARTS_OF_DATES,
    "a flag": ("true", "false"),
    "a pattern": ("'a'", "'[a-z]+'", "'^(.)b'", "'%a_'", "'a|b'", "'('", "'\\\\d{2,}'", "''"),
    "a name": ("'t'", "'public'", "'select'", "'search_path'", "'dev'", "'nothing'", "'usage'"),
    "a base": ("2", "10", "16", "36", "37", "0"),
    "a day": ("'Mon'", "'friday'", "'xx'"),
    "a fraction": ("0", "0.5", "1", "1.5"),
    "a number of bits": ("0", "1", "224", "256", "384", "512"),
    "a separator": ("','", "''", "' | '"),
    "a template": (
        "'YYYY-MM-DD'", "'HH24:MI:SS.US'", "'FM999.99'", "'S9G999D00'", "'Q'", "'day, DDth'", "''",
    ),
    "a time zone": ("'UTC'", "'America/New_York'", "'+02:00'", "'nowhere'", "'CET'"),
    "an encoding": ("'hex'", "'utf8'", "'base64'", "'x'"),
    "an occurrence": ("1", "2", "0", "-1"),
    "an option": ("0", "1", "2"),
    "is_strict": ("true", "false"),
    "parameters": ("'i'", "'e'", "'p'", "'ip'", "'x'"),
}  # fmt: skip
"""By what a registered function wants to have as a constant."""


def constant(dice: Random, family: Family) -> str:
    """One of a family; NULL at times."""
    if family is Family.ANY:
        family = dice.choice(tuple(_OF_FAMILY))
    return "NULL" if dice.random() < 0.08 else dice.choice(_OF_FAMILY[family])


def argument(dice: Random, wanted: str, family: Family) -> str:
    """A constant that a function must have as one."""
    return dice.choice(_OF_CONSTANTS[wanted]) if wanted in _OF_CONSTANTS else constant(dice, family)
