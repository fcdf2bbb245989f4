"""Queries of one's own.

dbt: https://docs.getdbt.com/docs/build/data-tests#singular-data-tests
Soda: https://docs.soda.io/soda-cl/failed-rows-checks.html
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, ClassVar

from sparkify.quality.check import Check, Finding, Measure, Warehouse, counted
from sparkify.quality.rows import Query, sample_of

COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class FailingRows(Check):
    """A query of one's own finds no row.

    Its columns are shown under the names that the table has for them; text under any other name
    is hidden.

    Attributes:
        sql: the query, or the name of its .sql file. Templated like an operator's; besides,
            `{{ judged('x') }}` stands for the rows of table x that are judged.
        expectation: in words.
    """

    kind: ClassVar[str] = "failing_rows"

    sql: str
    expectation: str = "no failing row"

    def __post_init__(self) -> None:
        super().__post_init__()
        _needs_title(self.title, self.sql)

    @property
    def subject(self) -> Sequence[str]:
        """See `Check`."""
        return _subject(self.title, self.sql)

    @property
    def expected(self) -> str:
        """In words."""
        return self.expectation

    def measures(self, warehouse: Warehouse) -> tuple[Measure, ...]:
        """See `Check`."""
        count = f"SELECT COUNT(*)\nFROM (\n{warehouse.render(self.sql)}\n) AS failing"
        return (Measure(None, count),)

    def judge(self, values: Sequence[Any], warehouse: Warehouse) -> Finding:
        """See `Check`."""
        failing = int(values[0] or 0)
        if failing == 0:
            return Finding(0, "no failing row")
        sample = sample_of(self.table, Query(warehouse.render(self.sql)), warehouse)
        return Finding(failing, f"{counted(failing)} failing", sample)


@dataclass(frozen=True)
class SqlValue(Check):
    """The one value of a query of one's own compares as expected; NULL or no row never does.

    Attributes:
        sql: see `FailingRows`.
        value: to compare with.
        comparison: one of `COMPARISONS`; the query's value stands on its left.
    """

    kind: ClassVar[str] = "sql_value"

    sql: str
    value: int | float | str = 0
    comparison: str = "="

    def __post_init__(self) -> None:
        super().__post_init__()
        _needs_title(self.title, self.sql)
        if self.comparison not in COMPARISONS:
            raise ValueError(f"{self.comparison!r} is none of {', '.join(COMPARISONS)}")

    @property
    def subject(self) -> Sequence[str]:
        """See `Check`."""
        return _subject(self.title, self.sql)

    @property
    def expected(self) -> str:
        """In words."""
        return f"{self.comparison} {self.value}"

    def measures(self, warehouse: Warehouse) -> tuple[Measure, ...]:  # noqa: ARG002 - see `Check`
        """See `Check`."""
        return ()

    def judge(self, values: Sequence[Any], warehouse: Warehouse) -> Finding:  # noqa: ARG002 - see `Check`
        """See `Check`; failing is the one value, or none."""
        answer = warehouse.ask(warehouse.render(self.sql))
        if not answer.rows:
            return Finding(1, "no row")
        actual = answer.rows[0][0]
        if actual is None:
            return Finding(1, "NULL")
        shown = warehouse.show(self.table, answer.columns[:1], (actual,))
        passes = bool(COMPARISONS[self.comparison](actual, self.value))
        return Finding(int(not passes), shown.strip("()"))


def _subject(title: str, sql: str) -> tuple[str, ...]:
    """The file's name says it, unless there is a title."""
    return () if title else (PurePosixPath(sql).stem,)


def _needs_title(title: str, sql: str) -> None:
    if not title and not sql.endswith(".sql"):
        raise ValueError("a check by SQL of its own needs a title, or a .sql file with a name")
