"""Changing the types of a query's result columns."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.bind.scope import Binding, Visible
from sparkify_harness.redshift.sql.coercion import coerce
from sparkify_harness.redshift.sql.tree import CastContext
from sparkify_harness.redshift.types import TEXT, Kind, RedshiftType

Project = Callable[[Sequence[tree.OutputColumn]], Sequence[tree.OutputColumn]]


def distinct_names(names: Sequence[str]) -> tuple[str, ...]:
    """The names with a number added to those that repeat, for use inside the engine."""
    taken: set[str] = set()
    result: list[str] = []
    for name in names:
        candidate, count = name, 1
        while candidate in taken:
            count += 1
            candidate = f"{name}:{count}"
        taken.add(candidate)
        result.append(candidate)
    return tuple(result)


def derived(query: tree.Query, label: str) -> tuple[tree.Derived, tuple[Visible, ...]]:
    """A query as a FROM item, with its columns."""
    names = distinct_names([column.name for column in query.columns])
    visible = visible_columns(query.columns, names, label)
    return tree.Derived(label, query, names), visible


def visible_columns(
    columns: Sequence[tree.OutputColumn], names: Sequence[str], label: str
) -> tuple[Visible, ...]:
    """References to result columns; they keep the table column that a value comes from."""
    visible: list[Visible] = []
    for column, name in zip(columns, names, strict=True):
        match column.expression:
            case tree.ColumnRef(origin=origin, not_null=not_null, untyped=untyped):
                reference = tree.ColumnRef(
                    column.type, label, name, origin, not_null, untyped or column.untyped
                )
            case _:
                reference = tree.ColumnRef(column.type, label, name, untyped=column.untyped)
        visible.append(Visible(column.name, reference))
    return tuple(visible)


def project(query: tree.Query, change: Project, binding: Binding) -> tree.Query:
    """The query with its result columns replaced by expressions over them.

    Args:
        query: A query.
        change: Makes the new columns out of the old ones.
        binding: The statement.
    """
    changed = tuple(change(query.columns))
    if changed == query.columns:
        return query
    if isinstance(query, tree.Select) and (not query.distinct or _only_constants(query, changed)):
        return replace(query, columns=changed)
    source, visible = derived(query, binding.label("q"))
    inner = [tree.OutputColumn(column.name, column.expression) for column in visible]
    return tree.Select(tuple(change(inner)), source)


def _only_constants(query: tree.Query, changed: Sequence[tree.OutputColumn]) -> bool:
    return len(changed) == len(query.columns) and all(
        old == new or isinstance(old.expression, tree.Literal | tree.Parameter)
        for old, new in zip(query.columns, changed, strict=True)
    )


def coerced(
    query: tree.Query,
    types: Sequence[RedshiftType],
    binding: Binding,
    context: CastContext = CastContext.IMPLICIT,
    names: Sequence[str | None] | None = None,
) -> tree.Query:
    """The query with its result columns coerced.

    Args:
        query: A query.
        types: One for each column.
        binding: The statement.
        context: Why.
        names: ASSIGNMENT: names of the target columns.
    """
    targets = names or [None] * len(types)

    def change(columns: Sequence[tree.OutputColumn]) -> list[tree.OutputColumn]:
        return [
            replace(column, expression=coerce(column.expression, wanted, context, column=name))
            for column, wanted, name in zip(columns, types, targets, strict=True)
        ]

    return project(query, change, binding)


def settled(query: tree.Query, binding: Binding) -> tree.Query:
    """The query with result columns of no known type, such as quoted literals, as VARCHAR."""
    wanted = [
        TEXT if column.type.kind is Kind.UNKNOWN and not _waits(column, binding) else column.type
        for column in query.columns
    ]
    bare = [_is_bare(column) for column in query.columns]
    query = coerced(query, wanted, binding)
    if not any(bare):
        return query
    columns = (
        replace(column, untyped=untyped)
        for column, untyped in zip(query.columns, bare, strict=True)
    )
    return replace(query, columns=tuple(columns))


def _is_bare(column: tree.OutputColumn) -> bool:
    return isinstance(column.expression, tree.Literal) and column.type.kind is Kind.UNKNOWN


def _waits(column: tree.OutputColumn, binding: Binding) -> bool:
    return isinstance(column.expression, tree.Parameter) and not binding.settles_parameters
