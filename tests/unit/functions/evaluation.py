"""Functions called without a parser: typed trees from Python values, run on DuckDB."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.casts import cast_sql
from sparkify_harness.redshift.engine.duckdb.faults import translate
from sparkify_harness.redshift.engine.duckdb.functions import hashes, lower_call, pcre
from sparkify_harness.redshift.engine.duckdb.literals import literal_sql
from sparkify_harness.redshift.engine.duckdb.trimming import key
from sparkify_harness.redshift.engine.duckdb.types import text_output
from sparkify_harness.redshift.sql.bind.resolve import resolve
from sparkify_harness.redshift.sql.coercion import coerce
from sparkify_harness.redshift.sql.constants import number
from sparkify_harness.redshift.sql.functions.registry import FunctionKind
from sparkify_harness.redshift.sql.tree import (
    Aggregate,
    Call,
    Cast,
    CastContext,
    ColumnRef,
    Expression,
    Interval,
    Literal,
    SortKey,
    Window,
)
from sparkify_harness.redshift.types import (
    BOOLEAN,
    DATE,
    DOUBLE,
    INTERVAL,
    TIMESTAMP,
    UNKNOWN,
    VARBYTE,
    RedshiftType,
)

MOMENT = datetime(2008, 6, 1, 12, 34, 56, 789012, tzinfo=UTC)


def context(timezone: str = "UTC") -> ExecutionContext:
    return ExecutionContext(
        statement_time=MOMENT,
        transaction_time=MOMENT,
        user="alice",
        database="dev",
        search_path=("public",),
        pid=4711,
        settings={"timezone": timezone, "query_group": "unset"},
        last_copy_id=7,
        last_copy_count=42,
    )


def literal(value: object) -> Expression:
    """What a constant in SQL is before anything is known of its context."""
    match value:
        case Expression():
            return value
        case None:
            return Literal(UNKNOWN, None)
        case str():
            return Literal(UNKNOWN, value)
        case bool():
            return Literal(BOOLEAN, value)
        case int() | Decimal() if value < 0:
            positive = number(str(-value))
            return Literal(positive.type, value)
        case int() | Decimal():
            return number(str(value))
        case float():
            return Literal(DOUBLE, value)
        case datetime():
            return Literal(TIMESTAMP, value)
        case date():
            return Literal(DATE, value)
        case Interval():
            return Literal(INTERVAL, value)
        case bytes():
            return Literal(VARBYTE, value)
    raise TypeError(value)


def call(name: str, *arguments: object) -> Expression:
    resolution = resolve(name, [literal(item) for item in arguments])
    return Call(resolution.type, resolution.overload, resolution.arguments)


def aggregate(
    name: str,
    *arguments: object,
    distinct: bool = False,
    order_by: Expression | None = None,
    descending: bool = False,
) -> Aggregate:
    resolution = resolve(name, [literal(item) for item in arguments])
    keys = () if order_by is None else (SortKey(order_by, descending, descending),)
    result = resolution.type
    if order_by is not None and resolution.overload.ordered_set is not None:
        result = resolution.overload.ordered_set(order_by.type)
    return Aggregate(
        result, resolution.overload, resolution.arguments, distinct=distinct, order_by=keys
    )


def window(
    name: str,
    *arguments: object,
    order_by: Expression | None = None,
    within_group: Expression | None = None,
    ignore_nulls: bool = False,
) -> Window:
    resolution = resolve(name, [literal(item) for item in arguments])
    keys = () if order_by is None else (SortKey(order_by, descending=False, nulls_first=False),)
    result = resolution.type
    sorted_by: tuple[SortKey, ...] = ()
    if within_group is not None:
        assert resolution.overload.ordered_set is not None
        result = resolution.overload.ordered_set(within_group.type)
        sorted_by = (SortKey(within_group, descending=False, nulls_first=False),)
    return Window(
        result,
        resolution.overload,
        resolution.arguments,
        order_by=keys,
        ignore_nulls=ignore_nulls,
        within_group=sorted_by,
    )


def cast(value: object, target: RedshiftType) -> Expression:
    return coerce(literal(value), target, CastContext.EXPLICIT)


def column(name: str, type: RedshiftType) -> Expression:  # noqa: A002
    return ColumnRef(type, "t", name)


def lower(node: Expression, session: ExecutionContext) -> str:
    match node:
        case Literal():
            return literal_sql(node)
        case Cast():
            zone = session.settings["timezone"]
            return cast_sql(lower(node.operand, session), node, timezone=zone)
        case ColumnRef():
            return f'"{node.source}"."{node.name}"'
        case Call():
            return lower_call(node, [lower(item, session) for item in node.arguments], session)
        case Aggregate():
            arguments = [lower(item, session) for item in node.arguments]
            if node.distinct:
                arguments[0] = key(arguments[0], node.arguments[0].type)
            keys = [lower(each.expression, session) for each in node.order_by]
            return lower_call(node, arguments, session, order_by=keys)
        case Window():
            arguments = [lower(item, session) for item in node.arguments]
            order = ", ".join(lower(each.expression, session) for each in node.order_by)
            frame = "" if node.overload.kind is FunctionKind.WINDOW else " ROWS UNBOUNDED PRECEDING"
            over = f"OVER (ORDER BY {order}{frame})" if order else "OVER ()"
            keys = [lower(each.expression, session) for each in node.within_group]
            return lower_call(node, arguments, session, over=over, order_by=keys)
    raise TypeError(node)


class Engine:
    """A DuckDB as the substitute runs it."""

    def __init__(self) -> None:
        self.connection = duckdb.connect(config={"enable_external_access": "false"})
        self.connection.execute("SET TimeZone = 'UTC'")
        hashes.register(self.connection)
        pcre.register(self.connection)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        try:
            return self.connection.execute(sql).fetchall()
        except duckdb.Error as error:
            raise translate(error) from error

    def text(
        self,
        node: Expression,
        source: str = "",
        timezone: str = "UTC",
        *,
        on_leader: bool = False,
    ) -> str | None:
        """Text form of an expression's value, as a client would see it."""
        session = replace(context(timezone), on_leader=lambda: on_leader)
        sql = text_output(lower(node, session), node.type, timezone=timezone)
        [(value,)] = self.rows(f"SELECT {sql} {source}")
        assert value is None or isinstance(value, str)
        return value
