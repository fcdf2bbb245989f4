"""TO_CHAR, TO_DATE, TO_TIMESTAMP and TO_NUMBER, which Redshift has from PostgreSQL.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_Data_type_formatting.html
"""

from collections.abc import Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering
from sparkify_harness.redshift.engine.postgres.functions.arithmetic import typed


def _by_template(function: str) -> Lowering:
    """Of two arguments: that it is strict needs no saying, as PostgreSQL always is."""

    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del node, context
        return f"{function}({', '.join(arguments[:2])})"

    return lower


LOWERINGS: Final[dict[str, Lowering]] = {
    **{
        f"to_char:{kind},varchar": _by_template("to_char")
        for kind in ("timestamp", "timestamptz", "bigint", "numeric", "double")
    },
    "to_date:varchar,varchar,boolean": _by_template("to_date"),
    "to_timestamp:varchar,varchar,boolean": _by_template("to_timestamp"),
    "to_number:varchar,varchar": typed("to_number({0}, {1})"),
}
