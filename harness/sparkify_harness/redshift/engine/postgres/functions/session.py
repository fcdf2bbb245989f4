"""What the session answers, as constants, and the series of numbers of PostgreSQL's.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_functions_leader_node_only.html
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.answers import ANSWERS, Answer
from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering
from sparkify_harness.redshift.engine.postgres.literals import literal_sql
from sparkify_harness.redshift.errors import InvalidParameterValue
from sparkify_harness.redshift.sql.functions import session
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.sql.tree import Literal


def _told(value: Answer) -> Lowering:
    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del arguments
        return literal_sql(Literal(node.type, value(node, context)))

    return lower


def _series(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del context
    match node.arguments:
        case [_, _, Literal(value=0)]:
            raise InvalidParameterValue("step size may not equal zero")
    return f"generate_series({', '.join(arguments)})"


LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    **{overload: _told(value) for overload, value in ANSWERS.items()},
    **dict.fromkeys(session.GENERATE_SERIES.values(), _series),
}
