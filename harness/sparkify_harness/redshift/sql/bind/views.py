"""Views in FROM: their query takes their place.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_VIEW.html
"""

from collections.abc import Sequence
from dataclasses import replace

from sparkify_harness.redshift.catalog.relations import Relation
from sparkify_harness.redshift.errors import RedshiftError, UndefinedColumn
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.bind.outputs import project
from sparkify_harness.redshift.sql.bind.scope import Binding, Scope, Visible
from sparkify_harness.redshift.sql.parse import parse_query


def expand(
    view: Relation, label: str, binding: Binding
) -> tuple[tree.Derived, tuple[Visible, ...]]:
    """The query of a view as a FROM item, with the columns of the view.

    Args:
        view: A view with its definition.
        label: Label of the FROM item.
        binding: The statement.

    Raises:
        RedshiftError: A late-binding view refers to what is not there any more.
    """
    if view.definition is None:
        raise ValueError(f"the view {view.schema}.{view.name} has no definition")
    try:
        query = binding.bind_query(parse_query(view.definition), Scope(binding))
    except RedshiftError as error:
        # Its position would be one in the view's text.
        error.position = None
        raise
    names = [column.name for column in view.columns]
    # A late-binding view has no columns of its own.
    known = bool(names)
    if known:
        query = project(query, lambda outputs: _chosen(view, outputs), binding)
    else:
        names = [column.name for column in query.columns]
    columns = tuple(
        Visible(
            name,
            tree.ColumnRef(column.type, label, name, (view, name) if known else None),
        )
        for name, column in zip(names, query.columns, strict=True)
    )
    return tree.Derived(label, query, tuple(names)), columns


def _chosen(view: Relation, outputs: Sequence[tree.OutputColumn]) -> list[tree.OutputColumn]:
    """The outputs that the view had when it was made: ``*`` may give more of them by now."""
    if len(outputs) == len(view.columns):
        return [
            replace(output, name=column.name)
            for output, column in zip(outputs, view.columns, strict=True)
        ]
    by_name = {output.name: output for output in outputs}
    missing = [column.name for column in view.columns if column.name not in by_name]
    if missing:
        raise UndefinedColumn(f'column "{missing[0]}" does not exist')
    return [by_name[column.name] for column in view.columns]
