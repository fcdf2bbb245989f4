"""Date and time functions, and the date parts that they take.

A part may be written bare or in quotes; the binder passes its canonical name, from
``date_part_of``, as the first argument.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/Date_functions_header.html
"""

from collections.abc import Iterator
from typing import Final

from sparkify_harness.redshift.errors import InvalidParameterValue
from sparkify_harness.redshift.sql.functions.registry import ClusterNode, Overload
from sparkify_harness.redshift.sql.functions.signatures import overload
from sparkify_harness.redshift.types import (
    BIGINT,
    DATE,
    DOUBLE,
    INTEGER,
    INTERVAL,
    TEXT,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    TIMETZ,
)

_PARTS: Final = {
    alias: part
    for part, aliases in {
        "millennium": "millennium millennia mil mils",
        "century": "century centuries c cent cents",
        "decade": "decade decades dec decs",
        "epoch": "epoch",
        "year": "year years y yr yrs",
        "quarter": "quarter quarters qtr qtrs",
        "month": "month months mon mons",
        "week": "week weeks w",
        "dayofweek": "dayofweek dow dw weekday",
        "dayofyear": "dayofyear doy dy yearday",
        "day": "day days d",
        "hour": "hour hours h hr hrs",
        "minute": "minute minutes m min mins",
        "second": "second seconds s sec secs",
        "millisecond": "millisecond milliseconds ms msec msecs msecond mseconds millisec millisecs"
        " millisecon",
        "microsecond": "microsecond microseconds us usec usecs usecond useconds microsec microsecs"
        " microsecon",
        "timezone": "timezone",
        "timezone_hour": "timezone_hour",
        "timezone_minute": "timezone_minute",
        "isoweek": "isoweek",
        "isoyear": "isoyear",
    }.items()
    for alias in aliases.split()
}


def date_part_of(text: str) -> str:
    """The canonical name of a date part or of one of its abbreviations.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_Dateparts_for_datetime_functions.html

    Raises:
        InvalidParameterValue: There is no such part.
    """
    part = _PARTS.get(text.strip().lower())
    if part is None:
        raise InvalidParameterValue(f'timestamp units "{text}" not recognized')
    return part


PART_FUNCTIONS: Final = frozenset(
    {
        "dateadd",
        "date_add",
        "datediff",
        "date_diff",
        "date_part",
        "pgdate_part",
        "extract",
        "date_trunc",
    }
)
"""Functions whose first argument is a date part."""


_PART: Final = {0: "a date part"}
_ZONE: Final = {0: "a time zone"}


def _dates() -> Iterator[Overload]:
    for stamp, result in (
        (DATE, TIMESTAMP),
        (TIMESTAMP, TIMESTAMP),
        (TIMESTAMPTZ, TIMESTAMPTZ),
        (TIME, TIME),
        (TIMETZ, TIMETZ),
    ):
        for name in ("dateadd", "date_add"):
            yield overload(
                name,
                (TEXT, BIGINT, stamp),
                result,
                "r_DATEADD_function",
                label="date_add",
                constants=_PART,
            )
        for name in ("datediff", "date_diff"):
            yield overload(
                name,
                (TEXT, stamp, stamp),
                BIGINT,
                "r_DATEDIFF_function",
                label="date_diff",
                constants=_PART,
            )
    for stamp in (DATE, TIMESTAMP, TIMESTAMPTZ, TIME, TIMETZ, INTERVAL):
        for name in ("date_part", "pgdate_part"):
            yield overload(
                name,
                (TEXT, stamp),
                DOUBLE,
                "r_DATE_PART_function",
                label="pgdate_part",
                constants=_PART,
            )
        result = DOUBLE if stamp in (TIMESTAMPTZ, INTERVAL) else INTEGER
        yield overload(
            "extract",
            (TEXT, stamp),
            result,
            "r_EXTRACT_function",
            label="date_part",
            constants=_PART,
        )
    for stamp, result in ((TIMESTAMP, TIMESTAMP), (DATE, TIMESTAMP), (TIMESTAMPTZ, TIMESTAMPTZ)):
        yield overload("date_trunc", (TEXT, stamp), result, "r_DATE_TRUNC", constants=_PART)


