"""What a check is: something that must hold for a table, asked as cheaply as possible.

A check says which values it needs (`measures`); those of all checks of a run are asked together, in
one statement. From the values it makes its finding; only a check that fails asks for its failing
rows as well.
"""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar, NamedTuple, Protocol

from sparkify.quality.severity import ALWAYS, Severity, Threshold
from sparkify.warehouse import Row


class Answer(NamedTuple):
    """What a query gave.

    Attributes:
        columns: their names.
        rows: of values.
    """

    columns: tuple[str, ...]
    rows: list[Row]


class Warehouse(Protocol):
    """What a check may ask. Tables go by the pipeline's own names."""

    @property
    def now(self) -> dt.datetime:
        """UTC, without zone."""

    @property
    def day(self) -> dt.date | None:
        """The day of the log that is judged; None for all logs."""

    def ask(self, sql: str, parameters: Sequence[object] = ()) -> Answer:
        """What a query gives, with `%s` for each parameter.

        Raises:
            PipelineError: it could not be asked.
        """

    def name_of(self, table: str) -> str:
        """What stands behind FROM for all rows of a table: its quoted, schema-qualified name."""

    def judged(self, table: str) -> str:
        """What stands behind FROM for the rows of the table that are judged."""

    def place_of(self, table: str) -> tuple[str | None, str]:
        """Schema and name of a table, without quotes; no schema: that of the search path."""

    def render(self, sql: str) -> str:
        """A check's own SQL, its templates rendered; or that of the .sql file it names."""

    def show(self, table: str, columns: Sequence[str], row: Row) -> str:
        """A row as text, for people, without data about people."""


@dataclass(frozen=True)
class Measure:
    """One value to ask for.

    Attributes:
        table: over whose judged rows the expression is an aggregate; None if it is a query of its
            own, with one row of one column.
        expression: SQL; columns are named without their table.
        values: bound to its `%s`.
        join: a LEFT JOIN that the expression needs; it adds no row, and no column that the table
            has.
    """

    table: str | None
    expression: str
    values: tuple[object, ...] = ()
    join: str = ""


def rows_of(table: str) -> Measure:
    """How many rows of the table are judged."""
    return Measure(table, "COUNT(*)")


@dataclass(frozen=True)
class Finding:
    """What a check found.

    Attributes:
        failing: rows that break it.
        actual: in words.
        sample: some failing rows, as text, without data about people.
        unusable: nothing could be judged, such as an empty table: no threshold excuses that.
    """

    failing: int
    actual: str
    sample: tuple[str, ...] = ()
    unusable: bool = False


@dataclass(frozen=True)
class Check(ABC):
    """Something that must hold for a table.

    Attributes:
        table: by the pipeline's name for it.
        severity: whether a finding fails the task.
        warn_if: on the number of failing rows; see `Threshold`.
        error_if: likewise; with severity warn it is not asked.
        whole: asked only where all of the warehouse is judged: it says little about the part that
            one log has touched, or costs more than it says about one more day.
        title: tells checks of one kind on the same columns apart.
    """

    kind: ClassVar[str]
    """What people call checks of this kind."""

    table: str
    _: KW_ONLY
    severity: Severity = Severity.ERROR
    warn_if: str = ALWAYS
    error_if: str = ALWAYS
    whole: bool = False
    title: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "severity", Severity(self.severity))
        for text in (self.warn_if, self.error_if):
            Threshold(text)

    @property
    def name(self) -> str:
        """What it is called in reports, in Params and in `data_quality_results`."""
        subject = f"({', '.join(self.subject)})" if self.subject else ""
        return f"{self.table}.{self.kind}{subject}" + (f" {self.title}" if self.title else "")

    @property
    def subject(self) -> Sequence[str]:
        """What of the table it is about, for its name; most often columns."""
        return self.columns_used

    @property
    def columns_used(self) -> Sequence[str]:
        """Columns that the table must have."""
        return ()

    @property
    @abstractmethod
    def expected(self) -> str:
        """In words: `no NULL in user_id`."""

    @abstractmethod
    def measures(self, warehouse: Warehouse) -> tuple[Measure, ...]:
        """The values that it needs."""

    @abstractmethod
    def judge(self, values: Sequence[Any], warehouse: Warehouse) -> Finding:
        """The finding.

        Args:
            values: of the measures, in their order.
            warehouse: to ask further.

        Raises:
            PipelineError: it could not be asked.
        """


def counted(number: int, noun: str = "row") -> str:
    """`1 row`, `1,234 rows`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
