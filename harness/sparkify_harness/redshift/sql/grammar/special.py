"""Constants, and the functions with a syntax of their own.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_functions.html
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Final

from sqlglot import exp

from sparkify_harness.redshift.sql.grammar.types import TYPE_WORDS, Types
from sparkify_harness.redshift.sql.tokens import Kind, Token

_BARE: Final = frozenset(
    [
        "current_date",
        "current_time",
        "current_timestamp",
        "current_user",
        "current_user_id",
        "localtime",
        "localtimestamp",
        "session_user",
        "sysdate",
        "user",
    ]
)
_INTERVAL_UNITS: Final = ("year", "month", "day", "hour", "minute", "second")
_ZONES: Final = (("with", "time", "zone"), ("without", "time", "zone"))
_REFUSED: Final[Mapping[str, str]] = {"prior": "CONNECT BY", "unnest": "UNNEST"}
OPERATOR_LEVEL: Final = 9
"""Operators that bind tighter than IN."""


class Special(Types, ABC):
    """Reads operands that are no plain call, column or number."""

    @abstractmethod
    def expression(self, level: int = 0) -> exp.Expr:
        """An expression."""

    @abstractmethod
    def parentheses(self) -> exp.Expr:
        """What stands in parentheses."""

    def special(self) -> exp.Expr | None:
        """What begins with a word that has a grammar of its own; None if nothing such comes."""
        token = self.token
        key = token.key
        if key in _BARE:
            self.advance()
            call = self.mark(exp.Anonymous(this=key), token)
            call.meta["bare"] = True
            return call
        if key in TYPE_WORDS and self._at_typed_literal():
            return self._typed_literal(token)
        if key in _KEYWORDS:
            return self.mark(_KEYWORDS[key](self), token)
        if key in _FUNCTIONS and self.peek().key == "(":
            self.advance()
            self.advance()
            node = _FUNCTIONS[key](self)
            self.expect(")")
            return self.mark(node, token)
        if key in _REFUSED and self.peek().kind is not Kind.END:
            self.not_emulated(_REFUSED[key])
        return None

    # --- constants -----------------------------------------------------------------------

    def _at_typed_literal(self) -> bool:
        words = 1
        if self.at("double", "precision"):
            words = 2
        elif self.token.key in {"time", "timestamp"} and any(
            self.at(self.token.key, *zone) for zone in _ZONES
        ):
            words = 4
        return self.peek(words).kind is Kind.STRING

    def _typed_literal(self, token: Token) -> exp.Expr:
        if token.key == "interval":
            return self._interval(token)
        target = self.type_node()
        literal = exp.Literal(this=self.string(), is_string=True)
        return self.mark(exp.Cast(this=literal, to=target), token)

    def _interval(self, token: Token) -> exp.Expr:
        self.advance()
        node = exp.Interval(this=exp.Literal(this=self.string(), is_string=True))
        if unit := self.accept_any(*_INTERVAL_UNITS):
            start = exp.Var(this=unit)
            if self.accept("to"):
                end = exp.Var(this=self.expect_any(*_INTERVAL_UNITS))
                node.set("unit", exp.IntervalSpan(this=start, expression=end))
            else:
                node.set("unit", start)
        return self.mark(node, token)


def _null(grammar: Special) -> exp.Expr:
    grammar.advance()
    return exp.Null()


def _boolean(grammar: Special) -> exp.Expr:
    return exp.Boolean(this=grammar.advance().key == "true")


def _case(grammar: Special) -> exp.Expr:
    grammar.expect("case")
    operand = None if grammar.at("when") else grammar.expression()
    branches = []
    while grammar.accept("when"):
        condition = grammar.expression()
        grammar.expect("then")
        branches.append(exp.If(this=condition, true=grammar.expression()))
    if not branches:
        grammar.fail()
    default = grammar.expression() if grammar.accept("else") else None
    grammar.expect("end")
    return exp.Case(this=operand, ifs=branches, default=default)


def _exists(grammar: Special) -> exp.Expr:
    grammar.expect("exists")
    opening = grammar.token
    query = grammar.parentheses()
    if not isinstance(query, exp.Subquery):
        grammar.fail(opening)
    return exp.Exists(this=query.this)


def _cast(grammar: Special) -> exp.Expr:
    operand = grammar.expression()
    grammar.expect("as")
    return exp.Cast(this=operand, to=grammar.type_node())


def _try_cast(grammar: Special) -> exp.Expr:
    operand = grammar.expression()
    grammar.expect("as")
    return exp.TryCast(this=operand, to=grammar.type_node())


def _convert(grammar: Special) -> exp.Expr:
    target = grammar.type_node()
    grammar.expect(",")
    return exp.Cast(this=grammar.expression(), to=target)


def _extract(grammar: Special) -> exp.Expr:
    part = grammar.token
    if part.kind not in {Kind.WORD, Kind.QUOTED, Kind.STRING}:
        grammar.fail()
    grammar.advance()
    grammar.expect("from")
    name = grammar.mark(exp.Var(this=part.value.lower()), part)
    return exp.Extract(this=name, expression=grammar.expression())


def _substring(grammar: Special) -> exp.Expr:
    if grammar.at(")"):
        return exp.Anonymous(this="substring", expressions=[])
    operand = grammar.expression()
    if grammar.accept("from"):
        start = grammar.expression()
        length = grammar.expression() if grammar.accept("for") else None
        return exp.Substring(this=operand, start=start, length=length)
    arguments = [operand]
    if grammar.accept(","):
        arguments += grammar.listed(grammar.expression)
    return exp.Anonymous(this="substring", expressions=arguments)


def _trim(grammar: Special) -> exp.Expr:
    side = grammar.accept_any("both", "leading", "trailing").upper()
    if grammar.accept("from"):
        return exp.Trim(this=grammar.expression(), position=side or "BOTH")
    operand = grammar.expression()
    if grammar.accept("from"):
        return exp.Trim(this=grammar.expression(), expression=operand, position=side or "BOTH")
    if side:
        return exp.Trim(this=operand, position=side)
    arguments = [operand]
    if grammar.accept(","):
        arguments += grammar.listed(grammar.expression)
    return exp.Anonymous(this="trim", expressions=arguments)


def _position(grammar: Special) -> exp.Expr:
    sought = grammar.expression(OPERATOR_LEVEL)
    grammar.expect("in")
    return exp.StrPosition(this=grammar.expression(OPERATOR_LEVEL), substr=sought)


_KEYWORDS: Final[Mapping[str, Callable[[Special], exp.Expr]]] = {
    "null": _null,
    "true": _boolean,
    "false": _boolean,
    "case": _case,
    "exists": _exists,
}
_FUNCTIONS: Final[Mapping[str, Callable[[Special], exp.Expr]]] = {
    "cast": _cast,
    "try_cast": _try_cast,
    "convert": _convert,
    "extract": _extract,
    "substring": _substring,
    "trim": _trim,
    "position": _position,
}
