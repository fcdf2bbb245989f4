"""MERGE.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_MERGE.html
"""

from sparkify_harness.redshift.errors import DatatypeMismatch, NotEmulated, SyntaxFault, Unsupported
from sparkify_harness.redshift.sql import changes, tree
from sparkify_harness.redshift.sql.bind.defaults import default_of
from sparkify_harness.redshift.sql.bind.dml import (
    assignment,
    refuse_identity,
    refuse_repeated,
    target_column,
    with_target,
    writable,
)
from sparkify_harness.redshift.sql.bind.expressions import bind_expression, condition
from sparkify_harness.redshift.sql.bind.joins import bind_from
from sparkify_harness.redshift.sql.bind.scope import Scope, Visible
from sparkify_harness.redshift.sql.coercion import coerce
from sparkify_harness.redshift.sql.traversal import contains, walk
from sparkify_harness.redshift.sql.tree import CastContext

_Values = tuple[tuple[str, tree.Expression], ...]


def bind_merge(node: changes.Merge, scope: Scope) -> tree.Merge:
    """MERGE with both of its WHEN clauses, or with REMOVE DUPLICATES.

    Raises:
        Unsupported: The source is the target, or a sub-query that reads it.
    """
    relation, own, scan = writable(node.table, scope, "merge into")
    others = bind_from((node.source,), scope)
    if others.item is None:
        raise SyntaxFault("MERGE needs a source")
    _refuse_own_rows(others.item, scan)
    inner = scope.reading(with_target(own, others, node.position))
    on = condition(node.on, inner, "MERGE/ON")
    if contains(on, (tree.Aggregate, tree.Window)):
        raise SyntaxFault("aggregates not allowed in MERGE conditions")
    whens = node.whens
    if whens is None:
        inserted = _whole_rows(scan, others.columns)
        return tree.Merge(scan, others.item, on, inserted, inserted, remove_duplicates=True)
    updates: _Values | None = None
    if whens.updated is not None:
        updates = tuple(assignment(each, relation, inner) for each in whens.updated)
        refuse_repeated(updates)
    source_only = scope.reading(others)
    return tree.Merge(scan, others.item, on, updates, _inserted(whens, scan, source_only))


def _refuse_own_rows(item: tree.FromItem, target: tree.Scan) -> None:
    """Refuse a source that reads the target.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_MERGE.html (usage notes)
    """
    name = (target.relation.schema, target.relation.name)
    for part in walk(item):
        if isinstance(part, tree.Scan) and (part.relation.schema, part.relation.name) == name:
            if part is item:
                raise Unsupported("Source table in Merge statement cannot be the target table.")
            raise Unsupported(
                "Source view/subquery in Merge statement cannot reference target table."
            )


def _inserted(whens: changes.Whens, target: tree.Scan, scope: Scope) -> _Values:
    relation = target.relation
    values = whens.values
    columns = list(relation.columns[: len(values)])
    if whens.columns is not None:
        columns = [target_column(relation, name.name, name.position) for name in whens.columns]
    if len(values) > len(columns) or len(values) > len(relation.columns):
        raise SyntaxFault("INSERT has more expressions than target columns")
    if len(values) < len(columns):
        raise SyntaxFault("INSERT has more target columns than expressions")
    pairs: list[tuple[str, tree.Expression]] = []
    for column, value in zip(columns, values, strict=True):
        refuse_identity(column)
        bound = bind_expression(value, scope)
        if contains(bound, (tree.Aggregate, tree.Window)):
            raise NotEmulated("aggregates in MERGE", position=value.position)
        pairs.append(
            (column.name, coerce(bound, column.type, CastContext.ASSIGNMENT, column=column.name))
        )
    refuse_repeated(pairs)
    given = {name for name, _ in pairs}
    pairs.extend(
        (column.name, default_of(column))
        for column in relation.columns
        if column.name not in given and column.identity is None
    )
    return tuple(pairs)


def _whole_rows(target: tree.Scan, columns: tuple[Visible, ...]) -> _Values:
    """All columns of the source for all of the target, by position."""
    relation = target.relation
    if len(columns) != len(relation.columns):
        raise DatatypeMismatch(
            "Source and target of MERGE with REMOVE DUPLICATES must have the same number of columns"
        )
    pairs: list[tuple[str, tree.Expression]] = []
    for column, visible in zip(relation.columns, columns, strict=True):
        refuse_identity(column)
        value = coerce(visible.expression, column.type, CastContext.ASSIGNMENT, column=column.name)
        pairs.append((column.name, value))
    return tuple(pairs)
