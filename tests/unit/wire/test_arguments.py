"""Arguments of Bind become the values that clients meant, or are refused."""

import contextlib
import struct
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.adapt import PyFormat, Transformer
from redshift_connector.interval import IntervalDayToSecond, IntervalYearToMonth
from redshift_connector.utils import type_utils

from sparkify_harness.redshift.errors import (
    InvalidTextRepresentation,
    NotEmulated,
    ProtocolViolation,
)
from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.front.wire.arguments import decode_arguments
from sparkify_harness.redshift.types import BIGINT, INTEGER, TEXT

B, T = Format.BINARY, Format.TEXT


def decode(raw: bytes | None, oid: int, code: Format = B) -> object:
    (value,) = decode_arguments([raw], [code], [oid], [TEXT])
    return value


VALUES = (
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.decimals(allow_nan=False, allow_infinity=False, places=7)
    | st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30)
    | st.dates()
    | st.datetimes()
    | st.datetimes(timezones=st.just(UTC))
    | st.times()
    | st.times(timezones=st.just(timezone(timedelta(hours=5, minutes=30))))
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
)


@given(value=VALUES)
def test_what_psycopg_sends_in_binary_arrives(value: object) -> None:
    dumper = Transformer().get_dumper(value, PyFormat.BINARY)
    raw = dumper.dump(value)
    assert raw is not None
    got = decode(bytes(raw), dumper.oid or 25)
    assert got == value
    assert type(got) is type(value)


REDSHIFT = [
    pytest.param(type_utils.bool_send, True, 16, True, id="bool"),
    pytest.param(type_utils.h_pack, -7, 21, -7, id="int2"),
    pytest.param(type_utils.i_pack, 70_000, 23, 70_000, id="int4"),
    pytest.param(type_utils.q_pack, -(2**40), 20, -(2**40), id="int8"),
    pytest.param(type_utils.d_pack, 0.1, 701, 0.1, id="float8"),
    pytest.param(
        type_utils.timestamptz_send_integer,
        datetime(2018, 11, 1, 21, 1, 46, 796_000, tzinfo=UTC),
        1184,
        datetime(2018, 11, 1, 21, 1, 46, 796_000, tzinfo=UTC),
        id="timestamptz",
    ),
    pytest.param(
        type_utils.interval_send_integer,
        timedelta(days=2, microseconds=3),
        1186,
        pa.MonthDayNano([0, 0, 172_800_000_003_000]),
        id="interval",
    ),
    pytest.param(
        type_utils.intervaly2m_send_integer,
        IntervalYearToMonth(42),
        1188,
        pa.MonthDayNano([42, 0, 0]),
        id="interval year to month",
    ),
    pytest.param(
        type_utils.intervald2s_send_integer,
        IntervalDayToSecond(12_345),
        1190,
        pa.MonthDayNano([0, 0, 12_345_000]),
        id="interval day to second",
    ),
]


@pytest.mark.parametrize(("send", "value", "oid", "expected"), REDSHIFT)
def test_what_redshift_connector_sends_in_binary_arrives(
    send: Callable[[object], bytes], value: object, oid: int, expected: object
) -> None:
    assert decode(send(value), oid) == expected


def test_text_stays_text_for_the_backend_to_read() -> None:
    types = (INTEGER, TEXT, TEXT)
    assert decode_arguments([b"12", None, "Zoë".encode()], [], [], types) == ("12", None, "Zoë")


def test_formats_are_none_one_or_one_each() -> None:
    four = struct.pack("!i", 4)
    assert decode_arguments([four, four], [B], [23, 23], (INTEGER, INTEGER)) == (4, 4)
    assert decode_arguments([four, b"4"], [B, T], [23, 23], (INTEGER, INTEGER)) == (4, "4")


def test_what_parse_left_open_has_the_type_of_the_statement() -> None:
    eight = struct.pack("!q", 8)
    assert decode_arguments([eight], [B], [], (BIGINT,)) == (8,)
    assert decode_arguments([eight], [B], [0], (BIGINT,)) == (8,)


def test_the_number_of_arguments_must_fit() -> None:
    with pytest.raises(ProtocolViolation, match=r"supplies 1 parameters, .* requires 2"):
        decode_arguments([b""], [], [], (TEXT, TEXT))


MALFORMED = [
    pytest.param(b"\0", 23, ProtocolViolation, id="int4 of one byte"),
    pytest.param(b"\0\0", 16, ProtocolViolation, id="bool of two bytes"),
    pytest.param(struct.pack("!q", 2**62), 1114, ProtocolViolation, id="timestamp beyond Python"),
    pytest.param(struct.pack("!q", -1), 1083, ProtocolViolation, id="time before midnight"),
    pytest.param(struct.pack("!HhHH", 2, 0, 0, 0), 1700, ProtocolViolation, id="numeric cut short"),
    pytest.param(
        struct.pack("!HhHHH", 1, 0, 0, 0, 10_000), 1700, ProtocolViolation, id="numeric digit"
    ),
    pytest.param(b"\xff", 25, InvalidTextRepresentation, id="text that is no UTF-8"),
    pytest.param(b"a\0b", 1043, InvalidTextRepresentation, id="text with a zero byte"),
    pytest.param(b"\1", 3802, NotEmulated, id="jsonb"),
]


@pytest.mark.parametrize(("raw", "oid", "error"), MALFORMED)
def test_malformed_binary_arguments_are_refused(
    raw: bytes, oid: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        decode(raw, oid)


OIDS = [16, 17, 19, 20, 21, 23, 25, 26, 700, 701, 705, 1042, 1043, 1082, 1083, 1114, 1184, 1186]


@given(oid=st.sampled_from([*OIDS, 1188, 1190, 1266, 1700, 4000, 6551]), raw=st.binary(max_size=24))
def test_no_bytes_do_worse_than_being_refused(oid: int, raw: bytes) -> None:
    with contextlib.suppress(ProtocolViolation, InvalidTextRepresentation):
        decode(raw, oid)


def test_numbers_of_python_types_keep_their_digits() -> None:
    raw = struct.pack("!HhHHHHH", 3, 1, 0x4000, 2, 1, 2345, 6700)
    assert str(decode(raw, 1700)) == "-12345.67"


def test_not_a_number_is_a_number() -> None:
    got = decode(struct.pack("!HhHH", 0, 0, 0xC000, 0), 1700)
    assert isinstance(got, Decimal)
    assert got.is_nan()


def test_times_and_dates_have_no_zone_unless_they_say_so() -> None:
    assert decode(struct.pack("!q", 3_600_000_000), 1083) == time(1)
    assert decode(struct.pack("!i", -1), 1082) == date(1999, 12, 31)
    west = decode(struct.pack("!qi", 3_600_000_000, 3600), 1266)
    assert west == time(1, tzinfo=timezone(timedelta(hours=-1)))
