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
from sparkify_harness.redshift.sql.functions import dates, session
from sparkify_harness.redshift.sql.functions.registry import Overload
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


PASSING: Final[Mapping[Overload, Answer]] = MappingProxyType(
    {
        **dict.fromkeys(
            (session.CURRENT_USER, session.USER, session.SESSION_USER, session.PG_GET_USERBYID),
            _of(lambda context: context.user),
        ),
        session.PG_BACKEND_PID: _of(lambda context: context.pid),
        session.PG_LAST_COPY_COUNT: _of(lambda context: context.last_copy_count),
        session.PG_LAST_COPY_ID: _of(lambda context: context.last_copy_id),
        session.PG_LAST_UNLOAD_COUNT: _of(lambda context: context.last_unload_count),
        session.PG_LAST_QUERY_ID: _of(lambda context: context.last_query_id),
        dates.GETDATE: _of(
            lambda context: _plain(context.statement_time, context).replace(microsecond=0)
        ),
        **dict.fromkeys(
            (dates.SYSDATE, dates.LOCALTIMESTAMP),
            _of(lambda context: _plain(context.transaction_time, context)),
        ),
        **dict.fromkeys(
            (dates.NOW, dates.CURRENT_TIMESTAMP), _of(lambda context: context.transaction_time)
        ),
        dates.CURRENT_DATE: _of(lambda context: _local(context.transaction_time, context).date()),
        dates.CURRENT_TIME: _of(lambda context: _local(context.transaction_time, context).timetz()),
        dates.LOCALTIME: _of(lambda context: _local(context.transaction_time, context).time()),
        dates.TIMEOFDAY: _time_of_day,
    }
)
"""Answers that another session gives otherwise, or the same one a moment later."""

ANSWERS: Final[Mapping[Overload, Answer]] = MappingProxyType(
    {
        session.VERSION: _of(lambda _: VERSION),
        session.CURRENT_DATABASE: _of(lambda context: context.database),
        session.DB_COLLATION: _of(lambda _: "case_sensitive"),
        session.CURRENT_SCHEMA: _of(
            lambda context: context.search_path[0] if context.search_path else ""
        ),
        session.CURRENT_SCHEMAS: _schemas,
        session.CURRENT_USER_ID: _of(lambda _: 100),
        session.CURRENT_SETTING: _setting,
        **dict.fromkeys(
            (
                session.HAS_TABLE_PRIVILEGE,
                session.HAS_SCHEMA_PRIVILEGE,
                session.HAS_DATABASE_PRIVILEGE,
                session.USER_HAS_TABLE_PRIVILEGE,
                session.USER_HAS_SCHEMA_PRIVILEGE,
                session.USER_HAS_DATABASE_PRIVILEGE,
            ),
            _of(lambda _: True),
        ),
        **PASSING,
    }
)
