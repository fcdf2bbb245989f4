"""How COPY reads one field, by the type of its column.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html
"""
# ruff: noqa: DTZ001  a TIMESTAMP has no zone

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from _pytest.mark import ParameterSet

from tests.unit.copying.conftest import Read

ACCEPTED: dict[str, dict[str, object]] = {
    "smallint": {"1": 1, "-32768": -32768, " 7 ": 7, "+7": 7, "007": 7, "": None, "  ": None},
    "int": {"2147483647": 2147483647, "-2147483648": -2147483648, "-0": 0},
    "bigint": {"9223372036854775807": 2**63 - 1, "-9223372036854775808": -(2**63)},
    "decimal(8,2)": {
        "20.259": Decimal("20.25"),
        "-20.259": Decimal("-20.25"),
        "999999.999": Decimal("999999.99"),
        ".5": Decimal("0.50"),
        "5.": Decimal("5.00"),
        "1e3": Decimal("1000.00"),
        "0.001": Decimal("0.00"),
        " 1.5 ": Decimal("1.50"),
        "": None,
    },
    "decimal": {"1.6": Decimal(1), "123456789012345678": Decimal(123456789012345678)},
    "decimal(38,37)": {"1.5": Decimal("1.5" + "0" * 36)},
    "decimal(2,2)": {"0.99": Decimal("0.99"), ".995": Decimal("0.99")},
    "double precision": {
        "0.1": 0.1,
        "1e-3": 0.001,
        "-.5": -0.5,
        "288.9922": 288.9922,
        "123456789.123456789": 123456789.123456789,
        "Infinity": float("inf"),
        "": None,
    },
    "real": {"0.5": 0.5, "0.1": 0.10000000149011612},
    "boolean": {
        **dict.fromkeys(["t", "true", "TRUE", "y", "yes", "1"], True),
        **dict.fromkeys(["f", "False", "n", "NO", "0"], False),
        "": None,
    },
    "date": {
        "2018-11-01": date(2018, 11, 1),
        "2020-02-29": date(2020, 2, 29),
        "2018-11-01 10:00:00": date(2018, 11, 1),
        "0001-01-01": date(1, 1, 1),
        "9999-12-31": date(9999, 12, 31),
        "": None,
    },
    "timestamp": {
        "2018-11-01 21:01:46": datetime(2018, 11, 1, 21, 1, 46),
        "2018-11-01 21:01:46.796": datetime(2018, 11, 1, 21, 1, 46, 796000),
        "2018-11-01 21:01:46.1234567": datetime(2018, 11, 1, 21, 1, 46, 123456),
        "2018-11-01": datetime(2018, 11, 1),
        "1899-12-31 00:00:00": datetime(1899, 12, 31),
        "2018-11-30 23:59:59": datetime(2018, 11, 30, 23, 59, 59),
        "": None,
    },
    "timestamptz": {
        "2001-02-16 18:38:40-08": datetime(2001, 2, 17, 2, 38, 40, tzinfo=UTC),
        "2001-02-16 18:38:40+05:30": datetime(2001, 2, 16, 13, 8, 40, tzinfo=UTC),
        "2001-02-16 18:38:40": datetime(2001, 2, 16, 18, 38, 40, tzinfo=UTC),
    },
    "time": {"12:34:56.5": time(12, 34, 56, 500000), "1:02": time(1, 2)},
    "timetz": {"12:34:56+02": "12:34:56+02:00", "12:34:56": "12:34:56+00:00"},
    "char(3)": {"abc": "abc", "a  ": "a", "": "", "   ": ""},
    "varchar(3)": {"é!": "é!", "a  ": "a  ", "": ""},
    "varbyte": {"616263": b"abc"},
    "super": {'{"a": [1]}': '{"a":[1]}', "1": "1"},
}  # fmt: skip
REFUSED = {
    "smallint": {"32768": (1222, "Overflow, Column type: Short")},
    "int": {
        "a": (1207, "Invalid digit, Value 'a', Pos 0, Type: Integer"),
        "1.5": (1207, "Invalid digit, Value '.', Pos 1, Type: Integer"),
        "0x1F": (1207, "Invalid digit, Value 'x', Pos 1, Type: Integer"),
        "1_000": (1207, "Invalid digit, Value '_', Pos 1, Type: Integer"),
        "1e3": (1207, "Invalid digit, Value 'e', Pos 1, Type: Integer"),
        "-": (1207, "Invalid digit, Value '-', Pos 0, Type: Integer"),
        "1 2": (1207, "Invalid digit, Value ' ', Pos 1, Type: Integer"),
        "٣": (1207, "Invalid digit, Value '٣', Pos 0, Type: Integer"),
        "9" * 5000: (1222, "Overflow, Column type: Integer"),
    },
    "bigint": {"9223372036854775808": (1222, "Overflow, Column type: Long")},
    "decimal(8,2)": {
        "1000000": (1209, "Overflow for NUMERIC(8,2)"),
        "1e999999": (1209, "Overflow for NUMERIC(8,2)"),
        "1,5": (1209, "Invalid digit, Value ',', Pos 1, Type: Decimal"),
        "nan": (1209, "Invalid digit, Value 'n', Pos 0, Type: Decimal"),
    },
    "double precision": {
        "x": (1208, "Invalid digit, Value 'x', Pos 0, Type: Double"),
        "1e999": (1208, "Overflow, Column type: Double"),
        "1_0.5": (1208, "Invalid digit, Value '_', Pos 1, Type: Double"),
    },
    "real": {"1e39": (1208, "Overflow, Column type: Float")},
    "boolean": {"2": (1210, "Unknown boolean format"), "on": (1210, "Unknown boolean format")},
    "date": {
        "11/01/18": (1205, "Invalid Date Format - length must be 10 or more"),
        "infinity": (1205, "Invalid Date Format - length must be 10 or more"),
        "2018-02-29": (1205, "Invalid date format or value [YYYY-MM-DD]"),
        "2018/11/01": (1205, "Invalid date format or value [YYYY-MM-DD]"),
    },
    "timestamp": dict.fromkeys(
        (
            "1541106106796",
            "2018-11-01T21:01:46Z",
            "2018-11-01 24:01:46",
            "2018-11-31 00:00:00",
            "now",
        ),
        (1206, "Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]"),
    ),
    "timestamptz": dict.fromkeys(
        ("2025-09-22T14:42:59.172000Z", "1541106106796"),
        (1206, "Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SSOF]"),
    ),
    "time": {"25:00": (1206, "Invalid time format or value [HH24:MI:SS]")},
    "char(3)": {
        "abcd": (1204, "Char length exceeds DDL length"),
        "é": (
            1220,
            "Multibyte character not supported for CHAR (Hint: Try using  VARCHAR). "
            "Invalid char: c3 a9",
        ),
    },
    "varchar(3)": {"éé": (1204, "String length exceeds DDL length")},
    "varbyte": {"xyz": (1207, "Invalid hexadecimal value")},
    "super": {
        "1e999": (1224, "The JSON text is not well-formed"),
        "{a:1}": (1224, "The JSON text is not well-formed"),
    },
}


