import pytest

from sparkify_harness.redshift.errors import InvalidParameterValue, UndefinedFunction
from sparkify_harness.redshift.sql.functions.dates import date_part_of
from sparkify_harness.redshift.sql.intervals import read_interval
from sparkify_harness.redshift.sql.tree import Expression, Literal
from sparkify_harness.redshift.types import (
    DATE,
    INTERVAL,
    TEXT,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    TIMETZ,
)
from tests.unit.functions.evaluation import Engine, call, cast, column, context, lower


def ts(text: str) -> Expression:
    return cast(text, TIMESTAMP)


def tz(text: str) -> Expression:
    return cast(text, TIMESTAMPTZ)


def day(text: str) -> Expression:
    return cast(text, DATE)


def clock(text: str) -> Expression:
    return cast(text, TIME)


def interval(text: str) -> Expression:
    return Literal(INTERVAL, read_interval(text))


STAMP, ZONED = "timestamp without time zone", "timestamp with time zone"
CASES = {
    "add_months to the last day": (
        call("add_months", day("2008-04-30"), 1),
        "2008-05-31 00:00:00",
        STAMP,
    ),
    "add_months to a shorter month": (
        call("add_months", day("2008-01-31"), 1),
        "2008-02-29 00:00:00",
        STAMP,
    ),
    "add_months of a timestamp": (
        call("add_months", ts("2008-01-01 05:07:30"), 12),
        "2009-01-01 05:07:30",
        STAMP,
    ),
    "dateadd(month,18,'2008-02-28')": (
        call("dateadd", "month", 18, "2008-02-28"),
        "2009-08-28 00:00:00",
        STAMP,
    ),
    "dateadd: m is minutes": (call("dateadd", "m", 30, "2008-02-28"), "2008-02-28 00:30:00", STAMP),
    "dateadd(month,1,'2008-04-30')": (
        call("dateadd", "month", 1, "2008-04-30"),
        "2008-05-30 00:00:00",
        STAMP,
    ),
    "dateadd(month,12,'2016-02-29')": (
        call("dateadd", "month", 12, "2016-02-29"),
        "2017-02-28 00:00:00",
        STAMP,
    ),
    "dateadd(year,1,'2016-02-29')": (
        call("dateadd", "year", 1, "2016-02-29"),
        "2017-03-01 00:00:00",
        STAMP,
    ),
    "dateadd of a date is a timestamp": (
        call("dateadd", "day", 30, day("2008-11-01")),
        "2008-12-01 00:00:00",
        STAMP,
    ),
    "dateadd of a time": (
        call("dateadd", "minute", 5, clock("00:00:00")),
        "00:05:00",
        "time without time zone",
    ),
    "dateadd of a timetz": (
        call("dateadd", "hour", 5, cast("20:00:00+00", TIMETZ)),
        "01:00:00+00",
        "time with time zone",
    ),
    "datediff in years counts boundaries": (
        call("datediff", "year", "2008-12-31", "2009-01-01"),
        "1",
        "bigint",
    ),
    "datediff in weeks": (call("datediff", "week", "2009-01-01", "2009-12-31"), "52", "bigint"),
    "datediff in quarters": (call("datediff", "qtr", "1998-07-01", "2008-07-01"), "40", "bigint"),
    "datediff in hours": (
        call("datediff", "hour", "2023-01-01", "2023-01-03 05:04:03"),
        "53",
        "bigint",
    ),
    "datediff into a century's year 0": (
        call("datediff", "century", "1999-12-31", "2000-12-31"),
        "0",
        "bigint",
    ),
    "datediff into a century's year 1": (
        call("datediff", "century", "2000-12-31", "2001-01-01"),
        "1",
        "bigint",
    ),
    "datediff into a millennium": (
        call("datediff", "mil", "2000-12-31", "2001-01-01"),
        "1",
        "bigint",
    ),
    "datediff into a decade": (
        call("datediff", "decade", "1999-12-31", "2000-01-01"),
        "1",
        "bigint",
    ),
    "datediff backwards": (call("datediff", "day", "2009-01-02", "2009-01-01"), "-1", "bigint"),
    "datediff of times": (
        call("datediff", "minute", clock("20:00:00"), clock("21:00:00")),
        "60",
        "bigint",
    ),
    "date_trunc to the week is Monday": (
        call("date_trunc", "week", ts("2008-09-07 14:30:00")),
        "2008-09-01 00:00:00",
        STAMP,
    ),
    "date_trunc to the millennium": (
        call("date_trunc", "millennium", ts("20200430")),
        "2001-01-01 00:00:00",
        STAMP,
    ),
    "date_trunc to the century": (
        call("date_trunc", "century", ts("20200430")),
        "2001-01-01 00:00:00",
        STAMP,
    ),
    "date_trunc to the minute": (
        call("date_trunc", "minute", ts("20200430 04:05:06.789")),
        "2020-04-30 04:05:00",
        STAMP,
    ),
    "date_trunc of a date": (
        call("date_trunc", "month", day("2020-04-30")),
        "2020-04-01 00:00:00",
        STAMP,
    ),
    "date_trunc of a timestamptz": (
        call("date_trunc", "day", tz("2020-04-30 10:00:00+00")),
        "2020-04-30 00:00:00+00",
        ZONED,
    ),
    "date_part(w) is the ISO week": (
        call("date_part", "w", ts("2008-06-17 09:44:54")),
        "25",
        "double precision",
    ),
    "date_part(minute)": (
        call("date_part", "minute", ts("2009-01-01 02:08:33")),
        "8",
        "double precision",
    ),
    "date_part(second) has a fraction": (
        call("date_part", "second", ts("2008-06-17 09:44:54.25")),
        "54.25",
        "double precision",
    ),
    "date_part(dow) of a Sunday": (
        call("date_part", "dow", day("2008-10-05")),
        "0",
        "double precision",
    ),
    "extract(weekday)": (call("extract", "weekday", ts("2018-11-01 21:01:46")), "4", "integer"),
    "extract(dayofyear)": (call("extract", "doy", day("2008-12-31")), "366", "integer"),
    "extract(second) drops the fraction": (
        call("extract", "second", ts("2021-04-05 12:00:03.189717")),
        "3",
        "integer",
    ),
    "extract(epoch) of a timestamptz": (
        call("extract", "epoch", tz("1970-01-02 00:00:00.5+00")),
        "86400.5",
        "double precision",
    ),
    "extract(millisecond)": (
        call("extract", "ms", clock("18:25:33.123456")),
        "123",
        "integer",
    ),
    "extract(century)": (call("extract", "century", ts("2000-12-31")), "20", "integer"),
    "extract(day) of an interval": (
        call("extract", "day", interval("3 days 04:00:00")),
        "3",
        "double precision",
    ),
    "last_day": (call("last_day", ts("2008-02-03 10:00")), "2008-02-29", "date"),
    "months_between": (
        call("months_between", "1969-01-18", "1969-03-18"),
        "-2",
        "double precision",
    ),
    "months_between ends of months": (
        call("months_between", "2014-09-30", "2014-08-31"),
        "1",
        "double precision",
    ),
    "months_between with a fraction": (
        call("months_between", ts("2008-12-25 15:00:00"), ts("2008-01-21 19:30:00")),
        "11.1229838709677",
        "double precision",
    ),
    "next_day('2014-08-20','Tuesday')": (
        call("next_day", "2014-08-20", "Tuesday"),
        "2014-08-26",
        "date",
    ),
    "next_day on that day is a week on": (
        call("next_day", "2014-08-26", "tu"),
        "2014-09-02",
        "date",
    ),
    "trunc(timestamp)": (call("trunc", ts("2011-07-21 10:32:38.248109")), "2011-07-21", "date"),
    "date(timestamp)": (call("date", ts("2011-07-21 10:32:38")), "2011-07-21", "date"),
    "date_part_year": (call("date_part_year", day("20220502 11:59:59")), "2022", "integer"),
    "date_cmp": (call("date_cmp", day("2008-01-04"), day("2008-01-05")), "-1", "integer"),
    "timestamp_cmp": (call("timestamp_cmp", ts("2008-01-24"), ts("2008-01-24")), "0", "integer"),
    "date_cmp_timestamptz": (
        call("date_cmp_timestamptz", day("2008-01-05"), tz("2008-01-04 10:00+00")),
        "1",
        "integer",
    ),
    "interval_cmp": (
        call("interval_cmp", interval("3 days"), interval("259200 seconds")),
        "0",
        "integer",
    ),
    "convert_timezone to an abbreviation": (
        call("convert_timezone", "PST", ts("2008-08-24 09:36:12")),
        "2008-08-24 01:36:12",
        STAMP,
    ),
    "convert_timezone to a name follows the season": (
        call("convert_timezone", "US/Pacific", ts("2008-08-24 09:36:12")),
        "2008-08-24 02:36:12",
        STAMP,
    ),
    "convert_timezone from EST to PST": (
        call("convert_timezone", "EST", "PST", "20080305 12:25:29"),
        "2008-03-05 09:25:29",
        STAMP,
    ),
    "convert_timezone by a POSIX offset": (
        call("convert_timezone", "GMT", "NEWZONE-2:15", "2014-05-17 12:00:00"),
        "2014-05-17 14:15:00",
        STAMP,
    ),
    "convert_timezone of a timestamptz": (
        call("convert_timezone", "US/Pacific", tz("2008-08-24 09:36:12+00")),
        "2008-08-24 02:36:12",
        STAMP,
    ),
    "date_part_year of a timestamp": (
        call("date_part_year", ts("2022-05-02 11:59:59")),
        "2022",
        "integer",
    ),
    "at time zone of a timestamp": (
        call("timezone", "MST", ts("2001-02-16 20:38:40")),
        "2001-02-17 03:38:40+00",
        ZONED,
    ),
    "at time zone of a timestamptz": (
        call("timezone", "EST", tz("2001-02-16 20:38:40-05")),
        "2001-02-16 20:38:40",
        STAMP,
    ),
    "timestamp 'epoch' + n * interval '1 second'": (
        call("+", ts("epoch"), call("*", 1541106106, interval("1 second"))),
        "2018-11-01 21:01:46",
        STAMP,
    ),
    "date - interval": (
        call("-", day("2023-03-31"), interval("4 months")),
        "2022-11-30 00:00:00",
        STAMP,
    ),
    "date + interval '0.5 days'": (
        call("+", day("2008-12-31"), interval("0.5 days")),
        "2008-12-31 12:00:00",
        STAMP,
    ),
    "date + integer": (call("+", day("2008-12-31"), 1), "2009-01-01", "date"),
    "date - date": (call("-", day("2008-12-31"), day("2008-12-01")), "30", "integer"),
    "timestamp - timestamp": (
        call("-", ts("2020-01-02 00:00:01"), ts("2019-12-01 10:00")),
        "31 days 14:00:01",
        "interval",
    ),
    "date + time": (call("+", day("2000-05-20"), clock("12:34:56")), "2000-05-20 12:34:56", STAMP),
    "date + timetz": (
        call("+", day("2000-05-20"), cast("12:34:56+00", TIMETZ)),
        "2000-05-20 12:34:56+00",
        ZONED,
    ),
    "interval / 2": (call("/", interval("1 month"), 2), "15 days", "interval"),
    "age": (call("age", ts("2020-03-01"), ts("2019-01-01")), "1 year 2 mons", "interval"),
    "getdate() has no fraction": (call("getdate"), "2008-06-01 12:34:56", STAMP),
    "sysdate has microseconds": (call("sysdate"), "2008-06-01 12:34:56.789012", STAMP),
    "current_date": (call("current_date"), "2008-06-01", "date"),
    "now()": (call("now"), "2008-06-01 12:34:56.789012+00", ZONED),
    "timeofday()": (
        call("timeofday"),
        "Sun Jun 01 12:34:56.789012 2008 UTC",
        "character varying",
    ),
}


