"""What names mean at a place in a statement, and what binding the statement has found so far."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sparkify_harness.redshift.catalog.relations import Catalog, Relation
from sparkify_harness.redshift.errors import (
    AmbiguousColumn,
    NotEmulated,
    RedshiftError,
    UndefinedColumn,
    UndefinedParameter,
    UndefinedRelation,
    Unsupported,
)
from sparkify_harness.redshift.sql import syntax, tree
from sparkify_harness.redshift.types import UNKNOWN, RedshiftType

_MOST_PARAMETERS: Final = 32_767
"""A Bind message counts in 16 bits, and Redshift's drivers stop here."""


@dataclass(frozen=True, slots=True)
class Visible:
    """A column as names can reach it.

    Args:
        name: Folded name.
        expression: What the name stands for.
    """

    name: str
    expression: tree.Expression


@dataclass(frozen=True, slots=True)
class Source:
    """A FROM item that qualified names can reach.

    Args:
        alias: Alias, or the relation's own name.
        columns: Its columns in order.
        relation: The relation it is, when it is one.
        renamed: Whether an alias hides the relation's name.
    """

    alias: str
    columns: tuple[Visible, ...]
    relation: Relation | None = None
    renamed: bool = False


@dataclass(frozen=True, slots=True)
class From:
    """A FROM clause, or a part of one.

    Args:
        item: What is read; None without FROM.
        sources: What qualified names can reach.
        columns: What bare names can reach, in the order of ``*``; USING merges two columns.
    """

    item: tree.FromItem | None = None
    sources: tuple[Source, ...] = ()
    columns: tuple[Visible, ...] = ()

    def labels(self) -> frozenset[str]:
        """Labels of the FROM items."""
        return frozenset(
            column.expression.source
            for source in self.sources
            for column in source.columns
            if isinstance(column.expression, tree.ColumnRef)
        )


@dataclass(frozen=True, slots=True)
class CteName:
    """A common table expression in sight.

    Args:
        label: Label of its ``tree.Cte``.
        columns: Its columns; their source is not set yet.
    """

    label: str
    columns: tuple[Visible, ...]


MOST_TABLES: Final = 2_000
"""Tables that a statement reads at most, each counted as often as it is read."""


