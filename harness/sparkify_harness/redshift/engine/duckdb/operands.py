"""An operand is computed once, however often the SQL around it asks for it.

What a lowering uses more than once is bound to a name: the one element of a list that a lambda of
DuckDB is run over. It is computed where it stood, in a branch that is not taken it is not, and it
may be an aggregate, a window function or a sub-query, which DuckDB takes neither in a lambda nor
in its TRY. Columns, constants and short sums of them are cheaper repeated.
"""

import re
from collections import Counter
from collections.abc import Callable
from typing import Final

from sparkify_harness.redshift.engine.duckdb.trimming import is_trimmed, trimmed

_NAME: Final = re.compile(r'"v(\d+)')
_BOUND: Final = re.compile(r"\"v\d+(?::\d+)?\"(?:\['f\d+'\])?")
"""What stands for an operand in a lambda, or is going to."""
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
    r"CAST\(|AS (?:SMALLINT|INTEGER|BIGINT|HUGEINT|FLOAT|DOUBLE|DECIMAL\(\d+, \d+\)"
    r"|DATE|TIMESTAMP)\)"
)
_OUTER: Final = re.compile(r"\(SELECT |\blambda ")
"""What stands outside of a lambda: DuckDB takes no sub-query in it, and doubles its time for each
lambda that stands in another."""
_VOLATILE: Final = re.compile(r"\b(?:error|random)\(")
_LONG: Final = 200
"""Characters from which on comparisons do not repeat their operand."""
_SHORT: Final = 100
"""Characters up to which a sum of columns and constants is repeated."""


def is_constant(sql: str) -> bool:
    """Whether an expression is one literal, with or without a sign or a cast."""
    while sql.startswith("(- ") and sql.endswith(")"):
        sql = sql[3:-1]
    return _CONSTANT.fullmatch(sql) is not None


def is_compared_once(sql: str) -> bool:
    """Whether comparisons with several values are made of a bound operand.

    DuckDB computes what is repeated in comparisons once, if it can, and finds rows by it.
    """
    return len(sql) > _LONG or _VOLATILE.search(sql) is not None


def _is_repeatable(sql: str) -> bool:
    if _PLAIN.fullmatch(sql):
        return True
    return len(sql) <= _SHORT and _SUM.fullmatch(_WIDENED.sub("", _PLAIN.sub("", sql))) is not None


def once(build: Callable[..., str], *operands: str, lazy: bool = False) -> str:
    """SQL of an expression in which each compound operand stands once.

    Args:
        build: Makes the expression of the operands, or of what stands for them.
        operands: SQL of the operands.
        lazy: Operands that the expression names once may not be computed where it does not reach
            them. Where one of these cannot stand in a lambda, all operands are repeated.
    """
    compound = [place for place, sql in enumerate(operands) if not _is_repeatable(sql)]
    if not compound:
        return build(*operands)
    number = 1 + max((int(n) for sql in operands for n in _NAME.findall(sql)), default=0)
    names = list(operands)
    for place in compound:
        names[place] = f'"v{number}:{place}"'
    body = build(*names)
    for place in compound:
        if is_trimmed(operands[place]):
            body = body.replace(trimmed(names[place]), names[place])
    token = re.compile(rf'"v{number}:(\d+)"')
    uses = Counter(token.findall(body))
    bound = [place for place in compound if uses[str(place)] > 1]
    outer = [place for place in compound if place not in bound and _OUTER.search(operands[place])]
    if bound and outer and lazy:
        return build(*operands)
    if bound:
        bound += outer
    label = f'"v{number}"'
    if len(bound) == 1:
        element, values = operands[bound[0]], {bound[0]: label}
    else:
        fields = (f"f{field} := {operands[place]}" for field, place in enumerate(bound))
        element = f"struct_pack({', '.join(fields)})"
        values = {place: f"{label}['f{field}']" for field, place in enumerate(bound)}
    body = token.sub(lambda found: values.get(int(found[1]), operands[int(found[1])]), body)
    return f"list_transform([{element}], lambda {label}: {body})[1]" if bound else body


def apart(build: Callable[[str], str], operand: str) -> str:
    """SQL of an expression that DuckDB prepares only where some row needs it.

    What stands in a lambda is prepared for each few thousand rows: its patterns are compiled again,
    whether a row reaches them or not. In a lambda of its own it is left alone until one does.

    Args:
        build: Makes the expression of the operand, or of what stands for it.
        operand: SQL of it; outside of a lambda everything is prepared once, and nothing is done.
    """
    if not _BOUND.fullmatch(operand):
        return build(operand)
    number = 1 + max((int(n) for n in _NAME.findall(operand)), default=0)
    label = f'"v{number}"'
    return f"list_transform([{operand}], lambda {label}: {build(label)})[1]"
