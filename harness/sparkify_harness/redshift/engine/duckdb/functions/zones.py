"""Time zones and the functions that need the session's clock.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/CONVERT_TIMEZONE.html
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.faults import text_sql
from sparkify_harness.redshift.engine.duckdb.functions.comparison import COMPARED
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering, constant
from sparkify_harness.redshift.engine.moments import age, weekday
from sparkify_harness.redshift.errors import InvalidParameterValue
from sparkify_harness.redshift.sql.datetimes import ABBREVIATIONS, zone_of
from sparkify_harness.redshift.sql.functions import dates
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.types import Kind

_POSIX: Final = re.compile(r".*?\s*(?P<sign>[+-]?)(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?")
_FARTHEST: Final = 15
"""Hours from Greenwich to the farthest zone: ``Asia/Riyadh87`` is a name, and one that is gone.

Redshift: https://docs.aws.amazon.com/redshift/latest/mgmt/behavior-changes.html
"""


def fixed_minutes(name: str) -> int | None:
    """Minutes east of Greenwich of an abbreviation or a POSIX form; None for a name of a zone.

    POSIX offsets count to the west: ``NEWZONE +2`` is two hours behind Greenwich.

    Raises:
        InvalidParameterValue: There is no such zone.
    """
    folded = name.strip().lower()
    if folded in ABBREVIATIONS:
        return ABBREVIATIONS[folded]
    if isinstance(zone_of(name), ZoneInfo):
        return None
    match = _POSIX.fullmatch(folded)
    if match is None or int(match["hour"]) > _FARTHEST:
        raise InvalidParameterValue(f'time zone "{name}" not recognized')
    minutes = int(match["hour"]) * 60 + int(match["minute"] or 0)
    return minutes if match["sign"] == "-" else -minutes


def _to_utc(stamp: str, zone: str) -> str:
    minutes = fixed_minutes(zone)
    if minutes is None:
        return f"timezone('UTC', timezone({text_sql(zone)}, {stamp}))"
    return f"({stamp} - to_minutes({minutes}))" if minutes else stamp


def _from_utc(stamp: str, zone: str) -> str:
    minutes = fixed_minutes(zone)
    if minutes is None:
        return f"timezone({text_sql(zone)}, timezone('UTC', {stamp}))"
    return f"({stamp} + to_minutes({minutes}))" if minutes else stamp


def _convert(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del context
    zones = [str(constant(node, index)) for index in range(len(arguments) - 1)]
    stamp = arguments[-1] if len(zones) == 1 else _to_utc(arguments[-1], zones[0])
    return _from_utc(stamp, zones[-1])


def _at_zone(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """AT TIME ZONE: a TIMESTAMP is in the zone, a TIMESTAMPTZ is shown in it."""
    del context
    zone = str(constant(node, 0))
    if node.arguments[1].type.kind is Kind.TIMESTAMP:
        return f"timezone('UTC', {_to_utc(arguments[1], zone)})"
    return _from_utc(f"timezone('UTC', {arguments[1]})", zone)


def _next_day(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del context
    date = f"CAST({arguments[0]} AS DATE)"
    ahead = f"(({weekday(node)} - datepart('dow', {date}) + 6) % 7 + 1)"
    return f"({date} + CAST({ahead} AS INTEGER))"


def _compared(*, zoned_first: bool) -> Lowering:
    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del node
        zone = text_sql(context.settings.get("timezone", "UTC"))
        plain = f"timezone({zone}, CAST({arguments[1 if zoned_first else 0]} AS TIMESTAMP))"
        left, right = (arguments[0], plain) if zoned_first else (plain, arguments[1])
        return COMPARED.format(left, right)

    return lower


_MONTHS = (
    "(datepart('year', {0}) - datepart('year', {1})) * 12 "
    "+ datepart('month', {0}) - datepart('month', {1})"
)
_SAME_DAY = (
    "datepart('day', {0}) = datepart('day', {1}) OR (datepart('day', {0}) = "
    "datepart('day', last_day({0})) AND datepart('day', {1}) = datepart('day', last_day({1})))"
)
_FRACTION = (
    "(datepart('day', {0}) - datepart('day', {1}) + (epoch({0}) - epoch(date_trunc('day', {0})) "
    "- epoch({1}) + epoch(date_trunc('day', {1}))) / 86400.0) / 31.0"
)
_MONTHS_BETWEEN = f"CAST({_MONTHS} + CASE WHEN {_SAME_DAY} THEN 0 ELSE {_FRACTION} END AS DOUBLE)"

LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    dates.CONVERT_TIMEZONE: _convert,
    dates.CONVERT_BETWEEN_TIMEZONES: _convert,
    dates.TIMEZONE[Kind.TIMESTAMP]: _at_zone,
    dates.TIMEZONE[Kind.TIMESTAMPTZ]: _at_zone,
    dates.AGE: age,
    dates.AGE_TODAY: age,
    **dict.fromkeys(dates.NEXT_DAY.values(), _next_day),
    **dict.fromkeys(dates.MONTHS_BETWEEN.values(), _MONTHS_BETWEEN),
    dates.DATE_CMP_TIMESTAMPTZ: _compared(zoned_first=False),
    dates.TIMESTAMP_CMP_TIMESTAMPTZ: _compared(zoned_first=False),
    dates.TIMESTAMPTZ_CMP_DATE: _compared(zoned_first=True),
    dates.TIMESTAMPTZ_CMP_TIMESTAMP: _compared(zoned_first=True),
}
