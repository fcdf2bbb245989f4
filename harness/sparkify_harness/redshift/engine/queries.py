"""Clauses of queries that all engines say alike.

Text is grouped, made distinct and compared without its trailing blanks; of the values of a group,
which Redshift leaves open, the shortest is shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sparkify_harness.redshift.engine.expressions import column_list, direction, sort_sql
from sparkify_harness.redshift.engine.grouping import is_outer
from sparkify_harness.redshift.engine.wording import Wording, ignores_blanks
from sparkify_harness.redshift.sql import tree


def with_sql(ctes: Sequence[tree.Cte], wording: Wording, element: Callable[[tree.Cte], str]) -> str:
    """WITH and a blank, or nothing.

    Args:
        ctes: Its elements.
        wording: The engine's.
        element: The query of an element, which may be recursive.
    """
    if not ctes:
        return ""
    recursive = "RECURSIVE " if any(cte.recursive for cte in ctes) else ""
    elements = ", ".join(
        f"{wording.quoted(cte.label)}({listed(cte.columns, wording)}) AS ({element(cte)})"
        for cte in ctes
    )
    return f"WITH {recursive}{elements} "


def listed(columns: Sequence[str], wording: Wording) -> str:
    """The names of columns."""
    return ", ".join(map(wording.quoted, columns))


def from_sql(item: tree.FromItem, wording: Wording) -> str:
    """A FROM item."""
    match item:
        case tree.Scan(source=source, relation=relation):
            return f"{wording.table(relation)} AS {wording.quoted(source)}"
        case tree.Derived(source=source, query=query, columns=columns):
            name = f"{wording.quoted(source)}({listed(columns, wording)})"
            return f"({wording.query(query)}) AS {name}"
        case tree.CteScan(source=source, cte=cte):
            return f"{wording.quoted(cte)} AS {wording.quoted(source)}"
        case tree.FunctionScan(source=source, call=call, columns=columns):
            # A table function streams; a list of its values would be held in memory.
            value = f"CAST(value AS {wording.stored(call.type)})"
            rows = f"SELECT {value} FROM {wording.expression(call)} AS rows(value)"
            return f"({rows}) AS {wording.quoted(source)}({listed(columns, wording)})"
        case tree.Join(kind=kind, left=left, right=right, condition=condition):
            second = from_sql(right, wording)
            if isinstance(right, tree.Join):
                second = f"({second})"
            on = "" if condition is None else f" ON {wording.condition(condition)}"
            return f"{from_sql(left, wording)} {kind} JOIN {second}{on}"


def tail(query: tree.Select, wording: Wording) -> list[str]:
    """ORDER BY, LIMIT and OFFSET of a SELECT."""
    keys = [key for key in (_sorted(each, query, wording) for each in query.order_by) if key]
    return [*([f"ORDER BY {', '.join(keys)}"] if keys else []), *limits(query, wording)]


def _sorted(each: tree.SortKey, query: tree.Select, wording: Wording) -> str:
    """An element of ORDER BY; by its number where it is a result column, so it is computed once."""
    if isinstance(each.expression, tree.Literal | tree.Parameter):
        return ""
    if not ignores_blanks(each.expression.type):
        for number, column in enumerate(query.columns, start=1):
            if column.expression == each.expression:
                return f"{number} {direction(each)}"
    return sort_sql([each], wording)


def limits(query: tree.Query, wording: Wording) -> list[str]:
    """LIMIT and OFFSET."""
    parts = []
    if query.limit is not None:
        parts.append(f"LIMIT {wording.expression(query.limit)}")
    if query.offset is not None:
        parts.append(f"OFFSET {wording.expression(query.offset)}")
    return parts


# --- one of each -----------------------------------------------------------------------------


def group_by_sql(sets: Sequence[Sequence[tree.Expression]], wording: Wording) -> str:
    """What stands after GROUP BY."""
    keys = [", ".join(map(wording.place_key_of, each)) for each in sets]
    if len(keys) < 2:
        return "".join(keys) or "()"
    return f"GROUPING SETS ({', '.join(f'({each})' for each in keys)})"


def text_of_group(node: tree.Expression, query: tree.Select, wording: Wording) -> str:
    """What is shown of a text that a query is grouped by.

    The aggregate of an expression of queries around this one would be one of theirs.
    """
    value = wording.expression(node)
    if not is_outer(node, query):
        value = f"min({value})"
    if len(query.group_by) > 1:
        value = f"(CASE WHEN grouping({wording.place_key_of(node)}) = 0 THEN {value} END)"
    return value


def distinct_sql(query: tree.Select, wording: Wording) -> str:
    """SELECT DISTINCT, as a grouping of its result."""
    inner = replace(query, distinct=False, order_by=(), limit=None, offset=None, ctes=())
    rows = wording.query(inner)
    names = [f"d.{name}" for name in column_list(len(query.columns))]
    keys = _keys(names, query.columns, wording)
    columns = ", ".join(
        f"{_shown(name, column)} AS {wording.quoted(column.name)}"
        for name, column in zip(names, query.columns, strict=True)
    )
    places = {column.expression: value for column, value in zip(query.columns, keys, strict=True)}
    order = ", ".join(
        f"{places[each.expression]} {direction(each)}"
        for each in query.order_by
        if not isinstance(each.expression, tree.Literal)
    )
    parts = [
        f"SELECT {columns}",
        f"FROM ({rows}) AS d({', '.join(column_list(len(query.columns)))})",
        f"GROUP BY {', '.join(keys)}",
        *([f"ORDER BY {order}"] if order else []),
    ]
    return " ".join([*parts, *limits(query, wording)])


def _one_of_each(rows: str, columns: Sequence[tree.OutputColumn], wording: Wording) -> str:
    names = [f"e.{name}" for name in column_list(len(columns))]
    values = ", ".join(map(_shown, names, columns))
    keys = ", ".join(_keys(names, columns, wording))
    columns_ = ", ".join(column_list(len(columns)))
    return f"SELECT {values} FROM ({rows}) AS e({columns_}) GROUP BY {keys}"


def _shown(name: str, column: tree.OutputColumn) -> str:
    return f"min({name})" if ignores_blanks(column.type) else name


def _keys(
    names: Sequence[str], columns: Sequence[tree.OutputColumn], wording: Wording
) -> list[str]:
    return [wording.key(name, column.type) for name, column in zip(names, columns, strict=True)]


# --- set operations --------------------------------------------------------------------------


def set_operation_sql(query: tree.SetOperation, wording: Wording) -> str:
    """A set operation, its result columns computed and sorted around it."""
    inside = ", ".join(
        wording.quoted(column.expression.name)
        for column in query.columns
        if isinstance(column.expression, tree.ColumnRef)
    )
    columns = ", ".join(
        f"{wording.expression(column.expression)} AS {wording.quoted(column.name)}"
        for column in query.columns
    )
    parts = [
        f"SELECT {columns}",
        f"FROM ({_combined(query, wording)}) AS {wording.quoted(query.source)}({inside})",
    ]
    if query.order_by:
        parts.append(f"ORDER BY {sort_sql(query.order_by, wording)}")
    return " ".join([*parts, *limits(query, wording)])


def any_text(query: tree.Query) -> bool:
    """Whether rows that are not the same to an engine may be the same."""
    return any(ignores_blanks(column.type) for column in query.columns)


def _combined(query: tree.SetOperation, wording: Wording) -> str:
    if query.operator == "UNION ALL" or not any_text(query):
        return _together(query, query.operator, wording)
    if query.operator == "UNION":
        return _one_of_each(_together(query, "UNION ALL", wording), query.columns, wording)
    left, right = (f"({wording.query(side)})" for side in (query.left, query.right))
    # INTERSECT and EXCEPT compare by value: ask for a partner instead.
    names = column_list(len(query.columns))
    same = " AND ".join(
        f"{wording.key(f'l.{name}', column.type)} IS NOT DISTINCT FROM "
        f"{wording.key(f'r.{name}', column.type)}"
        for name, column in zip(names, query.columns, strict=True)
    )
    word = "EXISTS" if query.operator == "INTERSECT" else "NOT EXISTS"
    return (
        f"SELECT * FROM ({_one_of_each(left, query.columns, wording)}) AS l({', '.join(names)}) "
        f"WHERE {word} (SELECT 1 FROM {right} AS r({', '.join(names)}) WHERE {same})"
    )


def _together(query: tree.SetOperation, word: str, wording: Wording) -> str:
    """The operands of a chain of one operator, side by side."""
    operands: list[tree.Query] = []
    rest: tree.Query = query
    while (
        isinstance(rest, tree.SetOperation)
        and rest.operator == query.operator
        and (rest is query or (query.operator.startswith("UNION") and _bare(rest)))
    ):
        operands.append(rest.right)
        rest = rest.left
    operands.append(rest)
    return f" {word} ".join(f"({wording.query(each)})" for each in reversed(operands))


def _bare(query: tree.SetOperation) -> bool:
    return not (query.order_by or query.ctes or query.limit or query.offset)
