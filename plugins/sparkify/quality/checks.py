"""The kinds of checks. Each is one query, or a count; a check of a table fails when it is empty.

Most are told by the rows that break them, as in dbt: none may be there. An empty table has none,
whatever went wrong before, so it fails too unless the check allows it.

Names of tables are the pipeline's own; the caller knows how they are called in the warehouse.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sparkify.quality.outcome import Outcome, show
from sparkify.quoting import identifier, identifiers
from sparkify.warehouse import Row

SAMPLE = 5
"""Failing rows shown."""


class Warehouse(Protocol):
    """What a check may ask."""

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """The rows of a query, with `%s` for each parameter."""

    def name_of(self, table: str) -> str:
        """The quoted, schema-qualified name of one of the pipeline's tables."""

    def render(self, sql: str) -> str:
        """A check's own SQL, its templates rendered; or that of the .sql file it names."""


class Check(Protocol):
    """Something that must hold."""

    @property
    def name(self) -> str:
        """What it is called in reports: unique among the checks of a task."""

    def evaluate(self, warehouse: Warehouse) -> Outcome:
        """Asks the warehouse.

        Raises:
            PipelineError: it could not be asked.
        """


def _count(warehouse: Warehouse, sql: str, parameters: Sequence[object] = ()) -> int:
    return int(warehouse.rows(sql, parameters)[0][0])


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


@dataclass(frozen=True)
class RowCount:
    """A table has at least, and at most, so many rows."""

    table: str
    minimum: int = 1
    maximum: int | None = None

    @property
    def name(self) -> str:
        """See `Check`."""
        return f"{self.table} row count"

    def evaluate(self, warehouse: Warehouse) -> Outcome:
        """See `Check`."""
        count = _count(warehouse, f"SELECT COUNT(*) FROM {warehouse.name_of(self.table)}")  # noqa: S608 - its names are quoted
        passed = count >= self.minimum and (self.maximum is None or count <= self.maximum)
        limit = "" if self.maximum is None else f" and at most {self.maximum:,}"
        return Outcome(self.name, passed, f"at least {_rows(self.minimum)}{limit}", _rows(count))


@dataclass(frozen=True)
class _TableCheck:
    """A check told by the rows of a table that break it."""

    table: str

    def failing(self, warehouse: Warehouse) -> tuple[str, Sequence[object]]:
        """A query for the failing rows, and its parameters."""
        raise NotImplementedError

    @property
    def name(self) -> str:
        """See `Check`."""
        raise NotImplementedError

    @property
    def expected(self) -> str:
        """In words."""
        raise NotImplementedError

    @property
    def accepts_empty(self) -> bool:
        """Whether a table without rows passes."""
        return bool(getattr(self, "allow_empty", False))

    def evaluate(self, warehouse: Warehouse) -> Outcome:
        """See `Check`."""
        total = _count(warehouse, f"SELECT COUNT(*) FROM {warehouse.name_of(self.table)}")  # noqa: S608 - its names are quoted
        if total == 0:
            expected = "any number of rows" if self.accepts_empty else f"rows with {self.expected}"
            return Outcome(self.name, self.accepts_empty, expected, "an empty table")
        sql, parameters = self.failing(warehouse)
        return _judge(warehouse, self.name, self.expected, sql, parameters, of=total)


def _judge(
    warehouse: Warehouse,
    name: str,
    expected: str,
    failing: str,
    parameters: Sequence[object] = (),
    *,
    of: int | None = None,
) -> Outcome:
    """Passed if the query has no rows; else with how many, and some of them."""
    count = _count(warehouse, f"SELECT COUNT(*) FROM (\n{failing}\n) AS failing", parameters)  # noqa: S608 - its names are quoted
    total = "" if of is None else f" of {of:,}"
    if count == 0:
        return Outcome(name, passed=True, expected=expected, actual=f"no failing row{total}")
    sample = f"SELECT * FROM (\n{failing}\n) AS failing LIMIT {SAMPLE}"  # noqa: S608 - its names are quoted
    shown = tuple(show(row) for row in warehouse.rows(sample, parameters))
    actual = f"{_rows(count)}{total} failing"
    return Outcome(name, passed=False, expected=expected, actual=actual, sample=shown)


@dataclass(frozen=True)
class NotNull(_TableCheck):
    """No row has NULL in any of the columns.

    Attributes:
        columns: that must have values.
        show_columns: shown of a failing row; the checked columns if empty.
    """

    columns: tuple[str, ...]
    show_columns: tuple[str, ...] = ()
    where: str | None = None
    allow_empty: bool = False

    @property
    def name(self) -> str:
        """See `Check`."""
        return f"{self.table} not null ({', '.join(self.columns)})" + _where_name(self.where)

    @property
    def expected(self) -> str:
        """In words."""
        return f"no NULL in {', '.join(self.columns)}"

    def failing(self, warehouse: Warehouse) -> tuple[str, Sequence[object]]:
        """Rows with a NULL."""
        nulls = " OR ".join(f"{identifier(column)} IS NULL" for column in self.columns)
        shown = identifiers(self.show_columns or self.columns)
        condition = f"({nulls})" + (f" AND ({self.where})" if self.where else "")
        return f"SELECT {shown} FROM {warehouse.name_of(self.table)} WHERE {condition}", ()  # noqa: S608 - its names are quoted


