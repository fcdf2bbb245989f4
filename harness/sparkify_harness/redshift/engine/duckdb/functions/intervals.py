"""Dates, times and intervals added, subtracted and multiplied.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_interval_literals.html
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.output import interval_microseconds, interval_months
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering
from sparkify_harness.redshift.sql.functions import operators
from sparkify_harness.redshift.sql.functions.registry import Overload
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


_STAMPS: Final = (Kind.DATE, Kind.TIMESTAMP, Kind.TIMESTAMPTZ, Kind.TIME, Kind.TIMETZ)
_SPANS: Final = "(to_microseconds(epoch_us({0}) - epoch_us({1})))"

LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    operators.ADD[Kind.DATE, Kind.INTEGER]: "({0} + {1})",
    operators.ADD[Kind.INTEGER, Kind.DATE]: "({1} + {0})",
    operators.SUBTRACT[Kind.DATE, Kind.INTEGER]: "({0} - {1})",
    operators.SUBTRACT[Kind.DATE, Kind.DATE]: "CAST({0} - {1} AS INTEGER)",
    **{operators.ADD[kind, Kind.INTERVAL]: "({0} + {1})" for kind in _STAMPS},
    **{operators.SUBTRACT[kind, Kind.INTERVAL]: "({0} - {1})" for kind in _STAMPS},
    **{operators.ADD[Kind.INTERVAL, kind]: "({1} + {0})" for kind in _STAMPS},
    operators.ADD[Kind.INTERVAL, Kind.INTERVAL]: "({0} + {1})",
    operators.SUBTRACT[Kind.INTERVAL, Kind.INTERVAL]: "({0} - {1})",
    operators.SUBTRACT[Kind.TIMESTAMP, Kind.TIMESTAMP]: _SPANS,
    operators.SUBTRACT[Kind.TIMESTAMPTZ, Kind.TIMESTAMPTZ]: _SPANS,
    operators.SUBTRACT[Kind.TIME, Kind.TIME]: _SPANS,
    operators.ADD[Kind.DATE, Kind.TIME]: "({0} + {1})",
    operators.ADD[Kind.TIME, Kind.DATE]: "({1} + {0})",
    operators.ADD[Kind.DATE, Kind.TIMETZ]: "({0} + {1})",
    operators.ADD[Kind.TIMETZ, Kind.DATE]: "({1} + {0})",
    operators.MULTIPLY[Kind.INTERVAL, Kind.DOUBLE]: _scaled(0, 1),
    operators.MULTIPLY[Kind.DOUBLE, Kind.INTERVAL]: _scaled(1, 0),
    operators.DIVIDE[Kind.INTERVAL, Kind.DOUBLE]: _scaled(0, 1, divide=True),
}
