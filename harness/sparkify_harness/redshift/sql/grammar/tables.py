"""CREATE TABLE, CREATE TABLE AS and SELECT INTO.

Redshift:
    https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_AS.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_SELECT_INTO.html
"""

from collections.abc import Iterable
from typing import Final

from sparkify_harness.redshift.errors import DuplicateColumn, InvalidDefinition, UndefinedColumn
from sparkify_harness.redshift.sql import syntax
from sparkify_harness.redshift.sql.grammar.attributes import table_attributes
from sparkify_harness.redshift.sql.grammar.columns import at_constraint, column, constraint, like
from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.grammar.queries import Into
from sparkify_harness.redshift.sql.statements import (
    ColumnDefinition,
    CreateTable,
    CreateTableAs,
    LikeClause,
    Name,
    TableAttributes,
    TableConstraint,
)

_MAX_COLUMNS: Final = 1600


def create_table(grammar: Grammar) -> CreateTable | CreateTableAs:
    """CREATE [[LOCAL] TEMP] TABLE; the stream stands at the first word after CREATE."""
    if grammar.accept("local"):
        temporary = bool(grammar.expect_any("temp", "temporary"))
    else:
        temporary = bool(grammar.accept_any("temp", "temporary"))
    grammar.expect("table")
    if_not_exists = grammar.accept("if", "not", "exists")
    name = grammar.name()
    temporary = temporary or name[-1].startswith("#")
    if not grammar.at("(") or _at_names(grammar):
        columns = grammar.identifiers() if grammar.at("(") else ()
        attributes = table_attributes(grammar, as_query=True)
        grammar.expect("as")
        if not grammar.at_query():
            grammar.fail()
        if if_not_exists:
            grammar.not_emulated("CREATE TABLE IF NOT EXISTS ... AS")
        return CreateTableAs(
            name=name,
            query=grammar.query(),
            columns=columns,
            attributes=attributes,
            temporary=temporary,
            if_not_exists=if_not_exists,
        )
    elements = grammar.parenthesized(lambda: _element(grammar, name[-1]))
    statement = CreateTable(
        name=name,
        columns=tuple(e for e in elements if isinstance(e, ColumnDefinition)),
        constraints=tuple(e for e in elements if isinstance(e, TableConstraint)),
        like=tuple(e for e in elements if isinstance(e, LikeClause)),
        attributes=table_attributes(grammar),
        temporary=temporary,
        if_not_exists=if_not_exists,
    )
    _check(statement)
    return statement


def select_into(query: syntax.Query, into: Into) -> CreateTableAs:
    """SELECT ... INTO as the CREATE TABLE AS that it is."""
    temporary = into.temporary or into.name[-1].startswith("#")
    return CreateTableAs(name=into.name, query=query, temporary=temporary)


def _at_names(grammar: Grammar) -> bool:
    return grammar.peek().key != "like" and grammar.peek(2).key in {",", ")"}


def _element(grammar: Grammar, table: str) -> ColumnDefinition | TableConstraint | LikeClause:
    if at_constraint(grammar):
        return constraint(grammar)
    if grammar.at("like"):
        return like(grammar)
    return column(grammar, table)


def _check(statement: CreateTable) -> None:
    if len(statement.columns) > _MAX_COLUMNS:
        raise InvalidDefinition(f"tables can have at most {_MAX_COLUMNS} columns")
    _check_names(statement)
    _check_keys(statement.name, statement.columns, statement.constraints)
    _check_distribution(statement.columns, statement.attributes, like=bool(statement.like))


def _check_names(statement: CreateTable) -> None:
    names = set()
    for definition in statement.columns:
        if definition.name in names:
            raise DuplicateColumn(f'column "{definition.name}" specified more than once')
        names.add(definition.name)
    if statement.like:
        return
    used: Iterable[str] = (name for each in statement.constraints for name in each.columns)
    for name in used:
        if name not in names:
            raise UndefinedColumn(f'column "{name}" named in key does not exist')
    keys = [statement.attributes.distkey, *statement.attributes.sortkey]
    for key in keys:
        if key is not None and key not in names:
            raise UndefinedColumn(f'column "{key}" named in key does not exist')


def _check_keys(
    name: Name, columns: Iterable[ColumnDefinition], constraints: Iterable[TableConstraint]
) -> None:
    keys = sum(column.primary_key for column in columns)
    keys += sum(each.kind == "PRIMARY KEY" for each in constraints)
    if keys > 1:
        raise InvalidDefinition(f'multiple primary keys for table "{name[-1]}" are not allowed')


def _check_distribution(
    columns: Iterable[ColumnDefinition], attributes: TableAttributes, *, like: bool
) -> None:
    distributing = [column.name for column in columns if column.distkey]
    if attributes.distkey is not None:
        distributing.append(str(attributes.distkey))
    sorting = [column.name for column in columns if column.sortkey]
    if len(distributing) > 1:
        raise InvalidDefinition("multiple DISTKEY columns are not allowed")
    if distributing and attributes.diststyle in {"EVEN", "ALL"}:
        raise InvalidDefinition(
            f"DISTKEY column cannot be specified with DISTSTYLE {attributes.diststyle}"
        )
    if not distributing and attributes.diststyle == "KEY":
        raise InvalidDefinition("DISTSTYLE KEY needs a DISTKEY column")
    if len(sorting) > 1 or (sorting and attributes.sortkey):
        raise InvalidDefinition("multiple SORTKEY specifications are not allowed")
    if like and (distributing or sorting or attributes.sortkey or attributes.diststyle):
        raise InvalidDefinition("distribution and sort keys cannot be given together with LIKE")
