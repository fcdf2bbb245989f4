"""Columns of Redshift's type "unknown": bare constants of a query below.

They are NULL and quoted constants without a cast. Nothing converts a column of that type, so it
cannot be sorted; see ``UnknownLiterals`` for what else may be refused.
"""

from collections.abc import Iterator

from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.traversal import walk


def refuse_untyped(expression: tree.Expression) -> None:
    """Refuse a bare constant of a query below where Redshift looks for the order of its type.

    Observed:
        https://github.com/OHDSI/SqlRender/issues/192
        https://github.com/snowplow/dbt-snowplow-attribution/issues/9

    Raises:
        RedshiftError: The expression is such a column.
    """
    if isinstance(expression, tree.ColumnRef) and expression.untyped:
        raise RedshiftError('failed to find conversion function from "unknown" to text')


def refuse_compared(node: object) -> None:
    """Refuse such columns as well where values are compared: grouped, joined, united.

    Args:
        node: The typed statement.

    Raises:
        RedshiftError: There is such a column.
    """
    for part in walk(node):
        for expression in _compared(part):
            refuse_untyped(_uncast(expression))


def _compared(part: object) -> Iterator[tree.Expression]:
    match part:
        case tree.Call(overload=overload, arguments=arguments) if overload.comparison:
            yield from arguments
        case tree.InList(operand=operand, values=values):
            yield from (operand, *values)
        case tree.InQuery(operands=operands, query=query):
            yield from (*operands, *_results(query))
        case tree.Aggregate(distinct=True, arguments=arguments):
            yield from arguments
        case tree.Window(partition_by=partition, order_by=order):
            yield from (*partition, *(key.expression for key in order))
        case tree.Select(group_by=sets, distinct=distinct):
            yield from (key for keys in sets for key in keys)
            yield from _results(part) if distinct else ()
        case tree.SetOperation(left=left, right=right):
            yield from (*_results(left), *_results(right))


def _results(query: tree.Query) -> Iterator[tree.Expression]:
    return (column.expression for column in query.columns)


def _uncast(expression: tree.Expression) -> tree.Expression:
    while isinstance(expression, tree.Cast) and expression.context is not tree.CastContext.EXPLICIT:
        expression = expression.operand
    return expression
