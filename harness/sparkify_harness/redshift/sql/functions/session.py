"""System information and administration functions.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_System_information_functions.html
"""

from typing import Final

from sparkify_harness.redshift.sql.functions.registry import ClusterNode, FunctionKind, Overload
from sparkify_harness.redshift.sql.functions.signatures import by_kind
from sparkify_harness.redshift.types import (
    BIGINT,
    BOOLEAN,
    INTEGER,
    NAME,
    OID,
    TEXT,
)

_LEADER: Final = ClusterNode.LEADER

_ABOUT_TABLES: Final = frozenset(
    {"select", "insert", "update", "delete", "references", "drop", "rule", "trigger"}
)
_ABOUT_SCHEMAS: Final = frozenset({"create", "usage"})
_ABOUT_DATABASES: Final = frozenset({"create", "temporary", "temp", "usage"})


def _privilege(what: str, privileges: frozenset[str], *, user: bool = False) -> Overload:
    names = 3 if user else 2
    return Overload(
        f"has_{what}_privilege",
        (TEXT,) * names,
        BOOLEAN,
        f"r_HAS_{what.upper()}_PRIVILEGE",
        node=_LEADER,
        constants=dict.fromkeys(range(names), "a name"),
        privileges=privileges,
    )


VERSION: Final = Overload("version", (), TEXT, "r_VERSION", node=_LEADER)
CURRENT_DATABASE: Final = Overload("current_database", (), NAME, "r_CURRENT_DATABASE")
DB_COLLATION: Final = Overload("db_collation", (), TEXT, "r_CREATE_TABLE_NEW")
CURRENT_SCHEMA: Final = Overload("current_schema", (), NAME, "r_CURRENT_SCHEMA", node=_LEADER)
CURRENT_SCHEMAS: Final = Overload(
    "current_schemas",
    (BOOLEAN,),
    TEXT,
    "r_CURRENT_SCHEMAS",
    node=_LEADER,
    constants={0: "a flag"},
)
SCHEMA_AT: Final = Overload(
    "current_schemas[]",
    (BOOLEAN, INTEGER),
    NAME,
    "r_CURRENT_SCHEMAS",
    node=_LEADER,
    constants={0: "a flag"},
)
CURRENT_USER: Final = Overload("current_user", (), NAME, "r_CURRENT_USER")
USER: Final = Overload("user", (), NAME, "r_USER", label="current_user")
SESSION_USER: Final = Overload("session_user", (), NAME, "r_SESSION_USER")
CURRENT_USER_ID: Final = Overload("current_user_id", (), INTEGER, "r_CURRENT_USER_ID")
PG_BACKEND_PID: Final = Overload("pg_backend_pid", (), INTEGER, "PG_BACKEND_PID")
PG_LAST_COPY_COUNT: Final = Overload("pg_last_copy_count", (), BIGINT, "PG_LAST_COPY_COUNT")
PG_LAST_COPY_ID: Final = Overload("pg_last_copy_id", (), INTEGER, "PG_LAST_COPY_ID")
PG_LAST_UNLOAD_COUNT: Final = Overload("pg_last_unload_count", (), BIGINT, "PG_LAST_UNLOAD_COUNT")
PG_LAST_QUERY_ID: Final = Overload("pg_last_query_id", (), BIGINT, "PG_LAST_QUERY_ID")
CURRENT_SETTING: Final = Overload(
    "current_setting", (TEXT,), TEXT, "r_CURRENT_SETTING", constants={0: "a name"}
)
PG_CANCEL_BACKEND: Final = Overload(
    "pg_cancel_backend",
    (INTEGER,),
    BOOLEAN,
    "PG_CANCEL_BACKEND",
    volatile=True,
    effect=True,
    node=_LEADER,
)
PG_TERMINATE_BACKEND: Final = Overload(
    "pg_terminate_backend",
    (INTEGER,),
    BOOLEAN,
    "PG_TERMINATE_BACKEND",
    volatile=True,
    effect=True,
    node=_LEADER,
)
HAS_TABLE_PRIVILEGE: Final = _privilege("table", _ABOUT_TABLES)
USER_HAS_TABLE_PRIVILEGE: Final = _privilege("table", _ABOUT_TABLES, user=True)
HAS_SCHEMA_PRIVILEGE: Final = _privilege("schema", _ABOUT_SCHEMAS)
USER_HAS_SCHEMA_PRIVILEGE: Final = _privilege("schema", _ABOUT_SCHEMAS, user=True)
HAS_DATABASE_PRIVILEGE: Final = _privilege("database", _ABOUT_DATABASES)
USER_HAS_DATABASE_PRIVILEGE: Final = _privilege("database", _ABOUT_DATABASES, user=True)
SET_CONFIG: Final = Overload(
    "set_config", (TEXT, TEXT, BOOLEAN), TEXT, "r_SET_CONFIG", volatile=True, effect=True
)
GENERATE_SERIES: Final = by_kind(
    Overload(
        "generate_series",
        (number, number, number),
        number,
        "c_unsupported-postgresql-functions",
        kind=FunctionKind.SET,
        node=_LEADER,
        optional=1,
        strict=False,  # NULL for an argument gives no rows
    )
    for number in (INTEGER, BIGINT)
)
FORMAT_TYPE: Final = Overload(
    "format_type",
    (OID, INTEGER),
    TEXT,
    "r_System_information_functions",
    node=_LEADER,
    strict=False,
)
PG_GET_EXPR: Final = Overload(
    "pg_get_expr", (TEXT, OID), TEXT, "r_System_information_functions", node=_LEADER
)
PG_FUNCTION_IS_VISIBLE: Final = Overload(
    "pg_function_is_visible", (OID,), BOOLEAN, "r_System_information_functions", node=_LEADER
)
PG_GET_USERBYID: Final = Overload(
    "pg_get_userbyid", (OID,), NAME, "r_System_information_functions", node=_LEADER
)
PG_TABLE_IS_VISIBLE: Final = Overload(
    "pg_table_is_visible", (OID,), BOOLEAN, "r_System_information_functions", node=_LEADER
)
