"""DEFAULT expressions of columns.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
"""

from collections.abc import Sequence

from sparkify_harness.redshift.catalog.relations import Column, Relation
from sparkify_harness.redshift.errors import GroupingFault, Unsupported
from sparkify_harness.redshift.sql import syntax, tree
from sparkify_harness.redshift.sql.bind.expressions import bind_expression
from sparkify_harness.redshift.sql.bind.scope import Binding, Scope
from sparkify_harness.redshift.sql.coercion import coerce
from sparkify_harness.redshift.sql.parse import parse_expression
from sparkify_harness.redshift.sql.traversal import contains
from sparkify_harness.redshift.sql.tree import CastContext
from sparkify_harness.redshift.sql.walks import walk
from sparkify_harness.redshift.types import UNKNOWN


class _NoNames:
    """A catalog for expressions that may not refer to anything."""

    def relation(self, name: Sequence[str]) -> Relation | None:
        """Nothing is there."""
        del name
        return None

    def schema_exists(self, name: str) -> bool:
        """Nothing is there."""
        del name
        return False


def bind_default(expression: syntax.Expression, column: Column) -> tree.Expression:
    """A DEFAULT expression, coerced to its column.

    Args:
        expression: The expression; variable-free.
        column: The column.

    Raises:
        Unsupported: It uses a column or a sub-query.
        GroupingFault: It uses an aggregate.
        RedshiftError: It does not fit the column's type.
    """
    for part in walk(expression):
        match part:
            case syntax.Column():
                raise Unsupported(
                    "cannot use column references in default expression", position=part.position
                )
            case syntax.Select() | syntax.SetOperation() | syntax.Subquery():
                raise Unsupported("cannot use subquery in default expression")
    binding = Binding(_NoNames(), (), {}, _refuse, _refuse)
    bound = bind_expression(expression, Scope(binding))
    if contains(bound, (tree.Aggregate, tree.Window)):
        raise GroupingFault("cannot use aggregate function in default expression")
    return coerce(bound, column.type, CastContext.ASSIGNMENT, column=column.name)


def _refuse(node: syntax.Query, scope: Scope) -> tree.Query:
    del scope
    raise Unsupported("cannot use subquery in default expression", position=node.position)


def default_of(column: Column) -> tree.Expression:
    """What a column gets that an INSERT does not mention."""
    if column.default is None:
        null = tree.Literal(UNKNOWN, None)
        return coerce(null, column.type, CastContext.ASSIGNMENT, column=column.name)
    return bind_default(parse_expression(column.default), column)
