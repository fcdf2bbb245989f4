"""Constants, and the functions with a syntax of their own.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_functions.html
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Final, Literal

from sparkify_harness.redshift.sql import syntax
from sparkify_harness.redshift.sql.grammar.types import INTERVAL_UNITS, TYPE_WORDS, Types
from sparkify_harness.redshift.sql.tokens import TokenKind

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
_ZONES: Final = (("with", "time", "zone"), ("without", "time", "zone"))
_REFUSED: Final[Mapping[str, str]] = {"prior": "CONNECT BY", "unnest": "UNNEST"}
OPERATOR_LEVEL: Final = 9
"""Operators that bind tighter than IN."""


class Special(Types, ABC):
    """Reads operands that are no plain call, column or number."""

    @abstractmethod
    def expression(self, level: int = 0) -> syntax.Expression:
        """An expression."""

    @abstractmethod
    def parentheses(self) -> syntax.Subquery | syntax.Row | syntax.Paren:
        """What stands in parentheses."""

    def special(self) -> syntax.Expression | None:
        """What begins with a word that has a grammar of its own; None if nothing such comes."""
        token = self.token
        key = token.key
        if key in _BARE:
            self.advance()
            return syntax.Function(key, position=token.position)
        if key in TYPE_WORDS and self._at_typed_literal():
            return self._typed_literal(token.position)
        if key in _KEYWORDS:
            return _KEYWORDS[key](self, token.position)
        if key in _FUNCTIONS and self.peek().key == "(":
            self.advance()
            self.advance()
            node = _FUNCTIONS[key](self, token.position)
            self.expect(")")
            return node
        if key in _REFUSED and self.peek().kind is not TokenKind.END:
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
        return self.peek(words).kind is TokenKind.STRING

    def _typed_literal(self, position: int) -> syntax.Expression:
        if self.token.key == "interval":
            return self._interval(position)
        target = self.data_type()
        return syntax.Cast(syntax.String(self.string()), target, position=position)

    def _interval(self, position: int) -> syntax.Interval:
        self.advance()
        text = self.string()
        unit = self.accept_any(*INTERVAL_UNITS) or None
        until = self.expect_any(*INTERVAL_UNITS) if unit and self.accept("to") else None
        if unit and self.at("("):
            self.not_emulated("an interval literal with a precision")
        return syntax.Interval(text, unit, until, position=position)


def _null(grammar: Special, position: int) -> syntax.Null:
    grammar.advance()
    return syntax.Null(position=position)


def _boolean(grammar: Special, position: int) -> syntax.Boolean:
    return syntax.Boolean(grammar.advance().key == "true", position=position)


def _case(grammar: Special, position: int) -> syntax.Case:
    grammar.expect("case")
    operand = None if grammar.at("when") else grammar.expression()
    branches = []
    while grammar.accept("when"):
        condition = grammar.expression()
        grammar.expect("then")
        branches.append((condition, grammar.expression()))
    if not branches:
        grammar.fail()
    otherwise = grammar.expression() if grammar.accept("else") else None
    grammar.expect("end")
    return syntax.Case(operand, tuple(branches), otherwise, position=position)


def _exists(grammar: Special, position: int) -> syntax.Exists:
    grammar.expect("exists")
    opening = grammar.token
    inside = grammar.parentheses()
    if not isinstance(inside, syntax.Subquery):
        grammar.fail(opening)
    return syntax.Exists(inside.query, position=position)


def _cast(grammar: Special, position: int) -> syntax.Cast:
    operand = grammar.expression()
    grammar.expect("as")
    return syntax.Cast(operand, grammar.data_type(), position=position)


def _try_cast(grammar: Special, position: int) -> syntax.Cast:
    operand = grammar.expression()
    grammar.expect("as")
    return syntax.Cast(operand, grammar.data_type(), tries=True, position=position)


def _convert(grammar: Special, position: int) -> syntax.Cast:
    target = grammar.data_type()
    grammar.expect(",")
    return syntax.Cast(grammar.expression(), target, position=position)


def _extract(grammar: Special, position: int) -> syntax.SpecialCall:
    word = grammar.token
    if word.kind not in {TokenKind.WORD, TokenKind.QUOTED, TokenKind.STRING}:
        grammar.fail()
    grammar.advance()
    grammar.expect("from")
    part = syntax.DatePart(word.value.lower(), position=word.position)
    return syntax.SpecialCall("extract", (part, grammar.expression()), position=position)


def _substring(grammar: Special, position: int) -> syntax.Expression:
    if grammar.at(")"):
        return syntax.Function("substring", position=position)
    operand = grammar.expression()
    if grammar.accept("from"):
        arguments = [operand, grammar.expression()]
        if grammar.accept("for"):
            arguments.append(grammar.expression())
        return syntax.SpecialCall("substring", tuple(arguments), position=position)
    return _plain(grammar, "substring", operand, position)


def _trim(grammar: Special, position: int) -> syntax.Expression:
    side = grammar.accept_any(*_TRIMS)
    name = _TRIMS[side or "both"]
    if grammar.accept("from"):
        return syntax.SpecialCall(name, (grammar.expression(),), position=position)
    operand = grammar.expression()
    if grammar.accept("from"):
        return syntax.SpecialCall(name, (grammar.expression(), operand), position=position)
    if side:
        return syntax.SpecialCall(name, (operand,), position=position)
    return _plain(grammar, "trim", operand, position)


def _plain(grammar: Special, name: str, first: syntax.Expression, position: int) -> syntax.Function:
    """What turned out to be an ordinary call at its first argument."""
    arguments = [first]
    if grammar.accept(","):
        arguments += grammar.listed(grammar.expression)
    return syntax.Function(name, tuple(arguments), position=position)


def _position(grammar: Special, position: int) -> syntax.SpecialCall:
    sought = grammar.expression(OPERATOR_LEVEL)
    grammar.expect("in")
    operand = grammar.expression(OPERATOR_LEVEL)
    return syntax.SpecialCall("position", (operand, sought), position=position)


_TRIMS: Final[Mapping[str, Literal["btrim", "ltrim", "rtrim"]]] = {
    "both": "btrim",
    "leading": "ltrim",
    "trailing": "rtrim",
}
_KEYWORDS: Final[Mapping[str, Callable[[Special, int], syntax.Expression]]] = {
    "null": _null,
    "true": _boolean,
    "false": _boolean,
    "case": _case,
    "exists": _exists,
}
_FUNCTIONS: Final[Mapping[str, Callable[[Special, int], syntax.Expression]]] = {
    "cast": _cast,
    "try_cast": _try_cast,
    "convert": _convert,
    "extract": _extract,
    "substring": _substring,
    "trim": _trim,
    "position": _position,
}
