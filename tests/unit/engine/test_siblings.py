"""Siblings of AWS's printed examples: the same kinds, where the pages print nothing."""

import hashlib
from collections.abc import Iterator

import pytest

from sparkify_harness.redshift.errors import RedshiftError
from tests.unit.engine.sessions import Client, open_client

ANSWERS = [
    # milliseconds and microseconds are those of the second, for every type that has them
    ("extract(us from timestamp '2020-01-01 10:00:07.5')", "500000"),
    ("extract(ms from timestamptz '2020-01-01 10:00:07.5+00')", "500"),
    ("date_part(ms, time '10:00:07.123456')", "123.456"),
    ("date_part(microsecond, timestamp '2023-01-04 04:05:06.789')", "789000"),
    ("date_part(s, timestamp '2023-01-04 04:05:06.789')", "6.789"),
    # weeks and years of ISO 8601
    ("extract(isoweek from date '2024-12-30')", "1"),
    ("extract(isoyear from date '2024-12-30')", "2025"),
    ("date_part('isoweek', timestamp '2024-12-30 10:00:00')", "1"),
    # TIMETZ is computed with in UTC
    ("dateadd(minute, 30, timetz '23:45:00+02')", "22:15:00+00"),
    ("datediff(minute, timetz '10:00:00+02', timetz '10:00:00 UTC')", "120"),
    ("extract(timezone_minute from timetz '10:00:00+05:30')", "30"),
    ("extract(timezone from timetz '10:00:00-01')", "-3600"),
    # zones: CET and EET have summer time, POSIX offsets count to the west
    ("convert_timezone('CET', timestamp '2026-07-01 12:00:00')", "2026-07-01 14:00:00"),
    ("convert_timezone('EET', timestamp '2026-01-01 12:00:00')", "2026-01-01 14:00:00"),
    ("convert_timezone('EST5EDT', timestamp '2026-07-01 12:00:00')", "2026-07-01 08:00:00"),
    ("convert_timezone('PST8', timestamp '2026-07-01 12:00:00')", "2026-07-01 04:00:00"),
    # moments as PostgreSQL prints them
    ("timestamp 'Dec 17 07:37:16 1997'", "1997-12-17 07:37:16"),
    ("timestamptz 'Wed Dec 17 07:37:16.5 1997 PST'", "1997-12-17 15:37:16.50+00"),
    # VARBYTE: bits and bytes, also of nothing
    ("(-2)::smallint::varbyte", "fffe"),
    ("(-1)::bigint::varbyte", "ffffffffffffffff"),
    ("(1 + 1)::varbyte", "00000002"),
    ("'ab'::char(4)::varbyte", "61622020"),
    ("''::varbyte & ''::varbyte", ""),
    ("~(''::varbyte)", ""),
    ("from_hex('f0') | from_hex('0f')", "ff"),
    ("from_hex('ff') # from_hex('0f')", "f0"),
    ("to_varbyte('1', 'binary')", "01"),
    ("from_varbyte(''::varbyte, 'binary')", ""),
    ("substring(from_hex('010203'), 2, 1)", "02"),
    ("substring(from_hex('010203'), 2)", "0203"),
    ("substring(from_hex('010203'), -1, 3)", "01"),
    ("substring(from_hex('010203'), 4)", ""),
    ("substring(from_hex('010203'), 4, 2)", ""),
    ("substring(null::varbyte, 2)", None),
    # strings are joined by +
    ("'a'::varchar + 'b'::char(3) + 'c'", "abc"),
    ("'a'::varchar + null", None),
    # JSON is strict
    ("is_valid_json('{\"a\": 1,}')", "f"),
    ("is_valid_json('{\"a\": NaN}')", "f"),
    ('is_valid_json(\'{"a,]": "x, }"}\')', "t"),
    ('is_valid_json_array(\'["\\\\",]"]\')', "t"),
    ("can_json_parse('[Infinity]')", "f"),
    ("json_extract_path_text('{\"a\": [1,]}', 'a', true)", None),
    # SUPER
    ("0::super::bool", "f"),
    ("'x'::super::bool", None),
    ("2.5::super::bool", None),
    # DECIMAL of 19 digits has 64 bits
    ("'9223372036854775807'::decimal(19,0)", "9223372036854775807"),
    ("(-9.223372036854775807)::decimal(19,18)", "-9.223372036854775807"),
    ("9999999999999999999::decimal(20,0)", "9999999999999999999"),
    ("try_cast('9223372036854775808' || '' as decimal(19,0))", None),
    # SHA-2 of every length
    ("sha2('Amazon Redshift', 0)", hashlib.sha256(b"Amazon Redshift").hexdigest()),
    ("sha2('Amazon Redshift', 224)", hashlib.sha224(b"Amazon Redshift").hexdigest()),
    ("sha2('Ä', 384)", hashlib.sha384("Ä".encode()).hexdigest()),
    ("sha2(from_hex('00ff'), 512)", hashlib.sha512(b"\x00\xff").hexdigest()),
    ("sha2('', 512)", hashlib.sha512(b"").hexdigest()),
    ("sha2(null, 512)", None),
    ("sha2('x', 100)", ""),
    # CRC-32C
    ("crc32('')", "00000000"),
    ("crc32('123456789')", "e3069283"),
    ("crc32(null)", None),
]
REFUSED = [
    ("extract(timezone_hour from timestamp '2020-01-01')", "22023", "timestamp units"),
    ("getbit(from_hex('4d'), 8)", "0A000", "not emulated: GETBIT"),
    ("from_hex('00') & from_hex('0000')", "0A000", "not emulated: bits of VARBYTE"),
    ("'abc'::varbyte::int", "0A000", "not emulated: cast of binary varying"),
    ("'a'::varchar + 1", "42883", "operator does not exist: character varying + integer"),
    ("timestamp '2020-01-01'::super", "42846", "cannot cast type timestamp without time zone"),
    ("time '10:00'::super", "42846", "cannot cast type time without time zone to super"),
    ("json_parse('[1,]')", "XX000", "JSON parsing error"),
    ("9223372036854775808::decimal(19,0)", "22003", "Numeric data overflow"),
    ("(9223372036854775807 + 1.0)::decimal(19,0)", "XX000", "Numeric data overflow"),
    ("grouping(1)", "42803", "arguments to GROUPING"),
    ("timestamp '32.12.1997'", "22008", "date/time field value out of range"),
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with open_client(tmp_path_factory.mktemp("spool")) as opened:
        yield opened


@pytest.mark.parametrize(("expression", "answer"), ANSWERS, ids=[sql for sql, _ in ANSWERS])
def test_answer(client: Client, expression: str, answer: str | None) -> None:
    _, [(value,)] = client.text(f"select {expression}")
    assert value == answer


@pytest.mark.parametrize(
    ("expression", "sqlstate", "message"), REFUSED, ids=[sql for sql, *_ in REFUSED]
)
def test_refused(client: Client, expression: str, sqlstate: str, message: str) -> None:
    with pytest.raises(RedshiftError) as raised:
        client.text(f"select {expression}")
    assert (raised.value.sqlstate, raised.value.message[: len(message)]) == (sqlstate, message)
