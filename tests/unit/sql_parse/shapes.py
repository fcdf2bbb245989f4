"""Query trees as short text, for tables of expectations."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from sparkify_harness.redshift.sql.dialect import is_bare

_INLINE = {"this", "expression", "expressions"}


def shape(node: Any) -> str:
    """A node as ``Class(parts)``; names, constants and types stand for themselves."""
    if isinstance(node, list):
        return "[" + _list(node) + "]"
    if not isinstance(node, exp.Expr):
        return str(node)
    if (short := _SHORT.get(type(node))) is not None:
        return short(node)
    parts = []
    for name in node.arg_types:
        value = node.args.get(name)
        if value is None or value == [] or (value is False and name != "nulls_first"):
            continue
        text = _list(value) if name == "expressions" else shape(value)
        parts.append(text if name in _INLINE else f"{name}={text}")
    return f"{type(node).__name__}({', '.join(parts)})"


def _literal(node: Any) -> str:
    return repr(node.this) if node.is_string else str(node.this)


def _column(node: Any) -> str:
    return ".".join(_parts(node, "catalog", "db", "table", "this"))


def _table(node: Any) -> str:
    text = ".".join(_parts(node, "catalog", "db", "this"))
    if alias := node.args.get("alias"):
        text += f" {shape(alias)}"
    if joins := node.args.get("joins"):
        text += f" {shape(joins)}"
    return text


def _alias(node: Any) -> str:
    columns = node.args.get("columns")
    return str(node.name) + (shape(columns) if columns else "")


def _call(node: Any) -> str:
    return str(node.this) if is_bare(node) else f"{node.this}({_list(node.expressions)})"


def _parts(node: exp.Expr, *names: str) -> list[str]:
    return [shape(node.args[name]) for name in names if node.args.get(name) is not None]


def _list(nodes: list[Any]) -> str:
    return ", ".join(shape(node) for node in nodes)


_SHORT: Mapping[type[exp.Expr], Callable[[Any], str]] = {
    exp.Anonymous: _call,
    exp.Boolean: lambda node: str(node.this).upper(),
    exp.Column: _column,
    exp.DataType: lambda node: str(node.meta["redshift_type"]),
    exp.Identifier: lambda node: str(node.name),
    exp.Literal: _literal,
    exp.Null: lambda _: "NULL",
    exp.Parameter: lambda node: f"${node.name}",
    exp.Star: lambda _: "*",
    exp.Table: _table,
    exp.TableAlias: _alias,
    exp.Var: lambda node: f"<{node.this}>",
}
