"""SHOW DATABASES, SCHEMAS, TABLES and COLUMNS: another statement stands for each, a query of ours.

Redshift:
    https://docs.aws.amazon.com/redshift/latest/dg/r_SHOW_DATABASES.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_SHOW_SCHEMAS.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_SHOW_TABLES.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_SHOW_COLUMNS.html

Deviates: SHOW TABLES does not know when a table was altered and modified last: those times, which
come late on Redshift, are NULL.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

from sparkify_harness.redshift.errors import InvalidParameterValue
from sparkify_harness.redshift.execute.machine import describe
from sparkify_harness.redshift.execute.preparation import Preparation
from sparkify_harness.redshift.execute.registry import Call, Instead, executes
from sparkify_harness.redshift.execute.session import Session
from sparkify_harness.redshift.sql import syntax
from sparkify_harness.redshift.sql.parse import parse_select
from sparkify_harness.redshift.sql.statements import QueryStatement, ShowObjects
from sparkify_harness.redshift.types import RedshiftType

_SCOPES: Final = ("database_name", "schema_name", "table_name")
"""The columns of a list that FROM narrows, as far as what is listed is in them."""
_KINDS: Final = {
    "DATABASES": (0, "database_name"),
    "SCHEMAS": (1, "schema_name"),
    "TABLES": (2, "table_name"),
    "COLUMNS": (3, "column_name"),
}
"""What is listed: in how many of the scopes it is, and the column that LIKE matches."""
_MOST: Final = 10_000


@cache
def _listing(kind: str) -> QueryStatement:
    return parse_select(Path(__file__).with_name(f"{kind.lower()}.sql").read_text(encoding="utf-8"))


def _query(statement: ShowObjects) -> QueryStatement:
    """The query that stands for a list.

    Raises:
        InvalidParameterValue: More rows are asked for than Redshift lists.
    """
    depth, matched = _KINDS[statement.kind]
    if statement.limit is not None and statement.limit > _MOST:
        raise InvalidParameterValue(f"LIMIT must be between 0 and {_MOST}")
    columns = _SCOPES[depth - len(statement.scope) : depth]
    conditions: list[syntax.Expression] = [
        syntax.Binary("=", syntax.Column((column,)), syntax.String(part))
        for column, part in zip(columns, statement.scope, strict=True)
    ]
    if statement.like is not None:
        pattern = syntax.String(statement.like)
        conditions.append(syntax.Like("like", syntax.Column((matched,)), pattern))
    query = _listing(statement.kind)
    assert isinstance(query.tree, syntax.Select)  # noqa: S101  # each of our files is one
    tree = replace(query.tree, where=_all(conditions), limit=statement.limit)
    return replace(query, text=statement.text, offset=statement.offset, tree=tree)


def _all(conditions: list[syntax.Expression]) -> syntax.Expression | None:
    if len(conditions) > 1:
        return syntax.Logical("AND", tuple(conditions))
    return conditions[0] if conditions else None


def describe_listing(
    session: Session, statement: ShowObjects, given: Sequence[RedshiftType | None]
) -> Preparation:
    """A list has the columns of its query."""
    return replace(describe(session, _query(statement), given), statement=statement)


@executes(ShowObjects, describe=describe_listing, log_kind="SELECT")
def list_objects(call: Call, statement: ShowObjects) -> Instead:
    """The query that lists what is asked for."""
    return Instead(replace(call.prepared, statement=_query(statement)))
