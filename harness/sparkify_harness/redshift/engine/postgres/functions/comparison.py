"""Comparison: strings without regard to blanks at their end, as PostgreSQL compares ``bpchar``.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_comparison_condition.html
"""

from collections.abc import Mapping
from typing import Final

from sparkify_harness.redshift.engine.lowering import Lowering
from sparkify_harness.redshift.engine.wording import ignores_blanks
from sparkify_harness.redshift.sql.functions import dates, operators, strings
from sparkify_harness.redshift.sql.functions.registry import Overload
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


LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    **{
        each: (_blind if kind.is_text else str)(f"({{0}} {each.name} {{1}})")
        for overloads in operators.COMPARISONS
        for kind, each in overloads.items()
    },
    strings.BPCHARCMP: _blind(COMPARED),
    strings.BTTEXT_PATTERN_CMP: COMPARED,
    dates.DATE_CMP: COMPARED,
    dates.DATE_CMP_TIMESTAMP: COMPARED,
    dates.DATE_CMP_TIMESTAMPTZ: COMPARED,
    dates.TIMESTAMP_CMP: COMPARED,
    dates.TIMESTAMP_CMP_DATE: COMPARED,
    dates.TIMESTAMP_CMP_TIMESTAMPTZ: COMPARED,
    dates.TIMESTAMPTZ_CMP: COMPARED,
    dates.TIMESTAMPTZ_CMP_DATE: COMPARED,
    dates.TIMESTAMPTZ_CMP_TIMESTAMP: COMPARED,
    dates.INTERVAL_CMP: COMPARED,
}