def _now() -> Iterator[Overload]:
    yield overload("getdate", (), TIMESTAMP, "r_GETDATE")
    yield overload("sysdate", (), TIMESTAMP, "r_SYSDATE")
    yield overload("current_date", (), DATE, "r_CURRENT_DATE_function", label="date")
    leader = "c_SQL_functions_leader_node_only"
    for name, result, label in (
        ("now", TIMESTAMPTZ, "now"),
        ("current_timestamp", TIMESTAMPTZ, "timestamptz"),
        ("current_time", TIMETZ, "timetz"),
        ("localtime", TIME, "time"),
        ("localtimestamp", TIMESTAMP, "timestamp"),
    ):
        yield overload(name, (), result, leader, node=ClusterNode.LEADER, label=label)
    yield overload("timeofday", (), TEXT, "r_TIMEOFDAY_function")
    yield overload("age", (TIMESTAMP, TIMESTAMP), INTERVAL, leader, node=ClusterNode.LEADER)
    yield overload("age", (TIMESTAMP,), INTERVAL, leader, node=ClusterNode.LEADER)


OVERLOADS: Final[tuple[Overload, ...]] = (
    *_dates(),
    *_now(),
    *(
        overload("add_months", (stamp, INTEGER), TIMESTAMP, "r_ADD_MONTHS")
        for stamp in (DATE, TIMESTAMP)
    ),
    *(overload("last_day", (stamp,), DATE, "r_LAST_DAY") for stamp in (DATE, TIMESTAMP)),
    *(
        overload("next_day", (stamp, TEXT), DATE, "r_NEXT_DAY", constants={1: "a day"})
        for stamp in (DATE, TIMESTAMP)
    ),
    *(
        overload("months_between", (stamp, stamp), DOUBLE, "r_MONTHS_BETWEEN_function")
        for stamp in (DATE, TIMESTAMP)
    ),
    overload("trunc", (TIMESTAMP,), DATE, "r_TRUNC_date"),
    *(
        overload("date", (value,), DATE, "r_CAST_function")
        for value in (DATE, TIMESTAMP, TIMESTAMPTZ, TEXT)
    ),
    overload("date_part_year", (DATE,), INTEGER, "r_DATE_PART_YEAR"),
    overload("date_cmp", (DATE, DATE), INTEGER, "r_DATE_CMP"),
    overload("date_cmp_timestamp", (DATE, TIMESTAMP), INTEGER, "r_DATE_CMP_TIMESTAMP"),
    overload("date_cmp_timestamptz", (DATE, TIMESTAMPTZ), INTEGER, "r_DATE_CMP_TIMESTAMPTZ"),
    overload("timestamp_cmp", (TIMESTAMP, TIMESTAMP), INTEGER, "r_TIMESTAMP_CMP"),
    overload("timestamp_cmp_date", (TIMESTAMP, DATE), INTEGER, "r_TIMESTAMP_CMP_DATE"),
    overload(
        "timestamp_cmp_timestamptz",
        (TIMESTAMP, TIMESTAMPTZ),
        INTEGER,
        "r_TIMESTAMP_CMP_TIMESTAMPTZ",
    ),
    overload("timestamptz_cmp", (TIMESTAMPTZ, TIMESTAMPTZ), INTEGER, "r_TIMESTAMPTZ_CMP"),
    overload("timestamptz_cmp_date", (TIMESTAMPTZ, DATE), INTEGER, "r_TIMESTAMPTZ_CMP_DATE"),
    overload(
        "timestamptz_cmp_timestamp",
        (TIMESTAMPTZ, TIMESTAMP),
        INTEGER,
        "r_TIMESTAMPTZ_CMP_TIMESTAMP",
    ),
    overload("interval_cmp", (INTERVAL, INTERVAL), INTEGER, "r_INTERVAL_CMP"),
    overload("convert_timezone", (TEXT, TIMESTAMP), TIMESTAMP, "CONVERT_TIMEZONE", constants=_ZONE),
    overload(
        "convert_timezone",
        (TEXT, TEXT, TIMESTAMP),
        TIMESTAMP,
        "CONVERT_TIMEZONE",
        constants={**_ZONE, 1: "a time zone"},
    ),
    overload("timezone", (TEXT, TIMESTAMP), TIMESTAMPTZ, "r_TIMEZONE", constants=_ZONE),
    overload("timezone", (TEXT, TIMESTAMPTZ), TIMESTAMP, "r_TIMEZONE", constants=_ZONE),
)
"""``x AT TIME ZONE z`` is ``timezone(z, x)``."""
