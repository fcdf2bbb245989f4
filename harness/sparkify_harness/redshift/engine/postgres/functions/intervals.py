"""Dates, times and intervals added, subtracted and multiplied, as PostgreSQL does it.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_interval_literals.html
"""

from collections.abc import Mapping
from typing import Final

from sparkify_harness.redshift.engine.lowering import Lowering
from sparkify_harness.redshift.sql.functions import operators
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.types import Kind

_STAMPS: Final = (Kind.DATE, Kind.TIMESTAMP, Kind.TIMESTAMPTZ, Kind.TIME, Kind.TIMETZ)

LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    operators.ADD[Kind.DATE, Kind.INTEGER]: "({0} + {1})",
    operators.ADD[Kind.INTEGER, Kind.DATE]: "({0} + {1})",
    operators.SUBTRACT[Kind.DATE, Kind.INTEGER]: "({0} - {1})",
    operators.SUBTRACT[Kind.DATE, Kind.DATE]: "({0} - {1})",
    **{operators.ADD[kind, Kind.INTERVAL]: "({0} + {1})" for kind in (*_STAMPS, Kind.INTERVAL)},
    **{
        operators.SUBTRACT[kind, Kind.INTERVAL]: "({0} - {1})" for kind in (*_STAMPS, Kind.INTERVAL)
    },
    **{operators.ADD[Kind.INTERVAL, kind]: "({1} + {0})" for kind in _STAMPS},
    **{
        operators.SUBTRACT[kind, kind]: "({0} - {1})"
        for kind in (Kind.TIMESTAMP, Kind.TIMESTAMPTZ, Kind.TIME)
    },
    **{
        overload: "({0} + {1})"
        for clock in (Kind.TIME, Kind.TIMETZ)
        for overload in (operators.ADD[Kind.DATE, clock], operators.ADD[clock, Kind.DATE])
    },
    operators.MULTIPLY[Kind.INTERVAL, Kind.DOUBLE]: "({0} * {1})",
    operators.MULTIPLY[Kind.DOUBLE, Kind.INTERVAL]: "({0} * {1})",
    operators.DIVIDE[Kind.INTERVAL, Kind.DOUBLE]: "({0} / {1})",
}
