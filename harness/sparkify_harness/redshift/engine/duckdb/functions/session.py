"""What the session answers about itself, and what it says of its catalog."""

from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.answers import ANSWERS, PASSING
from sparkify_harness.redshift.engine.context import ExecutionContext, NotedContext
from sparkify_harness.redshift.engine.duckdb.faults import text_sql
from sparkify_harness.redshift.engine.duckdb.literals import answer, literal_sql
from sparkify_harness.redshift.engine.duckdb.types import storage_type
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering, constant
from sparkify_harness.redshift.errors import InvalidParameterValue, NotEmulated
from sparkify_harness.redshift.sql.functions import session
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.sql.tree import Literal
from sparkify_harness.redshift.types import Kind


def _answer(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """A constant; in a text that may be kept a parameter, where it would not hold for long."""
    del arguments
    value = ANSWERS[node.overload]
    if node.overload in PASSING and isinstance(context, NotedContext):
        number = context.defer(node, lambda now: answer(node.type, value(node, now)))
        return f"CAST(${number} AS {storage_type(node.type)})"
    return literal_sql(Literal(node.type, value(node, context)))


def _schema(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """NULL beyond either end of the array, unlike the engine's lists."""
    implicit = ("pg_catalog",) if constant(node, 0) else ()
    names = ", ".join(map(text_sql, (*implicit, *context.search_path)))
    _, place = arguments
    return f"(CASE WHEN {place} >= 1 THEN list_extract([{names}]::VARCHAR[], {place}) END)"


def _visible(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del node
    (oid,) = arguments
    return f"({oid} IN ({', '.join(map(str, sorted(context.visible())))}))"


def _series(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """A table function, as FROM has it.

    PostgreSQL: https://www.postgresql.org/docs/8.0/functions-srf.html
    """
    del context
    match node.arguments:
        case [_, _, Literal(value=0)]:
            raise InvalidParameterValue("step size may not equal zero")
    return f"generate_series({', '.join(arguments)})"


def _effect(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del arguments, context
    raise NotEmulated(f"{node.overload.name} inside a query")


def _format_type(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
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
        f"WHEN {oid} = {kind.facts.oid} THEN '{kind.value}' || {tails.get(kind, chr(39) * 2)}"
        for kind in Kind
    )
    return f"(CASE {branches} WHEN {oid} = 25 THEN 'text' ELSE '???' END)"


LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    **dict.fromkeys(ANSWERS, _answer),
    session.SCHEMA_AT: _schema,
    session.PG_CANCEL_BACKEND: _effect,
    session.PG_TERMINATE_BACKEND: _effect,
    session.SET_CONFIG: _effect,
    **dict.fromkeys(session.GENERATE_SERIES.values(), _series),
    session.FORMAT_TYPE: _format_type,
    session.PG_TABLE_IS_VISIBLE: _visible,
    session.PG_FUNCTION_IS_VISIBLE: "({0} IS NULL AND NULL)",
    session.PG_GET_EXPR: "{0}",
}
