"""Text of each type, in the words of PostgreSQL 8.0 where it is refused."""

import math
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest

from sparkify_harness.redshift.errors import (
    DatetimeOverflow,
    InvalidDatetime,
    InvalidParameterValue,
    InvalidTextRepresentation,
    NumericOutOfRange,
    RedshiftError,
    StringTooLong,
)
from sparkify_harness.redshift.sql.input import read
from sparkify_harness.redshift.sql.tree import Interval
from sparkify_harness.redshift.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    INTERVAL,
    REAL,
    SMALLINT,
    SUPER,
    TEXT,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    TIMETZ,
    VARBYTE,
    RedshiftType,
    char,
    numeric,
    varchar,
)

NOW = datetime(2008, 6, 1, 2, 30, tzinfo=UTC)
DAY = date(1999, 1, 8)
FIRST = datetime(2008, 6, 1)  # noqa: DTZ001 - a TIMESTAMP has no zone
STAMP = datetime(2008, 9, 26, 4, 5, 6, 789000)  # noqa: DTZ001  # TIMESTAMP has no zone
SECOND = 1_000_000
HOUR = 3600 * SECOND
READ: list[tuple[str, RedshiftType, object]] = [
    ("12", INTEGER, 12),
    (" 12 ", INTEGER, 12),
    ("-32768", SMALLINT, -32768),
    ("+9223372036854775807", BIGINT, 2**63 - 1),
    ("20.259", numeric(8, 2), Decimal("20.26")),
    ("-2.5", numeric(4, 0), Decimal(-3)),
    ("1e3", numeric(8, 2), Decimal("1000.00")),
    (".5", numeric(2, 1), Decimal("0.5")),
    ("0.1", DOUBLE, 0.1),
    ("0.1", REAL, 0.10000000149011612),
    ("-Infinity", DOUBLE, -math.inf),
    ("1e-400", DOUBLE, 0.0),
    ("t", BOOLEAN, True),
    ("TRUE", BOOLEAN, True),
    ("yes", BOOLEAN, True),
    ("1", BOOLEAN, True),
    (" f ", BOOLEAN, False),
    ("no", BOOLEAN, False),
    ("0", BOOLEAN, False),
    ("abc  ", TEXT, "abc  "),
    ("abc  ", char(6), "abc"),
    ("abcd ", varchar(4), "abcd"),
    ("1999-01-08", DATE, DAY),
    ("January 8, 1999", DATE, DAY),
    ("Jan 8, 1999", DATE, DAY),
    ("1/8/1999", DATE, DAY),
    ("01/08/99", DATE, DAY),
    ("1999-Jan-08", DATE, DAY),
    ("Jan-08-1999", DATE, DAY),
    ("08-Jan-1999", DATE, DAY),
    ("8 Jan 1999", DATE, DAY),
    ("19990108", DATE, DAY),
    ("990108", DATE, DAY),
    ("1999.008", DATE, DAY),
    ("J2451187", DATE, DAY),
    ("Fri Jan 8 1999", DATE, DAY),
    ("12-31-2008", DATE, date(2008, 12, 31)),
    ("12/31/2008", DATE, date(2008, 12, 31)),
    ("1999-01-08 04:05:06", DATE, DAY),
    ("today", DATE, date(2008, 6, 1)),
    ("yesterday", DATE, date(2008, 5, 31)),
    ("2008-09-26 04:05:06.789", TIMESTAMP, STAMP),
    ("2008-09-26T04:05:06.789Z", TIMESTAMP, STAMP),
    ("2008-09-26 04:05:06.789-08", TIMESTAMP, STAMP),
    ("20080926 040506.789", TIMESTAMP, STAMP),
    ("20080926T040506.789", TIMESTAMP, STAMP),
    ("Sep 26 2008 4:05:06.789 AM", TIMESTAMP, STAMP),
    ("2008-06-01", TIMESTAMP, FIRST),
    ("2008-05-31 24:00:00", TIMESTAMP, FIRST),
    ("epoch", TIMESTAMP, datetime(1970, 1, 1)),  # noqa: DTZ001  # TIMESTAMP has no zone
    ("tomorrow", TIMESTAMP, datetime(2008, 6, 2)),  # noqa: DTZ001  # TIMESTAMP has no zone
    ("now", TIMESTAMPTZ, NOW),
    (
        "2001-02-16 18:38:40-08",
        TIMESTAMPTZ,
        datetime(2001, 2, 17, 2, 38, 40, tzinfo=UTC),
    ),
    ("2001-02-16 18:38:40 PST", TIMESTAMPTZ, datetime(2001, 2, 17, 2, 38, 40, tzinfo=UTC)),
    (
        "2001-07-16 18:38:40 US/Pacific",
        TIMESTAMPTZ,
        datetime(2001, 7, 17, 1, 38, 40, tzinfo=UTC),
    ),
    ("04:05:06.789", TIME, time(4, 5, 6, 789000)),
    ("04:05", TIME, time(4, 5)),
    ("04:05 PM", TIME, time(16, 5)),
    ("2008-09-26 04:05:06", TIME, time(4, 5, 6)),
    ("04:05:06-08:00", TIMETZ, time(4, 5, 6, tzinfo=timezone(timedelta(hours=-8)))),
    ("3 hours, 35 minutes", INTERVAL, Interval(0, 0, 3 * HOUR + 35 * 60 * SECOND)),
    ("52 weeks", INTERVAL, Interval(0, 0, 52 * 7 * 24 * HOUR)),
    ("1w, 1h, 1m, 1s", INTERVAL, Interval(0, 0, (7 * 24 + 1) * HOUR + 61 * SECOND)),
    ("0.5 days", INTERVAL, Interval(0, 0, 12 * HOUR)),
    ("1.5 months", INTERVAL, Interval(1, 0, 15 * 24 * HOUR)),
    ("90", INTERVAL, Interval(0, 0, 90 * SECOND)),
    (
        "1 year 2 mons -3 days 04:05:06.5",
        INTERVAL,
        Interval(14, 0, -3 * 24 * HOUR + 4 * HOUR + 306_500_000),
    ),
    ("2 days ago", INTERVAL, Interval(0, 0, -48 * HOUR)),
    ("1-2", INTERVAL, Interval(14, 0, 0)),
    ("616263", VARBYTE, b"abc"),
    ('{"a": 1}', SUPER, '{"a": 1}'),
]


