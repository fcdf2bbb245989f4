"""What the session answers about itself: constants while a statement runs, to any engine.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_System_information_functions.html
"""

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Final

from sparkify_harness.redshift.catalog.version import VERSION
from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.lowering import Invocation, constant
from sparkify_harness.redshift.errors import UndefinedObject
from sparkify_harness.redshift.sql.datetimes import zone_of
from sparkify_harness.redshift.sql.parameters import missing_parameter

Answer = Callable[[Invocation, ExecutionContext], object]
"""The value of a call, of the type that the call has."""


def session_zone(context: ExecutionContext) -> tzinfo:
    """The session's time zone."""
    zone = zone_of(context.settings.get("timezone", "UTC"))
    if zone is None:
        raise UndefinedObject(f'unrecognized time zone name: "{context.settings.get("timezone")}"')
    return zone


def _of(value: Callable[[ExecutionContext], object]) -> Answer:
    return lambda _, context: value(context)


def _local(moment: datetime, context: ExecutionContext) -> datetime:
    return moment.astimezone(session_zone(context))


def _plain(moment: datetime, context: ExecutionContext) -> datetime:
    return _local(moment, context).replace(tzinfo=None)


def _schemas(node: Invocation, context: ExecutionContext) -> str:
    implicit = ("pg_catalog",) if constant(node, 0) else ()
    return "{" + ",".join((*implicit, *context.search_path)) + "}"


def _setting(node: Invocation, context: ExecutionContext) -> str:
    name = str(constant(node, 0)).lower()
    if name not in context.settings:
        raise missing_parameter(name)
    return context.settings[name]


def _time_of_day(_: Invocation, context: ExecutionContext) -> str:
    local = _local(context.statement_time, context)
    return local.strftime("%a %b %d %H:%M:%S.%f %Y ") + (local.tzname() or "UTC")


PASSING: Final[Mapping[str, Answer]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("current_user:", "user:", "session_user:", "pg_get_userbyid:oid"),
            _of(lambda context: context.user),
        ),
        "pg_backend_pid:": _of(lambda context: context.pid),
        "pg_last_copy_count:": _of(lambda context: context.last_copy_count),
        "pg_last_copy_id:": _of(lambda context: context.last_copy_id),
        "pg_last_unload_count:": _of(lambda context: context.last_unload_count),
        "pg_last_query_id:": _of(lambda context: context.last_query_id),
        "getdate:": _of(
            lambda context: _plain(context.statement_time, context).replace(microsecond=0)
        ),
        **dict.fromkeys(
            ("sysdate:", "localtimestamp:"),
            _of(lambda context: _plain(context.transaction_time, context)),
        ),
        **dict.fromkeys(
            ("now:", "current_timestamp:"), _of(lambda context: context.transaction_time)
        ),
        "current_date:": _of(lambda context: _local(context.transaction_time, context).date()),
        "current_time:": _of(lambda context: _local(context.transaction_time, context).timetz()),
        "localtime:": _of(lambda context: _local(context.transaction_time, context).time()),
        "timeofday:": _time_of_day,
    }
)
"""Answers that another session gives otherwise, or the same one a moment later."""

ANSWERS: Final[Mapping[str, Answer]] = MappingProxyType(
    {
        "version:": _of(lambda _: VERSION),
        "current_database:": _of(lambda context: context.database),
        "db_collation:": _of(lambda _: "case_sensitive"),
        "current_schema:": _of(
            lambda context: context.search_path[0] if context.search_path else ""
        ),
        "current_schemas:boolean": _schemas,
        "current_user_id:": _of(lambda _: 100),
        "current_setting:varchar": _setting,
        **{
            f"has_{what}_privilege:{kinds}": _of(lambda _: True)
            for what in ("table", "schema", "database")
            for kinds in ("varchar,varchar", "varchar,varchar,varchar")
        },
        **PASSING,
    }
)
"""Answers by ``Overload.key``."""