@pytest.mark.parametrize(("expression", "text", "type_name"), CASES.values(), ids=CASES)
def test_value_and_type(engine: Engine, expression: Expression, text: str, type_name: str) -> None:
    assert (engine.text(expression), str(expression.type)) == (text, type_name)


IN_NEW_YORK = {
    "a timestamptz is shown in the session's zone": (
        tz("2008-06-01 12:00:00+00"),
        "2008-06-01 08:00:00-04",
    ),
    "a constant without zone is of the session's zone": (
        tz("2008-01-01 12:00:00"),
        "2008-01-01 12:00:00-05",
    ),
    "getdate() is local": (call("getdate"), "2008-06-01 08:34:56"),
    "date_trunc cuts local days": (
        call("date_trunc", "day", tz("2008-06-01 02:00:00+00")),
        "2008-05-31 00:00:00-04",
    ),
    "datediff counts local midnights": (
        call("datediff", "day", tz("2008-06-01 02:00+00"), tz("2008-06-01 12:00+00")),
        "1",
    ),
    "extract(hour) is local": (call("extract", "hour", tz("2008-06-01 12:00+00")), "8"),
    "timestamptz to date": (cast(tz("2008-06-01 02:00:00+00"), DATE), "2008-05-31"),
}


@pytest.mark.parametrize(("expression", "text"), IN_NEW_YORK.values(), ids=IN_NEW_YORK)
def test_session_zone(engine: Engine, expression: Expression, text: str) -> None:
    assert engine.text(expression, timezone="America/New_York") == text


