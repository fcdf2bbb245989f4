"""The columns of a table and their types.

Soda: https://docs.soda.io/soda-cl/schema.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sparkify.quality.check import Check, Finding, Measure, Warehouse, counted
from sparkify.warehouse import Row

_QUERY = """
SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision,
    numeric_scale
FROM svv_columns
WHERE table_schema = {schema}
ORDER BY table_name, ordinal_position
"""
"""Of all tables at once: the checks of a run share the answer."""

_WITH_LENGTH = ("character", "character varying", "binary varying")


@dataclass(frozen=True)
class Schema(Check):
    """A table has the columns that its description says, with their types, in their order.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_COLUMNS.html

    Attributes:
        columns: the type of each, as `svv_columns` has it: `character varying(64)`,
            `numeric(10,2)`, `timestamp without time zone`.
    """

    kind: ClassVar[str] = "schema"

    columns: Mapping[str, str] = field(hash=False)

    @property
    def columns_used(self) -> Sequence[str]:
        """See `Check`."""
        return tuple(self.columns)

    @property
    def subject(self) -> Sequence[str]:
        """See `Check`."""
        return ()

    @property
    def expected(self) -> str:
        """In words."""
        return f"its {counted(len(self.columns), 'column')} as described"

    def measures(self, warehouse: Warehouse) -> tuple[Measure, ...]:  # noqa: ARG002 - see `Check`
        """See `Check`."""
        return ()

    def judge(self, values: Sequence[Any], warehouse: Warehouse) -> Finding:  # noqa: ARG002 - see `Check`
        """See `Check`; failing are the columns that differ."""
        schema, table = warehouse.place_of(self.table)
        answer = warehouse.ask(
            _QUERY.format(schema="%s" if schema else "CURRENT_SCHEMA()"),
            (schema,) if schema else (),
        )
        found = {str(row[1]): _type(row) for row in answer.rows if str(row[0]) == table}
        if not found:
            return Finding(len(self.columns), "no such table", unusable=True)
        differences = tuple(_differences(self.columns, found))
        if differences:
            actual = f"{counted(len(differences), 'column')} otherwise"
            return Finding(len(differences), actual, differences)
        if tuple(found) != tuple(self.columns):
            return Finding(1, f"another order: {', '.join(found)}")
        return Finding(0, "as described")


def _differences(described: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    absent = [f"{name} is missing" for name in described if name not in found]
    extra = [f"{name} is not described" for name in found if name not in described]
    other = [
        f"{name} is {found[name]}, not {type_}"
        for name, type_ in described.items()
        if name in found and found[name] != type_
    ]
    return absent + other + extra


def _type(row: Row) -> str:
    _, _, name, length, precision, scale = row
    if name in _WITH_LENGTH and length is not None:
        return f"{name}({length})"
    if name == "numeric" and precision is not None:
        return f"{name}({precision},{scale})"
    return str(name)
