"""MERGE.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_MERGE.html
"""

from sqlglot import exp

from sparkify_harness.redshift.errors import DatatypeMismatch, NotEmulated, SyntaxFault, Unsupported
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.bind.defaults import default_of
from sparkify_harness.redshift.sql.bind.dml import (
    assignment,
    is_default,
    refuse_identity,
    refuse_repeated,
    target_column,
    with_target,
    writable,
)
from sparkify_harness.redshift.sql.bind.expressions import bind_expression, condition
from sparkify_harness.redshift.sql.bind.joins import bind_items
from sparkify_harness.redshift.sql.bind.scope import Scope, Visible
from sparkify_harness.redshift.sql.bind.traversal import contains, walk
from sparkify_harness.redshift.sql.coercion import coerce
from sparkify_harness.redshift.sql.dialect import position
from sparkify_harness.redshift.sql.tree import CastContext

_Values = tuple[tuple[str, tree.Expression], ...]


def bind_merge(node: exp.Expr, scope: Scope) -> tree.Merge:
    """MERGE with both of its WHEN clauses, or with REMOVE DUPLICATES.

    Raises:
        SyntaxFault: A clause is missing or stands twice.
        Unsupported: The source is the target, or a sub-query that reads it.
    """
    relation, own, scan = writable(node.this, scope, "merge into")
    others = bind_items([node.args["using"]], scope)
    if others.item is None:
        raise SyntaxFault("MERGE needs a source")
    _refuse_own_rows(others.item, scan)
    inner = scope.reading(with_target(own, others, node))
    on = condition(node.args["on"], inner, "MERGE/ON")
    if contains(on, (tree.Aggregate, tree.Window)):
        raise SyntaxFault("aggregates not allowed in MERGE conditions")
    whens = node.args["whens"]
    if isinstance(whens, exp.Var):
        inserted = _whole_rows(scan, others.columns)
        return tree.Merge(scan, others.item, on, inserted, inserted, remove_duplicates=True)
    matched = [when for when in whens.expressions if when.args.get("matched")]
    unmatched = [when for when in whens.expressions if not when.args.get("matched")]
    if len(matched) != 1 or len(unmatched) != 1:
        raise SyntaxFault.near("when" if whens.expressions else "", position(node))
    updates: _Values | None = None
    match matched[0].args["then"]:
        case exp.Update(expressions=pairs):
            updates = tuple(assignment(pair, relation, own.alias, inner) for pair in pairs)
            refuse_repeated(updates)
        case exp.Var():
            updates = None
        case other:
            raise SyntaxFault.near(other.key, position(other))
    source_only = scope.reading(others)
    return tree.Merge(scan, others.item, on, updates, _inserted(unmatched[0], scan, source_only))


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


def _inserted(when: exp.Expr, target: tree.Scan, scope: Scope) -> _Values:
    relation = target.relation
    insert = when.args["then"]
    if not isinstance(insert, exp.Insert) or not isinstance(insert.expression, exp.Tuple):
        raise SyntaxFault.near(insert.key, position(insert))
    values = insert.expression.expressions
    columns = list(relation.columns[: len(values)])
    if insert.this is not None:
        columns = [
            target_column(relation, name.name, position(name)) for name in insert.this.expressions
        ]
    if len(values) > len(columns) or len(values) > len(relation.columns):
        raise SyntaxFault("INSERT has more expressions than target columns")
    if len(values) < len(columns):
        raise SyntaxFault("INSERT has more target columns than expressions")
    pairs: list[tuple[str, tree.Expression]] = []
    for column, value in zip(columns, values, strict=True):
        if is_default(value):
            if column.identity is None:
                pairs.append((column.name, default_of(column)))
            continue
        refuse_identity(column)
        bound = bind_expression(value, scope)
        if contains(bound, (tree.Aggregate, tree.Window)):
            raise NotEmulated("aggregates in MERGE", position=position(value))
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
