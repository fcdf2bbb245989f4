"""Expressions: one rule for each kind of node; a node without a rule is refused.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_expressions.html
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from sqlglot import exp

from sparkify_harness.redshift.errors import DatatypeMismatch, NotEmulated, SyntaxFault
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.bind import calls, subqueries
from sparkify_harness.redshift.sql.bind.months import note_months
from sparkify_harness.redshift.sql.bind.scope import Scope
from sparkify_harness.redshift.sql.coercion import coerce, common_type
from sparkify_harness.redshift.sql.constants import number
from sparkify_harness.redshift.sql.dialect import position, target_type
from sparkify_harness.redshift.sql.functions.resolve import resolve
from sparkify_harness.redshift.sql.tree import CastContext
from sparkify_harness.redshift.types import BIGINT, BOOLEAN, INTEGER, INTERVAL, UNKNOWN, Kind

OPERATORS: Final[dict[type[exp.Expr], str]] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.Mod: "%",
    exp.Pow: "^",
    exp.DPipe: "||",
    exp.BitwiseAnd: "&",
    exp.BitwiseOr: "|",
    exp.BitwiseXor: "#",
    exp.BitwiseLeftShift: "<<",
    exp.BitwiseRightShift: ">>",
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.RegexpLike: "~",
    exp.RegexpILike: "~*",
}
PREFIXES: Final[dict[type[exp.Expr], str]] = {
    exp.Neg: "-",
    exp.BitwiseNot: "~",
    exp.Sqrt: "|/",
    exp.Cbrt: "||/",
    exp.Abs: "@",
}
PATTERNS: Final[dict[type[exp.Expr], str]] = {
    exp.Like: "like",
    exp.ILike: "ilike",
    exp.SimilarTo: "similar to",
}
_TRIMS: Final = {"BOTH": "btrim", "LEADING": "ltrim", "TRAILING": "rtrim"}


def bind_expression(node: exp.Expr, scope: Scope) -> tree.Expression:
    """The typed form of an expression.

    Args:
        node: As the grammar made it.
        scope: The names in sight.

    Raises:
        NotEmulated: There is no rule for the node.
        RedshiftError: Names are unknown or ambiguous, or types do not fit.
    """
    match node:
        case exp.Column(this=exp.Identifier()):
            return scope.column([part.name for part in node.parts], position(node))
        case exp.Paren(this=inner):
            return bind_expression(inner, scope)
        case exp.Literal() | exp.Null() | exp.Boolean() | exp.Interval() | exp.Parameter():
            return _constant(node, scope)
        case exp.Cast(this=operand):
            context = CastContext.TRY if isinstance(node, exp.TryCast) else CastContext.EXPLICIT
            return coerce(bind_expression(operand, scope), target_type(node), context)
        case exp.And() | exp.Or():
            return _logical(node, scope)
        case exp.Not(this=inner):
            return negate(condition(inner, scope, "NOT"))
        case exp.Is(this=operand, expression=what):
            return _is(bind_expression(operand, scope), what)
        case exp.Between(this=operand):
            return _between(node, bind_expression(operand, scope), scope)
        case exp.Case():
            return _case(node, scope)
        case exp.In() | exp.Exists() | exp.Subquery() | exp.Query():
            return _membership(node, scope)
        case exp.Binary(expression=exp.Any() | exp.All()):
            return _quantified(node, scope)
        case exp.Escape(this=exp.Like() | exp.ILike() | exp.SimilarTo() as pattern):
            operands = [pattern.this, pattern.expression, node.expression]
            return _call(PATTERNS[type(pattern)], operands, scope, node)
        case exp.Window() | exp.WithinGroup() | exp.Anonymous():
            return calls.bind_call(node, scope)
        case exp.Dot(this=exp.Identifier() as schema, expression=exp.Anonymous() as call):
            return calls.bind_qualified(schema.name, call, scope)
    return _operation(node, scope)


def _membership(node: exp.Expr, scope: Scope) -> tree.Expression:
    """Predicates over sets, and sub-queries as values."""
    match node:
        case exp.In(this=operand, args={"query": exp.Expr() as query}):
            return subqueries.bind_in(_operands(operand, scope), query, scope, position(node))
        case exp.In(this=operand, expressions=values):
            return _in_list(bind_expression(operand, scope), values, scope, position(node))
        case exp.Exists(this=query):
            return subqueries.bind_exists(query, scope)
    return subqueries.bind_scalar(node, scope)


def _quantified(node: exp.Expr, scope: Scope) -> tree.Expression:
    """``x = ANY (SELECT ...)`` and ``x <> ALL (SELECT ...)``, which are IN and NOT IN."""
    match node:
        case exp.Binary(expression=exp.Any(this=exp.Tuple()) | exp.All(this=exp.Tuple())):
            return _quantified_list(node, scope)
        case exp.EQ(this=operand, expression=exp.Any(this=query)):
            return subqueries.bind_in(_operands(operand, scope), query, scope, position(node))
        case exp.NEQ(this=operand, expression=exp.All(this=query)):
            found = subqueries.bind_in(_operands(operand, scope), query, scope, position(node))
            return replace(found, negated=True)
    raise NotEmulated("a comparison with ANY or ALL of a sub-query", position=position(node))


def _quantified_list(node: exp.Binary, scope: Scope) -> tree.Expression:
    """A comparison with ANY or ALL of a list: with one or with each of its members."""
    quantifier, place = node.expression, position(node)
    operand, members = bind_expression(node.this, scope), quantifier.this.expressions
    every = isinstance(quantifier, exp.All)
    if isinstance(node, exp.NEQ if every else exp.EQ):
        found = _in_list(operand, members, scope, place)
        return negate(found) if every else found
    if type(node) not in OPERATORS:
        raise NotEmulated("this operator with ANY or ALL of an array", position=place)
    symbol = OPERATORS[type(node)]
    compared = [
        calls.scalar(symbol, [operand, bind_expression(member, scope)], place) for member in members
    ]
    return tree.Logical(BOOLEAN, "AND" if every else "OR", tuple(compared))


def _operation(node: exp.Expr, scope: Scope) -> tree.Expression:
    """Operators, and functions with a syntax of their own."""
    kind = type(node)
    match node:
        case exp.Operator(this=left, expression=right):
            return _call(node.args["operator"].name, (left, right), scope, node)
        case exp.Binary() if kind in OPERATORS:
            return _binary(node, scope)
        case exp.Expr(this=left, expression=right) if kind in PATTERNS:
            return _call(PATTERNS[kind], (left, right), scope, node)
        case exp.Neg(this=exp.Literal(is_string=False) as literal):
            return _negative(literal)
        case exp.Expr(this=operand) if kind in PREFIXES:
            return _call(PREFIXES[kind], (operand,), scope, node)
        case exp.AtTimeZone(this=moment, args={"zone": zone}):
            return _call("timezone", (zone, moment), scope, node)
        case exp.Extract(this=part, expression=moment):
            word = tree.Literal(UNKNOWN, part.name)
            return calls.scalar("extract", [word, bind_expression(moment, scope)], position(node))
        case exp.Substring(this=text, args={"start": start}):
            length = node.args.get("length")
            operands = [text, start] if length is None else [text, start, length]
            return _call("substring", operands, scope, node)
        case exp.Trim(this=text):
            characters = node.args.get("expression")
            operands = [text] if characters is None else [text, characters]
            return _call(_TRIMS[(node.text("position") or "BOTH").upper()], operands, scope, node)
        case exp.StrPosition(this=text, args={"substr": part}):
            return _call("position", (text, part), scope, node)
        case exp.Tuple():
            raise NotEmulated("a row constructor", position=position(node))
    raise NotEmulated(f"an expression of the kind {kind.__name__}", position=position(node))


def _binary(node: exp.Expr, scope: Scope) -> tree.Expression:
    """A chain of operators, from left to right: ``a || b || c`` may be long."""
    chain: list[exp.Expr] = []
    rest = node
    while type(rest) in OPERATORS and not isinstance(rest.expression, exp.Any | exp.All):
        chain.append(rest)
        rest = rest.this
    bound = bind_expression(rest, scope)
    for link in reversed(chain):
        right = bind_expression(link.expression, scope)
        bound = calls.scalar(OPERATORS[type(link)], [bound, right], position(link))
        note_months(bound, scope)
    return bound


def _call(name: str, operands: Sequence[exp.Expr], scope: Scope, node: exp.Expr) -> tree.Expression:
    arguments = [bind_expression(operand, scope) for operand in operands]
    return calls.scalar(name, arguments, position(node))


def _negative(literal: exp.Literal) -> tree.Literal:
    # The sign belongs to the constant: -2147483648 is an INTEGER, 2147483648 is not.
    constant = number(literal.name)
    match constant.value:
        case int() | Decimal() as value if value == 2**31:
            return tree.Literal(INTEGER, -(2**31))
        case int() | Decimal() as value if value == 2**63:
            return tree.Literal(BIGINT, -(2**63))
        case int() | Decimal() | float() as value:
            return tree.Literal(constant.type, -value)
    raise NotEmulated(f"the constant -{literal.name}", position=position(literal))


def _constant(node: exp.Expr, scope: Scope) -> tree.Expression:
    match node:
        case exp.Literal(is_string=True):
            return tree.Literal(UNKNOWN, node.name)
        case exp.Literal():
            return number(node.name)
        case exp.Null():
            return tree.Literal(UNKNOWN, None)
        case exp.Boolean(this=value):
            return tree.Literal(BOOLEAN, bool(value))
        case exp.Parameter():
            return scope.binding.parameter(int(node.name))
        case exp.Interval(this=exp.Literal() as text):
            unit = node.args.get("unit")
            return coerce(_interval_text(text.name, unit), INTERVAL, CastContext.EXPLICIT)
    raise NotEmulated(f"a constant of the kind {type(node).__name__}", position=position(node))


def _interval_text(text: str, unit: exp.Expr | None) -> tree.Literal:
    match unit:
        case None:
            return tree.Literal(UNKNOWN, text)
        case exp.Var():
            return tree.Literal(UNKNOWN, f"{text} {unit.name.lower()}")
    raise NotEmulated("an interval literal with TO in its unit", position=position(unit))


# --- truth -----------------------------------------------------------------------------------


def condition(node: exp.Expr, scope: Scope, what: str) -> tree.Expression:
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
    return as_condition(bound, what, position(node))


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


def _logical(node: exp.Expr, scope: Scope) -> tree.Expression:
    # Chains of thousands of operands are common in generated SQL: no recursion along them.
    kind = type(node)
    word = "AND" if kind is exp.And else "OR"
    operands: list[exp.Expr] = []
    rest: exp.Expr = node
    while type(rest) is kind:
        operands.append(rest.expression)
        rest = rest.this
    operands.append(rest)
    bound = [condition(operand, scope, word) for operand in reversed(operands)]
    return tree.Logical(BOOLEAN, word, tuple(bound))


def _is(operand: tree.Expression, what: exp.Expr) -> tree.Expression:
    match what:
        case exp.Null():
            return tree.IsNull(BOOLEAN, operand)
        case exp.Var():
            return tree.IsNull(BOOLEAN, as_condition(operand, "IS UNKNOWN", None))
        case exp.Boolean(this=value):
            truth = as_condition(operand, f"IS {str(bool(value)).upper()}", None)
            wanted = truth if value else tree.Logical(BOOLEAN, "NOT", (truth,))
            yes, no = tree.Literal(BOOLEAN, value=True), tree.Literal(BOOLEAN, value=False)
            return tree.Case(BOOLEAN, ((wanted, yes),), no)
    raise SyntaxFault.near(what.name, position(what))


def _between(node: exp.Between, operand: tree.Expression, scope: Scope) -> tree.Expression:
    place = position(node)
    low, high = (bind_expression(node.args[side], scope) for side in ("low", "high"))
    return tree.Logical(
        BOOLEAN,
        "AND",
        (calls.scalar(">=", [operand, low], place), calls.scalar("<=", [operand, high], place)),
    )


def _case(node: exp.Case, scope: Scope) -> tree.Expression:
    branches = node.args["ifs"]
    if node.this is None:
        tests = [condition(branch.this, scope, "CASE/WHEN") for branch in branches]
    else:
        operand = bind_expression(node.this, scope)
        tests = [
            calls.scalar("=", [operand, bind_expression(branch.this, scope)], position(branch.this))
            for branch in branches
        ]
    default = node.args.get("default")
    values = [bind_expression(branch.args["true"], scope) for branch in branches]
    otherwise = None if default is None else bind_expression(default, scope)
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


def _operands(node: exp.Expr, scope: Scope) -> list[tree.Expression]:
    members = node.expressions if isinstance(node, exp.Tuple) else [node]
    return [bind_expression(member, scope) for member in members]


def _in_list(
    operand: tree.Expression, nodes: Sequence[exp.Expr], scope: Scope, place: int | None
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
