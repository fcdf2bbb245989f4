"""FROM: tables, sub-queries, functions and joins.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_FROM_clause30.html
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, assert_never

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
from sparkify_harness.redshift.sql import syntax, tree
from sparkify_harness.redshift.sql.bind import calls, expressions
from sparkify_harness.redshift.sql.bind.outputs import derived
from sparkify_harness.redshift.sql.bind.resolve import resolve
from sparkify_harness.redshift.sql.bind.scope import From, Scope, Source, Visible
from sparkify_harness.redshift.sql.bind.views import expand
from sparkify_harness.redshift.sql.coercion import coerce, common_type
from sparkify_harness.redshift.sql.functions.operators import EQUALITIES
from sparkify_harness.redshift.sql.functions.registry import FunctionKind
from sparkify_harness.redshift.sql.traversal import contains, walk
from sparkify_harness.redshift.sql.tree import CastContext
from sparkify_harness.redshift.sql.walks import walk as walk_syntax
from sparkify_harness.redshift.types import BOOLEAN

_UNNAMED_QUERY = "derived_table1"

_MOST_JOINED: Final = 200
"""Tables that one query joins at most."""


def bind_from(nodes: Sequence[syntax.FromItem], scope: Scope) -> From:
    """FROM items with commas between them, or none.

    Args:
        nodes: The items.
        scope: What CTEs and outer queries are in sight.
    """
    if not nodes:
        return From()
    result = _item(nodes[0], scope)
    for node in nodes[1:]:
        result = _cross(result, _item(node, scope), node.position)
    return result


def table_source(node: syntax.Table, scope: Scope) -> tuple[Relation, Source, tree.Scan]:
    """A base table by name, as the target of a statement.

    Raises:
        UndefinedRelation: There is none.
    """
    relation = lookup(node, scope)
    alias = node.alias
    scan = tree.Scan(scope.binding.label("t"), relation)
    source = Source(
        alias.name if alias is not None else relation.name,
        _columns(relation, scan.source),
        relation,
        renamed=alias is not None,
    )
    return relation, source, scan


def lookup(node: syntax.Table, scope: Scope) -> Relation:
    """The relation that a name means."""
    relation = scope.binding.catalog.relation(node.parts)
    if relation is None:
        raise _undefined(node.parts, node.position)
    return relation


def _undefined(parts: Sequence[str], place: int | None) -> UndefinedRelation:
    return UndefinedRelation(f'relation "{".".join(parts)}" does not exist', position=place)


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


def _item(node: syntax.FromItem, scope: Scope) -> From:
    match node:
        case syntax.Table():
            return _table(node, scope)
        case syntax.Joined(first=first, joins=joins):
            result = _item(first, scope)
            for join in joins:
                result = _join(result, join, scope)
            return result
        case syntax.DerivedTable(query=query):
            # What stands beside a sub-query in FROM is not in sight of it.
            bound = scope.binding.bind_query(query, scope.below())
            item, columns = derived(bound, scope.binding.label("q"))
            return _source(node, item, columns, default=_UNNAMED_QUERY)
        case syntax.TableFunction():
            return _function(node, scope)
        case syntax.NestedJoin(join=join, alias=None):
            return _item(join, scope)
        case syntax.NestedJoin():
            raise NotEmulated("an alias for a join in parentheses", position=node.position)
        case _:
            assert_never(node)


def _table(node: syntax.Table, scope: Scope) -> From:
    binding = scope.binding
    cte = scope.ctes.get(node.name) if node.schema is None else None
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
        if _unnests(node, node.parts, scope):
            raise NotEmulated("PartiQL unnesting", position=node.position) from error
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


def _unnests(node: syntax.FromItem, parts: Sequence[str], scope: Scope) -> bool:
    """Whether the name begins with the alias of another FROM item: ``FROM t, t.items AS i``.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/query-super.html
    """
    if scope.select is None or len(parts) < 2:
        return False
    return any(
        item is not node and _alias_or_name(item) == parts[0] for item in walk_syntax(scope.select)
    )


def _alias_or_name(item: syntax.Node) -> str | None:
    match item:
        case syntax.Table(alias=None):
            return item.name
        case syntax.Table(alias=syntax.Alias(name=name)):
            return name
        case syntax.DerivedTable(alias=syntax.Alias(name=name)):
            return name
        case syntax.TableFunction(alias=syntax.Alias(name=name)):
            return name
    return None


def _rows_of(call: syntax.Function, scope: Scope) -> Relation | None:
    """What a function that tells of the catalog gives, which is kept as system tables are.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/PG_GET_LATE_BINDING_VIEW_COLS.html
    """
    if call.name != "pg_get_late_binding_view_cols" or call.arguments:
        return None
    return scope.binding.catalog.relation(("pg_catalog", f"{call.name}()"))


def _function(node: syntax.TableFunction, scope: Scope) -> From:
    call, place = node.function, node.function.position
    if call.schema is not None:
        parts = (call.schema, call.name)
        if _unnests(node, parts, scope):
            raise NotEmulated("PartiQL unnesting", position=place)
        if not scope.binding.catalog.schema_exists(call.schema):
            raise InvalidSchemaName(f'schema "{call.schema}" does not exist')
        raise _undefined(parts, place)
    if (rows := _rows_of(call, scope)) is not None:
        label = scope.binding.label("t")
        scope.binding.read(rows)
        return _source(
            node, tree.Scan(label, rows), _columns(rows, label), default=call.name, relation=rows
        )
    arguments, _ = calls.bind_arguments(call, scope)
    found = resolve(call.name, arguments, position=place)
    for part in found.arguments:
        if contains(part, tree.Aggregate):
            raise GroupingFault(
                "cannot use aggregate function in function expression in FROM",
                position=place,
            )
        if contains(part, tree.Window):
            raise WindowingFault(
                "cannot use window function in function expression in FROM",
                position=place,
            )
    name = call.name if node.alias is None else node.alias.name
    bound = tree.Call(found.type, found.overload, tuple(found.arguments))
    if found.overload.kind is FunctionKind.SCALAR:
        return _scalar(node, name, bound, scope)
    if found.overload.kind is not FunctionKind.SET:
        raise NotEmulated(f"the function {call.name}() in FROM", position=place)
    label = scope.binding.label("t")
    column = Visible(name, tree.ColumnRef(found.type, label, name))
    item = tree.FunctionScan(label, bound, (name,))
    return _source(node, item, (column,), default=call.name)


def _scalar(node: syntax.TableFunction, name: str, call: tree.Call, scope: Scope) -> From:
    """``FROM current_database()``: one row of the leader node, named as the function or the alias.

    Observed: https://github.com/aws/amazon-redshift-python-driver (get_catalogs)
    """
    fault = NotEmulated(f"the function {call.overload.name}() in FROM", position=node.position)
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
    node: syntax.Table | syntax.TableFunction | syntax.DerivedTable,
    item: tree.FromItem,
    columns: tuple[Visible, ...],
    *,
    default: str,
    relation: Relation | None = None,
) -> From:
    alias = node.alias
    name, names = (default, ()) if alias is None else (alias.name, alias.columns)
    if len(names) > len(columns):
        raise InvalidColumnReference(
            f'table "{name}" has {len(columns)} columns available '
            f"but {len(names)} columns specified",
            position=node.position,
        )
    renamed = tuple(
        replace(column, name=names[index]) if index < len(names) else column
        for index, column in enumerate(columns)
    )
    source = Source(name, renamed, relation, renamed=alias is not None)
    return From(item, (source,), renamed)


# --- joins -----------------------------------------------------------------------------------


def _join(left: From, node: syntax.Join, scope: Scope) -> From:
    right = _item(node.item, scope)
    side, place = node.side, node.position
    if node.natural:
        theirs = {column.name for column in right.columns}
        names = [column.name for column in left.columns if column.name in theirs]
        return _using(left, right, side, names, place) if names else _cross(left, right, place)
    if node.using:
        return _using(left, right, side, node.using, place)
    if node.on is None:
        return _cross(left, right, place)
    both = beside(left, right, place)
    inner = scope.reading(both, outer_join=side is not None)
    condition = expressions.condition(node.on, inner, "JOIN/ON")
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
    if isinstance(term, tree.Call) and term.overload in EQUALITIES:
        return term.arguments
    return ()


def _sources(operand: tree.Expression) -> frozenset[str]:
    return frozenset(part.source for part in walk(operand) if isinstance(part, tree.ColumnRef))


def _cross(left: From, right: From, place: int | None) -> From:
    return replace(beside(left, right, place), item=_joined("CROSS", left, right, None))


def _joined(
    kind: str, left: From, right: From, condition: tree.Expression | None
) -> tree.FromItem | None:
    if left.item is None or right.item is None:
        return left.item or right.item
    return tree.Join(kind, left.item, right.item, condition)


def beside(left: From, right: From, place: int | None) -> From:
    """The names of two FROM items side by side; the item itself is left out."""
    for source in right.sources:
        for other in left.sources:
            if source.alias == other.alias and not _apart(source, other):
                raise DuplicateAlias(
                    f'table name "{source.alias}" specified more than once',
                    position=place,
                )
    return From(None, left.sources + right.sources, left.columns + right.columns)


def _apart(source: Source, other: Source) -> bool:
    """Whether two FROM items of one name can still be told by their schemas."""
    if source.relation is None or other.relation is None:
        return source.alias == other.alias == _UNNAMED_QUERY
    return (
        not source.renamed and not other.renamed and source.relation.schema != other.relation.schema
    )


def _using(
    left: From, right: From, side: str | None, names: Sequence[str], place: int | None
) -> From:
    both = beside(left, right, place)
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


def _merge(ours: tree.Expression, theirs: tree.Expression, side: str | None) -> tree.Expression:
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
