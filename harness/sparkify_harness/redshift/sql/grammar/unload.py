"""UNLOAD.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
"""

from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.grammar.options import masked, read_options
from sparkify_harness.redshift.sql.options.option import Transfer
from sparkify_harness.redshift.sql.statements import Unload


def unload(grammar: Grammar) -> Unload:
    """UNLOAD ('query') TO 'target' options."""
    grammar.expect("unload", "(")
    query = grammar.string()
    grammar.expect(")", "to")
    target = grammar.string()
    options = read_options(grammar, Transfer.UNLOAD)
    return Unload(query=query, target=target, options=options, text=masked(grammar))
