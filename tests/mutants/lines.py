"""The changes to the lines of a module."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from tests.mutants.mutant import Mutant
from tests.mutants.operators import variants

_FOR_MYPY: Final = {"annotation", "returns", "decorator_list", "bases"}
"""Fields that hardly a run depends on."""
_TREES: Final = Lock()
"""The mutants of a module share its tree, and are asked for their sources by several threads."""
_AROUND: Final = 24
_SHOWN: Final = 80


@dataclass(frozen=True)
class Edit:
    """Another value for a field of a node.

    Args:
        tree: The whole module.
        parent: The node.
        field: The field.
        new: What it will hold.
    """

    tree: ast.Module
    parent: ast.AST
    field: str
    new: object

    def source(self) -> str:
        """The module with the change; comments and layout are lost, and the tree is as before."""
        with _TREES:
            old = getattr(self.parent, self.field)
            setattr(self.parent, self.field, self.new)
            try:
                return ast.unparse(ast.fix_missing_locations(self.tree))
            finally:
                setattr(self.parent, self.field, old)


def line_mutants(checkout: Path, path: str) -> list[Mutant]:
    """Every change to a module, by lines."""
    tree = ast.parse((checkout / path).read_text(encoding="utf-8"))
    return sorted(_mutants(path, tree, tree, 1), key=lambda mutant: mutant.line)


def _mutants(path: str, tree: ast.Module, parent: ast.AST, line: int) -> Iterator[Mutant]:
    for field, value in ast.iter_fields(parent):
        if field in _FOR_MYPY:
            continue
        nodes = value if isinstance(value, list) else [value]
        for index, node in enumerate(nodes):
            if not isinstance(node, ast.AST) or _is_left_out(node, parent):
                continue
            here = getattr(node, "lineno", line)
            for other in variants(node):
                new = [*nodes[:index], other, *nodes[index + 1 :]] if nodes is value else other
                edit = Edit(tree, parent, field, new)
                yield Mutant(path, here, _difference(node, other), edit.source)
            yield from _mutants(path, tree, node, here)


def _is_left_out(node: ast.AST, parent: ast.AST) -> bool:
    """Docstrings, and what is there for mypy."""
    match node:
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Call(func=ast.Name(id="TypeVar" | "NewType" | "cast")):
            return True
        case ast.Tuple():
            return isinstance(parent, ast.Subscript)
    return False


def _difference(node: ast.AST, other: ast.AST) -> str:
    """Both, without what is the same far in front of where they differ and far behind it."""
    before, after = map(_text, (node, other))
    first = _shared(before, after)
    same = _shared(before[first:][::-1], after[first:][::-1])
    start = max(first - _AROUND, 0)

    def part(text: str) -> str:
        end = min(len(text) - same + _AROUND, start + _SHOWN)
        return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"

    return f"{part(before)} → {part(after)}"


def _shared(one: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.If):
        return f"if {ast.unparse(node.test)}"
    return " ".join(ast.unparse(node).split())
