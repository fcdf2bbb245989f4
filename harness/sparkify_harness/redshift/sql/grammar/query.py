"""Queries as statements."""

from collections.abc import Mapping
from typing import Final

from sqlglot import exp

from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.grammar.tables import select_into
from sparkify_harness.redshift.sql.screen import screened
from sparkify_harness.redshift.sql.statements import QueryStatement, Statement

_TAGS: Final[Mapping[type[exp.Expr], str]] = {
    exp.Insert: "INSERT",
    exp.Update: "UPDATE",
    exp.Delete: "DELETE",
    exp.Merge: "MERGE",
}


def query_statement(grammar: Grammar) -> QueryStatement:
    """SELECT, INSERT, UPDATE, DELETE or MERGE inside another statement, with its own text."""
    start = grammar.token.start
    tree = screened(grammar.dml())
    text = grammar.sql[start : grammar.peek(-1).end]
    return QueryStatement(tree=tree, tag=_TAGS.get(type(tree), "SELECT"), text=text)


def query(grammar: Grammar) -> Statement:
    """A statement that is a query; SELECT INTO makes a table."""
    tree = grammar.dml()
    created = select_into(tree)
    return created or QueryStatement(tree=screened(tree), tag=_TAGS.get(type(tree), "SELECT"))
