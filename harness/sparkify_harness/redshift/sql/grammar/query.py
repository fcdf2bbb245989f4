"""Queries as statements."""

from collections.abc import Mapping
from typing import Final

from sparkify_harness.redshift.sql import changes, syntax
from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.grammar.tables import select_into
from sparkify_harness.redshift.sql.statements import QueryStatement, Statement

_TAGS: Final[Mapping[type[syntax.Node], str]] = {
    changes.Insert: "INSERT",
    changes.Update: "UPDATE",
    changes.Delete: "DELETE",
    changes.Merge: "MERGE",
}


def query_statement(grammar: Grammar) -> QueryStatement:
    """SELECT, INSERT, UPDATE, DELETE or MERGE inside another statement, with its own text."""
    start = grammar.token.start
    tree = grammar.dml()
    text = grammar.sql[start : grammar.peek(-1).end]
    return QueryStatement(tree=tree, tag=_TAGS.get(type(tree), "SELECT"), text=text)


def query(grammar: Grammar) -> Statement:
    """A statement that is a query; SELECT INTO makes a table."""
    tree = grammar.dml(takes_into=True)
    if grammar.into is not None and not isinstance(tree, changes.Change):
        return select_into(tree, grammar.into)
    return QueryStatement(tree=tree, tag=_TAGS.get(type(tree), "SELECT"))
