"""COPY.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html
"""

from typing import Final

from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.grammar.options import masked, read_options
from sparkify_harness.redshift.sql.options.option import Transfer
from sparkify_harness.redshift.sql.statements import Copy

_JOB_ACTIONS: Final = frozenset({"alter", "run", "list", "show", "drop"})


def copy(grammar: Grammar) -> Copy:
    """COPY table [(columns)] FROM 'source' options."""
    token = grammar.expect("copy")
    if grammar.at("job") and grammar.peek().key in _JOB_ACTIONS:
        grammar.not_emulated("COPY JOB", token)
    table = grammar.name()
    columns = grammar.identifiers() if grammar.at("(") else None
    grammar.expect("from")
    source = grammar.string()
    options = read_options(grammar, Transfer.COPY)
    return Copy(table=table, columns=columns, source=source, options=options, text=masked(grammar))
