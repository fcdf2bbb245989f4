"""INSERT, UPDATE, DELETE and MERGE of the typed tree: which rows go, and which come."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sparkify_harness.redshift.catalog.relations import Relation
from sparkify_harness.redshift.sql import tree
from tests.unit.pipeline.interleaved.rows.expressions import Code, Row, Scope, expression_code
from tests.unit.pipeline.interleaved.rows.queries import Rows, RowsCode, from_code, query_code
from tests.unit.pipeline.interleaved.rows.scalars import Value

Stored = Mapping[int, tuple[Value, ...]]


@dataclass(frozen=True)
class Changes:
    """What a statement does to its target.

    Attributes:
        removed: numbers of the rows that go.
        added: rows that come.
        touched: how many rows the client is told of.
    """

    removed: Sequence[int]
    added: Sequence[tuple[Value, ...]]
    touched: int


StatementCode = Callable[[Row, Stored], Changes]


def statement_code(
    node: tree.Insert | tree.Update | tree.Delete | tree.Merge, scope: Scope
) -> StatementCode:
    """A statement that changes rows.

    Raises:
        NotImplementedError: there is no rule for a part of it.
    """
    if not isinstance(node, tree.Merge) and node.ctes:
        raise NotImplementedError("WITH before a statement that changes rows")
    match node:
        case tree.Insert():
            return _insert(node, scope)
        case tree.Delete():
            return _delete(node, scope)
        case tree.Update(source=None):
            return _update(node, scope)
        case tree.Merge(matched=tuple(), remove_duplicates=False):
            return _merge(node, scope)
    raise NotImplementedError(f"no rule for {node}")


def _filler(
    target: Relation, columns: Sequence[str]
) -> Callable[[Sequence[Value]], tuple[Value, ...]]:
    places = [columns.index(item.name) if item.name in columns else None for item in target.columns]
    return lambda values: tuple(None if place is None else values[place] for place in places)


def _insert(node: tree.Insert, scope: Scope) -> StatementCode:
    filled = _filler(node.target, node.columns)
    if isinstance(node.source, tree.PlainRows):
        raise NotImplementedError("many rows of constants")
    rows_of = (
        _lines(node.source, scope)
        if isinstance(node.source, tree.ValueRows)
        else query_code(node.source, scope)
    )

    def insert(row: Row, stored: Stored) -> Changes:
        rows = [filled(values) for values in rows_of(row)]
        return Changes((), rows, len(rows))

    return insert


def _lines(source: tree.ValueRows, scope: Scope) -> Callable[[Row], Rows]:
    lines = [[expression_code(value, scope) for value in line] for line in source.rows]
    return lambda row: [tuple(code(row) for code in line) for line in lines]


def _target(scan: tree.Scan, scope: Scope) -> None:
    names = [column.name for column in scan.relation.columns]
    scope.columns[scan.source] = {name: place for place, name in enumerate(names)}


def _condition(condition: tree.Expression | None, scope: Scope) -> Code:
    return expression_code(condition, scope) if condition else lambda row: True


def _delete(node: tree.Delete, scope: Scope) -> StatementCode:
    _target(node.target, scope)
    source: RowsCode = from_code(node.source, scope) if node.source else lambda row: iter([row])
    holds = _condition(node.where, scope)
    label = node.target.source

    def delete(row: Row, stored: Stored) -> Changes:
        others = list(source(row))
        gone = [
            number
            for number, values in stored.items()
            if any(holds({**other, label: values}) for other in others)
        ]
        return Changes(gone, (), len(gone))

    return delete


def _update(node: tree.Update, scope: Scope) -> StatementCode:
    _target(node.target, scope)
    holds = _condition(node.where, scope)
    change = _changer(node.target, node.assignments, scope)
    label = node.target.source

    def update(row: Row, stored: Stored) -> Changes:
        rows = {number: {**row, label: values} for number, values in stored.items()}
        chosen = {number: each for number, each in rows.items() if holds(each)}
        return Changes([*chosen], [change(each) for each in chosen.values()], len(chosen))

    return update


def _changer(
    target: tree.Scan, assignments: Sequence[tuple[str, tree.Expression]], scope: Scope
) -> Callable[[Row], tuple[Value, ...]]:
    codes = {name: expression_code(value, scope) for name, value in assignments}
    names = [column.name for column in target.relation.columns]

    def changed(row: Row) -> tuple[Value, ...]:
        old = row[target.source]
        return tuple(
            codes[name](row) if name in codes else value
            for name, value in zip(names, old, strict=True)
        )

    return changed


def _merge(node: tree.Merge, scope: Scope) -> StatementCode:
    _target(node.target, scope)
    source = from_code(node.source, scope)
    holds = _condition(node.condition, scope)
    change = _changer(node.target, node.matched or (), scope)
    values = [expression_code(value, scope) for _, value in node.inserted]
    filled = _filler(node.target.relation, [name for name, _ in node.inserted])
    label = node.target.source

    def merge(row: Row, stored: Stored) -> Changes:
        gone: list[int] = []
        added = []
        for other in source(row):
            matched = [
                (number, pair)
                for number, old in stored.items()
                if holds(pair := {**other, label: old})
            ]
            gone += [number for number, _ in matched]
            added += [change(pair) for _, pair in matched]
            if not matched:
                added.append(filled([code(other) for code in values]))
        if len(set(gone)) < len(gone):
            raise NotImplementedError("a row that several rows of a MERGE match")
        return Changes(gone, added, len(added))

    return merge
