"""CREATE VIEW.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_VIEW.html
"""

from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.statements import CreateView


def create_view(grammar: Grammar, *, replace: bool) -> CreateView:
    """CREATE [OR REPLACE] VIEW name [(columns)] AS query [WITH NO SCHEMA BINDING]."""
    grammar.expect("view")
    name = grammar.name()
    columns = grammar.identifiers() if grammar.at("(") else ()
    grammar.expect("as")
    start = grammar.token
    if not grammar.at_query():
        grammar.fail()
    query = grammar.query()
    query_text = grammar.sql[start.start : grammar.peek(-1).end]
    late_binding = grammar.accept("with")
    if late_binding:
        grammar.expect("no", "schema", "binding")
    return CreateView(
        name=name,
        query=query,
        query_text=query_text,
        columns=columns,
        replace=replace,
        late_binding=late_binding,
    )
