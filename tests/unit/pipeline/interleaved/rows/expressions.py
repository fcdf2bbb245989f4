"""Expressions of the typed tree as Python functions of a row.

A row is a dictionary: the label of each FROM item leads to its values, a computed expression to its
value. NULL is None; comparisons and logic have three values; text is compared without its trailing
blanks, as the substitute does it.
"""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sparkify_harness.redshift.catalog.relations import Relation
from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.types import Kind, RedshiftType
from tests.unit.pipeline.interleaved.rows.scalars import Scalars, Value, leaves

Row = dict[Any, Any]
Code = Callable[[Row], Value]
QueryCode = Callable[[Row], list[tuple[Value, ...]]]

RUN = "run"
"""Key of a row under which the execution is: see `Run`."""


@dataclass(frozen=True)
class Run:
    """What one execution of a statement reads, besides its rows.

    Attributes:
        rows_of: the rows of a table as the transaction sees them.
        arguments: of the parameters.
        context: what session functions answer.
        ctes: rows of common table expressions, by label.
    """

    rows_of: Callable[[Relation], Iterable[tuple[Value, ...]]]
    arguments: Sequence[Value]
    context: ExecutionContext
    ctes: dict[str, list[tuple[Value, ...]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Scope:
    """What is known while a statement is compiled.

    Attributes:
        query: compiles a sub-query.
        scalars: computes functions.
        columns: the place of each column of each FROM item, by label; labels are unique.
        computed: expressions whose value the row has already.
    """

    query: Callable[[tree.Query, "Scope"], QueryCode]
    scalars: Scalars
    columns: dict[str, dict[str, int]] = field(default_factory=dict)
    computed: Mapping[tree.Expression, object] = field(default_factory=dict)


def is_text(kind: RedshiftType) -> bool:
    """Whether trailing blanks do not count."""
    return kind.kind in {Kind.VARCHAR, Kind.UNKNOWN}


def key_code(node: tree.Expression, scope: Scope) -> Code:
    """What an expression is compared, grouped and sorted by."""
    code = expression_code(node, scope)
    if not is_text(node.type):
        return code

    def key(row: Row) -> Value:
        value = code(row)
        return value if value is None else value.rstrip(" ")

    return key


def expression_code(node: tree.Expression, scope: Scope) -> Code:
    """An expression.

    Raises:
        NotImplementedError: there is no rule for a part of it.
    """
    if node in scope.computed:
        place = scope.computed[node]
        return lambda row: row[place]
    match node:
        case tree.Literal(value=value) if not isinstance(value, tree.Interval):
            return lambda row: value
        case tree.Parameter(number=number):
            return lambda row: row[RUN].arguments[number - 1]
        case tree.ColumnRef(source=source, name=name):
            place = scope.columns[source][name]
            return lambda row: row[source][place]
        case tree.Call(overload=overload) if overload.name in _COMPARISONS:
            return _comparison(node, scope)
        case tree.Call() | tree.Cast():
            return _scalar(node, scope)
        case tree.Case():
            return _case(node, scope)
        case tree.Logical():
            return _logical(node, scope)
        case tree.IsNull(operand=operand, negated=negated):
            value_of = expression_code(operand, scope)
            return lambda row: (value_of(row) is None) is not negated
        case tree.InList(operand=operand, values=values, negated=negated):
            options = [key_code(value, scope) for value in values]
            return _among(
                [key_code(operand, scope)],
                lambda row: [(option(row),) for option in options],
                negated=negated,
            )
        case tree.InQuery(operands=operands, query=query, negated=negated):
            return _in_query(operands, query, scope, negated=negated)
        case tree.Exists(query=query, negated=negated):
            rows_of = scope.query(query, scope)
            return lambda row: bool(rows_of(row)) is not negated
        case tree.ScalarQuery(query=query):
            return _single(scope.query(query, scope))
    raise NotImplementedError(f"no rule for {type(node).__name__}")


_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _comparison(node: tree.Call, scope: Scope) -> Code:
    compare = _COMPARISONS[node.overload.name]
    left, right = (key_code(argument, scope) for argument in node.arguments)

    def compared(row: Row) -> Value:
        one, other = left(row), right(row)
        return None if one is None or other is None else compare(one, other)

    return compared


def _scalar(node: tree.Expression, scope: Scope) -> Code:
    names = leaves(node, scope.computed)
    inputs = [expression_code(name, scope) for name in names]
    value = scope.scalars.function(node, names)
    return lambda row: value(tuple([code(row) for code in inputs]), row[RUN].context)


def _case(node: tree.Case, scope: Scope) -> Code:
    branches = [
        (expression_code(test, scope), expression_code(value, scope))
        for test, value in node.branches
    ]
    otherwise = expression_code(node.otherwise, scope) if node.otherwise else lambda row: None

    def chosen(row: Row) -> Value:
        return next((value for test, value in branches if test(row)), otherwise)(row)

    return chosen


def _logical(node: tree.Logical, scope: Scope) -> Code:
    operands = [expression_code(operand, scope) for operand in node.operands]
    if node.operator == "NOT":
        [inner] = operands

        def negation(row: Row) -> Value:
            value = inner(row)
            return None if value is None else not value

        return negation
    decides = node.operator == "OR"

    def combined(row: Row) -> Value:
        unknown = False
        for operand in operands:
            value = operand(row)
            if value is None:
                unknown = True
            elif bool(value) is decides:
                return decides
        return None if unknown else not decides

    return combined


def _in_query(
    operands: Sequence[tree.Expression], query: tree.Query, scope: Scope, *, negated: bool
) -> Code:
    texts = [is_text(column.type) for column in query.columns]
    rows_of = scope.query(query, scope)

    def options(row: Row) -> list[tuple[Value, ...]]:
        return [bare(found, texts) for found in rows_of(row)]

    return _among([key_code(operand, scope) for operand in operands], options, negated=negated)


def bare(values: Sequence[Value], texts: Sequence[bool]) -> tuple[Value, ...]:
    """The values as they are compared: texts without their trailing blanks."""
    return tuple(
        value.rstrip(" ") if text and value is not None else value
        for value, text in zip(values, texts, strict=True)
    )


def _among(
    operands: Sequence[Code], options: Callable[[Row], list[tuple[Value, ...]]], *, negated: bool
) -> Code:
    def found(row: Row) -> Value:
        values = tuple(code(row) for code in operands)
        answer: bool | None = False
        for option in options(row):
            equal = _equal(values, option)
            if equal:
                return not negated
            if equal is None:
                answer = None
        return None if answer is None else negated

    return found


def _equal(left: Sequence[Value], right: Sequence[Value]) -> bool | None:
    pairs = [*zip(left, right, strict=True)]
    if any(None not in (one, other) and one != other for one, other in pairs):
        return False
    return None if any(None in pair for pair in pairs) else True


def _single(rows_of: QueryCode) -> Code:
    def single(row: Row) -> Value:
        rows = rows_of(row)
        if len(rows) > 1:
            raise NotImplementedError("a sub-query of several rows as a value")
        return rows[0][0] if rows else None

    return single
