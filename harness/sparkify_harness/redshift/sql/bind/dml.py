"""INSERT, UPDATE and DELETE.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_INSERT_30.html
Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_UPDATE.html
Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_DELETE.html
"""

from collections.abc import Sequence
from typing import assert_never

from sparkify_harness.redshift.catalog.relations import Column, Relation, RelationKind
from sparkify_harness.redshift.errors import (
    DuplicateColumn,
    GroupingFault,
    NotEmulated,
    PermissionDenied,
    SyntaxFault,
    UndefinedColumn,
    Unsupported,
    WindowingFault,
)
from sparkify_harness.redshift.sql import changes, syntax, tree
from sparkify_harness.redshift.sql.bind.ctes import bind_ctes
from sparkify_harness.redshift.sql.bind.defaults import default_of
from sparkify_harness.redshift.sql.bind.expressions import bind_expression, condition
from sparkify_harness.redshift.sql.bind.joins import beside, bind_from, table_source
from sparkify_harness.redshift.sql.bind.outputs import coerced, project
from sparkify_harness.redshift.sql.bind.plain_rows import converted
from sparkify_harness.redshift.sql.bind.scope import From, Scope, Source
from sparkify_harness.redshift.sql.coercion import coerce
from sparkify_harness.redshift.sql.parse import parse_rows
from sparkify_harness.redshift.sql.traversal import contains, walk
from sparkify_harness.redshift.sql.tree import CastContext


def writable(node: syntax.Table, scope: Scope, verb: str) -> tuple[Relation, Source, tree.Scan]:
    """The target of a statement that writes.

    Args:
        node: Its name.
        scope: The statement's.
        verb: What it does, for errors: ``insert into``, ``update``, ``delete from`` ...

    Raises:
        Unsupported: It is a view.
        PermissionDenied: It is a system table.
    """
    relation, source, scan = table_source(node, scope)
    match relation.kind:
        case RelationKind.VIEW | RelationKind.LATE_BINDING_VIEW:
            raise Unsupported(f"cannot {verb} a view", position=node.position)
        case RelationKind.SYSTEM:
            raise PermissionDenied.on_relation(relation.name)
    return relation, source, scan


def target_column(relation: Relation, name: str, place: int | None) -> Column:
    """A column that a statement writes.

    Raises:
        UndefinedColumn: The table has none of that name.
    """
    column = relation.column(name)
    if column is None:
        raise UndefinedColumn(
            f'column "{name}" of relation "{relation.name}" does not exist', position=place
        )
    return column


def refuse_identity(column: Column) -> None:
    """Refuse a value for a column that generates its own."""
    if column.identity is not None and not column.identity.by_default:
        raise Unsupported("cannot set an identity column to a value")


# --- INSERT ----------------------------------------------------------------------------------


def bind_insert(node: changes.Insert, scope: Scope) -> tree.Insert:
    """INSERT; columns that are not mentioned get their DEFAULT, or NULL."""
    scope, ctes = bind_ctes(node.with_, scope)
    relation, _, _ = writable(node.table, scope, "insert into")
    listed = None if node.columns is None else _listed(relation, node.columns)
    match node.source:
        case changes.DefaultValues():
            return _assemble(relation, (), tree.ValueRows(((),)), ctes, scope)
        case changes.Values(rows=rows):
            return _insert_rows(relation, listed, rows, scope, ctes)
        case changes.PlainRows() as plain:
            return _insert_plain(relation, listed, plain, scope, ctes)
        case syntax.Select() | syntax.SetOperation() | syntax.Subquery() as query:
            return _insert_query(relation, listed, query, scope, ctes)
        case other:
            assert_never(other)


def _listed(relation: Relation, names: Sequence[syntax.Identifier]) -> tuple[Column, ...]:
    columns: list[Column] = []
    for name in names:
        column = target_column(relation, name.name, name.position)
        if column in columns:
            raise DuplicateColumn(
                f'column "{name.name}" specified more than once', position=name.position
            )
        columns.append(column)
    return tuple(columns)


