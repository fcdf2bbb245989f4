"""LIMIT, TOP and OFFSET.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_ORDER_BY_clause.html
"""

from sparkify_harness.redshift.sql import syntax, tree
from sparkify_harness.redshift.types import BIGINT


def bind_limit(node: syntax.Query) -> tuple[tree.Expression | None, tree.Expression | None]:
    """The LIMIT (or TOP) and the OFFSET of a query."""
    return _count(node.limit), _count(node.offset)


def _count(count: int | None) -> tree.Expression | None:
    return None if count is None else tree.Literal(BIGINT, count)
