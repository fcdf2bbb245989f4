"""Date and time functions, and the date parts that they take.

A part may be written bare or in quotes; the binder passes its canonical name, from
``date_part_of``, as the first argument.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/Date_functions_header.html
"""

from typing import Final

from sparkify_harness.redshift.errors import InvalidParameterValue
from sparkify_harness.redshift.sql.functions.registry import ClusterNode, Family, Overload
from sparkify_harness.redshift.sql.functions.signatures import by_kind
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
    Kind,
    RedshiftType,
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


_PART: Final = {0: "a date part"}
_ZONE: Final = {0: "a time zone"}
_DAYS: Final = (DATE, TIMESTAMP)
_STAMPS: Final = (*_DAYS, TIMESTAMPTZ, TIME, TIMETZ)


def _moved(stamp: RedshiftType) -> RedshiftType:
    """A date becomes a timestamp where it may get a time of day."""
    return TIMESTAMP if stamp == DATE else stamp


def _add(name: str, spelled: str = "") -> Family[Kind]:
    return by_kind(
        (
            Overload(
                name,
                (TEXT, BIGINT, stamp),
                _moved(stamp),
                "r_DATEADD_function",
                label="date_add",
                spelled=spelled,
                constants=_PART,
                date_part=True,
            )
            for stamp in _STAMPS
        ),
        place=2,
    )


def _difference(name: str, spelled: str = "") -> Family[Kind]:
    return by_kind(
        (
            Overload(
                name,
                (TEXT, stamp, stamp),
                BIGINT,
                "r_DATEDIFF_function",
                label="date_diff",
                spelled=spelled,
                constants=_PART,
                date_part=True,
                unmixed=True,
            )
            for stamp in _STAMPS
        ),
        place=2,
    )


def _part(
    name: str, page: str, label: str, floats: tuple[RedshiftType, ...] = (*_STAMPS, INTERVAL)
) -> Family[Kind]:
    return by_kind(
        (
            Overload(
                name,
                (TEXT, stamp),
                DOUBLE if stamp in floats else INTEGER,
                page,
                label=label,
                constants=_PART,
                date_part=True,
            )
            for stamp in (*_STAMPS, INTERVAL)
        ),
        place=1,
    )


def _of_leader(name: str, result: RedshiftType, label: str) -> Overload:
    page = "c_SQL_functions_leader_node_only"
    return Overload(name, (), result, page, node=ClusterNode.LEADER, label=label)


def _age(*stamps: RedshiftType) -> Overload:
    page = "c_SQL_functions_leader_node_only"
    return Overload("age", stamps, INTERVAL, page, node=ClusterNode.LEADER)


def _compared(name: str, left: RedshiftType, right: RedshiftType) -> Overload:
    return Overload(name, (left, right), INTEGER, f"r_{name.upper()}")


