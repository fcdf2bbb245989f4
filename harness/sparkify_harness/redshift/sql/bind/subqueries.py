"""Queries inside expressions, and the correlations that Redshift cannot decorrelate.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_correlated_subqueries.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self

from sparkify_harness.redshift.errors import NotEmulated, SyntaxFault
from sparkify_harness.redshift.sql import syntax, tree
from sparkify_harness.redshift.sql.bind.outputs import coerced
from sparkify_harness.redshift.sql.bind.resolve import resolve
from sparkify_harness.redshift.sql.bind.scope import Scope, correlation_fault
from sparkify_harness.redshift.sql.functions.operators import EQUALITIES
from sparkify_harness.redshift.sql.traversal import walk
from sparkify_harness.redshift.types import BOOLEAN


def _bind(
    node: syntax.Query, scope: Scope, *, compared: bool = False
) -> tuple[tree.Query, "_Correlation"]:
    inner = scope.below()
    query = scope.binding.bind_query(node, inner)
    if inner.outer_references and (scope.outer_join or not _decorrelates(query, compared=compared)):
        scope.binding.compute_faults.append(correlation_fault())
    return query, _Correlation.of(inner.outer_references)


@dataclass(frozen=True, slots=True)
class _Correlation:
    """How a sub-query depends on the query around it.

    Args:
        sources: Labels of the outer FROM items that it reads.
    """

    sources: frozenset[str]

    @classmethod
    def of(cls, references: Sequence[tree.Expression]) -> Self:
        return cls(frozenset(chain.from_iterable(map(_sources, references))))

    def conditions(self, query: tree.Query) -> list[bool]:
        """For each condition of WHERE that reads outer columns: whether it is an equality.

        Only an equality of outer with inner columns makes a hash join.
        """
        where = query.where if isinstance(query, tree.Select) else None
        return [self._joins(each) for each in _conjuncts(where) if self.sources & _sources(each)]

    def _joins(self, condition: tree.Expression) -> bool:
        match condition:
            case tree.Call(overload=overload, arguments=(left, right)) if overload in EQUALITIES:
                outer = [_sources(side) <= self.sources for side in (left, right)]
                mixed = [bool(_sources(side) & self.sources) for side in (left, right)]
                return outer == mixed
        return False


def _sources(node: object) -> frozenset[str]:
    return frozenset(part.source for part in walk(node) if isinstance(part, tree.ColumnRef))


def _conjuncts(condition: tree.Expression | None) -> Iterator[tree.Expression]:
    match condition:
        case None:
            return
        case tree.Logical(operator="AND", operands=operands):
            for operand in operands:
                yield from _conjuncts(operand)
        case _:
            yield condition


def _decorrelates(query: tree.Query, *, compared: bool) -> bool:
    """Whether the planner can turn a correlated sub-query into a join.

    LIMIT is not in the documented list of what it cannot; users report that it is refused as well.

    Args:
        query: The sub-query.
        compared: Whether it stands after IN.
    """
    if query.limit is not None or query.offset is not None:
        return False
    parts = [part for column in _columns(query) for part in walk(column, into_queries=False)]
    if any(isinstance(part, tree.Window) for part in parts):
        return False
    aggregates = [part.overload for part in parts if isinstance(part, tree.Aggregate)]
    grouped = isinstance(query, tree.Select) and bool(query.group_by)
    return not (compared and grouped and not all(each.extreme for each in aggregates))


def _columns(query: tree.Query) -> tuple[tree.OutputColumn, ...]:
    if isinstance(query, tree.Select):
        return query.columns
    return (*_columns(query.left), *_columns(query.right))


def _unequal() -> NotEmulated:
    """Clusters refuse some of these, such as counting over a range; which ones is not documented.

    Observed: "This type of correlated subquery pattern is not supported due to internal error".
    """
    return NotEmulated("a sub-query correlated by anything but an equality of columns")


def bind_exists(node: syntax.Query, scope: Scope) -> tree.Exists:
    """``EXISTS (SELECT ...)``."""
    query, correlation = _bind(node, scope)
    conditions = correlation.conditions(query)
    if conditions and not any(conditions):
        scope.binding.compute_faults.append(_unequal())
    return tree.Exists(BOOLEAN, query)


def bind_scalar(node: syntax.Subquery, scope: Scope) -> tree.ScalarQuery:
    """A query of one column as a value."""
    query, correlation = _bind(node, scope)
    if len(query.columns) != 1:
        raise SyntaxFault("subquery must return only one column")
    if not all(correlation.conditions(query)):
        scope.binding.compute_faults.append(_unequal())
    return tree.ScalarQuery(query.columns[0].type, query)


def bind_in(
    operands: Sequence[tree.Expression], node: syntax.Query, scope: Scope, place: int | None
) -> tree.InQuery:
    """``(x, y) IN (SELECT ...)``; each pair finds its own equality."""
    query, _ = _bind(node, scope, compared=True)
    if len(query.columns) > len(operands):
        raise SyntaxFault("subquery has too many columns", position=place)
    if len(query.columns) < len(operands):
        raise SyntaxFault("subquery has too few columns", position=place)
    pairs = [
        resolve("=", [operand, tree.ColumnRef(column.type, "", column.name)], position=place)
        for operand, column in zip(operands, query.columns, strict=True)
    ]
    wanted = [pair.arguments[1].type for pair in pairs]
    return tree.InQuery(
        BOOLEAN, tuple(pair.arguments[0] for pair in pairs), coerced(query, wanted, scope.binding)
    )
