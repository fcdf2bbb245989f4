"""Functions with OVER.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_Window_functions.html
"""

from typing import Final

from sqlglot import exp

from sparkify_harness.redshift.errors import NotEmulated, SyntaxFault, Unsupported, WindowingFault
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.bind import calls, expressions
from sparkify_harness.redshift.sql.bind.ordering import sort_keys
from sparkify_harness.redshift.sql.bind.scope import Scope
from sparkify_harness.redshift.sql.bind.traversal import contains
from sparkify_harness.redshift.sql.dialect import position
from sparkify_harness.redshift.sql.functions.aggregates import GROUPING
from sparkify_harness.redshift.sql.functions.library import OVERLOADS
from sparkify_harness.redshift.sql.functions.registry import FunctionKind
from sparkify_harness.redshift.sql.functions.resolve import resolve
from sparkify_harness.redshift.sql.functions.windows import FRAMELESS
from sparkify_harness.redshift.sql.tokens import is_whole

_KINDS: Final = frozenset({FunctionKind.AGGREGATE, FunctionKind.WINDOW})
_NULL_TREATMENT: Final = frozenset({"first_value", "last_value", "nth_value", "lag", "lead"})
_DISTINCT: Final = frozenset({"listagg"})


def bind_window(node: exp.Window, scope: Scope) -> tree.Expression:
    """A function with OVER.

    An aggregate with ORDER BY needs a frame: neither PostgreSQL's nor the engine's default applies.

    Raises:
        Unsupported: The frame is missing, or is a RANGE.
        WindowingFault: The function has no window form.
    """
    call, within_group, ignore_nulls = _unwrap(node.this, scope)
    place = position(call)
    arguments, distinct = calls.bind_arguments(call, scope)
    overloads = OVERLOADS.get(call.name, ())
    if call.name in GROUPING or (overloads and not any(item.kind in _KINDS for item in overloads)):
        raise WindowingFault(
            f"OVER specified, but {call.name} is not a window function nor an aggregate function",
            position=place,
        )
    calls.refuse_bound_fraction(call, arguments)
    calls.refuse_unsorted(call, arguments, within_group)
    found = resolve(call.name, arguments, kinds=_KINDS, position=place)
    name = found.overload.name
    if distinct and name not in _DISTINCT:
        raise Unsupported("DISTINCT is not implemented for window functions", position=place)
    if ignore_nulls and name not in _NULL_TREATMENT:
        raise SyntaxFault.near("IGNORE", place)
    order = sort_keys(node.args.get("order"), scope)
    frame = _frame(node.args.get("spec"))
    if frame is not None and name in FRAMELESS:
        raise NotEmulated(f"a frame clause of {name}()", position=place)
    if order and frame is None and name not in FRAMELESS:
        raise Unsupported(
            "Aggregate window functions with an ORDER BY clause require a frame clause",
            position=place,
        )
    partition = tuple(
        expressions.bind_expression(part, scope) for part in node.args.get("partition_by") or ()
    )
    window = tree.Window(
        calls.result_type(found, within_group),
        found.overload,
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
    return window


def _unwrap(node: exp.Expr, scope: Scope) -> tuple[exp.Anonymous, tuple[tree.SortKey, ...], bool]:
    match node:
        case exp.Anonymous():
            return node, (), False
        case exp.IgnoreNulls(this=inner):
            return _unwrap(inner, scope)[0], (), True
        case exp.RespectNulls(this=inner):
            return _unwrap(inner, scope)[0], (), False
        case exp.WithinGroup(this=exp.Anonymous() as call, expression=exp.Order() as order):
            return call, calls.interpolated_keys(call.name, sort_keys(order, scope)), False
    raise SyntaxFault.near("over", position(node))


def _frame(spec: exp.WindowSpec | None) -> tree.Frame | None:
    if spec is None:
        return None
    if spec.text("kind").upper() != "ROWS":
        raise Unsupported(
            "RANGE is not supported in the frame clause of a window function",
            hint="Redshift has ROWS frames only.",
        )
    start = _bound(spec, "start")
    end = _bound(spec, "end") if spec.args.get("end") is not None else ("FOLLOWING", 0)
    return tree.Frame(start, end)


def _bound(spec: exp.WindowSpec, which: str) -> tuple[str, int | None]:
    side = str(spec.args.get(f"{which}_side") or "PRECEDING").upper()
    match spec.args[which]:
        case exp.Literal(is_string=False) as literal if is_whole(literal.name):
            return side, int(literal.name)
        case str() as word if word.upper() == "UNBOUNDED":
            return side, None
        case str() as word if word.upper() == "CURRENT ROW":
            return side, 0
    raise Unsupported("frame offsets of window functions must be integer constants")
