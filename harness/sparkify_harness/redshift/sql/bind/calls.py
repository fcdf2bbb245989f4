"""Functions, aggregates and operators: the arguments are typed, the registry picks the overload."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, assert_never

from sparkify_harness.redshift.errors import (
    GroupingFault,
    NotEmulated,
    UndefinedFunction,
    WindowingFault,
)
from sparkify_harness.redshift.sql import syntax, tree
from sparkify_harness.redshift.sql.bind import expressions, windows
from sparkify_harness.redshift.sql.bind.ordering import sort_keys
from sparkify_harness.redshift.sql.bind.privileges import check_privilege
from sparkify_harness.redshift.sql.bind.resolve import Resolution, resolve
from sparkify_harness.redshift.sql.bind.scope import Scope
from sparkify_harness.redshift.sql.bind.unknowns import refuse_untyped
from sparkify_harness.redshift.sql.coercion import coerce, spelled
from sparkify_harness.redshift.sql.functions.aggregates import PERCENTILE_CONT
from sparkify_harness.redshift.sql.functions.library import OVERLOADS
from sparkify_harness.redshift.sql.functions.registry import FunctionKind
from sparkify_harness.redshift.sql.traversal import contains, walk
from sparkify_harness.redshift.sql.tree import CastContext
from sparkify_harness.redshift.types import DOUBLE, Kind, RedshiftType

_PLAIN: Final = frozenset({FunctionKind.SCALAR, FunctionKind.AGGREGATE, FunctionKind.SET})


def scalar(name: str, arguments: Sequence[tree.Expression], place: int | None) -> tree.Call:
    """A call of a scalar function or operator."""
    found = resolve(name, arguments, position=place)
    return tree.Call(found.type, found.overload, tuple(found.arguments))


def result_type(found: Resolution, within_group: Sequence[tree.SortKey]) -> RedshiftType:
    """The type of an aggregate: of an ordered-set one, by what it sorts."""
    of_sorted = found.overload.ordered_set
    if within_group and of_sorted is not None:
        return of_sorted(within_group[0].expression.type)
    return found.type


def interpolated_keys(name: str, keys: Sequence[tree.SortKey]) -> tuple[tree.SortKey, ...]:
    """What an ordered-set aggregate sorts: PERCENTILE_CONT, as MEDIAN, has REAL as DOUBLE.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_MEDIAN.html
    """
    if PERCENTILE_CONT not in OVERLOADS.get(name, ()):
        return tuple(keys)
    return tuple(
        replace(key, expression=coerce(key.expression, DOUBLE, CastContext.IMPLICIT))
        if key.expression.type.kind is Kind.REAL
        else key
        for key in keys
    )


def bind_arguments(call: syntax.Function, scope: Scope) -> tuple[list[tree.Expression], bool]:
    """The arguments of a call, and whether DISTINCT stands before them."""
    return [expressions.bind_expression(each, scope) for each in call.arguments], call.distinct


def bind_call(
    node: syntax.Function | syntax.WithinGroup | syntax.Window, scope: Scope
) -> tree.Expression:
    """A function call in any of its forms."""
    match node:
        case syntax.Function():
            return _bind_function(node, scope)
        case syntax.WithinGroup():
            return _bind_sorted(node, scope)
        case syntax.Window():
            return windows.bind_window(node, scope)
        case _:
            assert_never(node)


def _bind_function(call: syntax.Function, scope: Scope) -> tree.Expression:
    """``f(x)`` and ``pg_catalog.f(x)``; no other schema has functions."""
    if call.schema not in {None, "pg_catalog"}:
        raise NotEmulated(
            f'user-defined functions: "{call.schema}.{call.name}"', position=call.position
        )
    return _bind_plain(call, scope, ())


def _bind_sorted(node: syntax.WithinGroup, scope: Scope) -> tree.Expression:
    """``f(x) WITHIN GROUP (ORDER BY y)``."""
    call = node.function
    if call.schema is not None:
        raise NotEmulated("WITHIN GROUP of a function with its schema", position=node.position)
    keys = interpolated_keys(call.name, sort_keys(node.order_by, scope))
    return _bind_plain(call, scope, keys)


def _bind_plain(
    call: syntax.Function, scope: Scope, within_group: tuple[tree.SortKey, ...]
) -> tree.Expression:
    arguments, distinct = bind_arguments(call, scope)
    place = call.position
    overloads = OVERLOADS.get(call.name, ())
    if overloads and all(item.kind is FunctionKind.WINDOW for item in overloads):
        raise WindowingFault(
            f"window function {call.name}() requires an OVER clause", position=place
        )
    refuse_bound_fraction(call, arguments)
    refuse_unsorted(call, arguments, within_group)
    if any(item.extreme for item in overloads):
        for argument in arguments:
            refuse_untyped(argument)
    found = resolve(call.name, arguments, kinds=_PLAIN, position=place)
    match found.overload.kind:
        case FunctionKind.AGGREGATE:
            aggregate = tree.Aggregate(
                result_type(found, within_group),
                found.overload,
                tuple(found.arguments),
                distinct,
                within_group,
            )
            parts = [*found.arguments, *(key.expression for key in within_group)]
            if any(contains(part, (tree.Aggregate, tree.Window)) for part in parts):
                raise GroupingFault(
                    "aggregate function calls may not have nested aggregate or window function",
                    position=place,
                )
            _refuse_outer(parts, scope, place)
            return aggregate
        case FunctionKind.SET:
            raise NotEmulated(
                f"the set-returning function {call.name}() outside FROM", position=place
            )
    if distinct:
        raise GroupingFault(
            f"DISTINCT specified, but {call.name} is not an aggregate function", position=place
        )
    check_privilege(found.overload, found.arguments, scope.binding.catalog)
    return tree.Call(found.type, found.overload, tuple(found.arguments))


def refuse_bound_fraction(call: syntax.Function, arguments: Sequence[tree.Expression]) -> None:
    """Refuse a parameter for the fraction of a percentile, which is a part of the function.

    Observed: https://github.com/aws/amazon-redshift-python-driver/issues/188

    Raises:
        UndefinedFunction: The fraction is a parameter.
    """
    if _is_ordered_set(call.name) and any(
        isinstance(part, tree.Parameter) for item in arguments for part in walk(item)
    ):
        raise _no_such(call, arguments)


def refuse_unsorted(
    call: syntax.Function,
    arguments: Sequence[tree.Expression],
    within_group: Sequence[tree.SortKey],
) -> None:
    """Refuse a percentile without WITHIN GROUP: there is no function of the fraction alone.

    Raises:
        UndefinedFunction: It sorts nothing.
    """
    if _is_ordered_set(call.name) and not within_group:
        raise _no_such(call, arguments)


def _is_ordered_set(name: str) -> bool:
    return any(item.ordered_set is not None for item in OVERLOADS.get(name, ()))


def _no_such(call: syntax.Function, arguments: Sequence[tree.Expression]) -> UndefinedFunction:
    names = ", ".join(spelled(item.type) for item in arguments)
    return UndefinedFunction(
        f"function {call.name}({names}) does not exist",
        hint="No function matches the given name and argument types. "
        "You may need to add explicit type casts.",
        position=call.position,
    )


def _refuse_outer(parts: Sequence[tree.Expression], scope: Scope, place: int | None) -> None:
    """Refuse an aggregate that belongs to an outer query, whose columns alone it uses."""
    used = {
        node.source for part in parts for node in walk(part) if isinstance(node, tree.ColumnRef)
    }
    outer: set[str] = set()
    around = scope.parent
    while around is not None:
        outer |= around.clause.labels()
        around = around.parent
    if used & outer and not used & scope.clause.labels():
        raise NotEmulated("an aggregate over columns of an outer query", position=place)
