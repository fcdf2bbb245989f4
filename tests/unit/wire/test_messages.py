"""Every message is read as it was written, and malformed ones are refused by name."""

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkify_harness.redshift.errors import ProtocolViolation, RedshiftError, SyntaxFault
from sparkify_harness.redshift.execute.protocol import Notice
from sparkify_harness.redshift.fields import Field, Format
from sparkify_harness.redshift.front.wire.framing import Frame
from sparkify_harness.redshift.front.wire.frontend.extended import (
    Bind,
    Close,
    Describe,
    Execute,
    Parse,
    Target,
)
from sparkify_harness.redshift.front.wire.frontend.parse import UnknownMessage, parse_message
from sparkify_harness.redshift.front.wire.frontend.query import CopyMessage, FunctionCall, Query
from sparkify_harness.redshift.front.wire.frontend.startup import (
    CancelRequest,
    GssEncRequest,
    SslRequest,
    StartupMessage,
    parse_password,
    parse_startup,
)
from sparkify_harness.redshift.front.wire.responses.errors import error_response, notice_response
from sparkify_harness.redshift.front.wire.responses.results import row_description
from sparkify_harness.redshift.types import BIGINT, INTEGER, numeric, varchar

T, B = Format.TEXT, Format.BINARY

MESSAGES = [
    pytest.param(b"Q", b"select 1\0", Query("select 1"), id="Query"),
    pytest.param(b"P", b"s\0q\0\0\0", Parse("s", "q", ()), id="Parse"),
    pytest.param(
        b"P", b"\0q\0\0\2" + struct.pack("!II", 23, 0), Parse("", "q", (23, 0)), id="Parse, types"
    ),
    pytest.param(b"B", b"p\0s\0" + b"\0\0" * 3, Bind("p", "s", (), (), ()), id="Bind"),
    pytest.param(
        b"B",
        b"\0\0\0\1\0\1\0\2\xff\xff\xff\xff\0\0\0\2ab\0\2\0\0\0\1",
        Bind("", "", (B,), (None, b"ab"), (T, B)),
        id="Bind, formats and values",
    ),
    pytest.param(b"D", b"Sx\0", Describe(Target.STATEMENT, "x"), id="Describe"),
    pytest.param(b"C", b"P\0", Close(Target.PORTAL, ""), id="Close"),
    pytest.param(b"E", b"p\0\0\0\0\7", Execute("p", 7), id="Execute"),
    pytest.param(b"d", b"any", CopyMessage("CopyData"), id="CopyData"),
    pytest.param(b"c", b"", CopyMessage("CopyDone"), id="CopyDone"),
    pytest.param(b"f", b"why\0", CopyMessage("CopyFail"), id="CopyFail"),
    pytest.param(b"F", b"\0\0\0\1", FunctionCall(), id="FunctionCall"),
]


@pytest.mark.parametrize(("kind", "payload", "message"), MESSAGES)
def test_messages_are_read(kind: bytes, payload: bytes, message: object) -> None:
    assert parse_message(Frame(kind, payload)) == message


MALFORMED = [
    pytest.param(b"Q", b"select 1", "invalid string", id="string without end"),
    pytest.param(b"Q", b"a\0b", "invalid message format", id="something after the end"),
    pytest.param(b"Q", b"\xff\0", "UTF8", id="no UTF-8"),
    pytest.param(b"P", b"s\0q\0\0\2\0\0\0\0", "insufficient data", id="fewer types than said"),
    pytest.param(b"B", b"\0\0\0\1\0\7", "unsupported format code: 7", id="format code"),
    pytest.param(b"B", b"\0\0\0\0\0\1\0\0\0\x09a", "insufficient data", id="value cut short"),
    pytest.param(
        b"B", b"\0\0\0\0\0\1\xff\xff\xff\xfe\0\0", "insufficient data", id="negative length"
    ),
    pytest.param(
        b"B", b"\0\0\0\2\0\0\0\0\0\1\0\0\0\0\0\0", "2 parameter formats but 1", id="formats"
    ),
    pytest.param(b"D", b"Xx\0", "invalid message subtype", id="subtype"),
    pytest.param(b"E", b"p\0\0", "insufficient data", id="limit cut short"),
    pytest.param(b"S", b"x", "invalid message format", id="Sync with contents"),
]


@pytest.mark.parametrize(("kind", "payload", "text"), MALFORMED)
def test_malformed_messages_are_refused(kind: bytes, payload: bytes, text: str) -> None:
    with pytest.raises(ProtocolViolation, match=text):
        parse_message(Frame(kind, payload))


@given(kind=st.sampled_from(list(b"QPBDECHSdcfFX")), payload=st.binary(max_size=60))
def test_no_contents_do_worse_than_being_refused(kind: int, payload: bytes) -> None:
    with contextlib.suppress(ProtocolViolation):
        parse_message(Frame(bytes([kind]), payload))


