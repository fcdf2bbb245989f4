"""System information and administration functions.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_System_information_functions.html
"""

from typing import Final

from sparkify_harness.redshift.sql.functions.registry import ClusterNode, FunctionKind, Overload
from sparkify_harness.redshift.sql.functions.signatures import overload
from sparkify_harness.redshift.types import (
    BIGINT,
    BOOLEAN,
    INTEGER,
    NAME,
    OID,
    TEXT,
)

_LEADER = ClusterNode.LEADER

OVERLOADS: Final[tuple[Overload, ...]] = (
    overload("version", (), TEXT, "r_VERSION", node=_LEADER),
    overload("current_database", (), NAME, "r_CURRENT_DATABASE"),
    overload("db_collation", (), TEXT, "r_CREATE_TABLE_NEW"),
    overload("current_schema", (), NAME, "r_CURRENT_SCHEMA", node=_LEADER),
    overload(
        "current_schemas",
        (BOOLEAN,),
        TEXT,
        "r_CURRENT_SCHEMAS",
        node=_LEADER,
        constants={0: "a flag"},
    ),
    overload(
        "current_schemas[]",
        (BOOLEAN, INTEGER),
        NAME,
        "r_CURRENT_SCHEMAS",
        node=_LEADER,
        constants={0: "a flag"},
    ),
    overload("current_user", (), NAME, "r_CURRENT_USER"),
    overload("user", (), NAME, "r_USER", label="current_user"),
    overload("session_user", (), NAME, "r_SESSION_USER"),
    overload("current_user_id", (), INTEGER, "r_CURRENT_USER_ID"),
    overload("pg_backend_pid", (), INTEGER, "PG_BACKEND_PID"),
    overload("pg_last_copy_count", (), BIGINT, "PG_LAST_COPY_COUNT"),
    overload("pg_last_copy_id", (), INTEGER, "PG_LAST_COPY_ID"),
    overload("pg_last_unload_count", (), BIGINT, "PG_LAST_UNLOAD_COUNT"),
    overload("pg_last_query_id", (), BIGINT, "PG_LAST_QUERY_ID"),
    overload("current_setting", (TEXT,), TEXT, "r_CURRENT_SETTING", constants={0: "a name"}),
    overload(
        "pg_cancel_backend", (INTEGER,), BOOLEAN, "PG_CANCEL_BACKEND", volatile=True, node=_LEADER
    ),
    overload(
        "pg_terminate_backend",
        (INTEGER,),
        BOOLEAN,
        "PG_TERMINATE_BACKEND",
        volatile=True,
        node=_LEADER,
    ),
    *(
        overload(
            name,
            (TEXT, *([TEXT] * more)),
            BOOLEAN,
            page,
            node=_LEADER,
            constants=dict.fromkeys(range(1 + more), "a name"),
        )
        for name, page in (
            ("has_table_privilege", "r_HAS_TABLE_PRIVILEGE"),
            ("has_schema_privilege", "r_HAS_SCHEMA_PRIVILEGE"),
            ("has_database_privilege", "r_HAS_DATABASE_PRIVILEGE"),
        )
        for more in (1, 2)
    ),
    overload("set_config", (TEXT, TEXT, BOOLEAN), TEXT, "r_SET_CONFIG", volatile=True),
    *(
        overload(
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
    ),
    overload(
        "format_type",
        (OID, INTEGER),
        TEXT,
        "r_System_information_functions",
        node=_LEADER,
        strict=False,
    ),
    overload("pg_get_expr", (TEXT, OID), TEXT, "r_System_information_functions", node=_LEADER),
    overload(
        "pg_function_is_visible", (OID,), BOOLEAN, "r_System_information_functions", node=_LEADER
    ),
    overload("pg_get_userbyid", (OID,), NAME, "r_System_information_functions", node=_LEADER),
    overload(
        "pg_table_is_visible", (OID,), BOOLEAN, "r_System_information_functions", node=_LEADER
    ),
)
"""PG_CANCEL_BACKEND and PG_TERMINATE_BACKEND act on other sessions: see ``EFFECTS``."""

EFFECTS: Final = frozenset({"pg_cancel_backend", "pg_terminate_backend", "set_config"})
"""Functions with an effect outside the engine. The executor runs them, as ``SELECT f(constant)``
without FROM, and answers in the engine's place; anywhere else their lowering refuses."""
