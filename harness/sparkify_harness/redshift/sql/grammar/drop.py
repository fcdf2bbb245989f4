"""DROP and TRUNCATE.

Redshift:
    https://docs.aws.amazon.com/redshift/latest/dg/r_DROP_TABLE.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_DROP_VIEW.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_DROP_SCHEMA.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_TRUNCATE.html
"""

from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.grammar.foreign import refuse_object
from sparkify_harness.redshift.sql.statements import Drop, Name, Truncate


def drop(grammar: Grammar) -> Drop:
    """DROP TABLE, VIEW or SCHEMA [IF EXISTS] names [CASCADE | RESTRICT]."""
    token = grammar.expect("drop")
    kind = grammar.accept_any("table", "view", "schema")
    if not kind:
        refuse_object(grammar, token)
    if_exists = grammar.accept("if", "exists")
    names: list[Name]
    if kind == "schema":
        names = grammar.listed(lambda: (grammar.identifier(),))
    else:
        names = grammar.listed(grammar.name)
    if kind == "schema" and grammar.at("drop", "external", "database"):
        grammar.not_emulated("DROP EXTERNAL DATABASE")
    cascade = grammar.accept_any("cascade", "restrict") == "cascade"
    return Drop(kind=kind.upper(), names=tuple(names), if_exists=if_exists, cascade=cascade)


def truncate(grammar: Grammar) -> Truncate:
    """TRUNCATE [TABLE] name."""
    grammar.expect("truncate")
    grammar.accept("table")
    return Truncate(name=grammar.name())
