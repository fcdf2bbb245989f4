"""Intervals of months, which only the leader node can reckon with.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_interval_literals.html
Observed:
    https://github.com/OHDSI/SqlRender/issues/62
    https://github.com/lightdash/lightdash/issues/21104
"""

from sparkify_harness.redshift.errors import ComputeFault
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.bind.scope import Scope
from sparkify_harness.redshift.sql.traversal import walk
from sparkify_harness.redshift.types import Kind


def note_months(call: tree.Call, scope: Scope) -> None:
    """Note that compute nodes will refuse an operation of a column with months or years.

    Constants alone are reckoned on the leader node. DATEADD is what columns take.

    Args:
        call: An operator and its operands.
        scope: The names in sight.
    """
    if not any(operand.type.kind is Kind.INTERVAL for operand in call.arguments):
        return
    constants = [operand for operand in call.arguments if not _reads(operand)]
    if len(constants) < len(call.arguments) and any(map(_has_months, constants)):
        scope.binding.compute_faults.append(
            ComputeFault("Interval values with month or year parts are not supported")
        )


def _reads(operand: tree.Expression) -> bool:
    return any(isinstance(part, tree.ColumnRef) for part in walk(operand))


def _has_months(operand: tree.Expression) -> bool:
    return any(
        isinstance(part, tree.Literal)
        and isinstance(part.value, tree.Interval)
        and part.value.months != 0
        for part in walk(operand)
    )
