"""Functions, operators and casts: computed by DuckDB as the substitute lowers them, once each.

What a function makes of its arguments never changes, and the histories are made of few values.
"""

from collections.abc import Callable, Container, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

import duckdb

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.faults import translate
from sparkify_harness.redshift.engine.duckdb.lower import lower_expression
from sparkify_harness.redshift.sql import tree

Value = Any
"""Of a column; None is NULL."""

Constants = dict[tree.Expression, tree.Expression]
"""What takes the place of leaves."""

_KEPT = 10_000
"""Answers of one expression that are remembered at most."""

_LEAVES = (
    tree.ColumnRef,
    tree.Parameter,
    tree.Aggregate,
    tree.Window,
    tree.InQuery,
    tree.Exists,
    tree.ScalarQuery,
)


def leaves(node: object, computed: Container[object]) -> list[tree.Expression]:
    """What an expression is computed from: columns, parameters, and what has rules of its own.

    Args:
        node: the expression, or a part of it.
        computed: expressions whose values are known.
    """
    if isinstance(node, _LEAVES) or (isinstance(node, tree.Expression) and node in computed):
        return [node]
    found: dict[tree.Expression, None] = {}
    for part in _parts(node):
        found.update(dict.fromkeys(leaves(part, computed)))
    return list(found)


def _parts(node: object) -> Sequence[object]:
    match node:
        case tuple():
            return node
        case tree.Expression() if is_dataclass(node):
            return [getattr(node, item.name) for item in fields(node)]
    return ()


class Scalars:
    """Computes expressions from the values of their leaves; shared by all engines of a process."""

    def __init__(self) -> None:
        self._database = duckdb.connect(config={"threads": 1})
        self._database.execute("SET TimeZone = 'UTC'")
        self._constants: dict[str, Value] = {}
        self._answers: dict[tuple[tree.Expression, ...], dict[tuple[Value, ...], Value]] = {}

    def function(
        self, node: tree.Expression, names: Sequence[tree.Expression]
    ) -> Callable[[tuple[Value, ...], ExecutionContext], Value]:
        """What the expression is, from the values of its leaves.

        Args:
            node: Calls and casts.
            names: Its leaves. Without any, the context decides, and nothing is remembered.

        Raises:
            RedshiftError: The function refuses its arguments; raised by what is returned.
        """
        answers = self._answers.setdefault((node, *names), {})

        def value(values: tuple[Value, ...], context: ExecutionContext) -> Value:
            if not names:
                return self._constant(lower_expression(node, context))
            if values not in answers:
                if len(answers) >= _KEPT:
                    answers.clear()
                constants: Constants = {
                    name: tree.Literal(name.type, value)
                    for name, value in zip(names, values, strict=True)
                }
                constant = _filled(node, constants)
                answers[values] = self._ask(lower_expression(constant, context))
            return answers[values]

        return value

    def _constant(self, sql: str) -> Value:
        if sql not in self._constants:
            if len(self._constants) >= _KEPT:
                self._constants.clear()
            self._constants[sql] = self._ask(sql)
        return self._constants[sql]

    def _ask(self, sql: str) -> Value:
        try:
            rows = self._database.execute(f"SELECT {sql}").fetchall()
        except duckdb.Error as error:
            raise translate(error) from error
        return rows[0][0]


def _filled(node: tree.Expression, constants: Constants) -> tree.Expression:
    """The expression with constants in the place of its leaves."""
    if node in constants:
        return constants[node]
    match node:
        case tree.Call() | tree.Case() | tree.Logical() | tree.IsNull() | tree.InList():
            changed: dict[str, Any] = {
                item.name: _each_filled(getattr(node, item.name), constants)
                for item in fields(node)
                if item.name not in ("type", "overload", "operator", "negated")
            }
            return replace(node, **changed)
        case tree.Cast():
            return replace(node, operand=_filled(node.operand, constants))
    return node


def _each_filled(part: object, constants: Constants) -> object:
    match part:
        case tuple():
            return tuple(_each_filled(each, constants) for each in part)
        case tree.Expression():
            return _filled(part, constants)
    return part
