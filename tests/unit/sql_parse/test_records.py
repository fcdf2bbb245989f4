"""The records of the syntax tree: the grammar makes each of them."""

from sparkify_harness.redshift.sql import changes, syntax
from sparkify_harness.redshift.sql.parse import parse_one
from sparkify_harness.redshift.sql.statements import QueryStatement
from sparkify_harness.redshift.sql.walks import walk
from tests.unit.sql_parse import test_dml, test_expressions, test_queries

BASES = {syntax.Node, syntax.Placed, syntax.Constant, syntax.Clauses}

RECORDS = {
    kind
    for module in (syntax, changes)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, syntax.Node)
} - BASES


def test_every_record_is_made_by_some_statement() -> None:
    statements = [
        *(f"select {sql}" for sql, _ in test_expressions.CASES),
        *(sql for sql, _ in test_queries.CASES),
        *(case[0] for case in test_dml.CASES),
        test_dml.MANY,
        "select * exclude (a) from t",
    ]
    made = set()
    for sql in statements:
        parsed = parse_one(sql)
        assert isinstance(parsed, QueryStatement)
        made |= {type(node) for node in walk(parsed.tree)}
    assert {record.__name__ for record in RECORDS - made} == set()


def test_ids_are_unique() -> None:
    for cases in (test_expressions.CASES, test_queries.CASES, test_dml.CASES):
        keys = [case[0] for case in cases]
        assert len(keys) == len(set(keys))