def _targets(
    relation: Relation, listed: tuple[Column, ...] | None, count: int
) -> tuple[Column, ...]:
    """The columns that the values of a row go to."""
    if count > len(relation.columns if listed is None else listed):
        raise SyntaxFault("INSERT has more expressions than target columns")
    if listed is None:
        return relation.columns[:count]
    if count < len(listed):
        raise SyntaxFault("INSERT has more target columns than expressions")
    return listed


def _insert_rows(
    relation: Relation,
    listed: tuple[Column, ...] | None,
    rows: Sequence[Sequence[changes.Value]],
    scope: Scope,
    ctes: tuple[tree.Cte, ...],
) -> tree.Insert:
    columns = _targets(relation, listed, len(rows[0]))
    generated = [
        column.identity is not None and all(isinstance(row[index], changes.Default) for row in rows)
        for index, column in enumerate(columns)
    ]
    bound = [
        tuple(
            _value(value, column, scope, several=len(rows) > 1)
            for value, column, skip in zip(row, columns, generated, strict=True)
            if not skip
        )
        for row in rows
    ]
    kept = tuple(column for column, skip in zip(columns, generated, strict=True) if not skip)
    return _assemble(relation, kept, tree.ValueRows(tuple(bound)), ctes, scope)


def _insert_plain(
    relation: Relation,
    listed: tuple[Column, ...] | None,
    rows: changes.PlainRows,
    scope: Scope,
    ctes: tuple[tree.Cte, ...],
) -> tree.Insert:
    """Rows of constants, converted by columns; where one does not fit, row by row to the first."""
    columns = _targets(relation, listed, rows.span.width)
    # Whoever numbers rows is given them in their order.
    numbered = any(column.identity is not None for column in relation.columns)
    values = None if numbered else converted(rows, columns, scope)
    if values is None:
        return _insert_rows(relation, listed, parse_rows(rows).rows, scope, ctes)
    return _assemble(relation, columns, tree.PlainRows(values), ctes, scope)


def _value(node: changes.Value, column: Column, scope: Scope, *, several: bool) -> tree.Expression:
    if isinstance(node, changes.Default):
        if column.identity is not None:
            raise NotEmulated("DEFAULT beside other values in an IDENTITY column")
        return default_of(column)
    refuse_identity(column)
    bound = bind_expression(node, scope)
    if contains(bound, tree.Aggregate):
        raise GroupingFault("cannot use aggregate function in VALUES", position=node.position)
    if contains(bound, tree.Window):
        raise WindowingFault("cannot use window function in VALUES", position=node.position)
    if several and any(isinstance(part, tree.Select | tree.SetOperation) for part in walk(bound)):
        raise Unsupported("can't use subqueries in multi-row VALUES", position=node.position)
    return coerce(bound, column.type, CastContext.ASSIGNMENT, column=column.name)


def _insert_query(
    relation: Relation,
    listed: tuple[Column, ...] | None,
    node: syntax.Query,
    scope: Scope,
    ctes: tuple[tree.Cte, ...],
) -> tree.Insert:
    # The query stands on the level of the statement: no column of it is in sight.
    query = scope.binding.bind_open(node, Scope(scope.binding, ctes=scope.ctes))
    columns = _targets(relation, listed, len(query.columns))
    for column in columns:
        refuse_identity(column)
    query = coerced(
        query,
        [column.type for column in columns],
        scope.binding,
        CastContext.ASSIGNMENT,
        [column.name for column in columns],
    )
    return _assemble(relation, columns, query, ctes, scope)


def _assemble(
    relation: Relation,
    columns: tuple[Column, ...],
    source: tree.ValueRows | tree.PlainRows | tree.Query,
    ctes: tuple[tree.Cte, ...],
    scope: Scope,
) -> tree.Insert:
    """The statement with the columns added that get a default."""
    rest = [
        column for column in relation.columns if column not in columns and column.identity is None
    ]
    defaults = [default_of(column) for column in rest]
    names = tuple(column.name for column in (*columns, *rest))
    full: tree.ValueRows | tree.PlainRows | tree.Query
    match source:
        case tree.ValueRows(rows=rows):
            full = tree.ValueRows(tuple((*row, *defaults) for row in rows))
        case tree.PlainRows(values=values):
            full = tree.PlainRows(values, tuple(defaults))
        case _:
            extra = [
                tree.OutputColumn(column.name, default)
                for column, default in zip(rest, defaults, strict=True)
            ]
            full = project(source, lambda outputs: (*outputs, *extra), scope.binding)
    return tree.Insert(relation, names, full, ctes)


