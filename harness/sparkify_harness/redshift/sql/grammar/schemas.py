"""CREATE SCHEMA.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_SCHEMA.html
"""

from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.statements import CreateSchema


def create_schema(grammar: Grammar) -> CreateSchema:
    """CREATE SCHEMA [IF NOT EXISTS] name [AUTHORIZATION user] [QUOTA n MB | GB | TB].

    Without a name the schema has that of the user. Schema elements are not emulated.
    """
    grammar.expect("schema")
    if_not_exists = grammar.accept("if", "not", "exists")
    name = None if grammar.at("authorization") else grammar.identifier()
    authorization = grammar.identifier() if grammar.accept("authorization") else None
    if grammar.accept("quota") and not grammar.accept("unlimited"):
        grammar.integer()
        grammar.accept_any("mb", "gb", "tb")
    if grammar.token.key in {"create", "grant"}:
        grammar.not_emulated("CREATE SCHEMA with schema elements")
    return CreateSchema(
        name=name or authorization or "",
        if_not_exists=if_not_exists,
        authorization=authorization,
    )
