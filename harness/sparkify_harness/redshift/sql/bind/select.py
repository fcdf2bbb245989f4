"""SELECT.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_SELECT_synopsis.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import assert_never

from sparkify_harness.redshift.errors import (
    AmbiguousColumn,
    GroupingFault,
    InvalidColumnReference,
    NotEmulated,
    RedshiftError,
    SyntaxFault,
    UndefinedColumn,
    UndefinedRelation,
    WindowingFault,
)
from sparkify_harness.redshift.sql import syntax, tree
from sparkify_harness.redshift.sql.bind.expressions import bind_expression, condition
from sparkify_harness.redshift.sql.bind.grouping import (
    bind_group,
    check_grouped,
    check_grouping_functions,
    check_sorted_aggregates,
)
from sparkify_harness.redshift.sql.bind.joins import bind_from, refuse_many
from sparkify_harness.redshift.sql.bind.labels import label
from sparkify_harness.redshift.sql.bind.limits import bind_limit
from sparkify_harness.redshift.sql.bind.ordering import ordinal, sort_key
from sparkify_harness.redshift.sql.bind.scope import Scope, Visible, matches
from sparkify_harness.redshift.sql.bind.unknowns import refuse_untyped
from sparkify_harness.redshift.sql.traversal import contains


def bind_select(node: syntax.Select, scope: Scope, ctes: tuple[tree.Cte, ...]) -> tree.Select:
    """A SELECT; result columns of unknown type stay open.

    Args:
        node: The query.
        scope: Its own scope, with its WITH in sight.
        ctes: Its WITH.
    """
    scope = scope.reading(bind_from(node.sources, replace(scope, select=node)))
    refuse_many(scope.clause.item)
    outputs = tuple(_select_list(node.targets, scope))
    where = _filter(node.where, "WHERE", scope)
    grouping = bind_group(node.group_by, outputs, scope)
    having = _having(node.having, scope)
    qualify = _qualify(node.qualify, scope)
    order = order_keys(node.order_by, outputs, scope, distinct=node.distinct)
    windowed = [output.expression for output in outputs] + ([] if qualify is None else [qualify])
    if qualify is not None and not any(contains(part, tree.Window) for part in windowed):
        raise NotEmulated("QUALIFY without a window function", position=node.position)
    computed = [
        *(output.expression for output in outputs),
        *(part for part in (having, qualify) if part is not None),
        *(key.expression for key in order),
    ]
    grouped = (
        bool(grouping)
        or having is not None
        or any(contains(part, tree.Aggregate) for part in computed)
    )
    if grouped:
        keys = {key for keys in grouping for key in keys}
        check_grouped(computed, keys, scope)
        check_grouping_functions(computed, keys)
        check_sorted_aggregates(computed)
    limit, offset = bind_limit(node)
    return tree.Select(
        columns=outputs,
        source=scope.clause.item,
        where=where,
        group_by=grouping,
        grouped=grouped,
        having=having,
        qualify=qualify,
        distinct=node.distinct,
        order_by=order,
        limit=limit,
        offset=offset,
        ctes=ctes,
    )


def _select_list(nodes: Sequence[syntax.Target], scope: Scope) -> Iterator[tree.OutputColumn]:
    """The result columns; an alias is in sight of what stands after it."""
    for node in nodes:
        match node:
            case syntax.Output(expression=inner, label=name):
                _refuse_truth_test(inner)
                bound = bind_expression(inner, scope)
                yield tree.OutputColumn(label(inner, bound) if name is None else name, bound)
                if name is not None:
                    scope.aliases.setdefault(name, []).append(bound)
            case syntax.Star(qualifier=()):
                if not scope.clause.sources:
                    raise SyntaxFault("SELECT * with no tables specified is not valid")
                yield from _all(_without(scope.clause.columns, node.excluded))
            case syntax.Star():
                yield from _all(_star(node, scope))
            case _:
                assert_never(node)


def _refuse_truth_test(node: syntax.Expression) -> None:
    """Refuse ``x IS TRUE`` as a result column.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_Boolean_type.html
    """
    match node:
        case syntax.Paren(inner=inner) | syntax.Not(operand=inner):
            _refuse_truth_test(inner)
        case syntax.Is(what="TRUE" | "FALSE" | "UNKNOWN"):
            raise RedshiftError("Not implemented", position=node.position)


def _all(columns: Sequence[Visible]) -> Iterator[tree.OutputColumn]:
    for column in columns:
        yield tree.OutputColumn(column.name, column.expression)


def _without(
    columns: Sequence[Visible], excluded: Sequence[syntax.Identifier]
) -> Sequence[Visible]:
    """The columns that EXCLUDE leaves.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_EXCLUDE_list.html
    """
    names = {column.name for column in columns}
    for each in excluded:
        if each.name not in names:
            raise UndefinedColumn(f'column "{each.name}" does not exist', position=each.position)
    left_out = {each.name for each in excluded}
    left = [column for column in columns if column.name not in left_out]
    if not left:
        raise NotEmulated("EXCLUDE of all columns", position=excluded[0].position)
    return left


def _star(node: syntax.Star, scope: Scope) -> Sequence[Visible]:
    for source in scope.clause.sources:
        if matches(source, node.qualifier):
            return source.columns
    raise UndefinedRelation(
        f'missing FROM-clause entry for table "{node.qualifier[-1]}"', position=node.position
    )


def _filter(clause: syntax.Expression | None, word: str, scope: Scope) -> tree.Expression | None:
    if clause is None:
        return None
    bound = condition(clause, scope, word)
    if contains(bound, tree.Aggregate):
        raise GroupingFault(f"aggregates not allowed in {word} clause", position=clause.position)
    _refuse_windows(bound, word, clause)
    return bound


def _having(clause: syntax.Expression | None, scope: Scope) -> tree.Expression | None:
    """HAVING, in sight of the select list's aliases.

    Until 2023 AWS's page said that an alias must be repeated as its expression. That sentence is
    gone since; the one beside it, that ordinals are not taken, stayed.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_HAVING_clause.html
    """
    if clause is None:
        return None
    bound = condition(clause, scope, "HAVING")
    _refuse_windows(bound, "HAVING", clause)
    return bound


def _refuse_windows(bound: tree.Expression, word: str, node: syntax.Expression) -> None:
    if contains(bound, tree.Window):
        raise WindowingFault(
            f"window functions not allowed in {word} clause", position=node.position
        )


def _qualify(clause: syntax.Expression | None, scope: Scope) -> tree.Expression | None:
    """QUALIFY, which filters by window functions.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_QUALIFY_clause.html
    """
    return None if clause is None else condition(clause, scope, "QUALIFY")


def order_keys(
    order: Sequence[syntax.SortKey],
    outputs: Sequence[tree.OutputColumn],
    scope: Scope,
    *,
    distinct: bool,
) -> tuple[tree.SortKey, ...]:
    """The keys of ORDER BY; with DISTINCT they are output columns."""
    if not order:
        return ()
    keys = tuple(
        sort_key(node, _sorted_expression(node.expression, outputs, scope)) for node in order
    )
    for key in keys:
        refuse_untyped(key.expression)
    shown = {output.expression for output in outputs}
    if distinct and any(key.expression not in shown for key in keys):
        raise InvalidColumnReference(
            "for SELECT DISTINCT, ORDER BY expressions must appear in select list"
        )
    return keys


def _sorted_expression(
    node: syntax.Expression, outputs: Sequence[tree.OutputColumn], scope: Scope
) -> tree.Expression:
    """What ORDER BY sorts by: an ordinal or a bare name means an output column first."""
    index = ordinal(node, len(outputs), "ORDER BY")
    if index is not None:
        return outputs[index].expression
    if isinstance(node, syntax.Column) and len(node.parts) == 1:
        name = node.parts[0]
        named = {output.expression for output in outputs if output.name == name}
        if len(named) > 1:
            raise AmbiguousColumn(f'ORDER BY "{name}" is ambiguous', position=node.position)
        if named:
            return named.pop()
    return bind_expression(node, scope)
