"""Queries of the typed tree as Python functions that give rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.traversal import walk
from tests.unit.pipeline.interleaved.rows.expressions import (
    RUN,
    Code,
    QueryCode,
    Row,
    Scope,
    bare,
    expression_code,
    is_text,
    key_code,
)
from tests.unit.pipeline.interleaved.rows.scalars import Value

RowsCode = Callable[[Row], Iterator[Row]]
"""The rows that FROM makes, each with what is around it."""

Rows = list[tuple[Value, ...]]


def query_code(query: tree.Query, scope: Scope) -> QueryCode:
    """A query.

    Raises:
        NotImplementedError: there is no rule for a part of it.
    """
    ctes = [(cte, query_code(cte.query, scope)) for cte in query.ctes]
    rows_of = _select(query, scope) if isinstance(query, tree.Select) else _combined(query, scope)
    count = expression_code(query.limit, scope) if query.limit else None
    if query.offset is not None or any(cte.recursive for cte in query.ctes):
        raise NotImplementedError("OFFSET and recursion")

    def rows(row: Row) -> Rows:
        for cte, code in ctes:
            row[RUN].ctes[cte.label] = code(row)
        found = rows_of(row)
        return found if count is None else found[: count(row)]

    return rows


# --- FROM ------------------------------------------------------------------------------------


def from_code(item: tree.FromItem, scope: Scope) -> RowsCode:
    """A FROM item; its columns are in the scope afterwards."""
    match item:
        case tree.Scan(source=source, relation=relation):
            _learn(source, [column.name for column in relation.columns], scope)
            return _each(source, lambda row: row[RUN].rows_of(relation))
        case tree.Derived(source=source, query=query, columns=columns):
            _learn(source, columns, scope)
            return _each(source, query_code(query, scope))
        case tree.CteScan(source=source, cte=cte, columns=columns):
            _learn(source, columns, scope)
            return _each(source, lambda row: row[RUN].ctes[cte])
        case tree.Join(kind="INNER" | "LEFT" | "CROSS"):
            return _join(item, scope)
    raise NotImplementedError(f"no rule for {item}")


def _learn(source: str, columns: Sequence[str], scope: Scope) -> None:
    scope.columns[source] = {name: place for place, name in enumerate(columns)}


def _each(source: str, rows_of: Callable[[Row], Any]) -> RowsCode:
    def rows(row: Row) -> Iterator[Row]:
        return ({**row, source: values} for values in rows_of(row))

    return rows


def _labels(item: tree.FromItem) -> list[str]:
    if isinstance(item, tree.Join):
        return [*_labels(item.left), *_labels(item.right)]
    return [item.source]


def _join(item: tree.Join, scope: Scope) -> RowsCode:
    left, right = from_code(item.left, scope), from_code(item.right, scope)
    holds = expression_code(item.condition, scope) if item.condition else lambda row: True
    labels = _labels(item.right)
    nothing = {label: (None,) * len(scope.columns[label]) for label in labels}

    def rows(row: Row) -> Iterator[Row]:
        partners = [{label: found[label] for label in labels} for found in right(row)]
        for one in left(row):
            matched = False
            for other in partners:
                pair = {**one, **other}
                if holds(pair):
                    matched = True
                    yield pair
            if item.kind == "LEFT" and not matched:
                yield {**one, **nothing}

    return rows


# --- SELECT ----------------------------------------------------------------------------------


def _select(query: tree.Select, scope: Scope) -> QueryCode:
    source = from_code(query.source, scope) if query.source else lambda row: iter([{**row}])
    where = expression_code(query.where, scope) if query.where else None
    grouped, after = _grouping(query, scope)
    windows, after = _windows(query, after)
    qualify = expression_code(query.qualify, after) if query.qualify else None
    columns = [expression_code(column.expression, after) for column in query.columns]
    order = _order(query.order_by, after)
    texts = [is_text(column.type) for column in query.columns]

    def rows(row: Row) -> Rows:
        found = [each for each in source(row) if where is None or where(each)]
        found = windows(grouped(row, found))
        if qualify is not None:
            found = [each for each in found if qualify(each)]
        found = order(found)
        shown = [tuple(code(each) for code in columns) for each in found]
        return one_of_each(shown, texts) if query.distinct else shown

    return rows


def one_of_each(rows: Rows, texts: Sequence[bool]) -> Rows:
    """Equal rows once; of texts that differ in trailing blanks, the shortest."""
    groups: dict[tuple[Value, ...], list[tuple[Value, ...]]] = {}
    for row in rows:
        groups.setdefault(bare(row, texts), []).append(row)
    return [tuple(map(_least, zip(*group, strict=True))) for group in groups.values()]


def _least(values: Sequence[Value]) -> Value:
    return min((value for value in values if value is not None), default=None)


def _order(keys: Sequence[tree.SortKey], scope: Scope) -> Callable[[Sequence[Row]], list[Row]]:
    """Sorts rows; those that compare equal keep their order."""
    codes = [(key_code(each.expression, scope), each) for each in reversed(keys)]

    def ordered(rows: Sequence[Row]) -> list[Row]:
        found = list(rows)
        for code, each in codes:
            found.sort(key=_place(code, each), reverse=each.descending)
        return found

    return ordered


def _place(code: Code, key: tree.SortKey) -> Callable[[Row], tuple[bool, Value]]:
    null_is_high = key.nulls_first is key.descending

    def place(row: Row) -> tuple[bool, Value]:
        value = code(row)
        return (value is None) is null_is_high, 0 if value is None else value

    return place


def _parts(query: tree.Select, kind: type[tree.Expression]) -> list[Any]:
    roots = [
        *(column.expression for column in query.columns),
        *(part for part in (query.having, query.qualify) if part is not None),
        *(each.expression for each in query.order_by),
    ]
    found = (part for root in roots for part in walk(root, into_queries=False))
    return list(dict.fromkeys(part for part in found if isinstance(part, kind)))


def _grouping(
    query: tree.Select, scope: Scope
) -> tuple[Callable[[Row, list[Row]], list[Row]], Scope]:
    """Groups rows, and how expressions are compiled afterwards."""
    if not query.grouped:
        return (lambda row, found: found), scope
    if len(query.group_by) > 1:
        raise NotImplementedError("several grouping sets")
    keys = list(query.group_by[0]) if query.group_by else []
    codes = [expression_code(key, scope) for key in keys]
    texts = [is_text(key.type) for key in keys]
    totals: list[tree.Aggregate] = _parts(query, tree.Aggregate)
    after = _with(scope, [*keys, *totals])
    shown = [(after.computed[key], code) for key, code in zip(keys, codes, strict=True)]
    computed = [(after.computed[each], _aggregate(each, scope)) for each in totals]
    having = expression_code(query.having, after) if query.having else None

    def grouped(row: Row, found: list[Row]) -> list[Row]:
        groups: dict[tuple[Value, ...], list[Row]] = {}
        for each in found:
            groups.setdefault(bare([code(each) for code in codes], texts), []).append(each)
        if not keys and not groups:
            groups[()] = []
        made = []
        for members in groups.values():
            one = {**(members[0] if members else row)}
            for place, code in shown:
                one[place] = _least([code(member) for member in members])
            for place, total in computed:
                one[place] = total(members)
            made.append(one)
        return made if having is None else [each for each in made if having(each)]

    return grouped, after


def _with(scope: Scope, nodes: Sequence[tree.Expression]) -> Scope:
    return replace(scope, computed={**scope.computed, **{node: object() for node in nodes}})


def _aggregate(
    node: tree.Aggregate | tree.Window, scope: Scope
) -> Callable[[Sequence[Row]], Value]:
    name = node.overload.name
    if name == "count" and not node.arguments:
        return len
    if name not in _AGGREGATES or len(node.arguments) != 1:
        raise NotImplementedError(f"no rule for {name}")
    total = _AGGREGATES[name]
    code = (key_code if node.distinct else expression_code)(node.arguments[0], scope)

    def aggregated(rows: Sequence[Row]) -> Value:
        values = [value for row in rows if (value := code(row)) is not None]
        return total(list(dict.fromkeys(values)) if node.distinct else values)

    return aggregated


_AGGREGATES: Mapping[str, Callable[[list[Any]], Value]] = {
    "count": len,
    "max": lambda values: max(values, default=None),
    "min": lambda values: min(values, default=None),
}


def _windows(query: tree.Select, scope: Scope) -> tuple[Callable[[list[Row]], list[Row]], Scope]:
    """Adds the values of window functions to rows, and how expressions are compiled then."""
    windows: list[tree.Window] = _parts(query, tree.Window)
    after = _with(scope, windows)
    ways = [(after.computed[each], _window(each, scope)) for each in windows]

    def computed(rows: list[Row]) -> list[Row]:
        for place, values_of in ways:
            values_of(rows, place)
        return rows

    return computed, after


def _window(node: tree.Window, scope: Scope) -> Callable[[list[Row], object], None]:
    """Numbers the rows of each part in their order, or adds an aggregate of the part to each."""
    keys = [key_code(each, scope) for each in node.partition_by]
    order = _order(node.order_by, scope)
    numbers = node.overload.name == "row_number"
    if not numbers and (node.order_by or node.frame):
        raise NotImplementedError(f"no rule for {node.overload.name} OVER an order")
    total = len if numbers else _aggregate(node, scope)

    def values_of(rows: list[Row], place: object) -> None:
        parts: dict[tuple[Value, ...], list[Row]] = {}
        for row in order(rows):
            parts.setdefault(tuple(code(row) for code in keys), []).append(row)
        for part in parts.values():
            value = total(part)
            for number, row in enumerate(part, start=1):
                row[place] = number if numbers else value

    return values_of


# --- set operations --------------------------------------------------------------------------


def _combined(query: tree.SetOperation, scope: Scope) -> QueryCode:
    if query.operator not in ("UNION", "UNION ALL"):
        raise NotImplementedError(query.operator)
    left, right = query_code(query.left, scope), query_code(query.right, scope)
    texts = [is_text(column.type) for column in query.columns]
    names = [getattr(column.expression, "name", column.name) for column in query.columns]
    _learn(query.source, names, scope)
    order = _order(query.order_by, scope)
    columns = [expression_code(column.expression, scope) for column in query.columns]

    def rows(row: Row) -> Rows:
        both = [*left(row), *right(row)]
        if query.operator == "UNION":
            both = one_of_each(both, texts)
        found = order([{**row, query.source: values} for values in both])
        return [tuple(code(each) for code in columns) for each in found]

    return rows
