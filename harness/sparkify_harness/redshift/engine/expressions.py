"""Parts of expressions that all engines say alike."""

from collections.abc import Sequence

from sparkify_harness.redshift.engine.wording import Wording
from sparkify_harness.redshift.sql import tree


def column_list(count: int) -> list[str]:
    """Names, quoted, for columns that are told by their position."""
    return [f'"c{number}"' for number in range(1, count + 1)]


def predicate_sql(node: tree.Expression, wording: Wording) -> str:
    """What is true or false, or a sub-query."""
    match node:
        case tree.Logical(operator="NOT", operands=(operand,)):
            return f"(NOT {wording.expression(operand)})"
        case tree.Logical():
            operands = [wording.expression(operand) for operand in node.operands]
            return f"({f' {node.operator} '.join(operands)})"
        case tree.IsNull():
            word = "IS NOT NULL" if node.negated else "IS NULL"
            return f"({wording.expression(node.operand)} {word})"
        case tree.InList():
            values = ", ".join(wording.key_of(value) for value in node.values)
            return f"({wording.key_of(node.operand)} {membership(node)} ({values}))"
        case tree.Exists():
            word = "NOT EXISTS" if node.negated else "EXISTS"
            return f"({word} {wording.subquery(node.query)})"
        case tree.ScalarQuery():
            return wording.subquery(node.query)
    raise TypeError(f"no lowering for {type(node).__name__}")


def membership(node: tree.InList | tree.InQuery) -> str:
    """IN or NOT IN."""
    return "NOT IN" if node.negated else "IN"


def sort_sql(keys: Sequence[tree.SortKey], wording: Wording) -> str:
    """The elements of an ORDER BY, with their directions and the place of NULLs."""
    return sorted_by(keys, [wording.place_key_of(each.expression) for each in keys])


def sorted_by(keys: Sequence[tree.SortKey], expressions: Sequence[str]) -> str:
    """The same, of SQL for each key."""
    return ", ".join(
        f"{sql} {direction(each)}" for each, sql in zip(keys, expressions, strict=True)
    )


def direction(key: tree.SortKey) -> str:
    """ASC or DESC, and where NULLs go."""
    order = "DESC" if key.descending else "ASC"
    return f"{order} NULLS {'FIRST' if key.nulls_first else 'LAST'}"


def over_sql(node: tree.Window, wording: Wording) -> str:
    """``OVER (...)`` of a window function."""
    parts = []
    if node.partition_by:
        parts.append(f"PARTITION BY {', '.join(map(wording.key_of, node.partition_by))}")
    if node.order_by:
        parts.append(f"ORDER BY {sort_sql(node.order_by, wording)}")
    if node.frame is not None:
        parts.append(f"ROWS BETWEEN {_edge(node.frame.start)} AND {_edge(node.frame.end)}")
    return f"OVER ({' '.join(parts)})"


def _edge(edge: tuple[str, int | None]) -> str:
    side, offset = edge
    if offset == 0:
        return "CURRENT ROW"
    return f"{'UNBOUNDED' if offset is None else offset} {side}"
