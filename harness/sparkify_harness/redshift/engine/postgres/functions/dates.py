"""Date and time functions in PostgreSQL's SQL.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/Date_functions_header.html
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering, constant
from sparkify_harness.redshift.engine.postgres.casts import cast_sql
from sparkify_harness.redshift.errors import InvalidParameterValue
from sparkify_harness.redshift.sql.functions import dates
from sparkify_harness.redshift.sql.functions.dates import date_part_of
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.sql.tree import Cast, CastContext
from sparkify_harness.redshift.types import Kind

_MONTHS: Final = {
    "month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200, "millennium": 12000,
}  # fmt: skip
_UNITS: Final = {
    "microsecond": "1 microsecond",
    "millisecond": "1 millisecond",
    "second": "1 second",
    "minute": "1 minute",
    "hour": "1 hour",
    "day": "1 day",
    "week": "7 days",
    "dayofweek": "1 day",
    "dayofyear": "1 day",
}
_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600}
_FRACTIONS: Final = {"millisecond": 1_000, "microsecond": 1_000_000}
_CLOCKS: Final = frozenset({Kind.TIME, Kind.TIMETZ})
_STAMPS: Final = ("date", "timestamp", "timestamptz", "time", "timetz")
_FIELDS: Final = {
    "dayofweek": "dow",
    "dayofyear": "doy",
    "isoweek": "week",
    "millisecond": "milliseconds",
    "microsecond": "microseconds",
}
_CALENDAR: Final = frozenset(
    {"millennium", "century", "decade", "year", "isoyear", "isoweek", "quarter", "month", "week",
     "dayofweek", "dayofyear", "day"}
)  # fmt: skip
_WEEKS_AND_DAYS: Final = frozenset({"week", "dayofweek", "dayofyear", "isoyear", "isoweek"})


def _part(node: Invocation) -> str:
    return date_part_of(str(constant(node, 0)))


def _refused(part: str, node: Invocation) -> InvalidParameterValue:
    return InvalidParameterValue(f'timestamp units "{part}" not supported for {node.overload.name}')


def _dateadd(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """The sum; the 29th of February plus a year is the 1st of March.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_DATEADD_function.html
    """
    del context
    part, (_, number, stamp) = _part(node), arguments
    kind = node.arguments[2].type.kind
    if kind is Kind.DATE:
        stamp = f"CAST({stamp} AS timestamp)"
    if part in _UNITS:
        return f"({stamp} + {number} * interval '{_UNITS[part]}')"
    if part not in _MONTHS or kind in _CLOCKS:
        raise _refused(part, node)
    if part in {"month", "quarter"}:
        return f"({stamp} + {number} * interval '{_MONTHS[part]} months')"
    moved = f"redshift.add_years(CAST({stamp} AS timestamp), {number} * {_MONTHS[part]})"
    return f"CAST({moved} AS timestamptz)" if kind is Kind.TIMESTAMPTZ else moved


def _datediff(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """Boundaries crossed, not time passed; of zoned timestamps those of the session's zone."""
    del context
    part, kind = _part(node), node.arguments[1].type.kind
    if part in {"dayofweek", "dayofyear"}:
        part = "day"
    if part not in {*_MONTHS, *_UNITS} or (
        kind in _CLOCKS and (part in _MONTHS or part in {"day", "week"})
    ):
        raise _refused(part, node)
    start, end = arguments[1:]
    if kind is Kind.TIMETZ:
        start, end = (f"CAST({each} AT TIME ZONE 'UTC' AS time)" for each in (start, end))
    elif kind is not Kind.TIME:
        start, end = (f"CAST({each} AS timestamp)" for each in (start, end))
    if part == "week":
        return f"redshift.weeks({start}, {end})"
    first, last = (_number(part, each) for each in (start, end))
    return f"CAST({last} - {first} AS bigint)"


