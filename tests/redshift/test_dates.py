"""Dates and times.

https://docs.aws.amazon.com/redshift/latest/dg/Date_functions_header.html
"""

from datetime import UTC, date, datetime

from tests.redshift.cases import Case, table
from tests.redshift.clients import Client


def ts(text: str) -> datetime:
    return datetime.fromisoformat(text)


TS = "timestamp '2008-06-15 09:59:50.123456'"


@table(
    Case("DATEADD gives a timestamp", "SELECT dateadd(month, 18, '2008-02-28')",
         rows=[(ts("2009-08-28"),)], types=[1114]),
    Case("m is minutes", "SELECT dateadd(m, 30, '2008-02-28')", rows=[(ts("2008-02-28T00:30"),)]),
    Case("a quoted part", "SELECT dateadd('day', 1, '2008-02-28'::date)",
         rows=[(ts("2008-02-29"),)]),
    Case("ends of months", "SELECT dateadd(month, 1, '2008-04-30'), add_months('2008-04-30', 1), "
         "dateadd(month, 12, '2016-02-29'), dateadd(year, 1, '2016-02-29')",
         rows=[(ts("2008-05-30"), ts("2008-05-31"), ts("2017-02-28"), ts("2017-03-01"))]),
    Case("DATEDIFF counts boundaries", "SELECT datediff(year, '2008-12-31', '2009-01-01'), "
         "datediff(hour, '2023-01-01', '2023-01-03 05:04:03'), "
         "datediff(week, '2009-01-01', '2009-12-31'), datediff(day, '2008-01-02', '2008-01-01'), "
         "datediff(qtr, '1998-07-01', '2009-12-31')",
         rows=[(1, 53, 52, -1, 45)], types=[20] * 5),
    Case("DATE_TRUNC", f"SELECT date_trunc('week', {TS}), date_trunc('month', {TS}), "
         f"date_trunc('hour', {TS}), date_trunc('millennium', timestamp '2020-04-30')",
         rows=[(ts("2008-06-09"), ts("2008-06-01"), ts("2008-06-15T09:00"), ts("2001-01-01"))]),
    Case("Sunday is 0", "SELECT date_part(dow, '2018-11-04'::date), "
         "extract(dayofweek FROM '2018-11-05'::timestamp), "
         "extract(weekday FROM '2018-11-10'::timestamp), date_part(dw, '2018-11-04'::date)",
         rows=[(0.0, 1, 6, 0.0)]),
    Case("weeks are ISO weeks", "SELECT extract(week FROM '2018-12-31'::timestamp), "
         "date_part(w, '2018-01-01'::date), date_part('week', '2018-01-01'::date)",
         rows=[(1, 1.0, 1.0)]),
    Case("the parts", f"SELECT extract(hour FROM {TS}), extract(day FROM {TS}), "
         f"extract(month FROM {TS}), extract(year FROM {TS}), extract(quarter FROM {TS}), "
         f"extract(doy FROM {TS}), extract(minute FROM {TS}), extract(second FROM {TS})",
         rows=[(9, 15, 6, 2008, 2, 167, 59, 50)], types=[23] * 8),
    Case("abbreviations", f"SELECT date_part(y, {TS}), date_part(mon, {TS}), date_part(d, {TS}), "
         f"date_part(h, {TS}), date_part(min, {TS}), date_part(qtr, {TS}), date_part(dec, {TS})",
         rows=[(2008.0, 6.0, 15.0, 9.0, 59.0, 2.0, 201.0)]),
    Case("the epoch", "SELECT extract(epoch FROM '2018-11-01 21:01:46'::timestamp), "
         "date_part(epoch, '2018-11-01 21:01:46'::timestamp)", rows=[(1541106106, 1541106106.0)]),
    Case("DATE_PART is a float", f"SELECT date_part(year, {TS})", rows=[(2008.0,)], types=[701],
         names=["pgdate_part"]),
    Case("EXTRACT from TIMESTAMPTZ is a float",
         "SELECT extract(year FROM '2008-01-01 00:00:00+00'::timestamptz)", rows=[(2008.0,)],
         types=[701], names=["date_part"]),
    Case("a part that is none", f"SELECT date_part(fortnight, {TS})", error=("", "")),
    Case("seconds of the epoch", "SELECT timestamp 'epoch' + 1541106106 * interval '1 second'",
         rows=[(ts("2018-11-01T21:01:46"),)], types=[1114]),
    Case("milliseconds of the epoch, over a column",
         "SELECT timestamp 'epoch' + ts / 1000 * interval '1 second' FROM e",
         ("CREATE TABLE e (ts bigint)", "INSERT INTO e VALUES (1541106106796)"),
         [(ts("2018-11-01T21:01:46"),)]),
    Case("DATEADD on the epoch", "SELECT dateadd(ms, 1541106106796, '1970-01-01')",
         rows=[(ts("2018-11-01T21:01:46.796"),)]),
    Case("intervals", "SELECT date '2023-03-31' - interval '4 months', "
         "timestamp '2008-01-01' + interval '3 hours, 35 minutes', "
         "timestamp '2008-01-01' + interval '52 weeks', "
         "timestamp '2008-01-01' + interval '0.5 days'",
         rows=[(ts("2022-11-30"), ts("2008-01-01T03:35"), ts("2008-12-30"),
                ts("2008-01-01T12:00"))]),
    Case("an interval with a unit behind it", "SELECT timestamp '2008-01-01' + interval '5' hour",
         rows=[(ts("2008-01-01T05:00"),)]),
    Case("an interval with two units", "SELECT interval '1 day 1 hour 1 minute' hour",
         error=("0A000", "not emulated: an interval literal with a unit behind more")),
    Case("an interval that is none", "SELECT interval 'x' hour",
         error=("22007", "invalid input syntax for type interval")),
    Case("an interval with a precision", "SELECT interval '1.123456' second (3)",
         error=("0A000", "not emulated: an interval literal with a precision")),
    Case("a cast to a qualified interval", "SELECT '5'::interval hour",
         error=("0A000", "not emulated: INTERVAL YEAR TO MONTH and DAY TO SECOND")),
    Case("dates and integers", "SELECT date '2008-01-31' + 1, "
         "date '2008-01-31' - date '2008-01-01'",
         rows=[(date(2008, 2, 1), 30)]),
    *(
        Case(f"a zone that is gone: {name}",
             f"SELECT convert_timezone('{name}', '2008-08-21 07:23:54')",
             error=("22023", f'time zone "{name}" not recognized'))
        for name in ("Asia/Riyadh87", "Asia/Riyadh88", "Asia/Riyadh89", "Mideast/Riyadh87",
                     "Mideast/Riyadh88", "Mideast/Riyadh89", "US/Pacific-New")
    ),
    Case("CONVERT_TIMEZONE", "SELECT convert_timezone('US/Pacific', '2008-08-21 07:23:54'), "
         "convert_timezone('EST', 'PST', '20080305 12:25:29')",
         rows=[(ts("2008-08-21T00:23:54"), ts("2008-03-05T09:25:29"))]),
    Case("AT TIME ZONE", "SELECT timestamp '2001-02-16 20:38:40' AT TIME ZONE 'MST'",
         rows=[(datetime(2001, 2, 17, 3, 38, 40, tzinfo=UTC),)], types=[1184]),
    Case("TO_CHAR of a timestamp",
         "SELECT to_char(timestamp '2009-12-31 23:15:59', 'MONTH-DY-DD-YYYY HH12:MIPM'), "
         "to_char(timestamp '2009-12-31 23:15:59', 'YYYY-MM-DD HH24:MI:SS'), "
         "to_char(timestamp '2018-11-04', 'D-ID-DDD')",
         rows=[("DECEMBER -THU-31-2009 11:15PM", "2009-12-31 23:15:59", "1-7-308")]),
    Case("TO_CHAR of a number", "SELECT to_char(-125.8, '999D99S')", rows=[("125.80-",)]),
    Case("TO_DATE is lenient", "SELECT to_date('20010631', 'YYYYMMDD'), "
         "to_date('02 Oct 2001', 'DD Mon YYYY')", rows=[(date(2001, 7, 1), date(2001, 10, 2))]),
    Case("TO_DATE, strict", "SELECT to_date('20010631', 'YYYYMMDD', TRUE)",
         error=("", "date/time field date value out of range: 2001-6-31")),
    Case("TO_TIMESTAMP has a zone",
         "SELECT to_timestamp('2011-12-18 04:38:15', 'YYYY-MM-DD HH24:MI:SS')",
         rows=[(datetime(2011, 12, 18, 4, 38, 15, tzinfo=UTC),)], types=[1184]),
    Case("TO_TIMESTAMP of a number", "SELECT to_timestamp(1541106106)",
         error=("42883", "function to_timestamp(integer) does not exist")),
    Case("TRUNC, LAST_DAY, NEXT_DAY", f"SELECT trunc({TS}), last_day('2008-02-01'), "
         "next_day('2014-08-20', 'Tuesday')",
         rows=[(date(2008, 6, 15), date(2008, 2, 29), date(2014, 8, 26))], types=[1082] * 3),
    Case("MONTHS_BETWEEN", "SELECT months_between('1969-01-18', '1969-03-18')", rows=[(-2.0,)]),
    Case("today and now", "SELECT current_date = trunc(sysdate), sysdate <= getdate() + "
         "interval '1 second', trunc(getdate()) = current_date", rows=[(True, True, True)]),
    Case("now has types", "SELECT getdate(), sysdate, current_date", types=[1114, 1114, 1082]),
    Case("the session's zone shows in TIMESTAMPTZ",
         "SELECT ('2008-06-01 12:00:00+00'::timestamptz)::varchar",
         ("SET timezone TO 'America/New_York'",), [("2008-06-01 08:00:00-04",)]),
    Case("DATEDIFF takes no two kinds of timestamps", "SELECT datediff(day, c, b) FROM z",
         ("CREATE TABLE z (b timestamptz, c timestamp)",),
         error=("42883", 'function pg_catalog.date_diff("unknown", timestamp without time zone')),
    Case("months beside a column", "SELECT b + interval '1 month' FROM z",
         ("CREATE TABLE z (b date)",),
         error=("XX000", "Interval values with month or year parts are not supported")),
    Case("months beside a constant", "SELECT (date '2018-03-31' - interval '1 month')::varchar",
         rows=[("2018-02-28 00:00:00",)]),
    Case("the hash of a timestamp",
         "SELECT md5('value1' || '-' || 'value2' || '-' || '2020-12-28 02:46:55.900'"
         "::timestamp::varchar)", rows=[("6a0d80e46ff42fd1c32d9f5a267dfe06",)]),
    Case("timestamps as text", "SELECT '2008-06-01 12:00:00.500'::timestamp::varchar, "
         "'2008-06-01 12:00'::timestamp::varchar, '2008-06-01'::date::varchar, "
         "'2008-06-01 12:00:00+00'::timestamptz::varchar",
         rows=[("2008-06-01 12:00:00.50", "2008-06-01 12:00:00", "2008-06-01",
                "2008-06-01 12:00:00+00")]),
    Case("comparison with text", "SELECT '2018-11-01'::timestamp > '2018-10-31', "
         "'2018-11-01'::date BETWEEN '2018-01-01' AND '2018-12-31'", rows=[(True, True)]),
)  # fmt: skip
def test_dates(case: Case, sql: Client) -> None:
    case.check(sql)


@table(
    Case("timestamps", f"SELECT {TS}, '2008-06-15'::date, '2008-01-01 00:00:00+00'::timestamptz",
         rows=[(ts("2008-06-15T09:59:50.123456"), date(2008, 6, 15),
                datetime(2008, 1, 1, tzinfo=UTC))]),
)  # fmt: skip
def test_every_client_reads_them(case: Case, client: Client) -> None:
    case.check(client)


def test_sysdate_stands_still_in_a_transaction(sql: Client) -> None:
    sql.run("BEGIN")
    first = sql.rows("SELECT sysdate, getdate()")[0]
    while (now := sql.rows("SELECT sysdate, getdate()")[0])[1] == first[1]:
        pass
    sql.run("COMMIT")
    assert now[0] == first[0]
