"""INSERT, UPDATE, DELETE and MERGE as they were written: syntax trees of what changes rows."""

from dataclasses import dataclass, field

from sparkify_harness.redshift.sql import syntax
from sparkify_harness.redshift.sql.plain_rows import Span


@dataclass(frozen=True, slots=True, eq=False)
class Default(syntax.Node):
    """DEFAULT in the place of a value."""


@dataclass(frozen=True, slots=True, eq=False)
class DefaultValues(syntax.Node):
    """INSERT ... DEFAULT VALUES."""


@dataclass(frozen=True, slots=True, eq=False)
class Values(syntax.Placed):
    """VALUES of INSERT; all rows are of one length."""

    rows: tuple[tuple["Value", ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class PlainRows(syntax.Placed):
    """VALUES of INSERT of which each is a plain constant, as they stand in the text.

    Args:
        sql: The text.
        span: Where they stand.
    """

    sql: str = field(repr=False)
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Insert(syntax.Placed):
    """INSERT; ``columns`` is None where none are listed."""

    table: syntax.Table
    columns: tuple[syntax.Identifier, ...] | None
    source: Values | PlainRows | syntax.Query | DefaultValues
    with_: syntax.With | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Assignment(syntax.Node):
    """``column = value`` of SET."""

    column: syntax.Identifier
    value: "Value"


@dataclass(frozen=True, slots=True, eq=False)
class Update(syntax.Placed):
    """UPDATE ... SET ... FROM."""

    table: syntax.Table
    assignments: tuple[Assignment, ...]
    sources: tuple[syntax.FromItem, ...] = ()
    where: syntax.Expression | None = None
    with_: syntax.With | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Delete(syntax.Placed):
    """DELETE ... USING."""

    table: syntax.Table
    sources: tuple[syntax.FromItem, ...] = ()
    where: syntax.Expression | None = None
    with_: syntax.With | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Whens(syntax.Node):
    """WHEN MATCHED and WHEN NOT MATCHED of MERGE.

    Args:
        updated: None for DELETE.
        columns: Of INSERT; None where none are listed.
        values: Of INSERT.
    """

    updated: tuple[Assignment, ...] | None
    columns: tuple[syntax.Identifier, ...] | None
    values: tuple[syntax.Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Merge(syntax.Placed):
    """MERGE; ``whens`` is None for REMOVE DUPLICATES."""

    table: syntax.Table
    source: syntax.Table | syntax.DerivedTable | syntax.NestedJoin
    on: syntax.Expression
    whens: Whens | None


Value = syntax.Expression | Default
Change = Insert | Update | Delete | Merge
