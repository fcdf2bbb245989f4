"""The binder: from a parsed statement to the typed tree.

Names are resolved against the catalog, every expression gets its Redshift type, and what Redshift
refuses is refused here, before anything reaches an engine. Each record of the syntax tree has a
rule: the type checker proves it.
"""

from collections.abc import Mapping, Sequence
from typing import assert_never

from sparkify_harness.redshift.catalog.relations import Catalog, Column
from sparkify_harness.redshift.errors import StatementTooComplex
from sparkify_harness.redshift.sql import changes, syntax, tree
from sparkify_harness.redshift.sql.bind import defaults, dml, merge, queries
from sparkify_harness.redshift.sql.bind.nodes import (
    check_nodes,
    is_too_wide,
    wide_row_fault,
)
from sparkify_harness.redshift.sql.bind.parameters import decided, found_types
from sparkify_harness.redshift.sql.bind.scope import Binding, Scope
from sparkify_harness.redshift.sql.bind.unknowns import refuse_compared
from sparkify_harness.redshift.sql.statements import QueryStatement
from sparkify_harness.redshift.sql.unknowns import UnknownLiterals
from sparkify_harness.redshift.types import RedshiftType

__all__ = ["bind", "bind_default", "bind_query"]


def bind(
    statement: QueryStatement,
    catalog: Catalog,
    parameters: Sequence[RedshiftType | None],
    settings: Mapping[str, str],
    unknowns: UnknownLiterals = UnknownLiterals.SORTED,
) -> tree.Bound:
    """The typed form of a query or a DML statement.

    Args:
        statement: As it was parsed.
        catalog: The session's view of names.
        parameters: Types of ``$1`` ... that the client gave; None for "infer", and any that are
            not given are inferred too.
        settings: The session's configuration parameters.
        unknowns: Where constants of sub-queries are refused.

    Raises:
        RedshiftError: Whatever Redshift finds wrong before executing; NotEmulated for what it
            knows and we do not.
    """
    return _bound(statement.tree, catalog, parameters, settings, unknowns=unknowns)


def bind_query(
    query: syntax.Query,
    catalog: Catalog,
    settings: Mapping[str, str] | None = None,
    parameters: Sequence[RedshiftType | None] = (),
    *,
    stored: bool = False,
    runs: bool = True,
    unknowns: UnknownLiterals = UnknownLiterals.SORTED,
) -> tree.Bound:
    """The typed form of a query that is part of another statement: CREATE TABLE AS, a view.

    Args:
        query: The query.
        catalog: The session's view of names.
        settings: The session's configuration parameters.
        parameters: Types of parameters, as in ``bind``.
        stored: Whether the rows go to a user table, so that the query runs on compute nodes.
        runs: Whether it runs now: a view is checked for its nodes when it is read.
        unknowns: Where constants of sub-queries are refused.
    """
    return _bound(
        query,
        catalog,
        parameters,
        {} if settings is None else settings,
        unknowns=unknowns,
        stored=stored,
        runs=runs,
    )


def bind_default(expression: syntax.Expression, column: Column) -> tree.Expression:
    """A DEFAULT expression, coerced to its column by assignment.

    Raises:
        RedshiftError: It uses a variable or a sub-query, or does not fit the column.
    """
    return defaults.bind_default(expression, column)


def _bind(written: syntax.Query | changes.Change, scope: Scope) -> tree.Node:
    match written:
        case syntax.Select() | syntax.SetOperation() | syntax.Subquery():
            return queries.bind_query(written, scope)
        case changes.Insert():
            return dml.bind_insert(written, scope)
        case changes.Update():
            return dml.bind_update(written, scope)
        case changes.Delete():
            return dml.bind_delete(written, scope)
        case changes.Merge():
            return merge.bind_merge(written, scope)
        case _:
            assert_never(written)


def _bound(
    written: syntax.Query | changes.Change,
    catalog: Catalog,
    parameters: Sequence[RedshiftType | None],
    settings: Mapping[str, str],
    *,
    unknowns: UnknownLiterals,
    stored: bool = False,
    runs: bool = True,
) -> tree.Bound:
    # A parameter takes the type of the first place that decides it. Other places, also earlier
    # ones, must then see that type: bound again with what was found, until nothing is new. Only
    # what is open even then is settled as VARCHAR.
    known: tuple[RedshiftType | None, ...] = tuple(parameters)
    settles = False
    while True:
        binding = Binding(catalog, known, settings, queries.bind_query, queries.bind_open, settles)
        try:
            node = _bind(written, Scope(binding))
        except RecursionError as error:
            raise StatementTooComplex from error
        found = found_types(node, known, max(binding.highest_parameter, len(known)))
        if found == known and (settles or None not in known):
            break
        settles = settles or found == known
        known = found
    if unknowns is UnknownLiterals.COMPARED:
        refuse_compared(node)
    reads = tuple(binding.reads.values())
    writes = None if isinstance(node, tree.Select | tree.SetOperation) else node.target
    target = writes.relation if isinstance(writes, tree.Scan) else writes
    columns = node.columns if isinstance(node, tree.Select | tree.SetOperation) else ()
    filled = target.columns if target is not None and isinstance(node, tree.Insert) else ()
    if is_too_wide([*(column.type for column in columns), *(column.type for column in filled)]):
        binding.compute_faults.append(wide_row_fault())
    if runs:
        relations = reads if target is None else (*reads, target)
        check_nodes(node, relations, binding.compute_faults, stored=stored)
    return tree.Bound(node, columns, decided(known), reads, target)
