"""LIMIT, TOP and OFFSET.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_ORDER_BY_clause.html
"""

from sqlglot import exp

from sparkify_harness.redshift.errors import NotEmulated, RedshiftError
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.constants import number
from sparkify_harness.redshift.sql.dialect import position
from sparkify_harness.redshift.types import BIGINT


def bind_limit(node: exp.Expr) -> tuple[tree.Expression | None, tree.Expression | None]:
    """The LIMIT (or TOP) and the OFFSET of a query."""
    return _count(node.args.get("limit"), "LIMIT"), _count(node.args.get("offset"), "OFFSET")


def _count(clause: exp.Expr | None, word: str) -> tree.Expression | None:
    match clause:
        case None:
            return None
        case exp.Limit(expression=count) | exp.Offset(expression=count):
            return _constant(count, word)
    raise NotEmulated(f"this form of {word}", position=position(clause))


def _constant(node: exp.Expr, word: str) -> tree.Expression:
    """A whole number; a bind parameter is refused, as by Redshift.

    Redshift: https://github.com/aws/amazon-redshift-python-driver/issues/24
    """
    match node:
        case exp.Paren(this=inner):
            return _constant(inner, word)
        case exp.Parameter():
            raise RedshiftError("Not implemented", position=position(node))
        case exp.Neg(this=exp.Literal(is_string=False)):
            raise RedshiftError(f"{word} must not be negative", position=position(node))
        case exp.Literal(is_string=False) if isinstance(number(node.name).value, int):
            return tree.Literal(BIGINT, int(node.name))
    raise NotEmulated(f"{word} other than a whole number", position=position(node))
