"""A typed tree as text: indented, the same in every run, readable in a review.

Records are printed field by field, whatever their class, so that a class, a field or a type that
changes shows as a changed text. A field that has its default is left out. What is the same as
something above it is named instead of printed again.

Four things stand as one word, and are printed in full where they are defined: a type as Redshift
writes it, a relation of a tree as its name, a signature as its key, an option of COPY as its name.
``…`` is what is no meaning: nodes of the parser, whatever they are made of.
"""

import re
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, time
from decimal import Decimal
from difflib import unified_diff
from enum import Enum
from typing import Any, Final

import pyarrow as pa

from sparkify_harness.redshift import fields as results
from sparkify_harness.redshift import types
from sparkify_harness.redshift.catalog import relations
from sparkify_harness.redshift.copying import options, plan, s3_settings
from sparkify_harness.redshift.sql import statements, tree
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.sql.options.option import Option

WIDTH: Final = 132
SYNTAX: Final = "…"
_MEANING: Final = frozenset(
    {
        each.__name__
        for each in (relations, options, plan, results, s3_settings, statements, tree, types)
    }
    | {"tests.unit.golden.reading"}
)
"""Modules whose records are printed."""
_IDENTITIES: Final = frozenset({"oid", "table_oid"})
"""Fields that are numbered anew in each run, and mean nothing."""
_SHORT: Final = {
    "character varying": "varchar",
    "character": "char",
    "binary varying": "varbyte",
    "double precision": "float8",
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamptz",
    "time without time zone": "time",
    "time with time zone": "timetz",
}
_BARE: Final = re.compile(r"(?!(?:true|false|none)$)[^\W\d]\w*|#\w+")


class Printer:
    """Prints one value after the other, and keeps what it met.

    Attributes:
        met: Each class with each of its fields that was not its default, and with None; each member
            of an enumeration.
    """

    def __init__(self) -> None:
        self.met: set[tuple[type, str | None]] = set()

    def line(self, value: object) -> str:
        """All of a record in one line, however long."""
        return _Page(self.met, "")._flat(value)

    def text(self, value: object, written: str = "") -> str:
        """A record's fields, one below the other.

        Args:
            value: The record.
            written: The statement; a text that is the same is not repeated.
        """
        return "\n".join(_Page(self.met, written).fields(value, ""))


