"""Every overload there is, by name."""

from types import MappingProxyType
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
from sparkify_harness.redshift.sql.functions.registry import Overload

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


def _by_name() -> dict[str, tuple[Overload, ...]]:
    table: dict[str, tuple[Overload, ...]] = {}
    for chapter in _CHAPTERS:
        for item in chapter.OVERLOADS:
            table[item.name] = (*table.get(item.name, ()), item)
    return table


OVERLOADS: Final = MappingProxyType(_by_name())
"""Overloads by folded name or operator symbol."""
