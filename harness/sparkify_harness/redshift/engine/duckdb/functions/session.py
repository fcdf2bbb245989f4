"""What the session answers about itself, as constants."""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Final

from sparkify_harness.redshift.catalog.version import VERSION
from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.faults import text_sql
from sparkify_harness.redshift.engine.duckdb.functions.lowering import Lowering, Node, constant
from sparkify_harness.redshift.engine.duckdb.literals import literal_sql
from sparkify_harness.redshift.errors import InvalidParameterValue, NotEmulated, UndefinedObject
from sparkify_harness.redshift.sql.datetimes import zone_of
from sparkify_harness.redshift.sql.tree import Literal
from sparkify_harness.redshift.types import (
    BIGINT,
    DATE,
    INTEGER,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    Kind,
    RedshiftType,
    numeric,
)


def session_zone(context: ExecutionContext) -> tzinfo:
    """The session's time zone."""
    zone = zone_of(context.settings.get("timezone", "UTC"))
    if zone is None:
        raise UndefinedObject(f'unrecognized time zone name: "{context.settings.get("timezone")}"')
    return zone


def _answer(value: Callable[[ExecutionContext], object], type: RedshiftType) -> Lowering:  # noqa: A002
    def lower(arguments: Sequence[str], node: Node, context: ExecutionContext) -> str:
        del arguments, node
        return literal_sql(Literal(type, value(context)))

    return lower


def _text(value: Callable[[ExecutionContext], str]) -> Lowering:
    def lower(arguments: Sequence[str], node: Node, context: ExecutionContext) -> str:
        del arguments, node
        return text_sql(value(context))

    return lower


def _schemas(arguments: Sequence[str], node: Node, context: ExecutionContext) -> str:
    del arguments
    implicit = ("pg_catalog",) if constant(node, 0) else ()
    return text_sql("{" + ",".join((*implicit, *context.search_path)) + "}")


def _schema(arguments: Sequence[str], node: Node, context: ExecutionContext) -> str:
    """NULL beyond either end of the array, unlike the engine's lists."""
    implicit = ("pg_catalog",) if constant(node, 0) else ()
    names = ", ".join(map(text_sql, (*implicit, *context.search_path)))
    _, place = arguments
    return f"(CASE WHEN {place} >= 1 THEN list_extract([{names}]::VARCHAR[], {place}) END)"


def _visible(arguments: Sequence[str], node: Node, context: ExecutionContext) -> str:
    del node
    (oid,) = arguments
    return f"({oid} IN ({', '.join(map(str, sorted(context.visible())))}))"


def _series(arguments: Sequence[str], node: Node, context: ExecutionContext) -> str:
    """A table function, as FROM has it.

    PostgreSQL: https://www.postgresql.org/docs/8.0/functions-srf.html
    """
    del context
    match node.arguments:
        case [_, _, Literal(value=0)]:
            raise InvalidParameterValue("step size may not equal zero")
    return f"generate_series({', '.join(arguments)})"


def _setting(arguments: Sequence[str], node: Node, context: ExecutionContext) -> str:
    del arguments
    name = str(constant(node, 0)).lower()
    if name not in context.settings:
        raise UndefinedObject(f'unrecognized configuration parameter "{name}"')
    return text_sql(context.settings[name])


def _effect(arguments: Sequence[str], node: Node, context: ExecutionContext) -> str:
    del arguments, context
    raise NotEmulated(f"{node.overload.name} inside a query")


def _format_type(arguments: Sequence[str], node: Node, context: ExecutionContext) -> str:
    """A type's name with its modifier, as psql and SQLAlchemy ask for it."""
    del node, context
    oid, modifier = arguments
    sized = f"CASE WHEN {modifier} > 4 THEN '(' || ({modifier} - 4) || ')' ELSE '' END"
    digits = (
        f"CASE WHEN {modifier} > 4 THEN '(' || (({modifier} - 4) >> 16) || ',' || "
        f"(({modifier} - 4) & 65535) || ')' ELSE '' END"
    )
    tails = {Kind.CHAR: sized, Kind.VARCHAR: sized, Kind.NUMERIC: digits}
    branches = " ".join(
        f"WHEN {oid} = {_oid(kind)} THEN '{kind.value}' || {tails.get(kind, chr(39) * 2)}"
        for kind in Kind
    )
    return f"(CASE {branches} WHEN {oid} = 25 THEN 'text' ELSE '???' END)"


def _oid(kind: Kind) -> int:
    return (numeric(1, 0) if kind is Kind.NUMERIC else RedshiftType(kind)).oid


LOWERINGS: Final[dict[str, Lowering]] = {
    "version:": text_sql(VERSION),
    "current_database:": _text(lambda context: context.database),
    "db_collation:": text_sql("case_sensitive"),
    "current_schema:": _text(lambda context: context.search_path[0] if context.search_path else ""),
    "current_schemas:boolean": _schemas,
    "current_schemas[]:boolean,integer": _schema,
    **{
        f"{name}:": _text(lambda context: context.user)
        for name in ("current_user", "user", "session_user")
    },
    "current_user_id:": "100",
    "pg_backend_pid:": _answer(lambda context: context.pid, INTEGER),
    "pg_last_copy_count:": _answer(lambda context: context.last_copy_count, BIGINT),
    "pg_last_copy_id:": _answer(lambda context: context.last_copy_id, INTEGER),
    "pg_last_unload_count:": _answer(lambda context: context.last_unload_count, BIGINT),
    "pg_last_query_id:": _answer(lambda context: context.last_query_id, BIGINT),
    "current_setting:varchar": _setting,
    "pg_cancel_backend:integer": _effect,
    "pg_terminate_backend:integer": _effect,
    "set_config:varchar,varchar,boolean": _effect,
    **{f"generate_series:{kind},{kind},{kind}": _series for kind in ("integer", "bigint")},
    "getdate:": _answer(
        lambda context: context.statement_time.astimezone(session_zone(context)).replace(
            tzinfo=None, microsecond=0
        ),
        TIMESTAMP,
    ),
    "sysdate:": _answer(
        lambda context: context.transaction_time.astimezone(session_zone(context)).replace(
            tzinfo=None
        ),
        TIMESTAMP,
    ),
    "localtimestamp:": _answer(
        lambda context: context.transaction_time.astimezone(session_zone(context)).replace(
            tzinfo=None
        ),
        TIMESTAMP,
    ),
    "current_date:": _answer(
        lambda context: context.transaction_time.astimezone(session_zone(context)).date(), DATE
    ),
    "format_type:oid,integer": _format_type,
    "pg_table_is_visible:oid": _visible,
    "pg_function_is_visible:oid": "({0} IS NULL AND NULL)",
    "pg_get_expr:varchar,oid": "{0}",
    "pg_get_userbyid:oid": _text(lambda context: context.user),
    "now:": _answer(lambda context: context.transaction_time, TIMESTAMPTZ),
    "current_timestamp:": _answer(lambda context: context.transaction_time, TIMESTAMPTZ),
    "localtime:": _answer(
        lambda context: context.transaction_time.astimezone(session_zone(context)).time(), TIME
    ),
    **{
        f"has_{what}_privilege:{kinds}": "true"
        for what in ("table", "schema", "database")
        for kinds in ("varchar,varchar", "varchar,varchar,varchar")
    },
}
