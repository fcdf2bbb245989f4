"""GROUP BY, and what may stand beside it.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_GROUP_BY_clause.html
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import combinations, product
from typing import Final

from sparkify_harness.redshift.errors import GroupingFault, NotEmulated, Unsupported, WindowingFault
from sparkify_harness.redshift.sql import syntax, tree
from sparkify_harness.redshift.sql.bind import expressions
from sparkify_harness.redshift.sql.bind.ordering import ordinal
from sparkify_harness.redshift.sql.bind.scope import Scope, Source, grouped_correlation_fault
from sparkify_harness.redshift.sql.functions.aggregates import APPROXIMATE_COUNT, MEDIAN
from sparkify_harness.redshift.sql.traversal import children, contains, walk

_MEDIANS: Final = frozenset(MEDIAN.values())
Keys = tuple[tree.Expression, ...]


def bind_group(
    group: syntax.GroupBy | None, outputs: Sequence[tree.OutputColumn], scope: Scope
) -> tuple[Keys, ...]:
    """The grouping sets of GROUP BY; a plain list is one set.

    A bare name is a column of FROM or else a select-list alias; a whole number is an output column.

    Args:
        group: The clause.
        outputs: The select list.
        scope: FROM and the aliases.
    """
    if group is None:
        return ()
    if group.elements is None:
        return _all(group, outputs, scope)
    parts = [list(_sets(node, outputs, scope)) for node in group.elements]
    return tuple(
        tuple(dict.fromkeys(key for keys in choice for key in keys)) for choice in product(*parts)
    )


def _all(
    group: syntax.GroupBy, outputs: Sequence[tree.OutputColumn], scope: Scope
) -> tuple[Keys, ...]:
    """GROUP BY ALL: every output column without an aggregate."""
    keys: list[tree.Expression] = []
    for output in outputs:
        if contains(output.expression, tree.Aggregate):
            continue
        if contains(output.expression, tree.Window):
            raise NotEmulated("GROUP BY ALL beside window functions", position=group.position)
        keys.append(_checked_key(output.expression, scope))
    return (tuple(dict.fromkeys(keys)),) if keys else ()


def _sets(
    node: syntax.GroupElement, outputs: Sequence[tree.OutputColumn], scope: Scope
) -> Iterator[Keys]:
    match node:
        case syntax.Rollup(members=members):
            keys = [_members(member, outputs, scope) for member in members]
            for length in range(len(keys), -1, -1):
                yield tuple(key for group in keys[:length] for key in group)
        case syntax.Cube(members=members):
            keys = [_members(member, outputs, scope) for member in members]
            for length in range(len(keys), -1, -1):
                for chosen in combinations(keys, length):
                    yield tuple(key for group in chosen for key in group)
        case syntax.GroupingSets(members=members):
            for member in members:
                yield from _sets(member, outputs, scope)
        case _:
            yield _members(node, outputs, scope)


def _members(node: syntax.Expression, outputs: Sequence[tree.OutputColumn], scope: Scope) -> Keys:
    if isinstance(node, syntax.Row):
        return tuple(_key(member, outputs, scope) for member in node.values)
    return (_key(node, outputs, scope),)


def _key(
    node: syntax.Expression, outputs: Sequence[tree.OutputColumn], scope: Scope
) -> tree.Expression:
    index = ordinal(node, len(outputs), "GROUP BY")
    key = (
        outputs[index].expression if index is not None else expressions.bind_expression(node, scope)
    )
    if contains(key, tree.Aggregate):
        raise GroupingFault("aggregates not allowed in GROUP BY clause", position=node.position)
    if contains(key, tree.Window):
        raise WindowingFault(
            "window functions not allowed in GROUP BY clause", position=node.position
        )
    return _checked_key(key, scope)


def _checked_key(key: tree.Expression, scope: Scope) -> tree.Expression:
    """The key; clusters do not group by the result of a correlated sub-query."""
    own = scope.clause.labels()
    queries = [part for part in walk(key, into_queries=False) if _is_query(part)]
    if any(isinstance(p, tree.ColumnRef) and p.source in own for q in queries for p in walk(q)):
        scope.binding.compute_faults.append(grouped_correlation_fault())
    return key


def _is_query(part: object) -> bool:
    return isinstance(part, tree.Select | tree.SetOperation)


def _labels(sources: Iterable[Source]) -> Iterator[tuple[str, str]]:
    for source in sources:
        for column in source.columns:
            if isinstance(column.expression, tree.ColumnRef):
                yield column.expression.source, source.alias


def check_grouped(
    parts: Iterable[tree.Expression], keys: Collection[tree.Expression], scope: Scope
) -> None:
    """Refuse columns that are neither grouped nor inside an aggregate.

    Args:
        parts: What is computed after grouping: select list, HAVING, QUALIFY, ORDER BY.
        keys: Every expression of GROUP BY.
        scope: FROM.

    Raises:
        GroupingFault: Such a column was found.
    """
    aliases = dict(_labels(scope.clause.sources))
    for part in parts:
        _check(part, frozenset(keys), aliases, outer=False)


def check_sorted_aggregates(parts: Iterable[tree.Expression]) -> None:
    """Refuse aggregates that sort by different values in one query, or beside a DISTINCT one.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_MEDIAN.html
    Observed: https://github.com/data-mie/dbt-profiler/issues/84

    Args:
        parts: What is computed after grouping.

    Raises:
        Unsupported: LISTAGG, PERCENTILE_CONT and MEDIAN differ in what they sort by, or another
            aggregate is DISTINCT.
    """
    aggregates = [
        node
        for part in parts
        for node in walk(part, into_queries=False)
        if isinstance(node, tree.Aggregate)
    ]
    others = [node for node in aggregates if not node.overload.sorts]
    if len(others) < len(aggregates) and any(
        node.distinct and node.overload is not APPROXIMATE_COUNT for node in others
    ):
        raise Unsupported(
            "LISTAGG/PERCENTILE_CONT/MEDIAN aggregate functions with other distinct aggregate "
            "function not supported"
        )
    sorts = {_sorted_by(node) for node in aggregates if node.order_by or node.overload in _MEDIANS}
    if len(sorts) > 1:
        raise Unsupported("within group ORDER BY clauses for aggregate functions must be the same")


def check_grouping_functions(
    parts: Iterable[tree.Expression], keys: Collection[tree.Expression]
) -> None:
    """Refuse GROUPING of anything but keys of GROUP BY.

    Args:
        parts: What is computed after grouping.
        keys: Every expression of GROUP BY.

    Raises:
        GroupingFault: An argument is no key.
    """
    for part in parts:
        for node in walk(part, into_queries=False):
            if (
                isinstance(node, tree.Aggregate)
                and node.overload.grouping
                and any(argument not in keys for argument in node.arguments)
            ):
                raise GroupingFault(
                    "arguments to GROUPING must be grouping expressions of the associated "
                    "query level"
                )


def _sorted_by(node: tree.Aggregate) -> tuple[tuple[tree.Expression, bool], ...]:
    if node.order_by:
        return tuple((_uncast(key.expression), key.descending) for key in node.order_by)
    return ((_uncast(node.arguments[0]), False),)


def _uncast(node: tree.Expression) -> tree.Expression:
    while isinstance(node, tree.Cast) and node.context is tree.CastContext.IMPLICIT:
        node = node.operand
    return node


def _check(
    node: object, keys: frozenset[tree.Expression], aliases: dict[str, str], *, outer: bool
) -> None:
    match node:
        case tree.Expression() if node in keys:
            return
        case tree.Aggregate() if not outer:
            return
        case tree.ColumnRef(source=source, name=name) if source in aliases:
            shown = f"{aliases[source]}.{name}"
            if outer:
                raise GroupingFault(f'subquery uses ungrouped column "{shown}" from outer query')
            raise GroupingFault(
                f'column "{shown}" must appear in the GROUP BY clause or be used in an '
                "aggregate function"
            )
    inside = outer or _is_query(node)
    for child in children(node):
        _check(child, keys, aliases, outer=inside)
