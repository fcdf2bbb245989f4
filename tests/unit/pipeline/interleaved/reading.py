"""Statements read once: the histories send the same few hundred texts again and again.

Reading and typing a statement takes the substitute longer than running it on a handful of rows.
What is remembered is used again where every relation that the statement names is what it was.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import pyarrow as pa
import pytest
from airflow.providers.common.sql.hooks.sql import DbApiHook

from sparkify_harness.redshift.catalog.contents import ServerState, contents
from sparkify_harness.redshift.catalog.relations import Catalog, Relation
from sparkify_harness.redshift.execute import backend, queries, session, tables
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.bind import bind, bind_query
from sparkify_harness.redshift.sql.parse import split
from sparkify_harness.redshift.sql.statements import QueryStatement
from sparkify_harness.redshift.sql.unknowns import UnknownLiterals
from sparkify_harness.redshift.types import RedshiftType

_OF_THE_CATALOG = frozenset({"svv_columns", "svv_tables"})
"""System tables that tell of definitions alone."""


@contextmanager
def statements_read_once() -> Iterator[None]:
    """While it lasts, the substitute in this process remembers what it has read."""
    with pytest.MonkeyPatch.context() as patch:
        bound: dict[tuple[object, ...], tree.Bound] = {}
        split_script = cache(DbApiHook.split_sql_string)
        patch.setattr(DbApiHook, "split_sql_string", staticmethod(split_script))
        patch.setattr(backend, "split", cache(split))
        patch.setattr(queries, "bind", _remembered_bind(bind, bound))
        patch.setattr(tables, "bind_query", _remembered_bind_query(bind_query, bound))
        patch.setattr(session, "contents", _remembered_contents(contents))
        yield


def _remembered_bind(
    bind: Callable[..., tree.Bound], bound: dict[tuple[object, ...], tree.Bound]
) -> Callable[..., tree.Bound]:
    def remembered(
        statement: QueryStatement,
        catalog: Catalog,
        given: Sequence[RedshiftType | None],
        settings: Mapping[str, str],
        unknowns: UnknownLiterals,
    ) -> tree.Bound:
        question = statement.text, tuple(given)
        if (found := bound.get(question)) is None or not _is_current(found, catalog):
            found = bound[question] = bind(statement, catalog, given, settings, unknowns)
        return found

    return remembered


def _remembered_bind_query(
    bind: Callable[..., tree.Bound], bound: dict[tuple[object, ...], tree.Bound]
) -> Callable[..., tree.Bound]:
    def remembered(
        query: Any,
        catalog: Catalog,
        settings: Mapping[str, str],
        *,
        stored: bool,
        unknowns: UnknownLiterals,
    ) -> tree.Bound:
        # Statements are parsed once, so the same query is the same object.
        question = id(query), stored
        if (found := bound.get(question)) is None or not _is_current(found, catalog):
            found = bound[question] = bind(
                query, catalog, settings, stored=stored, unknowns=unknowns
            )
        return found

    return remembered


def _is_current(bound: tree.Bound, catalog: Catalog) -> bool:
    relations = (*bound.reads, bound.writes) if bound.writes else bound.reads
    return all(_is_same(item, catalog.relation((item.schema, item.name))) for item in relations)


def _is_same(known: Relation, now: Relation | None) -> bool:
    return now is known or (
        now is not None and now.columns == known.columns and now.temporary == known.temporary
    )


def _remembered_contents(
    contents: Callable[[Relation, ServerState], pa.Table],
) -> Callable[[Relation, ServerState], pa.Table]:
    answers: dict[tuple[object, ...], pa.Table] = {}

    def remembered(relation: Relation, state: ServerState) -> pa.Table:
        if relation.name not in _OF_THE_CATALOG:
            return contents(relation, state)
        defined = frozenset(
            (item.schema, item.name, item.columns) for item in state.catalog.relations().values()
        )
        question = relation.name, defined
        if question not in answers:
            answers[question] = contents(relation, state)
        return answers[question]

    return remembered