def _number(part: str, stamp: str) -> str:
    """How many boundaries lie before a moment."""
    year = f"date_part('year', {stamp})"
    if part in _FRACTIONS:
        return f"floor(extract(epoch FROM {stamp}) * {_FRACTIONS[part]})"
    if part in _SECONDS:
        return f"floor(extract(epoch FROM {stamp}) / {_SECONDS[part]})"
    if part == "day":
        return f"CAST({stamp} AS date)"
    if part in {"month", "quarter"}:
        month = f"({year} * 12 + date_part('month', {stamp}) - 1)"
        return f"floor({month} / {_MONTHS[part]})"
    if part in {"century", "millennium"}:
        year = f"({year} - 1)"  # it begins with its year 1, a decade with its year 0
    return f"floor({year} / {_MONTHS[part] // 12})"


def _value(arguments: Sequence[str], node: Invocation) -> str:
    """The part; milliseconds and microseconds are those of the second, decades begin with 1.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_Dateparts_for_datetime_functions.html
    """
    part, kind = _part(node), node.arguments[1].type.kind
    stamp = arguments[1]
    if part.startswith("timezone") and kind not in {Kind.TIMETZ, Kind.TIMESTAMPTZ}:
        raise _refused(part, node)
    if kind in _CLOCKS and part in _CALENDAR:
        raise _refused(part, node)
    if kind is Kind.INTERVAL:
        if part in _WEEKS_AND_DAYS:
            raise _refused(part, node)
        stamp = f"justify_hours({stamp})"
    value = f"date_part('{_FIELDS.get(part, part)}', {stamp})"
    if part in _FRACTIONS:
        return f"mod(CAST({value} AS numeric), {_FRACTIONS[part]})"
    if part == "decade" and kind is not Kind.INTERVAL:
        return f"({value} + 1)"
    return value


def _date_part(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del context
    return f"CAST({_value(arguments, node)} AS double precision)"


def _extract(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """As DATE_PART; an INTEGER result has no fraction."""
    value = _date_part(arguments, node, context)
    return value if node.type.kind is Kind.DOUBLE else f"CAST(trunc({value}) AS integer)"


def _trunc(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del context
    part, stamp = _part(node), arguments[1]
    if part not in {*_MONTHS, *_UNITS} - {"dayofweek", "dayofyear"}:
        raise _refused(part, node)
    if node.arguments[1].type.kind is Kind.DATE:
        stamp = f"CAST({stamp} AS timestamp)"
    return f"date_trunc('{_FIELDS.get(part, part)}', {stamp})"


def _date(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """``date(x)`` is a cast."""
    del context
    return cast_sql(arguments[0], Cast(node.type, node.arguments[0], CastContext.EXPLICIT))


LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    **dict.fromkeys(dates.DATE_OF.values(), _date),
    **dict.fromkeys((*dates.DATEADD.values(), *dates.DATE_ADD.values()), _dateadd),
    **dict.fromkeys((*dates.DATEDIFF.values(), *dates.DATE_DIFF.values()), _datediff),
    **dict.fromkeys((*dates.DATE_PART.values(), *dates.PGDATE_PART.values()), _date_part),
    **dict.fromkeys(dates.EXTRACT.values(), _extract),
    **dict.fromkeys(dates.DATE_TRUNC.values(), _trunc),
    **dict.fromkeys(dates.ADD_MONTHS.values(), "redshift.add_months(CAST({0} AS timestamp), {1})"),
    **dict.fromkeys(dates.LAST_DAY.values(), "redshift.last_day(CAST({0} AS timestamp))"),
    **dict.fromkeys(
        dates.MONTHS_BETWEEN.values(),
        "redshift.months_between(CAST({0} AS timestamp), CAST({1} AS timestamp))",
    ),
    dates.TRUNC: "CAST({0} AS date)",
    dates.DATE_PART_YEAR: "CAST(date_part('year', {0}) AS integer)",
}
