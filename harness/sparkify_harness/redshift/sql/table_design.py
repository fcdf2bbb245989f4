"""What must hold of a table's columns, distribution and sort key, whichever statement gives them.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from sparkify_harness.redshift.catalog.relations import Column
from sparkify_harness.redshift.errors import DuplicateColumn, InvalidDefinition, UndefinedColumn
from sparkify_harness.redshift.sql.statements import TableAttributes, TableConstraint

MAX_COLUMNS: Final = 1600
_MAX_SORT_KEYS: Final = {"COMPOUND": 400, "INTERLEAVED": 8}


def check_columns(columns: Sequence[Column]) -> None:
    """The columns of a table.

    Raises:
        DuplicateColumn: Two have one name.
        InvalidDefinition: There are too many.
    """
    if len(columns) > MAX_COLUMNS:
        raise InvalidDefinition(f"tables can have at most {MAX_COLUMNS} columns")
    names = set()
    for column in columns:
        if column.name in names:
            raise DuplicateColumn(f'column "{column.name}" specified more than once')
        names.add(column.name)


def check_constraints(
    table: str, constraints: Iterable[TableConstraint], columns: Sequence[Column]
) -> None:
    """The keys of a table, as far as they concern the table itself.

    Args:
        table: Its name.
        constraints: Of its columns and of itself.
        columns: All that it has.

    Raises:
        UndefinedColumn: A key is of a column that is not there.
        InvalidDefinition: There are several primary keys.
    """
    primary = 0
    for constraint in constraints:
        for name in constraint.columns:
            _require(name, columns)
        primary += constraint.kind == "PRIMARY KEY"
    if primary > 1:
        raise InvalidDefinition(f'multiple primary keys for table "{table}" are not allowed')


def designed(
    columns: Sequence[Column], attributes: TableAttributes
) -> tuple[tuple[Column, ...], str]:
    """Columns with the keys that the attributes of their table name, and its distribution style.

    Args:
        columns: With the keys that stand at the columns.
        attributes: What stands behind the columns.

    Raises:
        InvalidDefinition: The keys and the style contradict each other, or a key's type cannot be
            one.
        UndefinedColumn: A key names no column.
    """
    distributed, style = _distributed(columns, attributes)
    keyed = _sorted(distributed, attributes)
    for column in keyed:
        if (column.distkey or column.sortkey) and not column.type.kind.facts.key:
            raise InvalidDefinition(
                f'column "{column.name}" of type {column.type.kind.value} cannot be a '
                "distribution or sort key"
            )
    return tuple(keyed), style


def _distributed(
    columns: Sequence[Column], attributes: TableAttributes
) -> tuple[Sequence[Column], str]:
    keys = [column.name for column in columns if column.distkey]
    if attributes.distkey is not None:
        keys.append(_named(attributes.distkey, columns))
        columns = [replace(column, distkey=column.name == keys[-1]) for column in columns]
    if len(keys) > 1:
        raise InvalidDefinition("multiple DISTKEY columns are not allowed")
    style = attributes.diststyle or ("KEY" if keys else "AUTO")
    if keys and style in {"EVEN", "ALL"}:
        raise InvalidDefinition(f"DISTKEY column cannot be specified with DISTSTYLE {style}")
    if style == "KEY" and not keys:
        raise InvalidDefinition("DISTSTYLE KEY needs a DISTKEY column")
    return columns, style


def _sorted(columns: Sequence[Column], attributes: TableAttributes) -> Sequence[Column]:
    # A compound key that LIKE brings numbers its columns; each key has one first column.
    first = sum(abs(column.sortkey) == 1 for column in columns)
    if first > 1 or (first and attributes.sortkey):
        raise InvalidDefinition("multiple SORTKEY specifications are not allowed")
    if not attributes.sortkey:
        return columns
    order = [_named(key, columns) for key in attributes.sortkey]
    style = attributes.sortkey_style or "COMPOUND"
    if len(order) > _MAX_SORT_KEYS[style]:
        raise InvalidDefinition(
            f"{style.lower()} sort key cannot have more than {_MAX_SORT_KEYS[style]} columns"
        )
    if len(set(order)) != len(order):
        raise InvalidDefinition("a column may appear in the sort key only once")
    positions = {name: position for position, name in enumerate(order, start=1)}
    if style == "INTERLEAVED":
        positions = {name: at if at % 2 else -at for name, at in positions.items()}
    return [replace(column, sortkey=positions.get(column.name, 0)) for column in columns]


def _named(key: str | int, columns: Sequence[Column]) -> str:
    """The column that a key means; CREATE TABLE AS may number them."""
    if isinstance(key, str):
        return _require(key, columns)
    if not 1 <= key <= len(columns):
        raise UndefinedColumn(f"column position {key} is not in the select list")
    return columns[key - 1].name


def _require(name: str, columns: Sequence[Column]) -> str:
    if not any(column.name == name for column in columns):
        raise UndefinedColumn(f'column "{name}" named in key does not exist')
    return name
