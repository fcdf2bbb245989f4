"""Time zones, which PostgreSQL knows by itself, and functions of the session's clock.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/CONVERT_TIMEZONE.html
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.answers import session_zone
from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering, constant
from sparkify_harness.redshift.engine.postgres.faults import text_sql
from sparkify_harness.redshift.errors import InvalidParameterValue
from sparkify_harness.redshift.sql.functions import dates
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.types import Kind

_DAYS: Final = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")


def _convert(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del context
    zones = [text_sql(str(constant(node, index))) for index in range(len(arguments) - 1)]
    source, target = ("'UTC'", *zones)[-2:]
    return f"timezone({target}, timezone({source}, {arguments[-1]}))"


def _age(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del node
    if len(arguments) == 2:
        return f"age({arguments[0]}, {arguments[1]})"
    today = context.transaction_time.astimezone(session_zone(context)).date()
    return f"age(timestamp '{today} 00:00:00', {arguments[0]})"


def _next_day(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del context
    word = str(constant(node, 1)).strip().lower()
    number = next(
        (index for index, day in enumerate(_DAYS) if len(word) > 1 and day.startswith(word)), None
    )
    if number is None:
        raise InvalidParameterValue(f'invalid day of week: "{word}"')
    date = f"CAST({arguments[0]} AS date)"
    ahead = f"((6 + {number} - CAST(extract(dow FROM {date}) AS integer)) % 7 + 1)"
    return f"({date} + {ahead})"


LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    dates.CONVERT_TIMEZONE: _convert,
    dates.CONVERT_BETWEEN_TIMEZONES: _convert,
    dates.TIMEZONE[Kind.TIMESTAMP]: "timezone({0}, {1})",
    dates.TIMEZONE[Kind.TIMESTAMPTZ]: "timezone({0}, {1})",
    dates.AGE: _age,
    dates.AGE_TODAY: _age,
    **dict.fromkeys(dates.NEXT_DAY.values(), _next_day),
}
