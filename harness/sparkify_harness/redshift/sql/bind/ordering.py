"""Sort keys, with Redshift's order of NULLs decided.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_ORDER_BY_clause.html
"""

from collections.abc import Sequence

from sparkify_harness.redshift.errors import InvalidColumnReference, SyntaxFault
from sparkify_harness.redshift.sql import syntax, tree
from sparkify_harness.redshift.sql.bind import expressions
from sparkify_harness.redshift.sql.bind.scope import Scope
from sparkify_harness.redshift.sql.tokens import is_whole


def sort_key(node: syntax.SortKey, expression: tree.Expression) -> tree.SortKey:
    """A key in the direction written; NULLs are larger than every value unless it says else."""
    nulls_first = node.descending if node.nulls_first is None else node.nulls_first
    return tree.SortKey(expression, node.descending, nulls_first)


def sort_keys(order: Sequence[syntax.SortKey], scope: Scope) -> tuple[tree.SortKey, ...]:
    """The keys of ORDER BY inside OVER and WITHIN GROUP, where ordinals mean constants."""
    return tuple(
        sort_key(node, expressions.bind_expression(node.expression, scope)) for node in order
    )


def ordinal(node: syntax.GroupElement, count: int, clause: str) -> int | None:
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
        case syntax.Number(text=text) if is_whole(text):
            position_written = int(text)
            if not 1 <= position_written <= count:
                raise InvalidColumnReference(
                    f"{clause} position {position_written} is not in select list",
                    position=node.position,
                )
            return position_written - 1
        case syntax.Number() | syntax.String() | syntax.Null():
            raise SyntaxFault(f"non-integer constant in {clause}", position=node.position)
    return None