def _cases(table: Mapping[str, Mapping[str, object]]) -> list[ParameterSet]:
    return [
        pytest.param(type_, text, outcome, id=f"{type_} {text[:30]!r}")
        for type_, texts in table.items()
        for text, outcome in texts.items()
    ]


@pytest.mark.parametrize(("type_", "text", "value"), _cases(ACCEPTED))
def test_accepted(read: Read, type_: str, text: str, value: object) -> None:
    outcome = read(f"v {type_}, other int", f"{text}|1\n")
    assert outcome.errors == []
    assert outcome.rows == [(value, 1)]


@pytest.mark.parametrize(("type_", "text", "fault"), _cases(REFUSED))
def test_refused(read: Read, type_: str, text: str, fault: tuple[int, str]) -> None:
    (error,) = read(f"v {type_}, other int", f"{text}|1\n").errors
    assert (error.err_code, error.err_reason) == (fault[0], fault[1][:100])
    assert error.raw_field_value == text[:1024]


@pytest.mark.parametrize(
    ("text", "value"),
    [("20.259", "20.26"), ("-20.255", "-20.26"), ("20.254", "20.25"), ("20.2", "20.20")],
)
def test_roundec_rounds_half_away_from_zero(read: Read, text: str, value: str) -> None:
    assert read("v decimal(8,2)", f"{text}\n", "ROUNDEC").rows == [(Decimal(value),)]


def test_bytes_that_are_not_utf8(read: Read) -> None:
    (error,) = read("v varchar(10)", b"caf\xa4!\n").errors
    assert (error.err_code, error.err_reason) == (
        1220,
        "String contains invalid or unsupported UTF-8 codepoints. Bad UTF-8 hex sequence: a4 "
        "(error 3)",
    )
    assert error.raw_field_value == "caf?!"


@pytest.mark.parametrize(
    ("options", "data", "value"),
    [
        pytest.param("ACCEPTINVCHARS", b"a\xa4b\xe0\xa1\n", "a?b??", id="one mark for each byte"),
        pytest.param("ACCEPTINVCHARS AS '^'", b"a\xffb\n", "a^b", id="another mark"),
    ],
)
def test_acceptinvchars(read: Read, options: str, data: bytes, value: str) -> None:
    assert read("v varchar(10)", data, options).rows == [(value,)]


def test_acceptinvchars_is_for_varchar_only(read: Read) -> None:
    assert read("v char(10)", b"a\xa4b\n", "ACCEPTINVCHARS").errors[0].err_code == 1220