@dataclass(frozen=True)
class Unique(_TableCheck):
    """No two rows have the same values in the columns. Redshift does not enforce keys."""

    columns: tuple[str, ...]
    allow_empty: bool = False

    @property
    def name(self) -> str:
        """See `Check`."""
        return f"{self.table} unique ({', '.join(self.columns)})"

    @property
    def expected(self) -> str:
        """In words."""
        return f"each {', '.join(self.columns)} once"

    def failing(self, warehouse: Warehouse) -> tuple[str, Sequence[object]]:
        """Keys that occur more than once, with how often."""
        key = identifiers(self.columns)
        table = warehouse.name_of(self.table)
        sql = f"SELECT {key}, COUNT(*) AS times FROM {table} GROUP BY {key} HAVING COUNT(*) > 1"  # noqa: S608 - its names are quoted
        return sql, ()


@dataclass(frozen=True)
class References(_TableCheck):
    """Each value that is not NULL occurs in another table. Redshift enforces no foreign keys."""

    column: str
    parent: str
    parent_column: str
    allow_empty: bool = False

    @property
    def name(self) -> str:
        """See `Check`."""
        return f"{self.table}.{self.column} references {self.parent}"

    @property
    def expected(self) -> str:
        """In words."""
        return f"each {self.column} in {self.parent}.{self.parent_column}"

    def failing(self, warehouse: Warehouse) -> tuple[str, Sequence[object]]:
        """Values without a parent, with how often."""
        column = f"child.{identifier(self.column)}"
        parent = f"parent.{identifier(self.parent_column)}"
        sql = (
            f"SELECT {column}, COUNT(*) AS times FROM {warehouse.name_of(self.table)} AS child "  # noqa: S608 - its names are quoted
            f"LEFT JOIN {warehouse.name_of(self.parent)} AS parent ON {parent} = {column} "
            f"WHERE {column} IS NOT NULL AND {parent} IS NULL GROUP BY {column}"
        )
        return sql, ()


@dataclass(frozen=True)
class AcceptedValues(_TableCheck):
    """Each value is one of a list; NULL passes only where allowed."""

    column: str
    values: tuple[str | int, ...]
    allow_null: bool = False
    allow_empty: bool = False

    @property
    def name(self) -> str:
        """See `Check`."""
        return f"{self.table}.{self.column} accepted values"

    @property
    def expected(self) -> str:
        """In words."""
        return f"{self.column} one of {', '.join(map(str, self.values))}" + (
            " or NULL" if self.allow_null else ""
        )

    def failing(self, warehouse: Warehouse) -> tuple[str, Sequence[object]]:
        """Other values, with how often."""
        column = identifier(self.column)
        marks = ", ".join(["%s"] * len(self.values))
        condition = f"{column} NOT IN ({marks})" + (
            "" if self.allow_null else f" OR {column} IS NULL"
        )
        table = warehouse.name_of(self.table)
        sql = f"SELECT {column}, COUNT(*) AS times FROM {table} WHERE {condition} GROUP BY {column}"  # noqa: S608 - its names are quoted
        return sql, self.values


@dataclass(frozen=True)
class FailingRows:
    """A query of one's own finds no row.

    Attributes:
        name: in reports.
        sql: the query, or the name of its .sql file; templated like an operator's. Written without
            a semicolon at its end.
        expected: in words.
    """

    name: str
    sql: str
    expected: str = "no failing row"

    def evaluate(self, warehouse: Warehouse) -> Outcome:
        """See `Check`."""
        return _judge(warehouse, self.name, self.expected, warehouse.render(self.sql))


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda actual, expected: bool(actual == expected),
    "<>": lambda actual, expected: bool(actual != expected),
    "<": lambda actual, expected: bool(actual < expected),
    "<=": lambda actual, expected: bool(actual <= expected),
    ">": lambda actual, expected: bool(actual > expected),
    ">=": lambda actual, expected: bool(actual >= expected),
}


@dataclass(frozen=True)
class SqlValue:
    """The one value of a query of one's own compares as expected; NULL or no row never does.

    Attributes:
        name: in reports.
        sql: the query, or the name of its .sql file; templated like an operator's.
        value: to compare with.
        comparison: one of `COMPARISONS`; the query's value stands on its left.
    """

    name: str
    sql: str
    value: int | float | str = field(default=0)
    comparison: str = "="

    def __post_init__(self) -> None:
        if self.comparison not in COMPARISONS:
            raise ValueError(f"{self.comparison!r} is none of {', '.join(COMPARISONS)}")

    def evaluate(self, warehouse: Warehouse) -> Outcome:
        """See `Check`."""
        rows = warehouse.rows(warehouse.render(self.sql))
        actual = rows[0][0] if rows else None
        passed = actual is not None and COMPARISONS[self.comparison](actual, self.value)
        found = "no row" if not rows else "NULL" if actual is None else str(actual)
        return Outcome(self.name, passed, f"{self.comparison} {self.value}", found)


def _where_name(where: str | None) -> str:
    return f" where {where}" if where else ""
