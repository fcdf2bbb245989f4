"""SET, RESET, SHOW.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_SET.html
"""

from collections.abc import Sequence

import pyarrow as pa

from sparkify_harness.redshift.backend import Field, Result
from sparkify_harness.redshift.errors import InvalidParameterValue
from sparkify_harness.redshift.execute.queries import describe_query
from sparkify_harness.redshift.execute.registry import Call, Prepared, executes
from sparkify_harness.redshift.execute.session import Session
from sparkify_harness.redshift.settings import SETTINGS
from sparkify_harness.redshift.sql.parse import parse_query
from sparkify_harness.redshift.sql.statements import (
    ResetParameter,
    SetParameter,
    ShowObjects,
    ShowParameter,
)
from sparkify_harness.redshift.types import TEXT, RedshiftType


def text_rows(tag: str, names: Sequence[str], rows: Sequence[Sequence[str | None]]) -> Result:
    """A result of text columns that we know already."""
    fields = tuple(Field(name, TEXT) for name in names)
    columns = [[row[number] for row in rows] for number in range(len(names))]
    batch = pa.record_batch(
        [pa.array(values, type=pa.string()) for values in columns], names=list(names)
    )
    return Result(tag, fields, iter([batch]))


@executes(SetParameter, commands=("SET",), uses_engine=False)
def set_parameter(call: Call, statement: SetParameter) -> Result:
    """SET."""
    settings = call.session.settings
    with call.session.transaction.statement(keep_open=call.keep_open):
        settings.set(statement.name, statement.values, local=statement.local)
    return Result("SET")


@executes(ResetParameter, commands=("RESET",), uses_engine=False)
def reset_parameter(call: Call, statement: ResetParameter) -> Result:
    """RESET."""
    with call.session.transaction.statement(keep_open=call.keep_open):
        call.session.settings.reset(statement.name)
    return Result("RESET")


def _shown(session: Session, statement: ShowParameter) -> tuple[list[str], list[list[str | None]]]:
    name = statement.name.lower()
    if name == "all":
        values: list[list[str | None]] = [
            [key, value] for key, value in sorted(session.settings.values().items())
        ]
        return ["name", "setting"], values
    setting = SETTINGS.get(name)
    label = (setting and setting.report_as) or name
    return [label], [[session.settings.get(name)]]


def describe_show(
    session: Session, statement: ShowParameter, _given: Sequence[RedshiftType | None]
) -> Prepared:
    """The columns of SHOW."""
    names, _ = _shown(session, statement)
    return Prepared(statement, fields=tuple(Field(name, TEXT) for name in names))


@executes(ShowParameter, commands=("SHOW",), describe=describe_show, uses_engine=False)
def show_parameter(call: Call, statement: ShowParameter) -> Result:
    """SHOW."""
    return text_rows("SHOW", *_shown(call.session, statement))


_LISTINGS = {
    "DATABASES": (
        "SELECT database_name, database_owner, database_type, database_acl,"
        " database_options AS parameters, database_isolation_level FROM svv_redshift_databases",
        (),
        "database_name",
        "database_name",
    ),
    "SCHEMAS": (
        "SELECT database_name, schema_name, schema_owner, schema_type, schema_acl,"
        " source_database, schema_option FROM svv_all_schemas",
        ("database_name",),
        "schema_name",
        "schema_name",
    ),
    "TABLES": (
        "SELECT database_name, schema_name, table_name, table_type, table_acl, remarks,"
        " table_owner AS owner, NULL::timestamp AS last_altered_time,"
        " NULL::timestamp AS last_modified_time,"
        " CASE WHEN table_type = 'VIEW' THEN NULL WHEN reldiststyle = 0 THEN 'EVEN'"
        " WHEN reldiststyle = 1 THEN 'KEY' WHEN reldiststyle = 8 THEN 'ALL'"
        " ELSE 'AUTO (ALL)' END AS dist_style,"
        " CASE WHEN table_type = 'TABLE' THEN 'REGULAR TABLE'"
        " WHEN relnatts = 0 THEN 'LATE BINDING VIEW' ELSE 'REGULAR VIEW' END AS table_subtype"
        " FROM svv_redshift_tables JOIN pg_namespace n ON n.nspname = schema_name"
        " JOIN pg_class ON relnamespace = n.oid AND relname = table_name",
        ("database_name", "schema_name"),
        "table_name",
        "table_name",
    ),
    "COLUMNS": (
        "SELECT database_name, schema_name, table_name, column_name, a.ordinal_position,"
        " a.column_default, a.is_nullable, a.data_type, character_maximum_length,"
        " numeric_precision, numeric_scale, a.remarks,"
        " CASE WHEN sortkey = 0 THEN NULL"
        " WHEN min(sortkey) OVER (PARTITION BY schema_name, table_name) < 0 THEN 'INTERLEAVED'"
        " ELSE 'COMPOUND' END AS sort_key_type,"
        " sortkey AS sort_key, distkey AS dist_key, encoding,"
        " CASE WHEN a.data_type LIKE 'character%' THEN 'default' END AS collation"
        " FROM svv_all_columns a JOIN svv_redshift_columns r"
        " USING (database_name, schema_name, table_name, column_name)",
        ("database_name", "schema_name", "table_name"),
        "column_name",
        "ordinal_position",
    ),
}
"""By what is listed: the query, the columns that FROM narrows, the column that LIKE matches, and
the one that orders the list.

Redshift:
    https://docs.aws.amazon.com/redshift/latest/dg/r_SHOW_DATABASES.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_SHOW_SCHEMAS.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_SHOW_TABLES.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_SHOW_COLUMNS.html

Deviates: SHOW TABLES does not know when a table was altered and modified last: those times, which
come late on Redshift, are NULL.
"""

_MOST_LISTED = 10_000


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def describe_listing(
    session: Session, statement: ShowObjects, given: Sequence[RedshiftType | None]
) -> Prepared:
    """SHOW TABLES and its like are queries over the svv_ views; nobody else runs them.

    Raises:
        InvalidParameterValue: More rows are asked for than Redshift lists.
    """
    query, narrowed, matched, ordering = _LISTINGS[statement.kind]
    columns = narrowed[-len(statement.scope) :] if statement.scope else ()
    conditions = [
        f"{column} = {_quoted(part)}" for column, part in zip(columns, statement.scope, strict=True)
    ]
    if statement.like is not None:
        conditions.append(f"{matched} LIKE {_quoted(statement.like)}")
    if conditions:
        query += " WHERE " + " AND ".join(conditions)
    query += f" ORDER BY {', '.join((*narrowed, ordering))}"
    if statement.limit is not None and statement.limit > _MOST_LISTED:
        raise InvalidParameterValue(f"LIMIT must be between 0 and {_MOST_LISTED}")
    if statement.limit is not None:
        query += f" LIMIT {statement.limit}"
    return describe_query(session, parse_query(query), given)
