"""Comparison: strings without regard to blanks at their end, as PostgreSQL compares ``bpchar``.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_comparison_condition.html
"""

from typing import Final

from sparkify_harness.redshift.engine.lowering import Lowering
from sparkify_harness.redshift.engine.wording import ignores_blanks
from sparkify_harness.redshift.sql.functions.operators import COMPARABLE, COMPARISONS
from sparkify_harness.redshift.sql.functions.signatures import short_name
from sparkify_harness.redshift.types import RedshiftType

COMPARED: Final = "(CASE WHEN {0} < {1} THEN -1 WHEN {0} > {1} THEN 1 WHEN {0} = {1} THEN 0 END)"
"""-1, 0 or 1, as the comparison functions answer."""


def key(sql: str, type: RedshiftType) -> str:  # noqa: A002 - the word of the domain
    """What stands for a value where equality and order matter."""
    return f"CAST({sql} AS bpchar)" if ignores_blanks(type) else sql


def _blind(template: str) -> str:
    for place in ("{0}", "{1}"):
        template = template.replace(place, f"CAST({place} AS bpchar)")
    return template


LOWERINGS: Final[dict[str, Lowering]] = {
    **{
        f"{symbol}:{short_name(operand)},{short_name(operand)}": (
            _blind(f"({{0}} {symbol} {{1}})") if operand.kind.is_text else f"({{0}} {symbol} {{1}})"
        )
        for symbol in COMPARISONS
        for operand in COMPARABLE
    },
    "bpcharcmp:varchar,varchar": _blind(COMPARED),
    "bttext_pattern_cmp:varchar,varchar": COMPARED,
    **{
        f"{name}:{kinds}": COMPARED
        for name, kinds in (
            ("date_cmp", "date,date"),
            ("date_cmp_timestamp", "date,timestamp"),
            ("date_cmp_timestamptz", "date,timestamptz"),
            ("timestamp_cmp", "timestamp,timestamp"),
            ("timestamp_cmp_date", "timestamp,date"),
            ("timestamp_cmp_timestamptz", "timestamp,timestamptz"),
            ("timestamptz_cmp", "timestamptz,timestamptz"),
            ("timestamptz_cmp_date", "timestamptz,date"),
            ("timestamptz_cmp_timestamp", "timestamptz,timestamp"),
            ("interval_cmp", "interval,interval"),
        )
    },
}
