"""Expressions: one rule for each record.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_expressions.html
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal, assert_never

from sparkify_harness.redshift.errors import DatatypeMismatch, NotEmulated
from sparkify_harness.redshift.sql import syntax, tree
from sparkify_harness.redshift.sql.bind import calls, subqueries
from sparkify_harness.redshift.sql.bind.months import note_months
from sparkify_harness.redshift.sql.bind.resolve import resolve
from sparkify_harness.redshift.sql.bind.scope import Scope
from sparkify_harness.redshift.sql.coercion import coerce, common_type
from sparkify_harness.redshift.sql.constants import number
from sparkify_harness.redshift.sql.tree import CastContext
from sparkify_harness.redshift.types import BIGINT, BOOLEAN, INTEGER, INTERVAL, UNKNOWN, Kind

_COUNT = re.compile(r"\s*[+-]?\d+\s*")
_Predicate = (
    syntax.Logical
    | syntax.Not
    | syntax.Is
    | syntax.Like
    | syntax.Between
    | syntax.InList
    | syntax.InQuery
    | syntax.Exists
    | syntax.Quantified
)


def bind_expression(node: syntax.Expression, scope: Scope) -> tree.Expression:
    """The typed form of an expression.

    Args:
        node: As it was written.
        scope: The names in sight.

    Raises:
        RedshiftError: Names are unknown or ambiguous, types do not fit, or it is not emulated.
    """
    match node:
        case syntax.Column(parts=parts):
            return scope.column(parts, node.position)
        case syntax.String(value=value):
            return tree.Literal(UNKNOWN, value)
        case syntax.Number(text=text):
            return number(text)
        case syntax.Function() | syntax.WithinGroup() | syntax.Window():
            return calls.bind_call(node, scope)
        case syntax.Binary():
            return _binary(node, scope)
        case syntax.Cast(operand=operand, type=target):
            context = CastContext.TRY if node.tries else CastContext.EXPLICIT
            return coerce(bind_expression(operand, scope), target, context)
        case syntax.Paren(inner=inner):
            return bind_expression(inner, scope)
        case syntax.Case():
            return _case(node, scope)
        case syntax.Unary():
            return _unary(node, scope)
        case syntax.Null() | syntax.Boolean() | syntax.Parameter():
            return _constant(node, scope)
        case syntax.Interval() | syntax.DatePart():
            return _constant(node, scope)
        case syntax.SpecialCall(name=name, arguments=operands):
            return _call(name, operands, scope, node.position)
        case syntax.Subquery():
            return subqueries.bind_scalar(node, scope)
        case syntax.Row():
            raise NotEmulated("a row constructor", position=node.position)
        case _:
            return _predicate(node, scope)


def _predicate(node: _Predicate, scope: Scope) -> tree.Expression:
    """What is true or false by its form."""
    place = node.position
    match node:
        case syntax.Logical(word=word, operands=operands):
            bound = [condition(operand, scope, word) for operand in operands]
            return tree.Logical(BOOLEAN, word, tuple(bound))
        case syntax.Not(operand=operand):
            return negate(condition(operand, scope, "NOT"))
        case syntax.Is(operand=operand):
            return _is(bind_expression(operand, scope), node.what)
        case syntax.Like(word=word, operand=operand, pattern=pattern, escape=escape):
            operands = (operand, pattern) if escape is None else (operand, pattern, escape)
            return _call(word, operands, scope, place)
        case syntax.Between():
            return _between(node, scope)
        case syntax.InList(operand=operand, values=values):
            return _in_list(bind_expression(operand, scope), values, scope, place)
        case syntax.InQuery(operand=operand, query=query):
            return subqueries.bind_in(_operands(operand, scope), query, scope, place)
        case syntax.Exists(query=query):
            return subqueries.bind_exists(query, scope)
        case syntax.Quantified():
            return _quantified(node, scope)
        case _:
            assert_never(node)


# --- operators -------------------------------------------------------------------------------


def _binary(node: syntax.Binary, scope: Scope) -> tree.Expression:
    """A chain of operators, from left to right: ``a || b || c`` may be long."""
    chain: list[syntax.Binary] = []
    rest: syntax.Expression = node
    while isinstance(rest, syntax.Binary):
        chain.append(rest)
        rest = rest.left
    bound = bind_expression(rest, scope)
    for link in reversed(chain):
        right = bind_expression(link.right, scope)
        bound = calls.scalar(link.operator, [bound, right], link.position)
        note_months(bound, scope)
    return bound


def _unary(node: syntax.Unary, scope: Scope) -> tree.Expression:
    match node:
        case syntax.Unary(operator="-", operand=syntax.Number(text=text)):
            return _negative(text)
        case _:
            return _call(node.operator, (node.operand,), scope, node.position)


def _call(
    name: str, operands: Sequence[syntax.Expression], scope: Scope, place: int | None
) -> tree.Expression:
    arguments = [bind_expression(operand, scope) for operand in operands]
    return calls.scalar(name, arguments, place)


def _negative(text: str) -> tree.Literal:
    # The sign belongs to the constant: -2147483648 is an INTEGER, 2147483648 is not.
    constant = number(text)
    match constant.value:
        case int() | Decimal() as value if value == 2**31:
            return tree.Literal(INTEGER, -(2**31))
        case int() | Decimal() as value if value == 2**63:
            return tree.Literal(BIGINT, -(2**63))
        case int() | Decimal() | float() as value:
            return tree.Literal(constant.type, -value)
    raise NotEmulated(f"the constant -{text}")


def _constant(
    node: syntax.Null | syntax.Boolean | syntax.Parameter | syntax.Interval | syntax.DatePart,
    scope: Scope,
) -> tree.Expression:
    match node:
        case syntax.Null():
            return tree.Literal(UNKNOWN, None)
        case syntax.Boolean(value=truth):
            return tree.Literal(BOOLEAN, truth)
        case syntax.Parameter():
            return scope.binding.parameter(node.number)
        case syntax.DatePart(word=word):
            return tree.Literal(UNKNOWN, word)
        case syntax.Interval():
            return _interval(node)
        case _:
            assert_never(node)


def _interval(node: syntax.Interval) -> tree.Expression:
    if node.until is not None:
        raise NotEmulated("an interval literal with TO in its unit")
    bound = coerce(tree.Literal(UNKNOWN, node.text), INTERVAL, CastContext.EXPLICIT)
    if node.unit is None:
        return bound
    if not _COUNT.fullmatch(node.text):
        # Redshift drops what is smaller than the unit, and refuses years beside days.
        raise NotEmulated("an interval literal with a unit behind more than a whole number")
    text = f"{node.text} {node.unit}"
    return coerce(tree.Literal(UNKNOWN, text), INTERVAL, CastContext.EXPLICIT)


# --- truth -----------------------------------------------------------------------------------


def condition(node: syntax.Expression, scope: Scope, what: str) -> tree.Expression:
    """A boolean expression.

    Args:
        node: As the grammar made it.
        scope: The names in sight.
        what: Where it stands, for the error: ``WHERE``, ``AND`` ...

    Raises:
        DatatypeMismatch: It is of another type.
    """
    bound = bind_expression(node, scope)
    if bound.type.kind is Kind.BOOLEAN:
        return bound
    return as_condition(bound, what, node.position)


def as_condition(bound: tree.Expression, what: str, place: int | None) -> tree.Expression:
    """The expression as a boolean."""
    if bound.type.kind is Kind.UNKNOWN:
        return coerce(bound, BOOLEAN, CastContext.IMPLICIT)
    if bound.type.kind is not Kind.BOOLEAN:
        raise DatatypeMismatch(
            f"argument of {what} must be type boolean, not type {bound.type.kind.value}",
            position=place,
        )
    return bound


def negate(operand: tree.Expression) -> tree.Expression:
    """NOT, kept inside the predicates that have a negative form."""
    match operand:
        case tree.IsNull() | tree.InList() | tree.InQuery() | tree.Exists():
            return replace(operand, negated=not operand.negated)
    return tree.Logical(BOOLEAN, "NOT", (operand,))


def _is(
    operand: tree.Expression, what: Literal["NULL", "UNKNOWN", "TRUE", "FALSE"]
) -> tree.Expression:
    if what == "NULL":
        return tree.IsNull(BOOLEAN, operand)
    truth = as_condition(operand, f"IS {what}", None)
    if what == "UNKNOWN":
        return tree.IsNull(BOOLEAN, truth)
    wanted = truth if what == "TRUE" else tree.Logical(BOOLEAN, "NOT", (truth,))
    yes, no = tree.Literal(BOOLEAN, value=True), tree.Literal(BOOLEAN, value=False)
    return tree.Case(BOOLEAN, ((wanted, yes),), no)


def _between(node: syntax.Between, scope: Scope) -> tree.Expression:
    place = node.position
    operand = bind_expression(node.operand, scope)
    low, high = bind_expression(node.low, scope), bind_expression(node.high, scope)
    return tree.Logical(
        BOOLEAN,
        "AND",
        (calls.scalar(">=", [operand, low], place), calls.scalar("<=", [operand, high], place)),
    )


def _case(node: syntax.Case, scope: Scope) -> tree.Expression:
    if node.operand is None:
        tests = [condition(when, scope, "CASE/WHEN") for when, _ in node.branches]
    else:
        operand = bind_expression(node.operand, scope)
        tests = [
            calls.scalar("=", [operand, bind_expression(when, scope)], when.position)
            for when, _ in node.branches
        ]
    values = [bind_expression(then, scope) for _, then in node.branches]
    otherwise = None if node.otherwise is None else bind_expression(node.otherwise, scope)
    # PostgreSQL decides the type from the ELSE branch first.
    ordered = values if otherwise is None else [otherwise, *values]
    target = common_type(ordered, "CASE")
    return tree.Case(
        target,
        tuple(
            (test, coerce(value, target, CastContext.IMPLICIT))
            for test, value in zip(tests, values, strict=True)
        ),
        None if otherwise is None else coerce(otherwise, target, CastContext.IMPLICIT),
    )


# --- sets ------------------------------------------------------------------------------------


def _operands(node: syntax.Expression, scope: Scope) -> list[tree.Expression]:
    members = node.values if isinstance(node, syntax.Row) else (node,)
    return [bind_expression(member, scope) for member in members]


def _in_list(
    operand: tree.Expression,
    nodes: Sequence[syntax.Expression],
    scope: Scope,
    place: int | None,
) -> tree.Expression:
    """``x IN (a, b)`` is ``x = a OR x = b``: each pair finds its operator."""
    pairs = [
        resolve("=", [operand, bind_expression(node, scope)], position=place) for node in nodes
    ]
    first = pairs[0]
    if all((p.overload, p.arguments[0]) == (first.overload, first.arguments[0]) for p in pairs):
        values = tuple(pair.arguments[1] for pair in pairs)
        return tree.InList(BOOLEAN, first.arguments[0], values)
    equalities = [tree.Call(pair.type, pair.overload, tuple(pair.arguments)) for pair in pairs]
    return tree.Logical(BOOLEAN, "OR", tuple(equalities))


def _quantified(node: syntax.Quantified, scope: Scope) -> tree.Expression:
    """``x = ANY (SELECT ...)`` and ``x <> ALL (SELECT ...)``, which are IN and NOT IN."""
    place = node.position
    if isinstance(node.members, tuple):
        return _quantified_list(node, node.members, scope)
    match node.operator, node.quantifier:
        case "=", "ANY":
            return subqueries.bind_in(_operands(node.operand, scope), node.members, scope, place)
        case "<>", "ALL":
            found = subqueries.bind_in(_operands(node.operand, scope), node.members, scope, place)
            return replace(found, negated=True)
    raise NotEmulated("a comparison with ANY or ALL of a sub-query", position=place)


def _quantified_list(
    node: syntax.Quantified, members: Sequence[syntax.Expression], scope: Scope
) -> tree.Expression:
    """A comparison with ANY or ALL of a list: with one or with each of its members."""
    place = node.position
    operand = bind_expression(node.operand, scope)
    match node.operator, node.quantifier:
        case "=", "ANY":
            return _in_list(operand, members, scope, place)
        case "<>", "ALL":
            return negate(_in_list(operand, members, scope, place))
    compared = [
        calls.scalar(node.operator, [operand, bind_expression(member, scope)], place)
        for member in members
    ]
    word = "AND" if node.quantifier == "ALL" else "OR"
    return tree.Logical(BOOLEAN, word, tuple(compared))
