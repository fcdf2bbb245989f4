"""EXPLAIN, PREPARE, EXECUTE, DEALLOCATE, and cursors: statements that hold another.

Redshift:
    https://docs.aws.amazon.com/redshift/latest/dg/r_EXPLAIN.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_PREPARE.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_EXECUTE.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_DEALLOCATE.html
    https://docs.aws.amazon.com/redshift/latest/dg/declare.html
"""

from dataclasses import replace

from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.grammar.query import query_statement
from sparkify_harness.redshift.sql.statements import (
    Deallocate,
    DeclareCursor,
    ExecutePrepared,
    Explain,
    Prepare,
    QueryStatement,
)


def explain(grammar: Grammar) -> Explain:
    """EXPLAIN [VERBOSE] query; there is no EXPLAIN ANALYZE."""
    grammar.expect("explain")
    verbose = grammar.accept("verbose")
    if grammar.at("create"):
        grammar.not_emulated("EXPLAIN CREATE TABLE AS")
    return Explain(query=query_statement(grammar), verbose=verbose)


def prepare(grammar: Grammar) -> Prepare:
    """PREPARE name [(types)] AS query. Types of text are of any length, as in AWS's example."""
    grammar.expect("prepare")
    name = grammar.identifier()
    types = grammar.parenthesized(grammar.data_type) if grammar.at("(") else []
    grammar.expect("as")
    open_types = tuple(replace(kind, length=None) if kind.kind.is_text else kind for kind in types)
    return Prepare(name=name, types=open_types, query=query_statement(grammar))


def execute(grammar: Grammar) -> ExecutePrepared:
    """EXECUTE name [(values)]."""
    grammar.expect("execute")
    name = grammar.identifier()
    values = grammar.parenthesized(grammar.expression) if grammar.at("(") else []
    return ExecutePrepared(name=name, arguments=tuple(values))


def deallocate(grammar: Grammar) -> Deallocate:
    """DEALLOCATE [PREPARE] name, or ALL."""
    grammar.expect("deallocate")
    grammar.accept("prepare")
    return Deallocate(name=None if grammar.accept("all") else grammar.identifier())


def declare(grammar: Grammar) -> DeclareCursor:
    """DECLARE name CURSOR [WITHOUT HOLD] FOR query.

    Deviates: WITHOUT HOLD is not in the manual; psycopg2 writes it, and works with Redshift.
    """
    grammar.expect("declare")
    name = grammar.identifier()
    grammar.expect("cursor")
    if grammar.accept("without"):
        grammar.expect("hold")
    grammar.expect("for")
    if not grammar.at_query():
        grammar.fail()
    query: QueryStatement = query_statement(grammar)
    return DeclareCursor(name=name, query=query)
