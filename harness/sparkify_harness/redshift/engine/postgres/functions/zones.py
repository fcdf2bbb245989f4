"""Time zones, which PostgreSQL knows by itself, and functions of the session's clock.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/CONVERT_TIMEZONE.html
"""

from collections.abc import Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering, constant
from sparkify_harness.redshift.engine.moments import age, weekday
from sparkify_harness.redshift.engine.postgres.faults import text_sql


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


LOWERINGS: Final[dict[str, Lowering]] = {
    "convert_timezone:varchar,timestamp": _convert,
    "convert_timezone:varchar,varchar,timestamp": _convert,
    "timezone:varchar,timestamp": "timezone({0}, {1})",
    "timezone:varchar,timestamptz": "timezone({0}, {1})",
    "age:timestamp,timestamp": age,
    "age:timestamp": age,
    **{f"next_day:{kind},varchar": _next_day for kind in ("date", "timestamp")},
}
