"""What could stand in the place of a piece of code, each a difference that a test should notice.

The usual tools leave decorated functions and the level of modules alone. There stand the tables in
which the substitute says what it knows, so entries of tables are dropped and swapped as well.
"""

import ast
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, TypeVar

T = TypeVar("T")

_COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_ARITHMETIC: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}


def variants(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that could stand there instead."""
    match node:
        case ast.Dict():
            yield from _tables(node)
        case ast.Set(elts=items) | ast.List(elts=items, ctx=ast.Load()) if len(items) > 1:
            for index in range(len(items)):
                yield _copy(node, elts=_without(items, index))
        case ast.Tuple(elts=items, ctx=ast.Load()) if len(items) > 1 and _is_table(items):
            for index in range(len(items)):
                yield _copy(node, elts=_without(items, index))
        case ast.stmt():
            yield from _statements(node)
        case ast.Constant(value=value):
            yield from _constants(value)
        case ast.expr():
            yield from _expressions(node)


def _statements(node: ast.stmt) -> Iterator[ast.AST]:
    match node:
        case ast.If():
            yield _copy(node, test=ast.Constant(value=True))
            yield _copy(node, test=ast.Constant(value=False))
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call()) | ast.Raise() | ast.AugAssign() | ast.Delete():
            yield ast.Pass()


def _expressions(node: ast.expr) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(ops=[op]) if type(op) in _COMPARISONS:
            yield _copy(node, ops=[_COMPARISONS[type(op)]()])
        case ast.BoolOp(op=op, values=values):
            yield _copy(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
            for index in range(len(values)):
                left = _without(values, index)
                yield _copy(node, values=left) if len(left) > 1 else left[0]
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.BinOp(op=op) if type(op) in _ARITHMETIC and not _is_text(node):
            yield _copy(node, op=_ARITHMETIC[type(op)]())
        case ast.IfExp(body=body, orelse=orelse):
            yield body
            yield orelse
        case ast.Call(keywords=keywords):
            for index, keyword in enumerate(keywords):
                if keyword.arg is not None and isinstance(keyword.value, ast.Constant):
                    yield _copy(node, keywords=_without(keywords, index))


def _constants(value: object) -> Iterator[ast.AST]:
    match value:
        case bool():
            yield ast.Constant(value=not value)
        case int():
            yield ast.Constant(value + 1)
        case str() if value.strip():
            yield ast.Constant(f"XX{value}")


def _tables(node: ast.Dict) -> Iterator[ast.AST]:
    """An entry is missing; two that stand side by side have each other's values."""
    keys, values = node.keys, node.values
    for index in range(len(keys)):
        yield _copy(node, keys=_without(keys, index), values=_without(values, index))
    for index, (one, other) in enumerate(pairwise(values)):
        if None not in keys[index : index + 2] and ast.dump(one) != ast.dump(other):
            yield _copy(node, values=[*values[:index], other, one, *values[index + 2 :]])


def _is_table(items: Sequence[ast.expr]) -> bool:
    """Whether there could be more or fewer of them: constants or calls, no pair of variables."""
    return all(isinstance(each, type(items[0])) for each in items) and not isinstance(
        items[0], ast.Name
    )


def _is_text(node: ast.BinOp) -> bool:
    """Whether it puts strings together, which nothing else can do with them."""
    return any(
        isinstance(side, ast.JoinedStr)
        or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        for side in (node.left, node.right)
    )


def _copy(node: ast.AST, **fields: object) -> ast.AST:
    return type(node)(**{**dict(ast.iter_fields(node)), **fields})


def _without(items: Sequence[T], index: int) -> list[T]:
    return [*items[:index], *items[index + 1 :]]