@pytest.mark.parametrize(
    ("text", "kind", "value"), READ, ids=[f"{text!r} as {kind}" for text, kind, _ in READ]
)
def test_reads(text: str, kind: RedshiftType, value: object) -> None:
    result = read(text, kind, now=NOW)
    assert result == value
    assert type(result) is type(value)


REFUSED: list[tuple[str, RedshiftType, type[RedshiftError], str]] = [
    ("1.5", INTEGER, InvalidTextRepresentation, 'invalid input syntax for integer: "1.5"'),
    ("", INTEGER, InvalidTextRepresentation, 'invalid input syntax for integer: ""'),
    ("1_000", INTEGER, InvalidTextRepresentation, 'invalid input syntax for integer: "1_000"'),
    ("0x1F", BIGINT, InvalidTextRepresentation, 'invalid input syntax for integer: "0x1F"'),
    ("99999", SMALLINT, NumericOutOfRange, 'value "99999" is out of range for type smallint'),
    (
        "abc",
        numeric(4, 2),
        InvalidTextRepresentation,
        'invalid input syntax for type numeric: "abc"',
    ),
    ("100.00", numeric(4, 2), NumericOutOfRange, "numeric field overflow"),
    ("99.999", numeric(4, 2), NumericOutOfRange, "numeric field overflow"),
    ("x", DOUBLE, InvalidTextRepresentation, 'invalid input syntax for type double precision: "x"'),
    ("1e400", DOUBLE, NumericOutOfRange, '"1e400" is out of range for type double precision'),
    ("1e40", REAL, NumericOutOfRange, '"1e40" is out of range for type real'),
    ("maybe", BOOLEAN, InvalidTextRepresentation, 'invalid input syntax for type boolean: "maybe"'),
    ("é€", varchar(3), StringTooLong, "value too long for type character varying(3)"),
    ("abcd", char(3), StringTooLong, "value too long for type character(3)"),
    ("x", DATE, InvalidDatetime, 'invalid input syntax for type date: "x"'),
    ("", DATE, InvalidDatetime, 'invalid input syntax for type date: ""'),
    ("infinity", DATE, InvalidDatetime, 'invalid input syntax for type date: "infinity"'),
    ("2008-13-01", DATE, DatetimeOverflow, 'date/time field value out of range: "2008-13-01"'),
    ("2007-02-29", DATE, DatetimeOverflow, 'date/time field value out of range: "2007-02-29"'),
    (
        "2008-01-01 25:00",
        TIMESTAMP,
        DatetimeOverflow,
        'date/time field value out of range: "2008-01-01 25:00"',
    ),
    (
        "04:05",
        TIMESTAMP,
        InvalidDatetime,
        'invalid input syntax for type timestamp without time zone: "04:05"',
    ),
    (
        "2008-01-01 10:00 Nowhere",
        TIMESTAMPTZ,
        InvalidDatetime,
        'invalid input syntax for type timestamp with time zone: "2008-01-01 10:00 Nowhere"',
    ),
    (
        "1 fortnight",
        INTERVAL,
        InvalidDatetime,
        'invalid input syntax for type interval: "1 fortnight"',
    ),
    *(
        (text.format("9" * 5000), INTERVAL, DatetimeOverflow, "interval out of range")
        for text in ("{}", "{} days", "{} millennia", "{}:00", "1-{}")
    ),
    ("{a:1}", SUPER, InvalidParameterValue, "invalid input: not valid JSON"),
]


@pytest.mark.parametrize(
    ("text", "kind", "error", "message"),
    REFUSED,
    ids=[f"{text!r} as {kind}" for text, kind, _, _ in REFUSED],
)
def test_refuses(text: str, kind: RedshiftType, error: type[RedshiftError], message: str) -> None:
    with pytest.raises(error) as caught:
        read(text, kind, now=NOW)
    assert caught.value.message == message


def test_overflow_of_a_decimal_tells_the_limit() -> None:
    with pytest.raises(NumericOutOfRange) as caught:
        read("123.45", numeric(4, 2))
    assert caught.value.detail == (
        "The absolute value is greater than or equal to 10^2 for field with precision 4, scale 2."
    )


def test_a_text_without_zone_is_of_the_sessions_zone() -> None:
    value = read("2008-07-01 12:00", TIMESTAMPTZ, timezone="America/New_York")
    assert value == datetime(2008, 7, 1, 16, tzinfo=UTC)