class _Page:
    """One text.

    Args:
        met: As for the printer.
        written: The statement.
    """

    def __init__(self, met: set[tuple[type, str | None]], written: str) -> None:
        self._met = met
        self._written = written
        self._printed: dict[str, str] = {}
        self._flats: dict[int, str] = {}

    def fields(self, value: object, path: str) -> Iterator[str]:
        """The fields of a record that are no single words, or all of them at the top."""
        for name, item in self._set(value) if not path else self._parts(value):
            place = f"{path}.{name}".lstrip(".")
            yield from self._labelled(f"{name}: ", item, place, WIDTH)

    def _labelled(self, label: str, value: object, path: str, width: int) -> Iterator[str]:
        flat = self._flat(value)
        if len(label) + len(flat) <= width or self._is_line(value):
            yield label + flat
            return
        if isinstance(value, dict) and len(value) == 1:
            [(key, item)] = value.items()
            yield from self._labelled(f"{label}{key}: ", item, f"{path}.{key}", width)
            return
        known = self._printed.setdefault(flat, path)
        if known != path and (isinstance(value, tuple) or len(flat) > 2 * WIDTH):
            yield f"{label}as {known}"
        elif isinstance(value, tuple | list | dict):
            yield label.rstrip()
            yield from self._items(value, path, width)
        else:
            parts, label = self._parts(value), label + self._head(value)
            if len(parts) == 1 and len(label) < width * 2 // 3:
                [(name, item)] = parts
                yield from self._labelled(f"{label} {name}: ", item, f"{path}.{name}", width)
            else:
                yield label
                yield from self._indented(self.fields(value, path))

    def _items(self, value: Any, path: str, width: int) -> Iterator[str]:
        if isinstance(value, dict):
            places = [(f"{key}: ", f"{path}.{key}", item) for key, item in value.items()]
        else:
            places = [("- ", f"{path}[{number}]", item) for number, item in enumerate(value)]
        for label, place, item in places:
            yield from self._indented(self._labelled(label, item, place, width - 2))

    @staticmethod
    def _indented(lines: Iterator[str]) -> Iterator[str]:
        for line in lines:
            yield f"  {line}"

    def _parts(self, value: object) -> list[tuple[str, object]]:
        """Fields with lines of their own, but for those that a part has under the same name."""
        parts = [(name, item) for name, item in self._set(value) if not _is_word(item)]
        return [
            (name, item)
            for name, item in parts
            if not any(getattr(part, name, None) == item for _, part in parts)
        ]

    def _is_line(self, value: object) -> bool:
        """Whether nothing in it could have a line of its own."""
        if is_dataclass(value) and _is_meaning(value):
            return all(_is_word(item) for _, item in self._set(value))
        return _is_word(value)

    def _head(self, value: object) -> str:
        """A record without those of its fields that need lines of their own."""
        words = [(name, item) for name, item in self._set(value) if _is_word(item)]
        return self._called(value, words)

    def _flat(self, value: object) -> str:
        if is_dataclass(value) and _is_meaning(value):
            known = self._flats.get(id(value))
            if known is None:
                known = self._flats[id(value)] = self._called(value, self._set(value))
            return known
        if isinstance(value, tuple | list | frozenset):
            items = [self._flat(item) for item in value]
            ordered = sorted(items) if isinstance(value, frozenset) else items
            return f"[{', '.join(ordered)}]"
        if isinstance(value, dict):
            inside = ", ".join(f"{key}: {self._flat(item)}" for key, item in value.items())
            return f"{{{inside}}}"
        if isinstance(value, Enum):
            self._met.add((type(value), value.name))
        return _word(value)

    def _called(self, value: Any, items: list[tuple[str, object]]) -> str:
        """A record with some of its fields; those that it must have stand by their places."""
        is_expression = isinstance(value, tree.Expression)
        needed = iter(
            field.name
            for field in fields(value)
            if _default(field) is MISSING and not (is_expression and field.name == "type")
        )
        inside = []
        for name, item in items:
            in_place = name == next(needed, None)
            inside.append(self._flat(item) if in_place else f"{name}={self._flat(item)}")
        suffix = f"::{_word(value.type)}" if is_expression else ""
        return f"{type(value).__name__}({', '.join(inside)}){suffix}"

    def _set(self, value: Any) -> list[tuple[str, object]]:
        """Names and values of the fields that are not their defaults."""
        self._met.add((type(value), None))
        found = []
        for field in fields(value):
            item = getattr(value, field.name)
            if item in (_default(field), ()) or (item and item == self._written):
                continue
            self._met.add((type(value), field.name))
            if isinstance(item, pa.Table):
                item = {
                    f"{column.name} {column.type}": tuple(item[column.name].to_pylist())
                    for column in item.schema
                }
            is_type = isinstance(value, tree.Expression) and field.name == "type"
            if field.name not in _IDENTITIES and not is_type:
                found.append((field.name, item))
        return found


def _default(field: "Field[Any]") -> object:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


def _is_meaning(value: object) -> bool:
    return type(value).__module__ in _MEANING and not _stands_as_word(value)


def _stands_as_word(value: object) -> bool:
    return isinstance(value, types.RedshiftType | relations.Relation | Overload | Option)


def _is_word(value: object) -> bool:
    if isinstance(value, tuple | list | dict | frozenset):
        return not value or (not isinstance(value, dict) and all(map(_is_name, value)))
    return not (is_dataclass(value) and _is_meaning(value))


def _is_name(value: object) -> bool:
    return isinstance(value, str | int | relations.Relation | types.RedshiftType) or (
        isinstance(value, tuple) and all(_is_word(item) for item in value)
    )


def _type_name(value: types.RedshiftType) -> str:
    text = str(value)
    for name, short in _SHORT.items():
        text = text.replace(name, short)
    return text


def _word(value: object) -> str:
    match value:
        case None | bool():
            return str(value).lower()
        case types.RedshiftType():
            return _type_name(value)
        case relations.Relation(schema=schema, name=name):
            return f"{schema}.{name}"
        case Overload(signature=signature):
            return signature
        case Option(name=name):
            return _word(name)
        case Enum(name=name):
            return name
        case str() if _BARE.fullmatch(value):
            return value
        case date() | time():
            return value.isoformat()
        case Decimal():
            return f"Decimal({value})"
        case str() | int() | float() | bytes():
            return repr(value)
        case _:
            return SYNTAX


def differences(before: str, now: str, most: int = 60) -> str:
    """What changed between two texts, line by line; empty where nothing did.

    Args:
        before: A file's text.
        now: What it should be.
        most: How many lines are shown.
    """
    lines = [*unified_diff(before.splitlines(), now.splitlines(), "before", "now", lineterm="")]
    more = [f"... and {len(lines) - most} lines more"] if len(lines) > most else []
    return "\n".join([*lines[:most], *more])
