"""CREATE TABLE, CREATE TABLE AS and SELECT INTO.

Redshift:
    https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_AS.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_SELECT_INTO.html
"""

from sparkify_harness.redshift.errors import InvalidDefinition
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
    TableConstraint,
)
from sparkify_harness.redshift.sql.table_design import (
    check_columns,
    check_constraints,
    designed,
)


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
        names = grammar.identifiers() if grammar.at("(") else ()
        attributes = table_attributes(grammar, as_query=True)
        grammar.expect("as")
        if not grammar.at_query():
            grammar.fail()
        if if_not_exists:
            grammar.not_emulated("CREATE TABLE IF NOT EXISTS ... AS")
        return CreateTableAs(
            name=name,
            query=grammar.query(),
            columns=names,
            attributes=attributes,
            temporary=temporary,
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
    """What can be told before LIKE has brought its columns."""
    attributes = statement.attributes
    columns = [definition.column for definition in statement.columns]
    check_columns(columns)
    if not statement.like:
        check_constraints(statement.name[-1], statement.keys, columns)
        designed(columns, attributes)
    elif (
        any(column.distkey or column.sortkey for column in columns)
        or attributes.diststyle
        or attributes.distkey
        or attributes.sortkey
    ):
        raise InvalidDefinition("distribution and sort keys cannot be given together with LIKE")
