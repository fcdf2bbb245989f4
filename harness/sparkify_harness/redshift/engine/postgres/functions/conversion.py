"""TO_CHAR, TO_DATE, TO_TIMESTAMP and TO_NUMBER, which Redshift has from PostgreSQL.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_Data_type_formatting.html
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering
from sparkify_harness.redshift.engine.postgres.functions.arithmetic import typed
from sparkify_harness.redshift.sql.functions import conversion
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.types import Kind


def _by_template(function: str) -> Lowering:
    """Of two arguments: that it is strict needs no saying, as PostgreSQL always is."""

    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del node, context
        return f"{function}({', '.join(arguments[:2])})"

    return lower


LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    **{
        conversion.TO_CHAR[kind]: _by_template("to_char")
        for kind in (Kind.TIMESTAMP, Kind.TIMESTAMPTZ, Kind.BIGINT, Kind.NUMERIC, Kind.DOUBLE)
    },
    conversion.TO_DATE: _by_template("to_date"),
    conversion.TO_TIMESTAMP: _by_template("to_timestamp"),
    conversion.TO_NUMBER: typed("to_number({0}, {1})"),
}
