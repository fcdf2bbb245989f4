"""BEGIN, COMMIT, ROLLBACK and LOCK. There are no savepoints.

Redshift:
    https://docs.aws.amazon.com/redshift/latest/dg/r_BEGIN.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_COMMIT.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_ROLLBACK.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_LOCK.html
"""

from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.statements import Begin, Commit, Lock, Rollback


def begin(grammar: Grammar) -> Begin:
    """BEGIN [WORK | TRANSACTION] with modes, or START TRANSACTION with modes."""
    tag = "BEGIN"
    if grammar.accept("start"):
        grammar.expect("transaction")
        tag = "START TRANSACTION"
    else:
        grammar.expect("begin")
        grammar.accept_any("work", "transaction")
    return Begin(tag=tag, read_only=_modes(grammar))


def _modes(grammar: Grammar) -> bool:
    read_only = False
    comma = False
    while comma or grammar.at("isolation") or grammar.at("read"):
        if grammar.accept("isolation"):
            grammar.expect("level")
            _level(grammar)
        else:
            grammar.expect("read")
            read_only = grammar.expect_any("only", "write") == "only"
        comma = grammar.accept(",")
    return read_only


def _level(grammar: Grammar) -> None:
    match grammar.expect_any("serializable", "snapshot", "read", "repeatable"):
        case "read":
            grammar.expect_any("committed", "uncommitted")
        case "repeatable":
            grammar.expect("read")


def commit(grammar: Grammar) -> Commit:
    """COMMIT or END [WORK | TRANSACTION]."""
    grammar.expect_any("commit", "end")
    grammar.accept_any("work", "transaction")
    return Commit()


def rollback(grammar: Grammar) -> Rollback:
    """ROLLBACK or ABORT [WORK | TRANSACTION]."""
    grammar.expect_any("rollback", "abort")
    grammar.accept_any("work", "transaction")
    return Rollback()


def lock(grammar: Grammar) -> Lock:
    """LOCK [TABLE] a, b; there is no mode clause."""
    grammar.expect("lock")
    grammar.accept("table")
    return Lock(tables=tuple(grammar.listed(grammar.name)))
