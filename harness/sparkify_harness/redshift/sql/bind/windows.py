"""Functions with OVER.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_Window_functions.html
"""

from typing import Final, assert_never

from sparkify_harness.redshift.errors import NotEmulated, SyntaxFault, Unsupported, WindowingFault
from sparkify_harness.redshift.sql import syntax, tree
from sparkify_harness.redshift.sql.bind import calls, expressions
from sparkify_harness.redshift.sql.bind.ordering import sort_keys
from sparkify_harness.redshift.sql.bind.resolve import resolve
from sparkify_harness.redshift.sql.bind.scope import Scope
from sparkify_harness.redshift.sql.functions.library import OVERLOADS
from sparkify_harness.redshift.sql.functions.registry import FunctionKind
from sparkify_harness.redshift.sql.tokens import is_whole
from sparkify_harness.redshift.sql.traversal import contains, walk

_KINDS: Final = frozenset({FunctionKind.AGGREGATE, FunctionKind.WINDOW})


def bind_window(node: syntax.Window, scope: Scope) -> tree.Expression:
    """A function with OVER.

    An aggregate with ORDER BY needs a frame: neither PostgreSQL's nor the engine's default applies.

    Raises:
        Unsupported: The frame is missing.
        WindowingFault: The function has no window form, or the frame ends before it starts.
    """
    call, within_group = _opened(node, scope)
    ignore_nulls = node.nulls == "IGNORE"
    place = call.position
    arguments, distinct = calls.bind_arguments(call, scope)
    overloads = OVERLOADS.get(call.name, ())
    if overloads and not any(item.kind in _KINDS and not item.grouping for item in overloads):
        raise WindowingFault(
            f"OVER specified, but {call.name} is not a window function nor an aggregate function",
            position=place,
        )
    calls.refuse_bound_fraction(call, arguments)
    calls.refuse_unsorted(call, arguments, within_group)
    found = resolve(call.name, arguments, kinds=_KINDS, position=place)
    overload = found.overload
    if distinct and not overload.distinct_window:
        raise Unsupported("DISTINCT is not implemented for window functions", position=place)
    if ignore_nulls and not overload.null_treatment:
        raise SyntaxFault.near("IGNORE", place)
    order = sort_keys(node.order_by, scope)
    frame = _frame(node.frame)
    if frame is not None and overload.frameless:
        raise NotEmulated(f"a frame clause of {overload.name}()", position=place)
    if order and overload.orderless:
        raise NotEmulated(f"an ORDER BY in the window of {overload.name}()", position=place)
    if order and frame is None and not overload.frameless:
        raise Unsupported(
            "Aggregate window functions with an ORDER BY clause require a frame clause",
            position=place,
        )
    partition = tuple(expressions.bind_expression(part, scope) for part in node.partition_by)
    window = tree.Window(
        calls.result_type(found, within_group),
        overload,
        tuple(found.arguments),
        partition,
        order,
        frame,
        ignore_nulls,
        distinct,
        within_group,
    )
    keys = (key.expression for key in (*order, *within_group))
    inner = [*found.arguments, *partition, *keys]
    if any(contains(part, tree.Window) for part in inner):
        raise WindowingFault("window function calls may not be nested", position=place)
    definition = [*partition, *(key.expression for key in order)]
    if any(isinstance(each, tree.Window) for part in definition for each in walk(part)):
        raise NotEmulated(
            "a window function in a sub-query of PARTITION BY or ORDER BY of another",
            position=place,
        )
    return window


def _opened(node: syntax.Window, scope: Scope) -> tuple[syntax.Function, tuple[tree.SortKey, ...]]:
    """The function before OVER, and what WITHIN GROUP sorts."""
    match node.function:
        case syntax.Function() as call:
            keys: tuple[tree.SortKey, ...] = ()
        case syntax.WithinGroup(function=call, order_by=order):
            keys = calls.interpolated_keys(call.name, sort_keys(order, scope))
        case other:
            assert_never(other)
    if call.schema is not None:
        raise SyntaxFault.near("over", call.position)
    return call, keys


def _frame(frame: syntax.Frame | None) -> tree.Frame | None:
    if frame is None:
        return None
    _refuse_backwards(frame.start, frame.end)
    end = ("FOLLOWING", 0) if frame.end is None else _bound(frame.end)
    return tree.Frame(_bound(frame.start), end)


def _refuse_backwards(start: syntax.FrameBound, end: syntax.FrameBound | None) -> None:
    """Refuse a frame that ends before it starts, whatever the offsets are."""
    if start.side == "FOLLOWING" and start.offset is None:
        raise WindowingFault("frame start cannot be UNBOUNDED FOLLOWING")
    if end is None:
        return
    if end.side == "PRECEDING" and end.offset is None:
        raise WindowingFault("frame end cannot be UNBOUNDED PRECEDING")
    if start.side is None and end.side == "PRECEDING":
        raise WindowingFault("frame starting from current row cannot have preceding rows")
    if start.side == "FOLLOWING" and end.side != "FOLLOWING":
        raise WindowingFault("frame starting from following row cannot have preceding rows")


def _bound(bound: syntax.FrameBound) -> tuple[str, int | None]:
    if bound.side is None:
        return "PRECEDING", 0
    match bound.offset:
        case None:
            return bound.side, None
        case syntax.Number(text=text) if is_whole(text):
            return bound.side, int(text)
    raise Unsupported("frame offsets of window functions must be integer constants")
