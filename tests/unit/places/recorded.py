"""Values of signatures that no case of ``tests/unit/functions`` calls.

``«value|type»`` is an argument: a column of that type, or a constant. ``...`` is a value of the
session or the moment.
"""

from collections.abc import Iterator
from types import EllipsisType
from typing import Final

_JSON: Final = '«{"a":{"b":{"c":{"d":{"e":true}}}}}|varchar(100)»'
_KEYS: Final = [f"«{key}|varchar(9)»" for key in "abcde"]
_PATHS: Final = {
    2: '{"c":{"d":{"e":true}}}',
    3: '{"d":{"e":true}}',
    4: '{"e":true}',
    5: "true",
}
_PAIRS: Final = {
    "smallint": ("-2", "3"),
    "integer": ("-2", "3"),
    "bigint": ("-2", "3"),
    "numeric(8,2)": ("-2.50", "3.25"),
    "real": ("-2.5", "3.25"),
    "double precision": ("-2.5", "3.25"),
    "varchar(9)": ("ab", "b"),
    "boolean": ("f", "t"),
    "date": ("2020-01-31", "2020-02-01"),
    "timestamp": ("2020-01-31 10:00:00", "2020-01-31 10:00:01"),
    "timestamptz": ("2020-01-31 10:00:00+00", "2020-01-31 10:00:01+00"),
    "time": ("10:00:00", "10:00:01"),
    "timetz": ("10:00:00+00", "10:00:01+00"),
    "interval": ("1 day", "2 days"),
    "oid": ("16", "23"),
    "varbyte(9)": ("6162", "62"),
}
"""Of each type that can be compared a value and a greater one."""
_TRUTHS: Final = {
    "=": ("f", "t"), "<>": ("t", "f"), "<": ("t", "f"),
    "<=": ("t", "t"), ">": ("f", "f"), ">=": ("f", "t"),
}  # fmt: skip
"""Of a value beside a greater one, and beside the same."""


def _comparisons() -> Iterator[tuple[str, str]]:
    for name, (low, high) in _PAIRS.items():
        for symbol, (less, same) in _TRUTHS.items():
            yield f"(«{low}|{name}» {symbol} «{high}|{name}»)", less
            yield f"(«{low}|{name}» {symbol} «{low}|{name}»)", same


def _integers() -> Iterator[tuple[str, str]]:
    for name in ("smallint", "integer", "bigint"):
        for symbol, value in {
            "+": 9, "-": 5, "*": 14, "/": 3, "%": 1, "&": 2, "|": 7, "#": 5,
        }.items():  # fmt: skip
            yield f"(«7|{name}» {symbol} «2|{name}»)", str(value)
        yield f"(«7|{name}» << «2|integer»)", "28"
        yield f"(«-7|{name}» >> «1|integer»)", "-4"
        yield f"(~ «7|{name}»)", "-8"
        yield f"mod(«-7|{name}», «3|{name}»)", "-1"
        yield f"abs(«-7|{name}»)", "7"
        yield f"round(«-7|{name}»)", "-7"
        yield f"round(«115|{name}», «-1|integer»)", "120"
        yield f"trunc(«-7|{name}»)", "-7"
        yield f"trunc(«115|{name}», «-1|integer»)", "110"


def _floats() -> Iterator[tuple[str, str]]:
    for name in ("real", "double precision"):
        for symbol, value in {"+": "9.5", "-": "5.5", "*": "15", "/": "3.75"}.items():
            yield f"(«7.5|{name}» {symbol} «2|{name}»)", value
    for name in ("pow", "dpow"):
        yield f"{name}(«2|double precision», «10|double precision»)", "1024"


def _signs() -> Iterator[tuple[str, str]]:
    for name in ("smallint", "integer", "bigint", "numeric(8,2)", "real", "double precision"):
        value = "7.25" if name[0] in "nrd" else "7"
        yield f"(- «{value}|{name}»)", f"-{value}"
        yield f"(@ «-{value}|{name}»)", value


def _paths() -> Iterator[tuple[str, str]]:
    for depth, value in _PATHS.items():
        keys = ", ".join(_KEYS[:depth])
        yield f"json_extract_path_text({_JSON}, {keys})", value
        yield f"json_extract_path_text({_JSON}, {keys}, «t|boolean»)", value


