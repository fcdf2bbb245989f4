"""Dates, times and intervals added, subtracted and multiplied, as PostgreSQL does it.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_interval_literals.html
"""

from typing import Final

from sparkify_harness.redshift.engine.lowering import Lowering

_STAMPS: Final = ("date", "timestamp", "timestamptz", "time", "timetz", "interval")

LOWERINGS: Final[dict[str, Lowering]] = {
    **{f"+:{kinds}": "({0} + {1})" for kinds in ("date,integer", "integer,date")},
    "-:date,integer": "({0} - {1})",
    "-:date,date": "({0} - {1})",
    **{f"+:{kind},interval": "({0} + {1})" for kind in _STAMPS},
    **{f"-:{kind},interval": "({0} - {1})" for kind in _STAMPS},
    **{f"+:interval,{kind}": "({1} + {0})" for kind in _STAMPS if kind != "interval"},
    **{f"-:{kind},{kind}": "({0} - {1})" for kind in ("timestamp", "timestamptz", "time")},
    **{
        f"+:{kinds}": "({0} + {1})"
        for kinds in ("date,time", "time,date", "date,timetz", "timetz,date")
    },
    "*:interval,double": "({0} * {1})",
    "*:double,interval": "({0} * {1})",
    "/:interval,double": "({0} / {1})",
    "unary-:interval": "(- {0})",
}