@pytest.mark.parametrize(
    ("options", "type_", "text", "value"),
    [
        ("TIMEFORMAT 'epochsecs'", "timestamp", "1541106106", datetime(2018, 11, 1, 21, 1, 46)),
        ("TIMEFORMAT 'epochmillisecs'", "timestamp", "1541106106796",
         datetime(2018, 11, 1, 21, 1, 46, 796000)),
        ("TIMEFORMAT 'epochmillisecs'", "timestamptz", "-1",
         datetime(1969, 12, 31, 23, 59, 59, 999000, UTC)),
        ("TIMEFORMAT 'MM/DD/YYYY HH:MI:SS'", "timestamp", "03/31/2003 15:04:05",
         datetime(2003, 3, 31, 15, 4, 5)),
        ("TIMEFORMAT 'MM.DD.YYYY HH12:MI:SS AM'", "timestamp", "03.31.2003 12:04:05 PM",
         datetime(2003, 3, 31, 12, 4, 5)),
        ("TIMEFORMAT 'YYYY-MM-DDTHH:MI:SS'", "timestamp", "2003-03-31T01:02:03.5",
         datetime(2003, 3, 31, 1, 2, 3, 500000)),
        ("DATEFORMAT 'MM/DD/YYYY'", "date", "03/31/2003", date(2003, 3, 31)),
        ("DATEFORMAT 'DD-MON-YY'", "date", "31-Mar-03", date(2003, 3, 31)),
        ("DATEFORMAT 'YYYYMMDD'", "date", "20030331", date(2003, 3, 31)),
        ("DATEFORMAT 'auto'", "date", "2003-03-31 10:00:00", date(2003, 3, 31)),
        ("DATEFORMAT 'YYYY-MM-DD' ACCEPTANYDATE", "date", "31/31/2003", None),
        ("TIMEFORMAT 'auto' ACCEPTANYDATE", "timestamp", "00:00:00 0000-00-00", None),
    ],
)  # fmt: skip
def test_formats(read: Read, options: str, type_: str, text: str, value: object) -> None:
    outcome = read(f"v {type_}", f"{text}\n", options)
    assert outcome.errors == []
    assert outcome.rows == [(value,)]


@pytest.mark.parametrize(
    ("options", "type_", "text"),
    [
        ("TIMEFORMAT 'auto'", "timestamp", "1541106106796"),
        ("TIMEFORMAT 'epochmillisecs'", "timestamp", "2018-11-01 00:00:00"),
        ("TIMEFORMAT 'epochsecs'", "timestamp", "99999999999999"),
        ("DATEFORMAT 'MM/DD/YYYY'", "date", "2003-03-31"),
        ("DATEFORMAT 'YYYYMMDD'", "date", "2003331"),
    ],
)
def test_what_a_format_refuses(read: Read, options: str, type_: str, text: str) -> None:
    assert read(f"v {type_}", f"{text}\n", options).errors[0].err_code in {1205, 1206}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2019-02-11T05:09:12.195Z", datetime(2019, 2, 11, 5, 9, 12, 195000)),
        ("J2451187", datetime(1999, 1, 8)),
        ("19960108 040809", datetime(1996, 1, 8, 4, 8, 9)),
        ("960108 040809", datetime(1996, 1, 8, 4, 8, 9)),
        ("1996.008", datetime(1996, 1, 8)),
        ("1996-01-08 04:05:06.789", datetime(1996, 1, 8, 4, 5, 6, 789000)),
        ("17 Dec 07:37:16 1997 PST", datetime(1997, 12, 17, 7, 37, 16)),
        ("12/17/1997 07:37:16.00 PST", datetime(1997, 12, 17, 7, 37, 16)),
        ("1997-12-17 07:37:16-08", datetime(1997, 12, 17, 7, 37, 16)),
        ("12.17.1997 07:37:16.00 PST", datetime(1997, 12, 17, 7, 37, 16)),
        ("Jan-08-1995", datetime(1995, 1, 8)),
        ("January 8, 1999", datetime(1999, 1, 8)),
        ("2018-11-01", datetime(2018, 11, 1)),
    ],
)
def test_auto_recognizes(read: Read, text: str, value: object) -> None:
    """https://docs.aws.amazon.com/redshift/latest/dg/automatic-recognition.html"""
    assert read("v timestamp", f"{text}\n", "TIMEFORMAT 'auto'").rows == [(value,)]


def test_a_zone_moves_timestamptz_to_utc(read: Read) -> None:
    outcome = read("v timestamptz", "12/17/1997 07:37:16.00 PST\n", "TIMEFORMAT 'auto'")
    assert outcome.rows == [(datetime(1997, 12, 17, 15, 37, 16, tzinfo=UTC),)]
