from decimal import Decimal

import pytest

from sparkify_harness.redshift.errors import DatetimeOverflow, NotEmulated
from sparkify_harness.redshift.sql.tree import Expression
from sparkify_harness.redshift.types import DATE, TEXT, TIMESTAMP, VARBYTE
from tests.unit.functions.evaluation import Engine, call, cast, column

MOMENT = cast("2009-12-31 23:15:59.012345", TIMESTAMP)
CASES = {
    "MONTH-DY-DD-YYYY HH12:MIPM": (
        call("to_char", MOMENT, "MONTH-DY-DD-YYYY HH12:MIPM"),
        "DECEMBER -THU-31-2009 11:15PM",
    ),
    "DDD": (call("to_char", MOMENT, "DDD"), "365"),
    "ID": (call("to_char", cast("2022-05-16 23:15:59", TIMESTAMP), "ID"), "1"),
    "D": (call("to_char", cast("2008-10-05", DATE), "D"), "1"),
    "HH24:MI:SS": (call("to_char", MOMENT, "HH24:MI:SS"), "23:15:59"),
    "HH is HH12": (call("to_char", MOMENT, "HH am"), "11 pm"),
    "MON-DD-YYYY HH12:MIPM": (
        call("to_char", cast("2008-01-25 14:30:00", TIMESTAMP), "MON-DD-YYYY HH12:MIPM"),
        "JAN-25-2008 02:30PM",
    ),
    "cc": (call("to_char", cast("2008-02-18 02:36:48", TIMESTAMP), "cc"), "21"),
    "TZ": (call("to_char", MOMENT, "HH12:MI:SS TZ"), "11:15:59 UTC"),
    "MS, US": (call("to_char", MOMENT, "MS US"), "012 012345"),
    "IYYY-IW": (call("to_char", MOMENT, "IYYY-IW"), "2009-53"),
    "Q, W, WW": (call("to_char", MOMENT, "Q W WW"), "4 5 53"),
    "FM takes padding away": (
        call("to_char", cast("2008-05-05", DATE), "FMMonth FMDD, YYYY"),
        "May 5, 2008",
    ),
    "Day Dy day": (call("to_char", MOMENT, "Day|Dy|day"), "Thursday |Thu|thursday "),
    "DDth": (call("to_char", cast("2008-05-22", DATE), "DDth"), "22nd"),
    "J": (call("to_char", cast("2000-01-01", DATE), "J"), "2451545"),
    "RM": (call("to_char", MOMENT, "RM"), "XII "),
    "quoted text": (call("to_char", MOMENT, 'YYYY"year"'), "2009year"),
    "YY": (call("to_char", MOMENT, "YY/MM"), "09/12"),
    "NULL": (call("to_char", cast(None, TIMESTAMP), "YYYY"), None),
    "999D99S": (call("to_char", Decimal("-125.8"), "999D99S"), "125.80-"),
    "rn": (call("to_char", Decimal("618.80"), "rn"), "          dcxix"),
    "l99999D99": (call("to_char", Decimal("618.80"), "l99999D99"), "$   618.80"),
    "99.99 of -0.1": (call("to_char", Decimal("-0.1"), "99.99"), "  -.10"),
    "FM9.99 of -0.1": (call("to_char", Decimal("-0.1"), "FM9.99"), "-.1"),
    "0.9": (call("to_char", Decimal("0.1"), "0.9"), " 0.1"),
    "9990999.9": (call("to_char", 12, "9990999.9"), "    0012.0"),
    "FM9990999.9": (call("to_char", 12, "FM9990999.9"), "0012."),
    "999": (call("to_char", 485, "999"), " 485"),
    "999 negative": (call("to_char", -485, "999"), "-485"),
    "9,999": (call("to_char", 1485, "9,999"), " 1,485"),
    "9G999D999": (call("to_char", Decimal("3148.5"), "9G999D999"), " 3,148.500"),
    "9,999 below a thousand": (call("to_char", 485, "9,999"), "   485"),
    "999MI": (call("to_char", -485, "999MI"), "485-"),
    "PL999": (call("to_char", 485, "PL999"), "+485"),
    "S999": (call("to_char", 485, "S999"), "+485"),
    "999PR": (call("to_char", -485, "999PR"), "<485>"),
    "too few digits": (call("to_char", 12345, "999"), " ###"),
    "zero": (call("to_char", 0, "99"), "  0"),
    "to_date with a month's name": (call("to_date", "02 Oct 2001", "DD Mon YYYY"), "2001-10-02"),
    "to_date rolls over": (call("to_date", "20010631", "YYYYMMDD"), "2001-07-01"),
    "to_date of two digits": (call("to_date", "69-01-02", "YY-MM-DD"), "2069-01-02"),
    "to_date by day of year": (call("to_date", "2008 366", "YYYY DDD"), "2008-12-31"),
    "to_timestamp": (
        call("to_timestamp", "2011-12-18 04:38:15", "YYYY-MM-DD HH24:MI:SS"),
        "2011-12-18 04:38:15+00",
    ),
    "to_timestamp rolls over": (
        call("to_timestamp", "2011-12-18 24:38:15", "YYYY-MM-DD HH24:MI:SS"),
        "2011-12-19 00:38:15+00",
    ),
    "to_timestamp of a year": (call("to_timestamp", "2017", "YYYY"), "2017-01-01 00:00:00+00"),
    "to_timestamp of nothing": (call("to_timestamp", "", "YYYY"), "0001-01-01 00:00:00+00"),
    "to_timestamp of sysdate": (
        call("to_timestamp", call("sysdate"), "YYYY-MM-DD HH24:MI:SS"),
        "2008-06-01 12:34:56+00",
    ),
    "to_timestamp PM": (
        call("to_timestamp", "12/31/2008 01:05 PM", "MM/DD/YYYY HH12:MI AM"),
        "2008-12-31 13:05:00+00",
    ),
    "to_number('12,454.8-')": (call("to_number", "12,454.8-", "99G999D9S"), "-12454.8"),
    "to_number with a currency": (call("to_number", "$ 12,454.88", "L 99G999D99"), "12454.88"),
    "to_varbyte hex": (call("to_varbyte", "aa", "hex"), "aa"),
    "to_varbyte utf8": (call("to_varbyte", "é", "utf8"), "c3a9"),
    "from_varbyte utf8": (call("from_varbyte", cast("abc", VARBYTE), "utf-8"), "abc"),
    "from_hex": (call("from_hex", "6162"), "6162"),
    "to_hex of bytes": (call("to_hex", cast("ab", VARBYTE)), "6162"),
}


@pytest.mark.parametrize(("expression", "text"), CASES.values(), ids=CASES)
def test_value(engine: Engine, expression: Expression, text: str | None) -> None:
    assert engine.text(expression) == text


STRICT = {
    "a day too many": (
        call("to_date", "20010631", "YYYYMMDD", True),
        "date/time field date value out of range: 2001-6-31",
    ),
    "an hour too many": (
        call("to_timestamp", "2011-12-18 24:38:15", "YYYY-MM-DD HH24:MI:SS", True),
        "date/time field time value out of range: 24:38:15.0",
    ),
}


@pytest.mark.parametrize(("expression", "message"), STRICT.values(), ids=STRICT)
def test_strict_input_is_refused(engine: Engine, expression: Expression, message: str) -> None:
    with pytest.raises(DatetimeOverflow) as caught:
        engine.text(expression)
    assert str(caught.value) == message


@pytest.mark.parametrize("name", ["to_char", "to_timestamp"])
def test_a_template_from_a_column_is_not_emulated(engine: Engine, name: str) -> None:
    first = MOMENT if name == "to_char" else cast("2008", TEXT)
    with pytest.raises(NotEmulated):
        engine.text(call(name, first, column("x", TEXT)))
