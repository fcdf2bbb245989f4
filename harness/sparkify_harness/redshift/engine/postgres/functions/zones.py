"""Time zones, which PostgreSQL knows by itself, and functions of the session's clock.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/CONVERT_TIMEZONE.html
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering, constant
from sparkify_harness.redshift.engine.moments import age, weekday
from sparkify_harness.redshift.engine.postgres.faults import text_sql
from sparkify_harness.redshift.sql.functions import dates
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.types import Kind


def _convert(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del context
    zones = [text_sql(str(constant(node, index))) for index in range(len(arguments) - 1)]
    source, target = ("'UTC'", *zones)[-2:]
    return f"timezone({target}, timezone({source}, {arguments[-1]}))"


def _next_day(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del context
    date = f"CAST({arguments[0]} AS date)"
    ahead = f"((6 + {weekday(node)} - CAST(extract(dow FROM {date}) AS integer)) % 7 + 1)"
    return f"({date} + {ahead})"


LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    dates.CONVERT_TIMEZONE: _convert,
    dates.CONVERT_BETWEEN_TIMEZONES: _convert,
    dates.TIMEZONE[Kind.TIMESTAMP]: "timezone({0}, {1})",
    dates.TIMEZONE[Kind.TIMESTAMPTZ]: "timezone({0}, {1})",
    dates.AGE: age,
    dates.AGE_TODAY: age,
    **dict.fromkeys(dates.NEXT_DAY.values(), _next_day),
}
