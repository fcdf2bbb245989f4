"""A condition of one's own on each row.

dbt: https://github.com/dbt-labs/dbt-utils#expression_is_true-source
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from sparkify.quality.check import Measure, Warehouse
from sparkify.quality.rows import Query, RowsCheck, sum_where
from sparkify.quoting import identifiers


@dataclass(frozen=True)
class ExpressionIsTrue(RowsCheck):
    """A condition is true, or unknown because of NULL, for each row.

    Attributes:
        expression: SQL on the columns of one row.
        show_columns: shown of a failing row; at least one.
    """

    kind: ClassVar[str] = "expression_is_true"

    expression: str
    show_columns: tuple[str, ...]

    @property
    def columns_used(self) -> Sequence[str]:
        """See `Check`."""
        return self.show_columns

    @property
    def expected(self) -> str:
        """In words."""
        return self.expression

    def failing(self, warehouse: Warehouse) -> Measure:  # noqa: ARG002 - see `RowsCheck`
        """See `RowsCheck`."""
        return Measure(self.table, sum_where(self._condition))

    def examples(self, warehouse: Warehouse) -> Query:
        """Rows for which it is false."""
        return Query(
            f"SELECT {identifiers(self.show_columns)}\n"
            f"FROM {warehouse.judged(self.table)}\nWHERE {self._condition}"
        )

    @property
    def _condition(self) -> str:
        return f"NOT ({self.expression})"
