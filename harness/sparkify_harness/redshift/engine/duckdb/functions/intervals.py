"""Dates, times and intervals added, subtracted and multiplied.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_interval_literals.html
"""

from collections.abc import Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.output import interval_microseconds, interval_months
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering
from sparkify_harness.redshift.sql.intervals import DAY
from sparkify_harness.redshift.sql.tree import Interval, Literal
from sparkify_harness.redshift.types import Kind


def _scaled(interval: int, number: int, *, divide: bool = False) -> Lowering:
    """An interval times a number: fractions of months become days, of 30 to a month."""

    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del context
        factor = f"(1.0::DOUBLE / {arguments[number]})" if divide else arguments[number]
        argument = node.arguments[interval]
        if isinstance(argument, Literal) and isinstance(argument.value, Interval):
            months: str = str(argument.value.months)
            micros: str = str(argument.value.days * DAY + argument.value.microseconds)
            if months == "0":
                return f"to_microseconds(CAST(round({factor} * {micros}) AS BIGINT))"
        else:
            months = interval_months(arguments[interval])
            micros = interval_microseconds(arguments[interval])
        whole = f"trunc({factor} * {months})"
        rest = f"({factor} * {months} - {whole}) * {30 * DAY}"
        return (
            f"(to_months(CAST({whole} AS INTEGER)) + "
            f"to_microseconds(CAST(round({factor} * {micros} + {rest}) AS BIGINT)))"
        )

    return lower


_SPANS: Final = "(to_microseconds(epoch_us({0}) - epoch_us({1})))"

LOWERINGS: Final[dict[str, Lowering]] = {
    "+:date,integer": "({0} + {1})",
    "+:integer,date": "({1} + {0})",
    "-:date,integer": "({0} - {1})",
    "-:date,date": "CAST({0} - {1} AS INTEGER)",
    **{
        key: template
        for kind in (Kind.DATE, Kind.TIMESTAMP, Kind.TIMESTAMPTZ, Kind.TIME, Kind.TIMETZ)
        for name in [kind.name.lower()]
        for key, template in (
            (f"+:{name},interval", "({0} + {1})"),
            (f"-:{name},interval", "({0} - {1})"),
            (f"+:interval,{name}", "({1} + {0})"),
        )
    },
    "+:interval,interval": "({0} + {1})",
    "-:interval,interval": "({0} - {1})",
    "-:timestamp,timestamp": _SPANS,
    "-:timestamptz,timestamptz": _SPANS,
    "-:time,time": _SPANS,
    "+:date,time": "({0} + {1})",
    "+:time,date": "({1} + {0})",
    "+:date,timetz": "({0} + {1})",
    "+:timetz,date": "({1} + {0})",
    "*:interval,double": _scaled(0, 1),
    "*:double,interval": _scaled(1, 0),
    "/:interval,double": _scaled(0, 1, divide=True),
    "unary-:interval": "(- {0})",
}