DATEADD: Final = _add("dateadd", spelled="pg_catalog.date_add")
DATE_ADD: Final = _add("date_add")
DATEDIFF: Final = _difference("datediff", spelled="pg_catalog.date_diff")
DATE_DIFF: Final = _difference("date_diff")
"""Neither takes a TIMESTAMPTZ beside a date without a zone.

Observed: https://github.com/growthbook/growthbook/issues/6972"""
DATE_PART: Final = _part("date_part", "r_DATE_PART_function", "pgdate_part")
PGDATE_PART: Final = _part("pgdate_part", "r_DATE_PART_function", "pgdate_part")
EXTRACT: Final = _part("extract", "r_EXTRACT_function", "date_part", floats=(TIMESTAMPTZ, INTERVAL))
DATE_TRUNC: Final = by_kind(
    (
        Overload(
            "date_trunc",
            (TEXT, stamp),
            _moved(stamp),
            "r_DATE_TRUNC",
            constants=_PART,
            date_part=True,
        )
        for stamp in (TIMESTAMP, DATE, TIMESTAMPTZ)
    ),
    place=1,
)
GETDATE: Final = Overload("getdate", (), TIMESTAMP, "r_GETDATE")
SYSDATE: Final = Overload("sysdate", (), TIMESTAMP, "r_SYSDATE")
CURRENT_DATE: Final = Overload("current_date", (), DATE, "r_CURRENT_DATE_function", label="date")
NOW: Final = _of_leader("now", TIMESTAMPTZ, "now")
CURRENT_TIMESTAMP: Final = _of_leader("current_timestamp", TIMESTAMPTZ, "timestamptz")
CURRENT_TIME: Final = _of_leader("current_time", TIMETZ, "timetz")
LOCALTIME: Final = _of_leader("localtime", TIME, "time")
LOCALTIMESTAMP: Final = _of_leader("localtimestamp", TIMESTAMP, "timestamp")
TIMEOFDAY: Final = Overload("timeofday", (), TEXT, "r_TIMEOFDAY_function")
AGE: Final = _age(TIMESTAMP, TIMESTAMP)
AGE_TODAY: Final = _age(TIMESTAMP)
ADD_MONTHS: Final = by_kind(
    Overload("add_months", (stamp, INTEGER), TIMESTAMP, "r_ADD_MONTHS") for stamp in _DAYS
)
LAST_DAY: Final = by_kind(Overload("last_day", (stamp,), DATE, "r_LAST_DAY") for stamp in _DAYS)
NEXT_DAY: Final = by_kind(
    Overload("next_day", (stamp, TEXT), DATE, "r_NEXT_DAY", constants={1: "a day"})
    for stamp in _DAYS
)
MONTHS_BETWEEN: Final = by_kind(
    Overload("months_between", (stamp, stamp), DOUBLE, "r_MONTHS_BETWEEN_function")
    for stamp in _DAYS
)
TRUNC: Final = Overload("trunc", (TIMESTAMP,), DATE, "r_TRUNC_date")
DATE_OF: Final = by_kind(
    Overload("date", (value,), DATE, "r_CAST_function")
    for value in (DATE, TIMESTAMP, TIMESTAMPTZ, TEXT)
)
DATE_PART_YEAR: Final = Overload("date_part_year", (DATE,), INTEGER, "r_DATE_PART_YEAR")
DATE_CMP: Final = _compared("date_cmp", DATE, DATE)
DATE_CMP_TIMESTAMP: Final = _compared("date_cmp_timestamp", DATE, TIMESTAMP)
DATE_CMP_TIMESTAMPTZ: Final = _compared("date_cmp_timestamptz", DATE, TIMESTAMPTZ)
TIMESTAMP_CMP: Final = _compared("timestamp_cmp", TIMESTAMP, TIMESTAMP)
TIMESTAMP_CMP_DATE: Final = _compared("timestamp_cmp_date", TIMESTAMP, DATE)
TIMESTAMP_CMP_TIMESTAMPTZ: Final = _compared("timestamp_cmp_timestamptz", TIMESTAMP, TIMESTAMPTZ)
TIMESTAMPTZ_CMP: Final = _compared("timestamptz_cmp", TIMESTAMPTZ, TIMESTAMPTZ)
TIMESTAMPTZ_CMP_DATE: Final = _compared("timestamptz_cmp_date", TIMESTAMPTZ, DATE)
TIMESTAMPTZ_CMP_TIMESTAMP: Final = _compared("timestamptz_cmp_timestamp", TIMESTAMPTZ, TIMESTAMP)
INTERVAL_CMP: Final = _compared("interval_cmp", INTERVAL, INTERVAL)
CONVERT_TIMEZONE: Final = Overload(
    "convert_timezone", (TEXT, TIMESTAMP), TIMESTAMP, "CONVERT_TIMEZONE", constants=_ZONE
)
CONVERT_BETWEEN_TIMEZONES: Final = Overload(
    "convert_timezone",
    (TEXT, TEXT, TIMESTAMP),
    TIMESTAMP,
    "CONVERT_TIMEZONE",
    constants={**_ZONE, 1: "a time zone"},
)
TIMEZONE: Final = by_kind(
    (
        Overload("timezone", (TEXT, TIMESTAMP), TIMESTAMPTZ, "r_TIMEZONE", constants=_ZONE),
        Overload("timezone", (TEXT, TIMESTAMPTZ), TIMESTAMP, "r_TIMEZONE", constants=_ZONE),
    ),
    place=1,
)
"""``x AT TIME ZONE z`` is ``timezone(z, x)``."""
