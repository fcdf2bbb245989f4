"""What a lowering is: how one overload is said in an engine's SQL."""

from collections.abc import Callable, Sequence

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.errors import NotEmulated
from sparkify_harness.redshift.sql.tree import Aggregate, Call, Expression, Literal, Window

Invocation = Call | Aggregate | Window
Lowering = str | Callable[[Sequence[str], Invocation, ExecutionContext], str]
"""A template or a function.

Templates have ``{0}``, ``{1}`` ... for the arguments and ``{args}`` for all of them. Those of
aggregates and window functions have besides: ``{over}`` after each function call, ``{distinct}``
before its argument, ``{order_by}`` for WITHIN GROUP and ``{nulls}`` for IGNORE NULLS. What a
function gives for an aggregate is such a template again, its arguments still unfilled.

To DuckDB, a scalar function may name its arguments as often as it likes: ``operands.once`` sees to
it that each is computed once. A macro or a ``CASE x WHEN`` copies what it is given, unseen.
"""


def constant(node: Invocation, index: int) -> object:
    """The value of an argument that has to be a constant: the registry says which these are.

    Args:
        node: The call.
        index: Number of the argument from 0.

    Raises:
        NotEmulated: It is no constant.
    """
    argument: Expression = node.arguments[index]
    if isinstance(argument, Literal):
        return argument.value
    overload = node.overload
    raise NotEmulated(f"{overload.name} with {overload.constants[index]} that is not a constant")


def is_null(node: Invocation) -> bool:
    """Whether a call answers NULL to a constant NULL, whatever its other arguments are."""
    return node.overload.strict and any(
        isinstance(each, Literal) and each.value is None for each in node.arguments
    )
