"""The constants of INSERT ... VALUES as lists, one for each column that they come from.

Most rows of plain constants come as Arrow already (``tree.PlainRows``); these are the others.

DuckDB plans each expression that a statement spells out. What is the same in all rows but for its
constants is planned once here, over their lists.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from sparkify_harness.redshift.engine.duckdb.lower_expressions import (
    LoweringContext,
    expression_sql,
)
from sparkify_harness.redshift.engine.duckdb.names import quote
from sparkify_harness.redshift.engine.duckdb.types import TYPES, storage_type
from sparkify_harness.redshift.engine.expressions import column_list
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.types import BIGINT

_FEWEST: Final = 4
"""Rows of one form, on the average, from which lists are worth it."""

_SOURCE: Final = "constants"
_PLACE: Final = "place"
"""The column that says which row of the clause a row is."""

_TOLD: Final[Mapping[type, Callable[[object], object]]] = {Decimal: "{:f}".format}
"""What stands in a list for a value: decimals have one scale there, so they go as text."""


@dataclass(frozen=True, slots=True)
class Lists:
    """A source of rows for an INSERT.

    Args:
        sql: A query; its parameters are lists.
        arguments: The lists, the first that of ``$1``.
    """

    sql: str
    arguments: list[list[object]]


_NUMBER: Final = tree.ColumnRef(BIGINT, _SOURCE, _PLACE)


@dataclass(slots=True)
class _Column:
    """The values of a column, taken apart.

    Args:
        forms: The kinds of values that there are, each over a column in the place of its constant.
        sources: That column of each form.
        kinds: Of each row, which form its value has; None where it is NULL.
        constants: What stands in the column for each row.
    """

    forms: list[tree.Expression] = field(default_factory=list)
    sources: list[tree.ColumnRef] = field(default_factory=list)
    kinds: list[int | None] = field(default_factory=list)
    constants: list[object] = field(default_factory=list)


def as_lists(
    rows: Sequence[Sequence[tree.Expression]],
    arguments: Sequence[object],
    lowering: LoweringContext,
) -> Lists | None:
    """A query that gives the rows of a VALUES clause, in its order.

    Args:
        rows: Their expressions.
        arguments: Values of the statement's parameters.
        lowering: For what stands around the constants.

    Returns:
        None where the rows are few, differ too much, or have more than constants and casts of them.
    """
    if len(rows) < _FEWEST:
        return None
    columns = []
    for number, values in enumerate(zip(*rows, strict=True), 1):
        column = _column(values, f"c{number}", arguments)
        if column is None:
            return None
        columns.append(column)
    groups: dict[tuple[int, ...], list[int]] = {}
    # A cast of NULL is NULL, so it takes the form of others.
    kinds = ([kind or 0 for kind in column.kinds] for column in columns)
    for place, row in enumerate(zip(*kinds, strict=True)):
        groups.setdefault(row, []).append(place)
    if len(groups) * _FEWEST > len(rows):
        return None
    lists: list[list[object]] = []
    if len(groups) == 1:
        return Lists(_select(columns, next(iter(groups)), lists, lowering), lists)
    parts = []
    for row, places in groups.items():
        chosen = [_Column(each.forms, each.sources, [], _at(each, places)) for each in columns]
        numbers = _Column([_NUMBER], [_NUMBER], [], list(places))
        parts.append(_select([*chosen, numbers], (*row, 0), lists, lowering))
    names = ", ".join(column_list(len(columns)))
    # The numbers of an IDENTITY column are given in the order of the clause.
    return Lists(
        f"SELECT {names} FROM ({' UNION ALL '.join(parts)}) AS r({names}, {_PLACE}) "
        f"ORDER BY {_PLACE}",
        lists,
    )


def _at(column: _Column, places: Sequence[int]) -> list[object]:
    return [column.constants[place] for place in places]


def _column(
    values: Sequence[tree.Expression], name: str, arguments: Sequence[object]
) -> _Column | None:
    """The values of a column; None where one of them is more than a constant and casts of it."""
    column = _Column()
    known: dict[object, int] = {}
    for value in values:
        inner = value
        while isinstance(inner, tree.Cast):
            inner = inner.operand
        match inner:
            case tree.Literal(value=constant):
                pass
            case tree.Parameter(number=number):
                constant = arguments[number - 1]
            case _:
                return None
        kind = TYPES[inner.type.kind].constant
        if kind is None or not (constant is None or type(constant) is kind):
            return None
        column.constants.append(
            _TOLD[kind](constant) if constant is not None and kind in _TOLD else constant
        )
        if constant is None:
            column.kinds.append(None)
            continue
        form: object = inner.type
        if inner is not value:
            form = _over(value, tree.ColumnRef(inner.type, _SOURCE, name))
        if form not in known:
            known[form] = len(known)
            column.sources.append(tree.ColumnRef(inner.type, _SOURCE, name))
            column.forms.append(_over(value, column.sources[-1]))
        column.kinds.append(known[form])
    if not column.forms:
        column.sources.append(tree.ColumnRef(values[0].type, _SOURCE, name))
        column.forms.append(column.sources[-1])
    return column


def _over(value: tree.Expression, source: tree.ColumnRef) -> tree.Expression:
    """A constant with its casts, with a column in its place."""
    if isinstance(value, tree.Cast):
        return replace(value, operand=_over(value.operand, source))
    return source


def _select(
    columns: Sequence[_Column],
    kinds: Sequence[int],
    lists: list[list[object]],
    lowering: LoweringContext,
) -> str:
    """A query for rows of one form; their constants are added to the lists."""
    sources, outputs = [], []
    for column, kind in zip(columns, kinds, strict=True):
        lists.append(column.constants)
        source = column.sources[kind]
        elements = f"CAST(${len(lists)} AS {storage_type(source.type)}[])"
        sources.append(f"unnest({elements}) AS {quote(source.name)}")
        outputs.append(expression_sql(column.forms[kind], lowering))
    return f"SELECT {', '.join(outputs)} FROM (SELECT {', '.join(sources)}) AS {quote(_SOURCE)}"
