"""Syntax trees as short text, for tables of expectations."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from sparkify_harness.redshift.sql import changes, plain_rows, syntax

_NAMED = {
    "alias", "assignments", "branches", "columns", "distinct", "end", "escape", "excluded",
    "frame", "group_by", "having", "high", "joins", "limit", "low", "natural", "nulls", "offset",
    "on", "order_by", "otherwise", "partition_by", "qualify", "recursive", "side", "source",
    "sources", "tries", "updated", "using", "whens", "where", "with_",
}  # fmt: skip
"""Fields that are told by their names; what else a record holds stands for itself."""
_AROUND = ("with_", "order_by", "limit", "offset")
"""Fields of any query, which come last."""


def shape(node: Any) -> str:
    """A node as ``Class(parts)``; names, constants and types stand for themselves."""
    if isinstance(node, tuple):
        return f"[{_list(node)}]"
    if not isinstance(node, syntax.Node):
        return str(node)
    if (short := _SHORT.get(type(node))) is not None:
        return short(node)
    names = [each.name for each in fields(node) if each.name != "position"]
    names.sort(key=lambda name: _AROUND.index(name) if name in _AROUND else -1)
    return f"{type(node).__name__}({', '.join(_fields(node, names))})"


def _fields(node: syntax.Node, names: list[str]) -> list[str]:
    parts = []
    for name in names:
        value = getattr(node, name)
        if value is None or value is False or (value == () and name != "values"):
            continue
        if name in _NAMED:
            parts.append(f"{name}={shape(value)}")
        elif value != ():
            parts.append(_list(value) if isinstance(value, tuple) else shape(value))
    return parts


def _list(nodes: tuple[Any, ...]) -> str:
    return ", ".join(map(shape, nodes))


def _call(node: syntax.Function) -> str:
    name = node.name if node.schema is None else f"{node.schema}.{node.name}"
    arguments = "*" if node.starred else _list(node.arguments)
    return f"{name}({'DISTINCT ' if node.distinct else ''}{arguments})"


def _star(node: syntax.Star) -> str:
    text = ".".join((*node.qualifier, "*"))
    return f"{text} EXCLUDE {_list(node.excluded)}" if node.excluded else text


def _table(node: syntax.Table) -> str:
    return ".".join(node.parts) + (f" {shape(node.alias)}" if node.alias else "")


def _alias(node: syntax.Alias) -> str:
    return node.name + (shape(node.columns) if node.columns else "")


def _output(node: syntax.Output) -> str:
    text = shape(node.expression)
    return text if node.label is None else f"{text} AS {node.label}"


def _sort_key(node: syntax.SortKey) -> str:
    nulls = {None: "", True: " NULLS FIRST", False: " NULLS LAST"}[node.nulls_first]
    return f"{shape(node.expression)}{' DESC' if node.descending else ''}{nulls}"


def _bound(node: syntax.FrameBound) -> str:
    if node.side is None:
        return "CURRENT ROW"
    return f"{'UNBOUNDED' if node.offset is None else shape(node.offset)} {node.side}"


def _group_by(node: syntax.GroupBy) -> str:
    return f"GroupBy({'ALL' if node.elements is None else _list(node.elements)})"


def _plain_rows(node: changes.PlainRows) -> str:
    count = sum(len(cells[0]) for cells in plain_rows.columns(node.sql, node.span))
    return f"PlainRows({count} rows of {node.span.width})"


def _interval(node: syntax.Interval) -> str:
    words = [node.unit, *(("to", node.until) if node.until else ())] if node.unit else []
    return " ".join(["Interval", repr(node.text), *map(str, words)])


_SHORT: Mapping[type[syntax.Node], Callable[[Any], str]] = {
    changes.Assignment: lambda node: f"{shape(node.column)} := {shape(node.value)}",
    changes.Default: lambda _: "DEFAULT",
    changes.PlainRows: _plain_rows,
    syntax.Alias: _alias,
    syntax.Binary: lambda node: f"({shape(node.left)} {node.operator} {shape(node.right)})",
    syntax.Boolean: lambda node: str(node.value).upper(),
    syntax.Column: lambda node: ".".join(node.parts),
    syntax.DatePart: lambda node: f"<{node.word}>",
    syntax.FrameBound: _bound,
    syntax.Function: _call,
    syntax.Identifier: lambda node: str(node.name),
    syntax.GroupBy: _group_by,
    syntax.Logical: lambda node: f"({f' {node.word} '.join(map(shape, node.operands))})",
    syntax.Interval: _interval,
    syntax.Null: lambda _: "NULL",
    syntax.Number: lambda node: str(node.text),
    syntax.Output: _output,
    syntax.Parameter: lambda node: f"${node.number}",
    syntax.SortKey: _sort_key,
    syntax.Star: _star,
    syntax.String: lambda node: repr(node.value),
    syntax.Table: _table,
    syntax.Unary: lambda node: f"({node.operator} {shape(node.operand)})",
}
