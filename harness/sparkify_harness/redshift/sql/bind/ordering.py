"""Sort keys, with Redshift's order of NULLs decided.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_ORDER_BY_clause.html
"""

from sqlglot import exp

from sparkify_harness.redshift.errors import InvalidColumnReference, SyntaxFault
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.bind import expressions
from sparkify_harness.redshift.sql.bind.scope import Scope
from sparkify_harness.redshift.sql.dialect import position
from sparkify_harness.redshift.sql.tokens import is_whole


def sort_key(node: exp.Ordered, expression: tree.Expression) -> tree.SortKey:
    """A key in the direction written; NULLs are larger than every value unless it says else."""
    descending = bool(node.args.get("desc"))
    nulls_first = node.args.get("nulls_first")
    return tree.SortKey(expression, descending, descending if nulls_first is None else nulls_first)


def sort_keys(order: exp.Order | None, scope: Scope) -> tuple[tree.SortKey, ...]:
    """The keys of ORDER BY inside OVER and WITHIN GROUP, where ordinals mean constants."""
    if order is None:
        return ()
    return tuple(
        sort_key(node, expressions.bind_expression(node.this, scope)) for node in order.expressions
    )


def ordinal(node: exp.Expr, count: int, clause: str) -> int | None:
    """Index of the output column that a whole number in GROUP BY or ORDER BY means.

    Args:
        node: The element.
        count: Number of output columns.
        clause: ``GROUP BY`` or ``ORDER BY``.

    Returns:
        0-based index; None where the element is no constant.

    Raises:
        InvalidColumnReference: There is no such column.
        SyntaxFault: It is another constant.
    """
    match node:
        case exp.Literal(is_string=False) if is_whole(node.name):
            position_written = int(node.name)
            if not 1 <= position_written <= count:
                raise InvalidColumnReference(
                    f"{clause} position {position_written} is not in select list",
                    position=position(node),
                )
            return position_written - 1
        case exp.Literal() | exp.Null():
            raise SyntaxFault(f"non-integer constant in {clause}", position=position(node))
    return None
