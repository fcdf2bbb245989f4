"""COMMENT ON.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_COMMENT.html
"""

from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.statements import Comment, Name


def comment(grammar: Grammar) -> Comment:
    """COMMENT ON TABLE, VIEW, COLUMN, CONSTRAINT or DATABASE IS 'text' or NULL.

    The name of a column or a constraint is that of its table and its own.
    """
    grammar.expect("comment", "on")
    kind = grammar.expect_any("table", "view", "column", "constraint", "database")
    name: Name
    match kind:
        case "constraint":
            constraint = grammar.identifier()
            grammar.expect("on")
            name = (*grammar.name(), constraint)
        case "column":
            name = grammar.table_parts()
        case _:
            name = grammar.name()
    grammar.expect("is")
    text = None if grammar.accept("null") else grammar.string()
    return Comment(kind=kind.upper(), name=name, comment=text)
