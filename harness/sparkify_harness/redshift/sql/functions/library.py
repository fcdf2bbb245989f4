"""Every overload there is, by name."""

from collections.abc import Iterable, Iterator
from types import MappingProxyType, ModuleType
from typing import Final

from sparkify_harness.redshift.sql.functions import (
    aggregates,
    conditional,
    conversion,
    dates,
    hashes,
    json,
    math,
    operators,
    session,
    strings,
    windows,
)
from sparkify_harness.redshift.sql.functions.registry import Family, Overload

_CHAPTERS = (
    operators,
    strings,
    math,
    dates,
    conversion,
    json,
    hashes,
    conditional,
    aggregates,
    windows,
    session,
)


def _constants(chapter: ModuleType) -> Iterator[Overload]:
    """What a chapter has: its constants that are overloads or families of them."""
    for constant in vars(chapter).values():
        match constant:
            case Overload():
                yield constant
            case Family():
                yield from constant.values()


def by_name(overloads: Iterable[Overload]) -> dict[str, tuple[Overload, ...]]:
    """Overloads by folded name or operator symbol.

    Args:
        overloads: In the order of the chapters.

    Raises:
        ValueError: Two of them have one signature.
    """
    table: dict[str, tuple[Overload, ...]] = {}
    signatures: set[str] = set()
    for item in overloads:
        if item.signature in signatures:
            raise ValueError(f"{item.signature} is registered twice")
        signatures.add(item.signature)
        table[item.name] = (*table.get(item.name, ()), item)
    return table


OVERLOADS: Final = MappingProxyType(
    by_name(item for chapter in _CHAPTERS for item in _constants(chapter))
)
"""Overloads by folded name or operator symbol."""
