"""Every statement that exists, by its leading words."""

from collections.abc import Callable, Mapping
from typing import Final

from sqlglot import exp

from harness.redshift.sql.grammar.copy import copy
from harness.redshift.sql.grammar.create import create
from harness.redshift.sql.grammar.dml import Grammar
from harness.redshift.sql.grammar.drop import drop, truncate
from harness.redshift.sql.grammar.foreign import refuse_statement
from harness.redshift.sql.grammar.settings import reset_parameter, set_parameter
from harness.redshift.sql.grammar.tables import select_into
from harness.redshift.sql.grammar.transactions import begin, commit, lock, rollback
from harness.redshift.sql.screen import screened
from harness.redshift.sql.statements import QueryStatement, Statement

Reader = Callable[[Grammar], Statement]

_TAGS: Final[Mapping[type[exp.Expr], str]] = {
    exp.Insert: "INSERT",
    exp.Update: "UPDATE",
    exp.Delete: "DELETE",
    exp.Merge: "MERGE",
}


def statement(grammar: Grammar) -> Statement:
    """One whole statement, without its text."""
    reader = STATEMENTS.get(grammar.token.key)
    if reader is None:
        refuse_statement(grammar)
    found = reader(grammar)
    grammar.expect_end()
    return found


def query_statement(grammar: Grammar) -> QueryStatement:
    """SELECT, INSERT, UPDATE, DELETE or MERGE with its own text."""
    start = grammar.token.start
    tree = screened(grammar.dml())
    text = grammar.sql[start : grammar.peek(-1).end]
    return QueryStatement(tree=tree, tag=_TAGS.get(type(tree), "SELECT"), text=text)


def _query(grammar: Grammar) -> Statement:
    tree = grammar.dml()
    created = select_into(tree)
    return created or QueryStatement(tree=screened(tree), tag=_TAGS.get(type(tree), "SELECT"))


STATEMENTS: Final[Mapping[str, Reader]] = {
    **dict.fromkeys(("select", "(", "with", "insert", "update", "delete", "merge"), _query),
    "create": create,
    "drop": drop,
    "truncate": truncate,
    "copy": copy,
    "begin": begin,
    "start": begin,
    "commit": commit,
    "end": commit,
    "rollback": rollback,
    "abort": rollback,
    "lock": lock,
    "set": set_parameter,
    "reset": reset_parameter,
}
