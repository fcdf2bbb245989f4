"""The closed world: every node class that sqlglot knows is registered or refused on purpose."""

import inspect
from pathlib import Path

import pytest
from sqlglot import exp

from sparkify_harness.redshift.errors import NotEmulated, RedshiftError, SyntaxFault
from sparkify_harness.redshift.sql.parse import parse_one
from sparkify_harness.redshift.sql.screen import ALLOWED, NOT_EMULATED, screened
from sparkify_harness.redshift.sql.statements import QueryStatement
from tests.unit.sql_parse import test_dml, test_expressions, test_queries

REFUSED = Path(__file__).with_name("refused_nodes.txt")

CLASSES = {
    value for _, value in inspect.getmembers(exp, inspect.isclass) if issubclass(value, exp.Expr)
}


def reviewed() -> set[str]:
    return set(REFUSED.read_text().split())


def test_every_node_class_is_allowed_or_refused() -> None:
    """A new release of sqlglot brings classes: look at each, then register it or list it here."""
    known = {node.__name__ for node in (*ALLOWED, *NOT_EMULATED)} | reviewed()
    assert {node.__name__ for node in CLASSES} - known == set()


def test_no_class_is_both() -> None:
    assert not ALLOWED.keys() & NOT_EMULATED.keys()
    assert not {node.__name__ for node in (*ALLOWED, *NOT_EMULATED)} & reviewed()


def test_the_list_of_refused_classes_is_current() -> None:
    assert reviewed() - {node.__name__ for node in CLASSES} == set()


def test_allowed_arguments_exist() -> None:
    assert [
        (node.__name__, name)
        for node, names in ALLOWED.items()
        for name in names
        if name not in node.arg_types
    ] == []


def test_every_allowed_class_is_made_by_some_statement() -> None:
    statements = [
        *(f"select {sql}" for sql, _ in test_expressions.CASES),
        *(sql for sql, _ in test_queries.CASES),
        *(case[0] for case in test_dml.CASES),
    ]
    made = set()
    for sql in statements:
        parsed = parse_one(sql)
        assert isinstance(parsed, QueryStatement)
        made |= {type(node) for node in parsed.tree.walk()}
    assert {node.__name__ for node in ALLOWED.keys() - made} == set()


def passes(tree: exp.Expr) -> bool:
    try:
        screened(tree)
    except RedshiftError:
        return False
    return True


def test_no_other_class_passes() -> None:
    # Classes that are no Expression are parts of classes, never nodes.
    others = {node for node in CLASSES if issubclass(node, exp.Expression)} - ALLOWED.keys()
    assert len(others) > 900
    assert [node.__name__ for node in others if passes(exp.Select(expressions=[node()]))] == []


@pytest.mark.parametrize("node", NOT_EMULATED, ids=lambda node: node.__name__)
def test_class_that_redshift_has_is_not_emulated(node: type[exp.Expr]) -> None:
    with pytest.raises(NotEmulated):
        screened(exp.Select(expressions=[node()]))


def test_no_other_argument_passes() -> None:
    others = [
        (node, name)
        for node, allowed in ALLOWED.items()
        for name in node.arg_types
        if name not in allowed
    ]
    assert len(others) > 100
    assert [
        (node.__name__, name)
        for node, name in others
        if passes(exp.Select(expressions=[node(**{name: exp.Null()})]))
    ] == []


def test_a_class_of_ones_own_does_not_pass() -> None:
    class Mine(exp.Column):
        pass

    with pytest.raises(SyntaxFault, match="MINE"):
        screened(exp.Select(expressions=[Mine(this=exp.to_identifier("a"))]))


def test_ids_are_unique() -> None:
    for cases in (test_expressions.CASES, test_queries.CASES, test_dml.CASES):
        keys = [case[0] for case in cases]
        assert len(keys) == len(set(keys))
