"""FETCH and CLOSE. Cursors go forward only.

Redshift:
    https://docs.aws.amazon.com/redshift/latest/dg/fetch.html
    https://docs.aws.amazon.com/redshift/latest/dg/close.html
"""

from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.statements import CloseCursor, Fetch


def fetch(grammar: Grammar) -> Fetch:
    """FETCH [NEXT | ALL | FORWARD [count | ALL]] FROM cursor."""
    grammar.expect("fetch")
    count: int | None = 1
    if grammar.accept("all"):
        count = None
    elif grammar.accept("forward"):
        if grammar.accept("all"):
            count = None
        elif not grammar.at("from"):
            count = grammar.integer()
    else:
        grammar.accept("next")
    grammar.expect("from")
    return Fetch(name=grammar.identifier(), count=count)


def close(grammar: Grammar) -> CloseCursor:
    """CLOSE cursor."""
    grammar.expect("close")
    return CloseCursor(name=grammar.identifier())