def _of_the_moment() -> Iterator[tuple[str, EllipsisType]]:
    for name in (
        "getdate()", "sysdate", "current_date", "now()", "timeofday()", "current_timestamp",
        "current_time", "localtime", "localtimestamp", "random()", "version()", "pg_backend_pid()",
        "pg_last_copy_count()", "pg_last_copy_id()", "pg_last_unload_count()",
        "pg_last_query_id()", "age(«2019-01-01 00:00:00|timestamp»)",
        "convert_timezone(«UTC|varchar(9)», sysdate)",
    ):  # fmt: skip
        yield name, ...


_SPANS: Final = {
    "(«1|integer» + «2020-01-31|date»)": "2020-02-01",
    "(«2020-01-31|date» - «1|integer»)": "2020-01-30",
    "(«1 day|interval» + «2020-01-31|date»)": "2020-02-01 00:00:00",
    "(«1 day|interval» + «2020-01-31 10:00:00|timestamp»)": "2020-02-01 10:00:00",
    "(«2020-01-31 10:00:00|timestamp» - «1 day|interval»)": "2020-01-30 10:00:00",
    "(«2020-01-31 10:00:00+00|timestamptz» + «1 day|interval»)": "2020-02-01 10:00:00+00",
    "(«1 day|interval» + «2020-01-31 10:00:00+00|timestamptz»)": "2020-02-01 10:00:00+00",
    "(«2020-01-31 10:00:00+00|timestamptz» - «1 day|interval»)": "2020-01-30 10:00:00+00",
    "(«10:00:00|time» + «1 hour|interval»)": "11:00:00",
    "(«1 hour|interval» + «10:00:00|time»)": "11:00:00",
    "(«10:00:00|time» - «1 hour|interval»)": "09:00:00",
    "(«10:00:00+00|timetz» + «1 hour|interval»)": "11:00:00+00",
    "(«1 hour|interval» + «10:00:00+00|timetz»)": "11:00:00+00",
    "(«10:00:00+00|timetz» - «1 hour|interval»)": "09:00:00+00",
    "(«1 day|interval» + «2 days|interval»)": "3 days",
    "(«3 days|interval» - «2 days|interval»)": "1 day",
    "(«10:00:00|time» + «2020-01-31|date»)": "2020-01-31 10:00:00",
    "(«10:00:00+00|timetz» + «2020-01-31|date»)": "2020-01-31 10:00:00+00",
    "(«2020-01-02 00:00:01+00|timestamptz» - «2020-01-01 00:00:00+00|timestamptz»)": (
        "1 day 00:00:01"
    ),
    "(«10:00:01|time» - «10:00:00|time»)": "00:00:01",
    "(- «1 day|interval»)": "-1 days",
    "(«2 days|interval» * «1.5|double precision»)": "3 days",
    "(«1.5|double precision» * «2 days|interval»)": "3 days",
}
_DATES: Final = {
    "dateadd(hour, «5|bigint», «2020-01-31 20:00:00+00|timestamptz»)": "2020-02-01 01:00:00+00",
    "date_add('day', «1|bigint», «2020-01-31|date»)": "2020-02-01 00:00:00",
    "date_add('day', «1|bigint», «2020-01-31 10:00:00|timestamp»)": "2020-02-01 10:00:00",
    "date_add('day', «1|bigint», «2020-01-31 10:00:00+00|timestamptz»)": "2020-02-01 10:00:00+00",
    "date_add('hour', «5|bigint», «20:00:00|time»)": "01:00:00",
    "date_add('hour', «5|bigint», «20:00:00+00|timetz»)": "01:00:00+00",
    "datediff(day, «2020-01-31|date», «2020-03-01|date»)": "30",
    "datediff(hour, «2020-01-31 10:00:00+00|timestamptz», «2020-01-31 12:59:00+00|timestamptz»)": (
        "2"
    ),
    "date_diff('day', «2020-01-31|date», «2020-03-01|date»)": "30",
    "date_diff('day', «2020-01-31 23:00:00|timestamp», «2020-02-01 01:00:00|timestamp»)": "1",
    "date_diff('day', «2020-01-31 23:00:00+00|timestamptz», "
    "«2020-02-01 01:00:00+00|timestamptz»)": "1",
    "date_diff('minute', «20:00:00|time», «21:00:00|time»)": "60",
    "date_part(hour, «2020-01-31 10:00:00+00|timestamptz»)": "10",
    "date_part(minute, «10:20:30|time»)": "20",
    "date_part(minute, «10:20:30+00|timetz»)": "20",
    "date_part(day, «3 days|interval»)": "3",
    "pgdate_part('day', «2020-01-31|date»)": "31",
    "pgdate_part('day', «2020-01-31 10:00:00|timestamp»)": "31",
    "pgdate_part('day', «2020-01-31 10:00:00+00|timestamptz»)": "31",
    "pgdate_part('hour', «10:20:30|time»)": "10",
    "pgdate_part('hour', «10:20:30+00|timetz»)": "10",
    "pgdate_part('day', «3 days|interval»)": "3",
    "extract(minute from «10:20:30+00|timetz»)": "20",
    "last_day(«2020-02-03|date»)": "2020-02-29",
    "next_day(«2014-08-20|date», «Tuesday|varchar(9)»)": "2014-08-26",
    "months_between(«1969-01-18|date», «1969-03-18|date»)": "-2",
    "date(«2020-01-31|date»)": "2020-01-31",
    "date(«2020-01-31 10:00:00+00|timestamptz»)": "2020-01-31",
    "date(«2020-01-31|varchar(20)»)": "2020-01-31",
    "date_cmp_timestamp(«2020-01-31|date», «2020-01-31 00:00:01|timestamp»)": "-1",
    "timestamp_cmp_date(«2020-01-31 00:00:01|timestamp», «2020-01-31|date»)": "1",
    "timestamp_cmp_timestamptz(«2020-01-31 10:00:00|timestamp», "
    "«2020-01-31 10:00:00+00|timestamptz»)": "0",
    "timestamptz_cmp(«2020-01-31 10:00:00+00|timestamptz», «2020-01-31 11:00:00+00|timestamptz»)": (
        "-1"
    ),
    "timestamptz_cmp_date(«2020-01-31 10:00:00+00|timestamptz», «2020-01-31|date»)": "1",
    "timestamptz_cmp_timestamp(«2020-01-31 10:00:00+00|timestamptz», "
    "«2020-01-31 10:00:00|timestamp»)": "0",
    "to_char(«2020-01-31 10:00:00+00|timestamptz», «YYYY HH24|varchar(9)»)": "2020 10",
    "to_char(«485|bigint», «999|varchar(9)»)": " 485",
    "to_date(«20010630|varchar(9)», «YYYYMMDD|varchar(9)», «t|boolean»)": "2001-06-30",
    "to_timestamp(«20010630|varchar(9)», «YYYYMMDD|varchar(9)», «t|boolean»)": (
        "2001-06-30 00:00:00+00"
    ),
}
_TEXTS: Final = {
    "(«6162|varbyte(9)» || «63|varbyte(9)»)": "616263",
    "concat(«6162|varbyte(9)», «63|varbyte(9)»)": "616263",
    "(«START_|varchar(9)» ilike «%start^_%|varchar(9)» escape «^|varchar(1)»)": "t",
    "(«a%|varchar(9)» similar to «a^%|varchar(9)» escape «^|varchar(1)»)": "t",
    "len(«6162|varbyte(9)»)": "2",
    "length(«6162|varbyte(9)»)": "2",
    "octet_length(«6162|varbyte(9)»)": "2",
    "length(«français|varchar(20)»)": "8",
    "char_length(«français|varchar(20)»)": "8",
    "character_length(«français|varchar(20)»)": "8",
    "textlen(«français|varchar(20)»)": "8",
    "ltrim(«  a |varchar(9)»)": "a ",
    "rtrim(« a  |varchar(9)»)": " a",
    "substring(«caterpillar|varchar(20)», «6|integer»)": "pillar",
    "substring(«616263|varbyte(9)», «2|integer»)": "6263",
    "substr(«caterpillar|varchar(20)», «6|integer», «4|integer»)": "pill",
    "regexp_substr(«a1b2|varchar(9)», «[0-9]|varchar(9)», «3|integer»)": "2",
    "regexp_substr(«a1b2|varchar(9)», «[0-9]|varchar(9)», «1|integer», «2|integer»)": "2",
    "regexp_count(«a1b2|varchar(9)», «[0-9]|varchar(9)», «3|integer»)": "1",
    "regexp_instr(«a1b2|varchar(9)», «[0-9]|varchar(9)», «1|integer», «2|integer»)": "4",
    "quote_ident(«a b|varchar(9)»)": '"a b"',
    "(«ab|varchar(9)» + «c|varchar(9)»)": "abc",
    "(«6162|varbyte(9)» + «63|varbyte(9)»)": "616263",
    "(«6162|varbyte(9)» & «6262|varbyte(9)»)": "6062",
    "(«6162|varbyte(9)» | «6262|varbyte(9)»)": "6362",
    "(«6162|varbyte(9)» # «6262|varbyte(9)»)": "0300",
    "(~ «6162|varbyte(9)»)": "9e9d",
    "getbit(«6162|varbyte(9)», «0|integer»)": "0",
    "getbit(«6162|varbyte(9)», «1|integer»)": "1",
}
_REST: Final = {
    "(«2.50|numeric(8,2)» - «1.25|numeric(8,2)»)": "1.25",
    "(||/ «27|double precision»)": "3",
    "abs(«-7.25|double precision»)": "7.25",
    "sign(«-7.25|double precision»)": "-1",
    "ceil(«7.25|numeric(8,2)»)": "8",
    "ceil(«7.25|double precision»)": "8",
    "ceiling(«7.25|double precision»)": "8",
    "floor(«-7.25|double precision»)": "-8",
    "round(«7.25|double precision», «1|integer»)": "7.3",
    "trunc(«-7.25|double precision»)": "-7",
    "to_hex(«255|bigint»)": "ff",
    "json_extract_array_element_text(«[1,2]|varchar(9)», «1|integer», «t|boolean»)": "2",
    "json_size(«[1,2]|super»)": "5",
    "is_scalar(«1|super»)": "t",
    "is_boolean(«true|super»)": "t",
    "is_bigint(«1|super»)": "t",
    "is_decimal(«1.5|super»)": "t",
    "is_float(«1.5|super»)": "t",
    "fnv_hash(«Amazon Redshift|varchar(20)», «-5968735742475085980|bigint»)": (
        "-2202602717770968555"
    ),
    "fnv_hash(«cd|varchar(9)», fnv_hash(«ab|varchar(9)»))": "-281581062704388899",
    "fnv_hash(«6364|varbyte(9)», fnv_hash(«6162|varbyte(9)»))": "-281581062704388899",
    "fnv_hash(«25185|smallint»)": "620445648566982762",
    "fnv_hash(«25699|smallint», fnv_hash(«25185|smallint»))": "-281581062704388899",
    "fnv_hash(«1684234849|integer», «-3750763034362895579|bigint»)": "-281581062704388899",
    "fnv_hash(«7523094288207667809|bigint», «-3750763034362895579|bigint»)": "2727646559950394989",
    "md5(«6162|varbyte(9)»)": "187ef4436122d1cc2f40dc2b92f0eba0",
    "sha(«ab|varchar(9)»)": "da23614e02469a0d7c7bd1bdab5c9c474b1904dc",
    "sha(«6162|varbyte(9)»)": "da23614e02469a0d7c7bd1bdab5c9c474b1904dc",
    "sha1(«6162|varbyte(9)»)": "da23614e02469a0d7c7bd1bdab5c9c474b1904dc",
    "func_sha1(«ab|varchar(9)»)": "da23614e02469a0d7c7bd1bdab5c9c474b1904dc",
    "func_sha1(«6162|varbyte(9)»)": "da23614e02469a0d7c7bd1bdab5c9c474b1904dc",
    "sha2(«6162|varbyte(9)», «256|integer»)": (
        "fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603"
    ),
    "coalesce(«7|integer»)": "7",
    "nvl(«7|integer»)": "7",
    "greatest(«7|integer»)": "7",
    "least(«7|integer»)": "7",
    "decode(«7|integer», «7|integer», «b|varchar(9)»)": "b",
    "crc32(«Amazon Redshift|varchar(20)»)": "f2726906",
    "db_collation()": "case_sensitive",
    "current_database()": "dev",
    "current_schema()": "public",
    "current_schemas(«f|boolean»)": "{public}",
    "current_user": "awsuser",
    "user": "awsuser",
    "session_user": "awsuser",
    "current_user_id": "100",
    "current_setting(«timezone|varchar(9)»)": "UTC",
    "has_table_privilege(«one|varchar(9)», «select|varchar(9)»)": "t",
    "has_schema_privilege(«public|varchar(9)», «usage|varchar(9)»)": "t",
    "has_database_privilege(«dev|varchar(9)», «create|varchar(9)»)": "t",
    "format_type(«23|oid», «-1|integer»)": "integer",
    "pg_get_userbyid(«100|oid»)": "awsuser",
    "pg_table_is_visible(«1|oid»)": "f",
}
RECORDED: Final[dict[str, str | EllipsisType]] = {
    **dict(_comparisons()),
    **dict(_integers()),
    **dict(_floats()),
    **dict(_signs()),
    **dict(_paths()),
    **_SPANS,
    **_DATES,
    **_TEXTS,
    **_REST,
    **dict(_of_the_moment()),
}
