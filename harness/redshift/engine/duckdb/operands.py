"""An operand is computed once, however often the SQL around it asks for it.

What a lowering uses more than once is bound to a name: the one element of a list that a lambda of
DuckDB is run over. It is computed where it stood, in a branch that is not taken it is not, and it
may be an aggregate, a window function or a sub-query, which DuckDB takes neither in a lambda nor
in its TRY. Columns, constants and short sums of them are cheaper repeated.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

_NAME: Final = re.compile(r'"v(\d+)')
_WORD = r'(?:"(?:[^"]|"")*"|[A-Za-z_]\w*)'
_TYPE = r"[A-Z]+(?:\(\d+(?:, \d+)?\))?"
_VALUE = r"(?:NULL|\$\d+|-?\d+|'(?:[^']|'')*')"
_PLAIN: Final = re.compile(
    rf"""
    "(?:[^"]|"")*"(?:\.{_WORD})?  # a column, or what is bound already
    | [a-z]\.{_WORD}  # a column of a stage
    | '(?:[^']|'')*' | -?\d+ | true | false
    | CAST\({_VALUE}\ AS\ {_TYPE}\)
    | unhex\('[0-9a-f]*'\)
    | \(to_months\(-?\d+\)\ \+\ to_days\(-?\d+\)\ \+\ to_microseconds\(-?\d+\)\)
    """,
    re.VERBOSE,
)
_CONSTANT: Final = re.compile(rf"'(?:[^']|'')*'|-?\d+|true|false|CAST\({_VALUE} AS {_TYPE}\)")
_SUM: Final = re.compile(r"[-+*/% ()]*")
_WIDENED: Final = re.compile(
    r"CAST\(|AS (?:SMALLINT|INTEGER|BIGINT|HUGEINT|FLOAT|DOUBLE|DECIMAL\(\d+, \d+\))\)"
)
_SHORT: Final = 100
"""Characters up to which a sum of columns and constants is repeated."""


def is_constant(sql: str) -> bool:
    """Whether an expression is one literal, with or without a cast."""
    return _CONSTANT.fullmatch(sql) is not None


def _is_repeatable(sql: str) -> bool:
    if _PLAIN.fullmatch(sql):
        return True
    return len(sql) <= _SHORT and _SUM.fullmatch(_WIDENED.sub("", _PLAIN.sub("", sql))) is not None


def once(
    operands: Sequence[str], build: Callable[[Sequence[str]], str], *, lazy: bool = False
) -> str:
    """SQL of an expression in which each compound operand stands once.

    Args:
        operands: SQL of the operands.
        build: Makes the expression of them, or of what stands for them.
        lazy: Operands that the expression names once may not be computed where it does not reach
            them. A sub-query among these is left in its place, and the operands are repeated.
    """
    if all(_is_repeatable(sql) for sql in operands):
        return build(operands)
    number = 1 + max((int(n) for sql in operands for n in _NAME.findall(sql)), default=0)
    names = [
        sql if _is_repeatable(sql) else f'"v{number}:{place}"' for place, sql in enumerate(operands)
    ]
    body = build(names)
    compound = {name: sql for name, sql in zip(names, operands, strict=True) if name != sql}
    bound = [name for name in compound if body.count(name) > 1]
    if not bound:
        return build(operands)
    queries = [name for name, sql in compound.items() if name not in bound and "(SELECT " in sql]
    if queries and lazy:
        return build(operands)
    # DuckDB takes no sub-query in a lambda.
    bound += queries
    for name, sql in compound.items():
        if name not in bound:
            body = body.replace(name, sql)
    if len(bound) == 1:
        return f"list_transform([{compound[bound[0]]}], lambda {bound[0]}: {body})[1]"
    for place, name in enumerate(bound):
        body = body.replace(name, f'"v{number}".f{place}')
    fields = ", ".join(f"f{place} := {compound[name]}" for place, name in enumerate(bound))
    return f'list_transform([struct_pack({fields})], lambda "v{number}": {body})[1]'