def test_an_unknown_type_is_the_end() -> None:
    with pytest.raises(UnknownMessage) as caught:
        parse_message(Frame(b"!", b""))
    assert caught.value.severity == "FATAL"


STARTUPS = [
    pytest.param(struct.pack("!I", 80877103), SslRequest(), id="SSLRequest"),
    pytest.param(struct.pack("!I", 80877104), GssEncRequest(), id="GSSENCRequest"),
    pytest.param(struct.pack("!III", 80877102, 7, 9), CancelRequest(7, 9), id="CancelRequest"),
    pytest.param(
        struct.pack("!I", 196608) + b"user\0a\0x\0\0\0",
        StartupMessage(3, 0, {"user": "a", "x": ""}),
        id="StartupMessage",
    ),
    pytest.param(struct.pack("!I", 2 << 16), StartupMessage(2, 0, {}), id="version 2"),
]


@pytest.mark.parametrize(("payload", "message"), STARTUPS)
def test_start_up_packets_are_read(payload: bytes, message: object) -> None:
    assert parse_startup(Frame(b"", payload)) == message


@given(payload=st.binary(max_size=40), version=st.booleans())
def test_no_start_up_packet_does_worse_than_being_refused(payload: bytes, version: bool) -> None:
    with contextlib.suppress(ProtocolViolation):
        parse_startup(Frame(b"", (struct.pack("!I", 196608) if version else b"") + payload))


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(Frame(b"Q", b"select 1\0"), id="another message"),
        pytest.param(Frame(b"p", b"no end"), id="password without end"),
        pytest.param(Frame(b"d", b"\0\0\0\x20short"), id="digest cut short"),
        pytest.param(Frame(b"d", b"\0\0\0\1a\0\0\0\1bc"), id="digest with more behind it"),
    ],
)
def test_malformed_passwords_are_refused(frame: Frame) -> None:
    with pytest.raises(ProtocolViolation):
        parse_password(frame)


def fields_of(response: bytes) -> dict[str, str]:
    parts = response[5:].split(b"\0")
    assert parts[-2:] == [b"", b""]
    return {part[:1].decode(): part[1:].decode() for part in parts[:-2]}


def test_an_error_has_the_fields_of_postgresql_8_0() -> None:
    error = RedshiftError("m", detail="d", hint="h", position=4)
    got = fields_of(error_response(error, offset=3))
    assert list(got) == list("SCMDHPFLR")
    assert (got["S"], got["C"], got["P"]) == ("ERROR", "XX000", "7")


def test_fields_that_an_error_does_not_have_are_left_out() -> None:
    assert set(fields_of(error_response(SyntaxFault("m")))) == set("SCMFLR")


def test_a_notice_has_severity_code_and_text() -> None:
    got = fields_of(notice_response(Notice("INFO", "loaded")))
    assert got == {"S": "INFO", "C": "00000", "M": "loaded"}


COLUMN = Field("n", BIGINT, 99, 2, "public", "t", "col", "dev", nullable=False, autoincrement=True)
EXPRESSION = Field("e", numeric(18, 2))
STANDARD = (
    b"n\0" + struct.pack("!IhIhih", 99, 2, 20, 8, -1, 1) + b"",
    b"e\0" + struct.pack("!IhIhih", 0, 0, 1700, -1, (18 << 16 | 2) + 4, 1),
)
ORIGIN = b"public\0t\0col\0dev\0"
FLAGS_COLUMN, FLAGS_EXPRESSION = 1 | 1 << 4 | 1 << 12, 1 << 8 | 1 << 12


@pytest.mark.parametrize("version", [0, 1, 2, 3])
def test_row_description_grows_with_the_protocol_version(version: int) -> None:
    extension = (
        (
            ORIGIN + struct.pack("!H", FLAGS_COLUMN),
            b"\0" * 4 + struct.pack("!H", FLAGS_EXPRESSION),
        )
        if version
        else (b"", b"")
    )
    body = b"\0\2" + STANDARD[0] + extension[0] + STANDARD[1] + extension[1]
    got = row_description([COLUMN, EXPRESSION], [B, B], version)
    assert got == b"T" + struct.pack("!I", len(body) + 4) + body


def test_text_is_case_sensitive_from_version_3_on() -> None:
    text = [Field("v", varchar(5))]
    flags = [int.from_bytes(row_description(text, [T], version)[-2:], "big") for version in (2, 3)]
    assert flags[1] & ~flags[0] == 1 << 1


def test_zero_bytes_in_names_do_not_break_the_frame() -> None:
    got = row_description([Field("a\0b", INTEGER)], [T], 0)
    assert got[7:10] == b"ab\0"
