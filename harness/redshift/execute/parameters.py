"""SET, RESET, SHOW.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_SET.html
"""

from collections.abc import Sequence

import pyarrow as pa

from harness.redshift.backend import Field, Result
from harness.redshift.execute.queries import describe_query
from harness.redshift.execute.registry import Call, Prepared, executes
from harness.redshift.execute.session import Session
from harness.redshift.settings import SETTINGS
from harness.redshift.sql.parse import parse_query
from harness.redshift.sql.statements import (
    ResetParameter,
    SetParameter,
    ShowObjects,
    ShowParameter,
)
from harness.redshift.types import TEXT, RedshiftType


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
        "SELECT database_name, database_owner, database_type, database_acl, database_options,"
        " database_isolation_level AS database_isolation_level FROM svv_redshift_databases",
        (),
        "database_name",
    ),
    "SCHEMAS": (
        "SELECT database_name, schema_name, schema_owner, schema_type, schema_acl, NULL AS"
        " source_database, schema_option FROM svv_all_schemas",
        ("database_name",),
        "schema_name",
    ),
    "TABLES": (
        "SELECT database_name, schema_name, table_name, table_type, table_acl, remarks"
        " FROM svv_all_tables",
        ("database_name", "schema_name"),
        "table_name",
    ),
    "COLUMNS": (
        "SELECT database_name, schema_name, table_name, column_name, ordinal_position,"
        " column_default, is_nullable, data_type, character_maximum_length, numeric_precision,"
        " remarks FROM svv_all_columns",
        ("database_name", "schema_name", "table_name"),
        "column_name",
    ),
}
"""By what is listed: the query, the columns that FROM narrows, the column that LIKE matches.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_SHOW_TABLES.html
"""


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def describe_listing(
    session: Session, statement: ShowObjects, given: Sequence[RedshiftType | None]
) -> Prepared:
    """SHOW TABLES and its like are queries over the svv_ views; nobody else runs them."""
    query, narrowed, matched = _LISTINGS[statement.kind]
    columns = narrowed[-len(statement.scope) :] if statement.scope else ()
    conditions = [
        f"{column} = {_quoted(part)}" for column, part in zip(columns, statement.scope, strict=True)
    ]
    if statement.like is not None:
        conditions.append(f"{matched} LIKE {_quoted(statement.like)}")
    if conditions:
        query += " WHERE " + " AND ".join(conditions)
    query += f" ORDER BY {', '.join((*narrowed, matched))}"
    if statement.limit is not None:
        query += f" LIMIT {statement.limit}"
    return describe_query(session, parse_query(query), given)
