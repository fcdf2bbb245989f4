"""FROM: tables, sub-queries, functions and joins.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_FROM_clause30.html
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from sqlglot import exp

from sparkify_harness.redshift.catalog.relations import Relation, RelationKind
from sparkify_harness.redshift.errors import (
    AmbiguousColumn,
    DuplicateAlias,
    GroupingFault,
    InvalidColumnReference,
    InvalidSchemaName,
    NotEmulated,
    UndefinedColumn,
    UndefinedDatabase,
    UndefinedRelation,
    Unsupported,
    WindowingFault,
)
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.bind import calls, expressions
from sparkify_harness.redshift.sql.bind.outputs import derived
from sparkify_harness.redshift.sql.bind.scope import From, Scope, Source, Visible
from sparkify_harness.redshift.sql.bind.traversal import contains, walk
from sparkify_harness.redshift.sql.bind.views import expand
from sparkify_harness.redshift.sql.coercion import coerce, common_type
from sparkify_harness.redshift.sql.dialect import position
from sparkify_harness.redshift.sql.functions.registry import FunctionKind
from sparkify_harness.redshift.sql.functions.resolve import resolve
from sparkify_harness.redshift.sql.tree import CastContext
from sparkify_harness.redshift.types import BOOLEAN

_UNNAMED_QUERY = "derived_table1"

_MOST_JOINED: Final = 200
"""Tables that one query joins at most."""


def bind_from(node: exp.Expr, scope: Scope) -> From:
    """The FROM and the joins of a query.

    Args:
        node: The query or statement: ``from_`` and ``joins`` are read.
        scope: What CTEs and outer queries are in sight.
    """
    clause = node.args.get("from_")
    if clause is None:
        return From()
    return bind_joins(_item(clause.this, scope), node.args.get("joins") or (), scope)


def bind_items(nodes: Sequence[exp.Expr], scope: Scope) -> From:
    """FROM items with commas between them."""
    result = _item(nodes[0], scope)
    for node in nodes[1:]:
        result = _cross(result, _item(node, scope), node)
    return result


def bind_joins(left: From, joins: Iterable[exp.Join], scope: Scope) -> From:
    """A FROM item with what is joined to it, from left to right."""
    for join in joins:
        left = _join(left, join, scope)
    return left


def table_source(node: exp.Table, scope: Scope) -> tuple[Relation, Source, tree.Scan]:
    """A base table by name, as the target of a statement.

    Raises:
        UndefinedRelation: There is none.
    """
    relation = lookup(node, scope)
    alias = node.args.get("alias")
    scan = tree.Scan(scope.binding.label("t"), relation)
    source = Source(
        alias.name if alias is not None else relation.name,
        _columns(relation, scan.source),
        relation,
        renamed=alias is not None,
    )
    return relation, source, scan


def lookup(node: exp.Table, scope: Scope) -> Relation:
    """The relation that a name means."""
    parts = [part.name for part in node.parts]
    relation = scope.binding.catalog.relation(parts)
    if relation is None:
        name = ".".join(parts)
        raise UndefinedRelation(f'relation "{name}" does not exist', position=position(node))
    return relation


def _columns(relation: Relation, label: str) -> tuple[Visible, ...]:
    return tuple(
        Visible(
            column.name,
            tree.ColumnRef(
                column.type, label, column.name, (relation, column.name), column.not_null
            ),
        )
        for column in relation.columns
    )


# --- items -----------------------------------------------------------------------------------


def _item(node: exp.Expr, scope: Scope) -> From:
    match node:
        case exp.Table(this=exp.Anonymous() as call):
            result = _function(node, call, scope)
        case exp.Table():
            result = _table(node, scope)
        case exp.Subquery(this=exp.Query() as query):
            # What stands beside a sub-query in FROM is not in sight of it.
            bound = scope.binding.bind_query(_whole(node, query), scope.below())
            item, columns = derived(bound, scope.binding.label("q"))
            result = _source(node, item, columns, default=_UNNAMED_QUERY)
        case exp.Subquery(this=inner):
            if node.args.get("alias") is not None:
                raise NotEmulated("an alias for a join in parentheses", position=position(node))
            result = _item(inner, scope)
        case _:
            raise NotEmulated(f"{type(node).__name__} in FROM", position=position(node))
    return bind_joins(result, node.args.get("joins") or (), scope)


def _whole(node: exp.Subquery, query: exp.Query) -> exp.Expr:
    own = ("order", "limit", "offset", "with_")
    return node if any(node.args.get(name) for name in own) else query


def _table(node: exp.Table, scope: Scope) -> From:
    binding = scope.binding
    cte = scope.ctes.get(node.name) if not node.args.get("db") else None
    if cte is not None:
        label = binding.label("t")
        columns = tuple(
            Visible(column.name, replace(column.expression, source=label))
            for column in cte.columns
            if isinstance(column.expression, tree.ColumnRef)
        )
        inside = tuple(
            column.expression.name
            for column in columns
            if isinstance(column.expression, tree.ColumnRef)
        )
        item = tree.CteScan(label, cte.label, inside)
        return _source(node, item, columns, default=node.name)
    try:
        relation = lookup(node, scope)
    except (UndefinedRelation, UndefinedDatabase, InvalidSchemaName) as error:
        if _unnests(node):
            raise NotEmulated("PartiQL unnesting", position=position(node)) from error
        raise
    binding.read(relation)
    label = binding.label("t")
    if relation.kind in {RelationKind.VIEW, RelationKind.LATE_BINDING_VIEW}:
        item_, columns = expand(relation, label, binding)
        return _source(node, item_, columns, default=relation.name, relation=relation)
    return _source(
        node,
        tree.Scan(label, relation),
        _columns(relation, label),
        default=relation.name,
        relation=relation,
    )


def _unnests(node: exp.Table) -> bool:
    """Whether the name begins with the alias of another FROM item: ``FROM t, t.items AS i``.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/query-super.html
    """
    select = node.find_ancestor(exp.Select)
    if select is None or len(node.parts) < 2:
        return False
    items = select.find_all(exp.Table, exp.Subquery)
    return any(item is not node and item.alias_or_name == node.parts[0].name for item in items)


def _rows_of(call: exp.Anonymous, scope: Scope) -> Relation | None:
    """What a function that tells of the catalog gives, which is kept as system tables are.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/PG_GET_LATE_BINDING_VIEW_COLS.html
    """
    if call.name != "pg_get_late_binding_view_cols" or call.expressions:
        return None
    return scope.binding.catalog.relation(("pg_catalog", f"{call.name}()"))


def _function(node: exp.Table, call: exp.Anonymous, scope: Scope) -> From:
    if (rows := _rows_of(call, scope)) is not None:
        label = scope.binding.label("t")
        scope.binding.read(rows)
        return _source(
            node, tree.Scan(label, rows), _columns(rows, label), default=call.name, relation=rows
        )
    arguments, _ = calls.bind_arguments(call, scope)
    found = resolve(call.name, arguments, position=position(call))
    for part in found.arguments:
        if contains(part, tree.Aggregate):
            raise GroupingFault(
                "cannot use aggregate function in function expression in FROM",
                position=position(call),
            )
        if contains(part, tree.Window):
            raise WindowingFault(
                "cannot use window function in function expression in FROM",
                position=position(call),
            )
    alias = node.args.get("alias")
    name = alias.name if alias is not None and alias.name else call.name
    bound = tree.Call(found.type, found.overload, tuple(found.arguments))
    if found.overload.kind is FunctionKind.SCALAR:
        return _scalar(node, name, bound, scope)
    if found.overload.kind is not FunctionKind.SET:
        raise NotEmulated(f"the function {call.name}() in FROM", position=position(call))
    label = scope.binding.label("t")
    column = Visible(name, tree.ColumnRef(found.type, label, name))
    item = tree.FunctionScan(label, bound, (name,))
    return _source(node, item, (column,), default=call.name)


def _scalar(node: exp.Table, name: str, call: tree.Call, scope: Scope) -> From:
    """``FROM current_database()``: one row of the leader node, named as the function or the alias.

    Observed: https://github.com/aws/amazon-redshift-python-driver (get_catalogs)
    """
    fault = NotEmulated(f"the function {call.overload.name}() in FROM", position=position(node))
    scope.binding.compute_faults.append(fault)
    query = tree.Select((tree.OutputColumn(name, call),), None)
    item, columns = derived(query, scope.binding.label("q"))
    return _source(node, item, columns, default=name)


def refuse_many(item: tree.FromItem | None) -> None:
    """Refuse a join of so many tables that the engine would not end planning it.

    Raises:
        NotEmulated: In a FROM with what the views in it join.
    """
    tables = 0
    waiting: list[tree.FromItem | None] = [item]
    while waiting:
        match waiting.pop():
            case None:
                pass
            case tree.Join(left=left, right=right):
                waiting += [left, right]
            case tree.Derived(query=tree.Select(source=source)):
                waiting.append(source)
            case _:
                tables += 1
    if tables > _MOST_JOINED:
        raise NotEmulated(f"a query that joins more than {_MOST_JOINED} tables")


def _source(
    node: exp.Expr,
    item: tree.FromItem,
    columns: tuple[Visible, ...],
    *,
    default: str,
    relation: Relation | None = None,
) -> From:
    alias = node.args.get("alias")
    name = alias.name if alias is not None and alias.name else default
    names = [] if alias is None else [column.name for column in alias.args.get("columns") or ()]
    if len(names) > len(columns):
        raise InvalidColumnReference(
            f'table "{name}" has {len(columns)} columns available '
            f"but {len(names)} columns specified",
            position=position(node),
        )
    renamed = tuple(
        replace(column, name=names[index]) if index < len(names) else column
        for index, column in enumerate(columns)
    )
    source = Source(name, renamed, relation, renamed=alias is not None)
    return From(item, (source,), renamed)


# --- joins -----------------------------------------------------------------------------------


def _join(left: From, node: exp.Join, scope: Scope) -> From:
    right = _item(node.this, scope)
    side = node.side.upper()
    on, using = node.args.get("on"), node.args.get("using")
    if node.method.upper() == "NATURAL":
        theirs = {column.name for column in right.columns}
        names = [column.name for column in left.columns if column.name in theirs]
        return _using(left, right, side, names, node) if names else _cross(left, right, node)
    if using:
        return _using(left, right, side, [name.name for name in using], node)
    if on is None:
        return _cross(left, right, node)
    both = beside(left, right, node)
    inner = scope.reading(both, outer_join=bool(side))
    condition = expressions.condition(on, inner, "JOIN/ON")
    _refuse_aggregates(condition)
    if side == "FULL":
        _require_equalities(condition, left, right)
    return replace(both, item=_joined(side or "INNER", left, right, condition))


def _refuse_aggregates(condition: tree.Expression) -> None:
    if contains(condition, tree.Aggregate):
        raise GroupingFault("aggregates not allowed in JOIN conditions")
    if contains(condition, tree.Window):
        raise WindowingFault("window functions not allowed in JOIN conditions")


def _require_equalities(condition: tree.Expression, left: From, right: From) -> None:
    """Refuse a full join by anything but equalities between its sides.

    PostgreSQL 8.0 has the rule (src/backend/optimizer/path/joinpath.c), and clusters its words.
    """
    sides = tuple(part.labels() for part in (left, right))
    terms = (
        condition.operands
        if isinstance(condition, tree.Logical) and condition.operator == "AND"
        else (condition,)
    )
    for term in terms:
        used = [_sources(operand) for operand in _equated(term)]
        if not any(
            used and used[0] and used[1] and used[0] <= one and used[1] <= other
            for one, other in (sides, sides[::-1])
        ):
            raise Unsupported("FULL JOIN is only supported with merge-joinable join conditions")


def _equated(term: tree.Expression) -> tuple[tree.Expression, ...]:
    if isinstance(term, tree.Call) and term.overload.name == "=":
        return term.arguments
    return ()


def _sources(operand: tree.Expression) -> frozenset[str]:
    return frozenset(part.source for part in walk(operand) if isinstance(part, tree.ColumnRef))


def _cross(left: From, right: From, node: exp.Expr) -> From:
    return replace(beside(left, right, node), item=_joined("CROSS", left, right, None))


def _joined(
    kind: str, left: From, right: From, condition: tree.Expression | None
) -> tree.FromItem | None:
    if left.item is None or right.item is None:
        return left.item or right.item
    return tree.Join(kind, left.item, right.item, condition)


def beside(left: From, right: From, node: exp.Expr) -> From:
    """The names of two FROM items side by side; the item itself is left out."""
    for source in right.sources:
        for other in left.sources:
            if source.alias == other.alias and not _apart(source, other):
                raise DuplicateAlias(
                    f'table name "{source.alias}" specified more than once',
                    position=position(node),
                )
    return From(None, left.sources + right.sources, left.columns + right.columns)


def _apart(source: Source, other: Source) -> bool:
    """Whether two FROM items of one name can still be told by their schemas."""
    if source.relation is None or other.relation is None:
        return source.alias == other.alias == _UNNAMED_QUERY
    return (
        not source.renamed and not other.renamed and source.relation.schema != other.relation.schema
    )


def _using(left: From, right: From, side: str, names: Sequence[str], node: exp.Join) -> From:
    both = beside(left, right, node)
    place = position(node)
    merged: list[Visible] = []
    equalities: list[tree.Expression] = []
    for name in names:
        ours = _common(left, name, "left", place)
        theirs = _common(right, name, "right", place)
        equalities.append(calls.scalar("=", [ours, theirs], place))
        merged.append(Visible(name, _merge(ours, theirs, side)))
    rest = [column for part in (left, right) for column in part.columns if column.name not in names]
    condition = (
        equalities[0] if len(equalities) == 1 else tree.Logical(BOOLEAN, "AND", tuple(equalities))
    )
    return From(_joined(side or "INNER", left, right, condition), both.sources, (*merged, *rest))


def _common(part: From, name: str, side: str, place: int | None) -> tree.Expression:
    found = [column.expression for column in part.columns if column.name == name]
    if not found:
        raise UndefinedColumn(
            f'column "{name}" specified in USING clause does not exist in {side} table',
            position=place,
        )
    if len(found) > 1:
        raise AmbiguousColumn(
            f'common column name "{name}" appears more than once in {side} table', position=place
        )
    return found[0]


def _merge(ours: tree.Expression, theirs: tree.Expression, side: str) -> tree.Expression:
    """The column that stands for both in a join with USING."""
    target = common_type([ours, theirs], "JOIN/USING")
    left = coerce(ours, target, CastContext.IMPLICIT)
    right = coerce(theirs, target, CastContext.IMPLICIT)
    match side:
        case "RIGHT":
            return right
        case "FULL":
            present = tree.IsNull(BOOLEAN, left, negated=True)
            return tree.Case(target, ((present, left),), right)
    return left
