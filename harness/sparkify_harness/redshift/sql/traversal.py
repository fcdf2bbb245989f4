"""Walks over the typed tree, by the fields of its records."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from sparkify_harness.redshift.sql import tree

_QUERIES = (tree.Select, tree.SetOperation)
_FROM_ITEMS = (tree.Scan, tree.Derived, tree.CteScan, tree.FunctionScan, tree.Join)
_PARTS = (
    tree.Expression,
    tree.SortKey,
    tree.OutputColumn,
    tree.Cte,
    tree.ValueRows,
    tree.PlainRows,
    tree.Insert,
    tree.Update,
    tree.Delete,
    tree.Merge,
    *_QUERIES,
    *_FROM_ITEMS,
)


_SKIPPED = frozenset({"type", "overload", "origin", "relation", "value", "frame"})
_FIELDS: dict[type, tuple[str, ...]] = {}


def _names(kind: type[Any]) -> tuple[str, ...]:
    names = _FIELDS.get(kind)
    if names is None:
        names = tuple(each.name for each in fields(kind) if each.name not in _SKIPPED)
        _FIELDS[kind] = names
    return names


def _parts(value: object) -> Iterator[object]:
    if isinstance(value, _PARTS):
        yield value
    elif isinstance(value, tuple):
        for element in value:
            yield from _parts(element)


def children(node: object) -> Iterator[object]:
    """The records directly below a record of the typed tree, in the order written."""
    for name in _names(type(node)):
        yield from _parts(getattr(node, name))


def walk(node: object, *, into_queries: bool = True) -> Iterator[object]:
    """A record and everything below it, parents first; what several parts share comes once.

    ``CASE x WHEN`` and BETWEEN share their operand: each level would double the walk.

    Args:
        node: Where to start; always yielded itself.
        into_queries: Whether sub-queries are entered; they are yielded in any case.
    """
    waiting = [node]
    met: set[int] = set()
    while waiting:
        part = waiting.pop()
        if id(part) in met:
            continue
        met.add(id(part))
        yield part
        if into_queries or part is node or not isinstance(part, _QUERIES):
            waiting.extend(reversed(list(children(part))))


def contains(node: object, kinds: type | tuple[type, ...]) -> bool:
    """Whether an expression holds one of these records at its own query level."""
    return any(isinstance(part, kinds) for part in walk(node, into_queries=False))
