"""SELECT.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_SELECT_synopsis.html
"""

from collections.abc import Iterator, Sequence

from sqlglot import exp

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
from sparkify_harness.redshift.sql import tree
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
from sparkify_harness.redshift.sql.bind.traversal import contains
from sparkify_harness.redshift.sql.bind.unknowns import refuse_untyped
from sparkify_harness.redshift.sql.dialect import position


def bind_select(node: exp.Select, scope: Scope, ctes: tuple[tree.Cte, ...]) -> tree.Select:
    """A SELECT; result columns of unknown type stay open.

    Args:
        node: The query.
        scope: Its own scope, with its WITH in sight.
        ctes: Its WITH.
    """
    scope = scope.reading(bind_from(node, scope))
    refuse_many(scope.clause.item)
    outputs = tuple(_select_list(node.expressions, scope))
    where = _filter(node.args.get("where"), "WHERE", scope)
    grouping = bind_group(node.args.get("group"), outputs, scope)
    having = _having(node.args.get("having"), scope)
    qualify = _qualify(node.args.get("qualify"), scope)
    distinct = node.args.get("distinct") is not None
    order = order_keys(node.args.get("order"), outputs, scope, distinct=distinct)
    windowed = [output.expression for output in outputs] + ([] if qualify is None else [qualify])
    if qualify is not None and not any(contains(part, tree.Window) for part in windowed):
        raise NotEmulated("QUALIFY without a window function", position=position(node))
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
        distinct=distinct,
        order_by=order,
        limit=limit,
        offset=offset,
        ctes=ctes,
    )


def _select_list(nodes: Sequence[exp.Expr], scope: Scope) -> Iterator[tree.OutputColumn]:
    """The result columns; an alias is in sight of what stands after it."""
    for node in nodes:
        _refuse_truth_test(node)
        match node:
            case exp.Star():
                if not scope.clause.sources:
                    raise SyntaxFault("SELECT * with no tables specified is not valid")
                yield from _all(_without(scope.clause.columns, node.args.get("except_") or ()))
            case exp.Column(this=exp.Star()):
                yield from _all(_star(node, scope))
            case exp.Alias(this=inner):
                bound = bind_expression(inner, scope)
                yield tree.OutputColumn(node.alias, bound)
                scope.aliases.setdefault(node.alias, []).append(bound)
            case _:
                bound = bind_expression(node, scope)
                yield tree.OutputColumn(label(node, bound), bound)


def _refuse_truth_test(node: exp.Expr) -> None:
    """Refuse ``x IS TRUE`` as a result column.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_Boolean_type.html
    """
    match node:
        case exp.Alias(this=inner) | exp.Paren(this=inner) | exp.Not(this=inner):
            _refuse_truth_test(inner)
        case exp.Is(expression=exp.Boolean() | exp.Var()):
            raise RedshiftError("Not implemented", position=position(node))


def _all(columns: Sequence[Visible]) -> Iterator[tree.OutputColumn]:
    for column in columns:
        yield tree.OutputColumn(column.name, column.expression)


def _without(columns: Sequence[Visible], excluded: Sequence[exp.Expr]) -> Sequence[Visible]:
    """The columns that EXCLUDE leaves.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_EXCLUDE_list.html
    """
    names = {column.name for column in columns}
    for each in excluded:
        if each.name not in names:
            raise UndefinedColumn(f'column "{each.name}" does not exist', position=position(each))
    left_out = {each.name for each in excluded}
    left = [column for column in columns if column.name not in left_out]
    if not left:
        raise NotEmulated("EXCLUDE of all columns", position=position(excluded[0]))
    return left


def _star(node: exp.Column, scope: Scope) -> Sequence[Visible]:
    qualifier = [part.name for part in node.parts[:-1]]
    for source in scope.clause.sources:
        if matches(source, qualifier):
            return source.columns
    raise UndefinedRelation(
        f'missing FROM-clause entry for table "{qualifier[-1]}"', position=position(node)
    )


def _filter(clause: exp.Expr | None, word: str, scope: Scope) -> tree.Expression | None:
    if clause is None:
        return None
    bound = condition(clause.this, scope, word)
    if contains(bound, tree.Aggregate):
        raise GroupingFault(
            f"aggregates not allowed in {word} clause", position=position(clause.this)
        )
    _refuse_windows(bound, word, clause.this)
    return bound


def _having(clause: exp.Having | None, scope: Scope) -> tree.Expression | None:
    """HAVING, in sight of the select list's aliases.

    Until 2023 AWS's page said that an alias must be repeated as its expression. That sentence is
    gone since; the one beside it, that ordinals are not taken, stayed.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_HAVING_clause.html
    """
    if clause is None:
        return None
    bound = condition(clause.this, scope, "HAVING")
    _refuse_windows(bound, "HAVING", clause.this)
    return bound


def _refuse_windows(bound: tree.Expression, word: str, node: exp.Expr) -> None:
    if contains(bound, tree.Window):
        raise WindowingFault(
            f"window functions not allowed in {word} clause", position=position(node)
        )


def _qualify(clause: exp.Qualify | None, scope: Scope) -> tree.Expression | None:
    """QUALIFY, which filters by window functions.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_QUALIFY_clause.html
    """
    return None if clause is None else condition(clause.this, scope, "QUALIFY")


def order_keys(
    order: exp.Order | None,
    outputs: Sequence[tree.OutputColumn],
    scope: Scope,
    *,
    distinct: bool,
) -> tuple[tree.SortKey, ...]:
    """The keys of ORDER BY; with DISTINCT they are output columns."""
    if order is None:
        return ()
    keys = tuple(
        sort_key(node, _sorted_expression(node.this, outputs, scope)) for node in order.expressions
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
    node: exp.Expr, outputs: Sequence[tree.OutputColumn], scope: Scope
) -> tree.Expression:
    """What ORDER BY sorts by: an ordinal or a bare name means an output column first."""
    index = ordinal(node, len(outputs), "ORDER BY")
    if index is not None:
        return outputs[index].expression
    if isinstance(node, exp.Column) and len(node.parts) == 1:
        named = {output.expression for output in outputs if output.name == node.name}
        if len(named) > 1:
            raise AmbiguousColumn(f'ORDER BY "{node.name}" is ambiguous', position=position(node))
        if named:
            return named.pop()
    return bind_expression(node, scope)