PARTS = {
    "millennium": "mil mils millennia",
    "century": "c cent cents centuries",
    "decade": "dec decs decades",
    "year": "y yr yrs years",
    "quarter": "qtr qtrs quarters",
    "month": "mon mons months",
    "week": "w weeks",
    "dayofweek": "dow dw weekday",
    "dayofyear": "doy dy yearday",
    "day": "d days",
    "hour": "h hr hrs hours",
    "minute": "m min mins minutes",
    "second": "s sec secs seconds",
    "millisecond": "ms msec msecs milliseconds",
    "microsecond": "us usec usecs microseconds",
    "epoch": "EPOCH",
}


@pytest.mark.parametrize(("part", "aliases"), PARTS.items(), ids=PARTS)
def test_abbreviations_of_parts(part: str, aliases: str) -> None:
    assert {date_part_of(alias) for alias in [part, *aliases.split()]} == {part}


def test_an_unknown_part_is_refused() -> None:
    with pytest.raises(InvalidParameterValue, match='timestamp units "fortnight" not recognized'):
        date_part_of("fortnight")


MONTHS = ("month", "quarter", "year", "decade", "century", "millennium")
DAYS = ("day", "week", "dayofweek", "dayofyear")
CLOCKS = {"time": clock("10:00"), "timetz": cast("10:00+00", TIMETZ)}


@pytest.mark.parametrize("clock_time", CLOCKS.values(), ids=CLOCKS)
@pytest.mark.parametrize("part", MONTHS)
def test_a_time_has_no_month(part: str, clock_time: Expression) -> None:
    for asked in (
        call("dateadd", part, 1, clock_time),
        call("datediff", part, clock_time, clock_time),
        call("extract", part, clock_time),
    ):
        with pytest.raises(InvalidParameterValue, match=f'timestamp units "{part}" not supported'):
            lower(asked, context())


@pytest.mark.parametrize("clock_time", CLOCKS.values(), ids=CLOCKS)
@pytest.mark.parametrize("part", DAYS)
def test_days_are_added_to_a_time_and_not_counted_between_two(
    part: str, clock_time: Expression
) -> None:
    assert lower(call("dateadd", part, 1, clock_time), context())
    with pytest.raises(InvalidParameterValue, match=r"timestamp units .* not supported"):
        lower(call("datediff", part, clock_time, clock_time), context())


def test_a_text_column_is_no_date() -> None:
    with pytest.raises(
        UndefinedFunction, match=r'pg_catalog\.date_diff\("unknown", character varying'
    ):
        call("datediff", "day", column("x", TEXT), column("x", TEXT))
