"""VACUUM, ANALYZE, EXPLAIN and CANCEL.

Redshift:
    https://docs.aws.amazon.com/redshift/latest/dg/r_VACUUM_command.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_ANALYZE.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_CANCEL.html
"""

from sparkify_harness.redshift.errors import InvalidParameterValue
from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.statements import CancelBackend, Maintenance, Name
from sparkify_harness.redshift.sql.tokens import TokenKind


def vacuum(grammar: Grammar) -> Maintenance:
    """VACUUM [kind] [table] [TO n PERCENT] [BOOST]."""
    grammar.expect("vacuum")
    if not grammar.accept_any("full", "reindex", "recluster") and (
        grammar.at("sort", "only") or grammar.at("delete", "only")
    ):
        grammar.advance()
        grammar.advance()
    table: Name | None = None
    if grammar.at_identifier() and not (
        grammar.at("boost") and grammar.peek().kind is TokenKind.END
    ):
        table = grammar.name()
    if grammar.accept("to"):
        threshold = grammar.integer()
        grammar.expect("percent")
        if threshold > 100:
            raise InvalidParameterValue("VACUUM threshold must be between 0 and 100 percent")
    grammar.accept("boost")
    return Maintenance(tag="VACUUM", table=table)


def analyze(grammar: Grammar) -> Maintenance:
    """ANALYZE [VERBOSE] [table [(columns)]] [PREDICATE COLUMNS | ALL COLUMNS]."""
    grammar.expect("analyze")
    if grammar.at("compression"):
        grammar.not_emulated("ANALYZE COMPRESSION")
    grammar.accept("verbose")
    table: Name | None = None
    columns: tuple[str, ...] = ()
    if grammar.at_identifier() and not grammar.at("predicate", "columns"):
        table = grammar.name()
        columns = grammar.identifiers() if grammar.at("(") else ()
    if grammar.accept_any("predicate", "all"):
        grammar.expect("columns")
    return Maintenance(tag="ANALYZE", table=table, columns=columns)


def cancel(grammar: Grammar) -> CancelBackend:
    """CANCEL pid ['message']."""
    grammar.expect("cancel")
    pid = grammar.integer()
    if grammar.token.kind is TokenKind.STRING:
        grammar.advance()
    return CancelBackend(pid=pid)
