"""The typed tree as PostgreSQL's SQL."""

from collections.abc import Sequence

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.expressions import column_list
from sparkify_harness.redshift.engine.placement import placed
from sparkify_harness.redshift.engine.postgres.lower_expressions import (
    LoweringContext,
    expression_sql,
)
from sparkify_harness.redshift.engine.postgres.lower_queries import query_sql
from sparkify_harness.redshift.engine.postgres.types import text_output
from sparkify_harness.redshift.errors import StatementTooComplex
from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.types import Kind


def lower_output(node: tree.Query, formats: Sequence[Format], context: ExecutionContext) -> str:
    """A query whose TEXT columns come out as strings in Redshift's output format.

    PostgreSQL keeps the order of a sub-query that a projection reads.

    Args:
        node: From the binder.
        formats: One for each result column.
        context: The session and the moment.

    Raises:
        NoCounterpart: PostgreSQL has nothing for a part of it.
    """
    context = placed(node, context)
    names = column_list(len(node.columns))
    columns = ", ".join(
        text_output(f"r.{name}", column.type)
        if form is Format.TEXT or column.type.kind is Kind.CHAR
        else f"r.{name}"
        for name, column, form in zip(names, node.columns, formats, strict=True)
    )
    try:
        rows = query_sql(node, LoweringContext(context, query_sql))
    except RecursionError as error:
        raise StatementTooComplex from error
    return f"SELECT {columns} FROM ({rows}) AS r({', '.join(names)})"


def lower_expression(node: tree.Expression, context: ExecutionContext) -> str:
    """An expression, of columns of what is around it."""
    return expression_sql(node, LoweringContext(context, query_sql))
