"""Results of statements, written as table, CSV or JSON."""

import csv
import io
import json
from enum import StrEnum

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sparkify_harness.commands.query import Column, Result
from sparkify_harness.commands.terminal import unfolded

_WHOLE = {"int2", "int4", "int8", "oid"}
_FLOATS = {"float4", "float8"}

Cell = str | int | float | bool | None


class Format(StrEnum):
    """How results are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def write(result: Result, how: Format, console: Console) -> None:
    """Writes the rows of a result; a statement without rows writes nothing.

    Args:
        result: Of one statement.
        how: CSV has a header line and an empty field for NULL; JSON is one array of objects.
        console: To write to; only a table follows its width, and only on a terminal.
    """
    if result.columns is None:
        return
    match how:
        case Format.TABLE:
            unfolded(console).print(as_table(result, result.columns))
        case Format.CSV:
            console.file.write(as_csv(result, result.columns))
        case Format.JSON:
            console.file.write(as_json(result, result.columns))


def as_table(result: Result, columns: tuple[Column, ...]) -> Table:
    """A table for people; NULL is dim where there are colours."""
    count = len(result.rows)
    table = Table(
        box=box.SIMPLE_HEAD,
        caption=Text(
            f"({count:,} row{'' if count == 1 else 's'})", no_wrap=True, overflow="ignore"
        ),
        caption_justify="left",
        pad_edge=False,
    )
    for column in columns:
        table.add_column(
            Text(column.name), justify="right" if column.is_number else "left", overflow="fold"
        )
    for row in result.rows:
        table.add_row(*(Text("NULL", "dim") if value is None else Text(value) for value in row))
    return table


def as_csv(result: Result, columns: tuple[Column, ...]) -> str:
    """Comma-separated values, quoted where need be."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.name for column in columns)
    writer.writerows(("" if value is None else value for value in row) for row in result.rows)
    return text.getvalue()


def as_json(result: Result, columns: tuple[Column, ...]) -> str:
    """An array of objects, one a line; numeric stays text, which keeps every digit.

    A name that is there twice is numbered: an object would lose one of them.
    """
    names = _distinct([column.name for column in columns])
    rows = [
        json.dumps(
            {
                name: _json_value(value, column)
                for name, value, column in zip(names, row, columns, strict=True)
            },
            ensure_ascii=False,
        )
        for row in result.rows
    ]
    return "[" + ",\n ".join(rows) + "]\n"


def _distinct(names: list[str]) -> list[str]:
    taken = set(names)
    found: list[str] = []
    for name in names:
        unique, number = name, 2
        while unique in found or (unique != name and unique in taken):
            unique, number = f"{name}_{number}", number + 1
        found.append(unique)
    return found


def _json_value(value: str | None, column: Column) -> Cell:
    if value is None:
        return None
    if column.type == "bool":
        return value == "t"
    if column.type in _WHOLE:
        return int(value)
    if column.type in _FLOATS and value.lower() not in {"nan", "infinity", "-infinity"}:
        return float(value)
    return value
