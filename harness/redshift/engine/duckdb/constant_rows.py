"""The constants of INSERT ... VALUES as lists, one for each column that they come from.

DuckDB plans each expression that a statement spells out: two milliseconds for a row of fourteen.
What is the same in all rows but for its constants is planned once here, over their lists.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from harness.redshift.engine.duckdb.lower_expressions import (
    Lowering,
    column_list,
    expression_sql,
)
from harness.redshift.engine.duckdb.names import quote
from harness.redshift.engine.duckdb.storage import storage_type
from harness.redshift.sql import tree
from harness.redshift.types import BIGINT, Kind

_FEWEST: Final = 4
"""Rows of one form, on the average, from which lists are worth it."""

_SOURCE: Final = "constants"
_PLACE: Final = "place"
"""The column that says which row of the clause a row is."""

_CLASSES: Final[Mapping[Kind, type]] = {
    Kind.BOOLEAN: bool,
    Kind.SMALLINT: int,
    Kind.INTEGER: int,
    Kind.BIGINT: int,
    Kind.DOUBLE: float,
    Kind.NUMERIC: Decimal,
    Kind.CHAR: str,
    Kind.VARCHAR: str,
    Kind.UNKNOWN: str,
    Kind.DATE: date,
    Kind.TIMESTAMP: datetime,
}
"""The types whose constants go into lists, and the class of their values."""

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


@dataclass(frozen=True, slots=True)
class _Cell:
    """A value of a row, taken apart.

    Args:
        form: The value, with a column in the place of its constant.
        column: That column.
        constant: What stands in it.
    """

    form: tree.Expression
    column: tree.ColumnRef
    constant: object


_NUMBER: Final = tree.ColumnRef(BIGINT, _SOURCE, _PLACE)


def as_lists(
    rows: Sequence[Sequence[tree.Expression]], arguments: Sequence[object], lowering: Lowering
) -> Lists | None:
    """A query that gives the rows of a VALUES clause.

    Args:
        rows: Their expressions.
        arguments: Values of the statement's parameters.
        lowering: For what stands around the constants.

    Returns:
        None where the rows are few, differ too much, or have more than constants and casts of them.
    """
    if len(rows) < _FEWEST:
        return None
    columns = [
        _column(values, f"c{number}", arguments)
        for number, values in enumerate(zip(*rows, strict=True), 1)
    ]
    forms: dict[tuple[tree.Expression, ...], list[list[_Cell]]] = {}
    for place, cells in enumerate(zip(*columns, strict=True)):
        row = [cell for cell in cells if cell is not None]
        if len(row) < len(cells):
            return None
        form = tuple(cell.form for cell in row)
        forms.setdefault(form, []).append([*row, _Cell(_NUMBER, _NUMBER, place)])
    if len(forms) * _FEWEST > len(rows):
        return None
    lists: list[list[object]] = []
    parts = [_select(group, lists, lowering) for group in forms.values()]
    names = column_list(len(columns))
    # In the order of the clause: the numbers of an IDENTITY column are given in it.
    return Lists(
        f"SELECT {', '.join(names)} FROM ({' UNION ALL '.join(parts)}) "
        f"AS r({', '.join(names)}, {_PLACE}) ORDER BY {_PLACE}",
        lists,
    )


def _column(
    values: Sequence[tree.Expression], name: str, arguments: Sequence[object]
) -> list[_Cell | None]:
    """The cells of a column; NULL takes the form of others, for a cast of it is NULL as well."""
    cells = [_cell(value, name, arguments) for value in values]
    told = next((cell for cell in cells if cell and cell.constant is not None), None)
    return [
        replace(told, constant=None) if told and cell and cell.constant is None else cell
        for cell in cells
    ]


def _cell(value: tree.Expression, name: str, arguments: Sequence[object]) -> _Cell | None:
    """A value taken apart; None where it is more than a constant and casts of it."""
    constant: object
    match value:
        case tree.Cast(operand=operand):
            inner = _cell(operand, name, arguments)
            return inner and replace(inner, form=replace(value, operand=inner.form))
        case tree.Literal(value=constant):
            pass
        case tree.Parameter(number=number):
            constant = arguments[number - 1]
        case _:
            return None
    kind = _CLASSES.get(value.type.kind)
    if kind is None or not (constant is None or type(constant) is kind):
        return None
    if constant is not None and kind in _TOLD:
        constant = _TOLD[kind](constant)
    column = tree.ColumnRef(value.type, _SOURCE, name)
    return _Cell(column, column, constant)


def _select(rows: Sequence[Sequence[_Cell]], lists: list[list[object]], lowering: Lowering) -> str:
    """A query for rows of one form; their constants are added to the lists."""
    sources = []
    for cells in zip(*rows, strict=True):
        lists.append([cell.constant for cell in cells])
        column = cells[0].column
        elements = f"CAST(${len(lists)} AS {storage_type(column.type)}[])"
        sources.append(f"unnest({elements}) AS {quote(column.name)}")
    outputs = ", ".join(expression_sql(cell.form, lowering) for cell in rows[0])
    return f"SELECT {outputs} FROM (SELECT {', '.join(sources)}) AS {quote(_SOURCE)}"
