"""WITH.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_WITH_clause.html
"""

from dataclasses import replace

from sparkify_harness.redshift.errors import (
    DatatypeMismatch,
    InvalidColumnReference,
    SyntaxFault,
    Unsupported,
)
from sparkify_harness.redshift.sql import syntax, tree
from sparkify_harness.redshift.sql.bind.outputs import coerced, distinct_names, visible_columns
from sparkify_harness.redshift.sql.bind.scope import CteName, Scope, Visible
from sparkify_harness.redshift.sql.walks import walk
from sparkify_harness.redshift.types import Kind


def bind_ctes(clause: syntax.With | None, scope: Scope) -> tuple[Scope, tuple[tree.Cte, ...]]:
    """The scope in which the WITH of a query or statement is in sight, and its elements.

    Each sees those before it; a recursive one sees itself.
    """
    if clause is None:
        return scope, ()
    ctes: list[tree.Cte] = []
    for element in clause.elements:
        name = element.name
        if any(name == earlier.name for earlier in clause.elements[: len(ctes)]):
            raise SyntaxFault(f'WITH query name "{name}" specified more than once')
        if clause.recursive and _refers(element.query, name):
            cte, visible = _bind_recursive(element, scope)
        else:
            cte, visible = _bind_plain(element, scope)
        ctes.append(cte)
        scope = replace(scope, ctes={**scope.ctes, name: CteName(cte.label, visible)})
    return scope, tuple(ctes)


def _refers(query: syntax.Query, name: str) -> bool:
    return any(isinstance(part, syntax.Table) and part.parts == (name,) for part in walk(query))


def _named(
    query: tree.Query, element: syntax.Cte
) -> tuple[tuple[str, ...], list[tree.OutputColumn]]:
    names = element.columns
    if len(names) > len(query.columns):
        raise InvalidColumnReference(
            f'WITH query "{element.name}" has {len(query.columns)} columns available '
            f"but {len(names)} columns specified",
            position=element.position,
        )
    outputs = [
        replace(column, name=names[index] if index < len(names) else column.name)
        for index, column in enumerate(query.columns)
    ]
    return distinct_names([column.name for column in outputs]), outputs


def _bind_plain(element: syntax.Cte, scope: Scope) -> tuple[tree.Cte, tuple[Visible, ...]]:
    query = scope.binding.bind_query(element.query, scope.below())
    inside, outputs = _named(query, element)
    label = scope.binding.label("w")
    return tree.Cte(label, inside, query), visible_columns(outputs, inside, label)


def _refuse_other_types(initial: tree.Query, recursive: tree.Query) -> None:
    """Refuse a recursive member whose columns are of other types than the initial member's.

    Observed: https://github.com/aws/agent-toolkit-for-aws (its guide of Redshift)

    Raises:
        DatatypeMismatch: ``dateadd(day, 1, d)`` beside a DATE, which is a TIMESTAMP.
    """
    for first, next_ in zip(initial.columns, recursive.columns, strict=True):
        kinds = first.type.kind, next_.type.kind
        if Kind.UNKNOWN not in kinds and kinds[0] is not kinds[1]:
            raise DatatypeMismatch("Datatype mismatch in recursive CTE")


def _bind_recursive(element: syntax.Cte, scope: Scope) -> tuple[tree.Cte, tuple[Visible, ...]]:
    """``c(n) AS (initial UNION ALL recursive)``; the initial member decides the types."""
    union, place = element.query, element.position
    if scope.parent is not None:
        raise Unsupported("Recursive CTE in subquery are not supported", position=place)
    if not element.columns:
        raise Unsupported(f'Recursive CTE "{element.name}" must have a column list', position=place)
    if not isinstance(union, syntax.SetOperation) or union.operator != "UNION" or union.distinct:
        raise Unsupported(
            f'Recursive CTE "{element.name}" must have the form: initial UNION ALL recursive',
            position=place,
        )
    if union.order_by or union.limit is not None or union.offset is not None:
        raise Unsupported(
            "ORDER BY, LIMIT and OFFSET are not supported in a recursive CTE", position=place
        )
    binding = scope.binding
    initial = binding.bind_query(union.left, scope.below())
    inside, outputs = _named(initial, element)
    label = binding.label("w")
    own = CteName(label, visible_columns(outputs, inside, label))
    within = replace(scope.below(), ctes={**scope.ctes, element.name: own})
    recursive = binding.bind_query(union.right, within)
    if len(recursive.columns) != len(initial.columns):
        raise SyntaxFault("each UNION query must have the same number of columns")
    _refuse_other_types(initial, recursive)
    recursive = coerced(recursive, [column.type for column in initial.columns], binding)
    source = binding.label("u")
    columns = tuple(
        tree.OutputColumn(name, tree.ColumnRef(column.type, source, name))
        for name, column in zip(inside, initial.columns, strict=True)
    )
    union_all = tree.SetOperation("UNION ALL", initial, recursive, columns, source)
    return tree.Cte(label, inside, union_all, recursive=True), own.columns
