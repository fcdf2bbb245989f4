"""What the session answers about itself, and what it says of its catalog."""

from collections.abc import Sequence
from typing import Final

from sparkify_harness.redshift.engine.answers import ANSWERS, Answer
from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.faults import text_sql
from sparkify_harness.redshift.engine.duckdb.literals import literal_sql
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering, constant
from sparkify_harness.redshift.errors import InvalidParameterValue, NotEmulated
from sparkify_harness.redshift.sql.tree import Literal
from sparkify_harness.redshift.types import Kind


def _answer(value: Answer) -> Lowering:
    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del arguments
        return literal_sql(Literal(node.type, value(node, context)))

    return lower


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


LOWERINGS: Final[dict[str, Lowering]] = {
    **{key: _answer(value) for key, value in ANSWERS.items()},
    "current_schemas[]:boolean,integer": _schema,
    "pg_cancel_backend:integer": _effect,
    "pg_terminate_backend:integer": _effect,
    "set_config:varchar,varchar,boolean": _effect,
    **{f"generate_series:{kind},{kind},{kind}": _series for kind in ("integer", "bigint")},
    "format_type:oid,integer": _format_type,
    "pg_table_is_visible:oid": _visible,
    "pg_function_is_visible:oid": "({0} IS NULL AND NULL)",
    "pg_get_expr:varchar,oid": "{0}",
}