# --- UPDATE and DELETE -----------------------------------------------------------------------


def bind_update(node: changes.Update, scope: Scope) -> tree.Update:
    """UPDATE ... SET ... FROM.

    Raises:
        Unsupported: FROM has an outer join.
    """
    scope, ctes = bind_ctes(node.with_, scope)
    relation, own, scan = writable(node.table, scope, "update")
    others = bind_from(node.sources, scope)
    if others.item is not None and _has_outer_join(others.item):
        raise Unsupported("Target table must be part of an equijoin predicate")
    inner = scope.reading(with_target(own, others, node.position))
    assignments = tuple(assignment(each, relation, inner) for each in node.assignments)
    refuse_repeated(assignments)
    where = _where(node.where, inner)
    if _reads_itself_unjoined(scan, others.item, where):
        raise NotEmulated(
            "UPDATE ... FROM with its target under an alias alone", position=node.table.position
        )
    return tree.Update(scan, assignments, others.item, where, ctes)


def with_target(own: Source, others: From, place: int | None) -> From:
    """The names of the target and of what stands beside it."""
    return beside(From(None, (own,), own.columns), others, place)


def _reads_itself_unjoined(
    target: tree.Scan, item: tree.FromItem | None, where: tree.Expression | None
) -> bool:
    """Whether FROM has the target under an alias that nothing joins to the target itself.

    AWS takes the alias for the target; by the rules of SQL such a statement changes every row.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_Examples_of_UPDATE_statements.html
    """
    read = [] if item is None else walk(item, into_queries=False)
    asked = [] if where is None else walk(where)
    return any(
        isinstance(part, tree.Scan) and part.relation == target.relation for part in read
    ) and not any(
        isinstance(part, tree.ColumnRef) and part.source == target.source for part in asked
    )


def _has_outer_join(item: tree.FromItem) -> bool:
    match item:
        case tree.Join(kind=kind, left=left, right=right):
            outer = kind in {"LEFT", "RIGHT", "FULL"}
            return outer or _has_outer_join(left) or _has_outer_join(right)
    return False


def assignment(
    node: changes.Assignment, relation: Relation, scope: Scope
) -> tuple[str, tree.Expression]:
    """``column = value`` of SET, coerced by assignment."""
    place = node.column.position
    column = target_column(relation, node.column.name, place)
    value = node.value
    if isinstance(value, changes.Default):
        if column.identity is not None:
            raise NotEmulated("SET DEFAULT of an IDENTITY column", position=place)
        return column.name, default_of(column)
    refuse_identity(column)
    bound = bind_expression(value, scope)
    if contains(bound, tree.Aggregate):
        raise GroupingFault("cannot use aggregate function in UPDATE", position=value.position)
    if contains(bound, tree.Window):
        raise WindowingFault("cannot use window function in UPDATE", position=value.position)
    return column.name, coerce(bound, column.type, CastContext.ASSIGNMENT, column=column.name)


def refuse_repeated(assignments: Sequence[tuple[str, tree.Expression]]) -> None:
    """Refuse a column that is set twice."""
    names = [name for name, _ in assignments]
    for name in names:
        if names.count(name) > 1:
            raise SyntaxFault(f'multiple assignments to same column "{name}"')


def bind_delete(node: changes.Delete, scope: Scope) -> tree.Delete:
    """DELETE ... USING."""
    scope, ctes = bind_ctes(node.with_, scope)
    _, own, scan = writable(node.table, scope, "delete from")
    others = bind_from(node.sources, scope)
    inner = scope.reading(with_target(own, others, node.position))
    return tree.Delete(scan, others.item, _where(node.where, inner), ctes)


def _where(clause: syntax.Expression | None, scope: Scope) -> tree.Expression | None:
    if clause is None:
        return None
    bound = condition(clause, scope, "WHERE")
    if contains(bound, tree.Aggregate):
        raise GroupingFault("aggregates not allowed in WHERE clause", position=clause.position)
    if contains(bound, tree.Window):
        raise WindowingFault(
            "window functions not allowed in WHERE clause", position=clause.position
        )
    return bound
