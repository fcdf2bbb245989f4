"""The typed tree as DuckDB's SQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.constant_rows import as_lists
from sparkify_harness.redshift.engine.duckdb.literals import argument
from sparkify_harness.redshift.engine.duckdb.lower_expressions import (
    LoweringContext,
    expression_sql,
)
from sparkify_harness.redshift.engine.duckdb.lower_queries import query_sql
from sparkify_harness.redshift.engine.duckdb.lower_statements import (
    delete_sql,
    insert_sql,
    merge_sql,
    update_sql,
)
from sparkify_harness.redshift.engine.duckdb.types import binary_output, text_output
from sparkify_harness.redshift.engine.expressions import column_list
from sparkify_harness.redshift.errors import StatementTooComplex
from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.sql import tree


def lower(node: tree.Node, context: ExecutionContext) -> str:
    """A statement.

    Args:
        node: From the binder.
        context: The session and the moment; functions such as GETDATE() are answered from it.

    Returns:
        SQL text; parameters appear as ``$1`` with a cast to their storage type.
    """
    with _limited_depth():
        return _statement(node, LoweringContext(context, query_sql))


def lower_change(
    node: tree.Insert | tree.Update | tree.Delete | tree.Merge,
    context: ExecutionContext,
    arguments: Sequence[object],
) -> tuple[str, Sequence[object]]:
    """A statement that changes rows, and the arguments that it takes as it is written now.

    Args:
        node: From the binder.
        context: The session and the moment.
        arguments: Values of its parameters.
    """
    if isinstance(node, tree.Insert) and isinstance(node.source, tree.ValueRows):
        lowering = LoweringContext(context, query_sql)
        with _limited_depth():
            if (lists := as_lists(node.source.rows, arguments, lowering)) is not None:
                return insert_sql(node, lowering, lists.sql), lists.arguments
    return lower(node, context), [argument(value) for value in arguments]


def _statement(node: tree.Node, lowering: LoweringContext) -> str:
    match node:
        case tree.Insert():
            return insert_sql(node, lowering)
        case tree.Update():
            return update_sql(node, lowering)
        case tree.Delete():
            return delete_sql(node, lowering)
        case tree.Merge():
            return merge_sql(node, lowering)
    return query_sql(node, lowering)


@contextmanager
def _limited_depth() -> Iterator[None]:
    try:
        yield
    except RecursionError as error:
        raise StatementTooComplex from error


def lower_output(node: tree.Query, formats: Sequence[Format], context: ExecutionContext) -> str:
    """A query whose TEXT columns come out as strings in Redshift's output format.

    DuckDB keeps the order of a sub-query that a projection reads.

    Args:
        node: From the binder.
        formats: One for each result column.
        context: The session and the moment, of ``placed``.
    """
    lowering = LoweringContext(context, query_sql)
    names = column_list(len(node.columns))
    columns = ", ".join(
        f"{_output(f'r.{name}', column, form, lowering)} AS {name}"
        for name, column, form in zip(names, node.columns, formats, strict=True)
    )
    with _limited_depth():
        rows = query_sql(node, lowering)
    return f"SELECT {columns} FROM ({rows}) AS r({', '.join(names)})"


def _output(sql: str, column: tree.OutputColumn, form: Format, lowering: LoweringContext) -> str:
    if form is Format.BINARY:
        return binary_output(sql, column.type)
    return text_output(
        sql, column.type, timezone=lowering.timezone, extra_digits=lowering.extra_digits
    )


def lower_expression(node: tree.Expression, context: ExecutionContext) -> str:
    """An expression without columns, such as a DEFAULT."""
    return expression_sql(node, LoweringContext(context, query_sql))
