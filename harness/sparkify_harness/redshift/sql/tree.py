"""The typed tree: a query after names are resolved and every expression has its Redshift type.

The binder makes it from a parsed statement; an engine turns it into its own SQL. Nothing in here
belongs to an engine. Result columns are described from it, never from what the engine returns.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

import pyarrow as pa

from sparkify_harness.redshift.catalog.relations import Relation
from sparkify_harness.redshift.types import RedshiftType

if TYPE_CHECKING:
    from sparkify_harness.redshift.sql.functions.registry import Overload

# --- expressions -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression with its type."""

    type: RedshiftType


@dataclass(frozen=True, slots=True)
class Literal(Expression):
    """A constant.

    Args:
        value: None for NULL, else the Python value of the type: bool, int, Decimal, float, str,
            date, time, datetime, bytes; an ``Interval`` for intervals. UNKNOWN literals hold str.
    """

    value: object


@dataclass(frozen=True, slots=True)
class Interval:
    """Value of an interval literal, in PostgreSQL's three fields."""

    months: int
    days: int
    microseconds: int


@dataclass(frozen=True, slots=True)
class Parameter(Expression):
    """``$n`` with the type that the client gave or the context decided.

    Args:
        number: From 1.
    """

    number: int


@dataclass(frozen=True, slots=True)
class ColumnRef(Expression):
    """A column of a relation in FROM.

    Args:
        source: Unique label of the FROM item within the statement, such as ``t1``.
        name: Column name as that item exposes it.
        origin: Table and column it comes from, for the row description; None for an expression.
        not_null: Whether the origin column is declared NOT NULL.
        untyped: Whether it is a bare constant of a query below, of Redshift's type "unknown".
    """

    source: str
    name: str
    origin: tuple[Relation, str] | None = field(default=None, compare=False)
    not_null: bool = False
    untyped: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Call(Expression):
    """A scalar function or operator with the overload that was chosen; arguments are coerced.

    Args:
        overload: Entry of the function registry. Operators are registered under their symbol.
        arguments: One for each parameter of the overload; variadic ones follow.
    """

    overload: "Overload"
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Aggregate(Expression):
    """An aggregate.

    Args:
        distinct: ``count(DISTINCT x)``.
        order_by: ``WITHIN GROUP (ORDER BY ...)``.
    """

    overload: "Overload"
    arguments: tuple[Expression, ...]
    distinct: bool = False
    order_by: tuple["SortKey", ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """``ROWS BETWEEN start AND end``.

    Args:
        start: ``PRECEDING`` or ``FOLLOWING`` with its offset; None is UNBOUNDED, 0 CURRENT ROW.
        end: Likewise.
    """

    start: tuple[str, int | None]
    end: tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class Window(Expression):
    """A function with OVER.

    Args:
        ignore_nulls: ``IGNORE NULLS``.
    """

    overload: "Overload"
    arguments: tuple[Expression, ...]
    partition_by: tuple[Expression, ...] = ()
    order_by: tuple["SortKey", ...] = ()
    frame: Frame | None = None
    ignore_nulls: bool = False
    distinct: bool = False
    within_group: tuple["SortKey", ...] = ()


class CastContext(Enum):
    """Why a value changes its type: it decides what happens to what does not fit."""

    IMPLICIT = "implicit"
    ASSIGNMENT = "assignment"
    EXPLICIT = "explicit"
    TRY = "try"


@dataclass(frozen=True, slots=True)
class Cast(Expression):
    """A change of type.

    An explicit cast cuts strings; an assignment refuses what is too long (but for blanks), by
    the rule of the leader node for constants and of the compute nodes otherwise.

    Args:
        operand: What is cast.
        context: Why.
        column: ASSIGNMENT: name of the target column, for the error.
    """

    operand: Expression
    context: CastContext
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Case(Expression):
    """Searched CASE; the simple form is rewritten to it."""

    branches: tuple[tuple[Expression, Expression], ...]
    otherwise: Expression | None


@dataclass(frozen=True, slots=True)
class Logical(Expression):
    """AND, OR (two or more operands) or NOT (one)."""

    operator: str
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class IsNull(Expression):
    """``x IS [NOT] NULL``."""

    operand: Expression
    negated: bool = False


@dataclass(frozen=True, slots=True)
class InList(Expression):
    """``x [NOT] IN (a, b)``; operands share one type."""

    operand: Expression
    values: tuple[Expression, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class InQuery(Expression):
    """``(x, y) [NOT] IN (SELECT ...)``."""

    operands: tuple[Expression, ...]
    query: "Query"
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Exists(Expression):
    """``[NOT] EXISTS (SELECT ...)``."""

    query: "Query"
    negated: bool = False


@dataclass(frozen=True, slots=True)
class ScalarQuery(Expression):
    """A sub-query of one column used as a value."""

    query: "Query"


# --- queries ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SortKey:
    """An ORDER BY element, with the order of NULLs decided."""

    expression: Expression
    descending: bool
    nulls_first: bool


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column of a query's result.

    Args:
        name: Label as the client sees it.
        expression: What it is; already coerced to ``type``.
        untyped: Whether it is a bare constant, whose type the query around it has to find.
    """

    name: str
    expression: Expression
    untyped: bool = field(default=False, compare=False)

    @property
    def type(self) -> RedshiftType:
        """Type of the column."""
        return self.expression.type


@dataclass(frozen=True, slots=True)
class Scan:
    """A table, system table or materialised CTE in FROM.

    Args:
        source: Unique label.
        relation: What is read.
    """

    source: str
    relation: Relation


@dataclass(frozen=True, slots=True)
class Derived:
    """A sub-query or view in FROM.

    Args:
        source: Unique label.
        columns: Names under which the outside sees the columns, in order.
    """

    source: str
    query: "Query"
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CteScan:
    """A common table expression in FROM.

    Args:
        source: Unique label.
        cte: Unique label of the CTE.
        columns: Its column names in order.
    """

    source: str
    cte: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FunctionScan:
    """A function in FROM, such as generate_series on the leader node."""

    source: str
    call: Call
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Join:
    """Two FROM items joined.

    Args:
        kind: ``INNER``, ``LEFT``, ``RIGHT``, ``FULL`` or ``CROSS``.
    """

    kind: str
    left: "FromItem"
    right: "FromItem"
    condition: Expression | None


FromItem = Scan | Derived | CteScan | FunctionScan | Join


@dataclass(frozen=True, slots=True)
class Cte:
    """A WITH element.

    Args:
        label: Unique label within the statement.
        recursive: Whether the query refers to it.
    """

    label: str
    columns: tuple[str, ...]
    query: "Query"
    recursive: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """A SELECT."""

    columns: tuple[OutputColumn, ...]
    source: FromItem | None = None
    where: Expression | None = None
    group_by: tuple[tuple[Expression, ...], ...] = ()
    """Grouping sets; a plain GROUP BY is one set. Empty with ``grouped`` false: no grouping."""
    grouped: bool = False
    having: Expression | None = None
    qualify: Expression | None = None
    distinct: bool = False
    order_by: tuple[SortKey, ...] = ()
    limit: Expression | None = None
    offset: Expression | None = None
    ctes: tuple[Cte, ...] = ()


@dataclass(frozen=True, slots=True)
class SetOperation:
    """UNION, INTERSECT or EXCEPT.

    Args:
        operator: ``UNION``, ``UNION ALL``, ``INTERSECT`` or ``EXCEPT``.
        columns: Names and common types; expressions are ColumnRefs to ``source``.
        order_by: Refers to the columns through ``source``.
    """

    operator: str
    left: "Query"
    right: "Query"
    columns: tuple[OutputColumn, ...]
    source: str
    order_by: tuple[SortKey, ...] = ()
    limit: Expression | None = None
    offset: Expression | None = None
    ctes: tuple[Cte, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueRows:
    """The rows of INSERT ... VALUES, each coerced to the target's types."""

    rows: tuple[tuple[Expression, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class PlainRows:
    """The rows of INSERT ... VALUES where each value is a constant of its target's type.

    Args:
        values: Named ``c1`` ...; text as strings.
        rest: What stands in each row after them.
    """

    values: pa.Table
    rest: tuple[Expression, ...] = ()


Query = Select | SetOperation

# --- statements ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Insert:
    """INSERT.

    Args:
        target: The table.
        columns: Names of the columns that get a value, defaults included (their expressions are
            in the source already); an IDENTITY column that generates is left out.
        source: Rows or a query; one output per column, coerced to its type by assignment.
    """

    target: Relation
    columns: tuple[str, ...]
    source: ValueRows | PlainRows | Query
    ctes: tuple[Cte, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """UPDATE ... SET ... FROM.

    Args:
        target: Scan of the table that is updated.
        assignments: Column name and value coerced by assignment.
    """

    target: Scan
    assignments: tuple[tuple[str, Expression], ...]
    source: FromItem | None = None
    where: Expression | None = None
    ctes: tuple[Cte, ...] = ()


@dataclass(frozen=True, slots=True)
class Delete:
    """DELETE ... USING."""

    target: Scan
    source: FromItem | None = None
    where: Expression | None = None
    ctes: tuple[Cte, ...] = ()


@dataclass(frozen=True, slots=True)
class Merge:
    """MERGE.

    Args:
        matched: Assignments of WHEN MATCHED THEN UPDATE; None for DELETE.
        inserted: Columns and values of WHEN NOT MATCHED THEN INSERT.
        remove_duplicates: The REMOVE DUPLICATES form; the other two are then empty.
    """

    target: Scan
    source: FromItem
    condition: Expression
    matched: tuple[tuple[str, Expression], ...] | None
    inserted: tuple[tuple[str, Expression], ...]
    remove_duplicates: bool = False


Node = Query | Insert | Update | Delete | Merge


@dataclass(frozen=True, slots=True)
class Bound:
    """A statement that is ready for an engine.

    Args:
        node: The typed tree.
        columns: Result columns; empty for DML.
        parameters: Types of ``$1`` ... in order.
        reads: Relations read, system tables included.
        writes: The table written, or None.
    """

    node: Node
    columns: tuple[OutputColumn, ...]
    parameters: tuple[RedshiftType, ...]
    reads: tuple[Relation, ...]
    writes: Relation | None = None
