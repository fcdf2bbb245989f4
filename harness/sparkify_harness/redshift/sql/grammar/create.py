"""CREATE, up to the word that says what."""

from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.grammar.foreign import refuse_object
from sparkify_harness.redshift.sql.grammar.schemas import create_schema
from sparkify_harness.redshift.sql.grammar.tables import create_table
from sparkify_harness.redshift.sql.grammar.views import create_view
from sparkify_harness.redshift.sql.statements import Statement


def create(grammar: Grammar) -> Statement:
    """CREATE TABLE, VIEW or SCHEMA."""
    token = grammar.expect("create")
    replace = grammar.accept("or", "replace")
    if grammar.at("view"):
        return create_view(grammar, replace=replace)
    if not replace:
        if grammar.at("schema"):
            return create_schema(grammar)
        if grammar.token.key in {"table", "temp", "temporary", "local"}:
            return create_table(grammar)
    return refuse_object(grammar, token)
