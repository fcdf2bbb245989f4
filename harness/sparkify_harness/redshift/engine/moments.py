"""Functions of days that all engines say alike, and what they are told for it.

Redshift:
    https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_functions_leader_node_only.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_NEXT_DAY.html
"""

from collections.abc import Sequence
from typing import Final

from sparkify_harness.redshift.engine.answers import session_zone
from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.lowering import Invocation, constant
from sparkify_harness.redshift.errors import InvalidParameterValue

_DAYS: Final = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")


def age(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """AGE; of one moment, it counts to the midnight at which today began."""
    del node
    if len(arguments) == 2:
        return f"age({arguments[0]}, {arguments[1]})"
    today = context.transaction_time.astimezone(session_zone(context)).date()
    return f"age(TIMESTAMP '{today} 00:00:00', {arguments[0]})"


def weekday(node: Invocation) -> int:
    """The day that NEXT_DAY looks for, from 0 for Sunday.

    Raises:
        InvalidParameterValue: There is no such day.
    """
    word = str(constant(node, 1)).strip().lower()
    for number, day in enumerate(_DAYS):
        if len(word) > 1 and day.startswith(word):
            return number
    raise InvalidParameterValue(f'invalid day of week: "{word}"')