@dataclass(slots=True)
class Binding:
    """What is known and collected while one statement is bound.

    Args:
        catalog: Where relations are found.
        parameters: Types of ``$1`` ... as far as they are known; None is to be inferred.
        settings: Configuration parameters.
        bind_query: Binds a sub-query within a scope of its own.
        bind_open: Likewise, and leaves result columns of no known type as they are.
        reads: Relations met so far, in order.
        compute_faults: Errors that hold only when the statement runs on compute nodes.
        settles_parameters: Whether a bare parameter in a select list becomes VARCHAR; at first
            it waits for a place that decides.
        highest_parameter: The greatest ``n`` of any ``$n``.
    """

    catalog: Catalog
    parameters: Sequence[RedshiftType | None]
    settings: Mapping[str, str]
    bind_query: Callable[[syntax.Query, "Scope"], tree.Query]
    bind_open: Callable[[syntax.Query, "Scope"], tree.Query]
    settles_parameters: bool = True
    reads: dict[tuple[str, str], Relation] = field(default_factory=dict)
    compute_faults: list[RedshiftError] = field(default_factory=list)
    highest_parameter: int = 0
    _labels: int = 0
    _scans: int = 0

    def label(self, prefix: str) -> str:
        """A label that is unique in the statement."""
        self._labels += 1
        return f"{prefix}{self._labels}"

    def read(self, relation: Relation) -> None:
        """Note that a relation is read.

        Raises:
            NotEmulated: It is one too many: views over views grow without bounds.
        """
        self._scans += 1
        if self._scans > MOST_TABLES:
            raise NotEmulated(f"a statement that reads more than {MOST_TABLES:,} tables")
        self.reads.setdefault((relation.schema, relation.name), relation)

    def parameter(self, number: int) -> tree.Parameter:
        """``$number`` with its type as far as it is known.

        Raises:
            UndefinedParameter: No Bind message can bring so many.
        """
        if number > _MOST_PARAMETERS:
            raise UndefinedParameter(f"there is no parameter ${number}")
        self.highest_parameter = max(self.highest_parameter, number)
        known = self.parameters[number - 1] if number <= len(self.parameters) else None
        return tree.Parameter(known or UNKNOWN, number)


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that an expression can use.

    Args:
        binding: The statement.
        parent: Scope of the query around this one.
        select: This query as it was written, where it is a SELECT.
        clause: FROM of this query.
        ctes: Common table expressions in sight.
        aliases: Select-list aliases defined so far; several expressions for an ambiguous one.
        outer_join: Whether the expression is the ON condition of an outer join.
        outer_references: Columns of outer queries used so far, by this query and those within.
    """

    binding: Binding
    parent: "Scope | None" = None
    select: syntax.Select | None = None
    clause: From = From()
    ctes: Mapping[str, CteName] = field(default_factory=dict)
    aliases: dict[str, list[tree.Expression]] = field(default_factory=dict)
    outer_join: bool = False
    outer_references: list[tree.Expression] = field(default_factory=list)

    def below(self) -> "Scope":
        """A scope for a query inside this one."""
        return Scope(self.binding, parent=self, ctes=self.ctes)

    def reading(self, clause: From, *, outer_join: bool = False) -> "Scope":
        """This scope over another FROM clause."""
        return replace(self, clause=clause, outer_join=outer_join)

    def column(self, parts: Sequence[str], position: int | None = None) -> tree.Expression:
        """What a column name means.

        A column of FROM hides a select-list alias, which hides a column of an outer query.

        Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_SELECT_list.html

        Args:
            parts: ``[[[database,] schema,] table,] column``, folded.
            position: Of the name in the statement.

        Raises:
            UndefinedColumn: No column has that name.
            AmbiguousColumn: Several have.
            UndefinedRelation: The qualifier is not in FROM.
        """
        level: Scope | None = self
        passed: list[Scope] = []
        while level is not None:
            found = level.own_column(parts, position, aliases=level is self)
            if found is not None:
                for scope in passed:
                    scope.outer_references.append(found)
                if len(passed) > 1:
                    self.binding.compute_faults.append(correlation_fault())
                return found
            passed.append(level)
            level = level.parent
        raise self._undefined(parts, position)

    def own_column(
        self, parts: Sequence[str], position: int | None, *, aliases: bool
    ) -> tree.Expression | None:
        """What a column name means in this query alone, or None."""
        *qualifier, name = parts
        if not qualifier:
            found = _only(self.clause.columns, name, name, position)
            return self._alias(name, position) if found is None and aliases else found
        sources = [source for source in self.clause.sources if matches(source, qualifier)]
        if not sources:
            return None
        if len(sources) > 1:
            raise AmbiguousColumn(
                f'table reference "{qualifier[-1]}" is ambiguous', position=position
            )
        found = _only(sources[0].columns, name, f"{sources[0].alias}.{name}", position)
        if found is None:
            _refuse_missing(sources, name, position)
            raise UndefinedColumn(
                f"column {sources[0].alias}.{name} does not exist", position=position
            )
        return found

    def _alias(self, name: str, position: int | None) -> tree.Expression | None:
        expressions = self.aliases.get(name, [])
        if len(expressions) > 1:
            raise AmbiguousColumn(f'column reference "{name}" is ambiguous', position=position)
        return expressions[0] if expressions else None

    def _navigates(self, parts: Sequence[str]) -> bool:
        """Whether a name goes on after a column: ``document.author``, ``t.document.author``."""
        if any(column.name == parts[0] for column in self.clause.columns):
            return True
        return any(
            column.name == parts[end]
            for end in range(1, len(parts) - 1)
            for source in self.clause.sources
            if matches(source, parts[:end])
            for column in source.columns
        )

    def _undefined(self, parts: Sequence[str], position: int | None) -> RedshiftError:
        *qualifier, name = parts
        if not qualifier:
            _refuse_missing(self.clause.sources, name, position)
            return UndefinedColumn(f'column "{name}" does not exist', position=position)
        table = qualifier[-1]
        if self._navigates(parts):
            return NotEmulated("navigation into the values of a column", position=position)
        for source in self.clause.sources:
            if source.renamed and source.relation is not None and source.relation.name == table:
                return UndefinedRelation(
                    f'invalid reference to FROM-clause entry for table "{table}"',
                    hint=f'Perhaps you meant to reference the table alias "{source.alias}".',
                    position=position,
                )
        return UndefinedRelation(
            f'missing FROM-clause entry for table "{table}"', position=position
        )


def matches(source: Source, qualifier: Sequence[str]) -> bool:
    """Whether a qualifier names a FROM item: its alias, or schema and name of a bare relation."""
    if len(qualifier) == 1:
        return source.alias == qualifier[0]
    relation = source.relation
    return (
        relation is not None
        and not source.renamed
        and (relation.schema, relation.name) == tuple(qualifier[-2:])
    )


def _refuse_missing(sources: Iterable[Source], name: str, position: int | None) -> None:
    """Refuse a column that a system table has on Redshift alone.

    Raises:
        NotEmulated: One of the FROM items is such a table.
    """
    for source in sources:
        relation = source.relation
        if relation is not None and name in relation.missing:
            raise NotEmulated(f"column {relation.name}.{name}", position=position)


def _only(
    columns: Iterable[Visible], name: str, shown: str, position: int | None
) -> tree.Expression | None:
    found = [column.expression for column in columns if column.name == name]
    if len(found) > 1:
        raise AmbiguousColumn(f'column reference "{shown}" is ambiguous', position=position)
    return found[0] if found else None


def correlation_fault() -> RedshiftError:
    """The refusal of a sub-query that cannot be decorrelated.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_correlated_subqueries.html
    """
    return Unsupported("This type of correlated subquery pattern is not supported yet")


def grouped_correlation_fault() -> RedshiftError:
    """The refusal of GROUP BY the result of a correlated sub-query, as clusters word it.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_correlated_subqueries.html
    Observed: https://github.com/databricks/spark-redshift/issues/337
    """
    return RedshiftError(
        "This type of correlated subquery pattern is not supported due to internal error"
    )
