"""Walks over the syntax tree, by the fields of its records."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from sparkify_harness.redshift.sql.syntax import Node

_FIELDS: dict[type, tuple[str, ...]] = {}


def held(root: Node | tuple[Any, ...]) -> Iterator[Any]:
    """Records and all below, with the tuples between them: what holds before what is held."""
    waiting: list[Any] = [root]
    while waiting:
        part = waiting.pop()
        yield part
        inside = part if isinstance(part, tuple) else _values(part)
        waiting.extend(each for each in reversed(inside) if isinstance(each, Node | tuple))


def walk(root: Node) -> Iterator[Node]:
    """A record and all records below it, in the order written, parents first."""
    return (part for part in held(root) if isinstance(part, Node))


def _values(node: Node) -> tuple[object, ...]:
    kind = type(node)
    names = _FIELDS.get(kind)
    if names is None:
        names = _FIELDS[kind] = tuple(each.name for each in fields(kind))
    return tuple(getattr(node, name) for name in names)
