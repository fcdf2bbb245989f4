"""What the session answers, as constants, and the series of numbers of PostgreSQL's.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_functions_leader_node_only.html
"""

from collections.abc import Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.functions import session, zones
from sparkify_harness.redshift.engine.duckdb.functions.lowering import Lowering, Node
from sparkify_harness.redshift.engine.postgres.storage import storage_type
from sparkify_harness.redshift.errors import InvalidParameterValue
from sparkify_harness.redshift.sql.tree import Literal

_CLOCK: Final = (
    "getdate:", "sysdate:", "current_date:", "now:", "current_timestamp:", "current_time:",
    "localtime:", "localtimestamp:", "timeofday:",
)  # fmt: skip
_SELF: Final = (
    "version:", "current_database:", "db_collation:", "current_schema:", "current_schemas:boolean",
    "current_user:", "user:", "session_user:", "current_user_id:", "pg_backend_pid:",
    "pg_last_copy_count:", "pg_last_copy_id:", "pg_last_unload_count:", "pg_last_query_id:",
    "current_setting:varchar", "pg_get_userbyid:oid",
    *(f"has_{what}_privilege:{kinds}" for what in ("table", "schema", "database")
      for kinds in ("varchar,varchar", "varchar,varchar,varchar")),
)  # fmt: skip
ANSWERED: Final = frozenset({*_CLOCK, *_SELF})
"""What both engines are told: that they agree says nothing of it, but for what is around it."""


def _told(key: str) -> Lowering:
    """The constant that the session answers, of the type of PostgreSQL's."""
    known = {**session.LOWERINGS, **zones.LOWERINGS}[key]

    def lower(arguments: Sequence[str], node: Node, context: ExecutionContext) -> str:
        sql = known if isinstance(known, str) else known(arguments, node, context)
        return f"CAST({sql} AS {storage_type(node.type)})"

    return lower


def _series(arguments: Sequence[str], node: Node, context: ExecutionContext) -> str:
    del context
    match node.arguments:
        case [_, _, Literal(value=0)]:
            raise InvalidParameterValue("step size may not equal zero")
    return f"generate_series({', '.join(arguments)})"


LOWERINGS: Final[dict[str, Lowering]] = {
    **{key: _told(key) for key in sorted(ANSWERED)},
    **{f"generate_series:{kind},{kind},{kind}": _series for kind in ("integer", "bigint")},
}
