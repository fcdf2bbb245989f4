"""Expressions, with the precedence of operators of PostgreSQL 8.0.

There ``<=``, ``>=``, ``<>`` and ``||`` are operators like any other, which bind tighter than
``IN``, ``LIKE`` and ``=``, and looser than ``IS``; ``=`` associates to the right, and ``<``, ``>``,
``LIKE``, ``IN`` and ``BETWEEN`` with themselves not at all.
See https://www.postgresql.org/docs/8.0/sql-syntax.html#SQL-PRECEDENCE.
"""

from abc import abstractmethod
from typing import Final, Literal, TypeGuard

from sparkify_harness.redshift.errors import SyntaxFault
from sparkify_harness.redshift.sql import syntax
from sparkify_harness.redshift.sql.grammar.calls import Calls
from sparkify_harness.redshift.sql.reserved import RESERVED
from sparkify_harness.redshift.sql.tokens import Token, TokenKind, is_whole

(OR, AND, NOT, EQUAL, LESS, LIKE, BETWEEN, IN, OPERATOR, IS, SUM, PRODUCT, POWER, ZONE, SIGN) = (
    range(1, 16)
)

_BINARY: Final[dict[str, int]] = {
    "or": OR,
    "and": AND,
    "=": EQUAL,
    "<": LESS,
    ">": LESS,
    "like": LIKE,
    "ilike": LIKE,
    "similar": LIKE,
    "between": BETWEEN,
    "in": IN,
    "is": IS,
    "isnull": IS,
    "notnull": IS,
    "+": SUM,
    "-": SUM,
    "*": PRODUCT,
    "/": PRODUCT,
    "%": PRODUCT,
    "^": POWER,
    "at": ZONE,
}
"""Levels of what stands between operands; any other symbol is an operator of the level OPERATOR."""
_UNARY: Final[dict[str, int]] = {
    "-": SIGN,
    "+": SIGN,
    "not": NOT,
    "~": IS,
    "@": IS,
    "|/": IS,
    "||/": IS,
}
_NOT_ASSOCIATIVE: Final = frozenset({LESS, LIKE, BETWEEN, IN})
_NEGATABLE: Final = frozenset({"in", "like", "ilike", "similar", "between"})
_COMPARISONS: Final = frozenset({"=", "<>", "<", ">", "<=", ">="})
_NEGATED: Final = frozenset({"!~", "!~*"})
_QUANTIFIERS: Final[dict[str, Literal["ANY", "ALL"]]] = {"any": "ANY", "some": "ANY", "all": "ALL"}
_PATTERNS: Final[dict[str, Literal["like", "ilike", "similar to"]]] = {
    "like": "like",
    "ilike": "ilike",
    "similar": "similar to",
}
_TRUTHS: Final[dict[str, Literal["NULL", "UNKNOWN", "TRUE", "FALSE"]]] = {
    "null": "NULL",
    "true": "TRUE",
    "false": "FALSE",
    "unknown": "UNKNOWN",
}
_NO_OPERATORS: Final = frozenset("(),;.[]:") | {"::"}


class Expressions(Calls):
    """Reads expressions."""

    subqueries = 0
    """How many queries in parentheses were read."""

    @abstractmethod
    def query(self) -> syntax.Query:
        """A query without parentheses around it."""

    @abstractmethod
    def query_after(self, first: syntax.Subquery) -> syntax.Query:
        """The rest of a query whose first operand was read."""

    @abstractmethod
    def at_query_rest(self) -> bool:
        """Whether what follows continues a query."""

    def expression(self, level: int = 0) -> syntax.Expression:
        """An expression.

        Args:
            level: Operators that bind looser are left alone.
        """
        return self._infix(self._prefix(), level)

    # --- operands ------------------------------------------------------------------------

    def _prefix(self) -> syntax.Expression:
        token = self.token
        kind = token.kind
        if kind is TokenKind.STRING:
            self.advance()
            if "\0" in token.value:
                raise SyntaxFault('invalid byte sequence for encoding "UTF8": 0x00')
            return self._postfix(syntax.String(token.value))
        if kind is TokenKind.INTEGER or kind is TokenKind.NUMBER:
            self.advance()
            return self._postfix(syntax.Number(token.value))
        if token.key in _UNARY:
            self.advance()
            operand = self.expression(_UNARY[token.key])
            if token.key == "+":
                return operand
            if token.key == "not":
                return syntax.Not(operand, position=token.position)
            return syntax.Unary(token.key, operand, position=token.position)
        return self._postfix(self._operand(token))

    def _operand(self, token: Token) -> syntax.Expression:
        if token.key == "(":
            return self._row_or(self.parentheses(), token)
        if token.kind is TokenKind.PARAMETER:
            if not is_whole(token.value) or not int(token.value):
                self.fail()
            self.advance()
            return syntax.Parameter(int(token.value), position=token.position)
        if token.kind is TokenKind.WORD:
            special = self.special() or self.reserved_call()
            if special is not None:
                return special
            if token.key in RESERVED and not self._at_timestamp():
                self.fail()
        elif token.kind is not TokenKind.QUOTED:
            self.fail()
        return self._column_or_call()

    def _at_timestamp(self) -> bool:
        """Whether the column TIMESTAMP comes next, which is reserved, and named bare all the same.

        PostgreSQL: ``col_name_keyword`` in src/backend/parser/gram.y
        """
        return self.at("timestamp") and self.peek().key not in {"(", "."}

    def _row_or(self, node: syntax.Expression, token: Token) -> syntax.Expression:
        if isinstance(node, syntax.Row) and not (self.at("in") or self.at("not", "in")):
            self.not_emulated("row values other than before IN (SELECT ...)", token)
        return node

    def _postfix(self, node: syntax.Expression) -> syntax.Expression:
        while True:
            token = self.token
            if token.key == "::":
                self.advance()
                node = syntax.Cast(node, self.data_type(), position=token.position)
            elif token.key == "[":
                node = self._element(node)
            else:
                return node

    def _element(self, array: syntax.Expression) -> syntax.Function:
        """One of the schemas of ``(current_schemas(true))[1]``, as catalog queries have it.

        That is the only array that there is.
        """
        call = _bare(array)
        if not isinstance(array, syntax.Paren) or not _is_search_path(call):
            self.not_emulated("navigation into SUPER values")
        token = self.expect("[")
        arguments = (*call.arguments, self.expression())
        self.expect("]")
        return syntax.Function(f"{call.name}[]", arguments, position=token.position)

    def parentheses(self) -> syntax.Subquery | syntax.Row | syntax.Paren:
        """What stands in parentheses."""
        token = self.expect("(")
        if self.at("select") or self.at("with"):
            return self._subquery(self.query(), token)
        if self.at("("):
            inner = self.token
            first = self.parentheses()
            if isinstance(first, syntax.Subquery):
                if self.at_query_rest():
                    return self._subquery(self.query_after(first), token)
                if self.accept(")"):
                    return first
            node = self._infix(self._postfix(self._row_or(first, inner)), 0)
        else:
            node = self.expression()
        if self.accept(","):
            values = (node, *self.listed(self.expression))
            self.expect(")")
            return syntax.Row(values, position=token.position)
        self.expect(")")
        return syntax.Paren(node, position=token.position)

    def _subquery(self, query: syntax.Query, token: Token) -> syntax.Subquery:
        self.expect(")")
        self.subqueries += 1
        return syntax.Subquery(query, position=token.position)

    def _column_or_call(self) -> syntax.Expression:
        token = self.advance()
        parts = [token.value]
        while self.token.key == ".":
            self.advance()
            parts.append(self.label())
        if self.token.key == "(":
            return self._call(parts, token)
        if len(parts) > 4:
            self.not_emulated("navigation into SUPER values", token)
        return syntax.Column(tuple(parts), position=token.position)

    def _call(self, parts: list[str], token: Token) -> syntax.Expression:
        if self.at("(", "+", ")"):
            self.not_emulated("outer joins written (+)", token)
        if len(parts) > 2:
            self.fail()
        name = parts.pop()
        if name == "values" and token.kind is TokenKind.WORD:
            self.fail(token)
        return self.call(name, token, schema=parts.pop() if parts else None)

    # --- operators -----------------------------------------------------------------------

    def _infix(self, left: syntax.Expression, level: int) -> syntax.Expression:
        while True:
            token = self.token
            key = token.key
            if not key:
                return left
            if key == "operator" and self.peek().key == "(":
                if level > OPERATOR:
                    return left
                left = self._qualified_operator(left)
                continue
            negated = key == "not"
            if negated:
                key = self.peek().key
                if key not in _NEGATABLE:
                    return left
            binding = _BINARY.get(key)
            if binding is None:
                if token.kind is not TokenKind.SYMBOL or key in _NO_OPERATORS:
                    return left
                binding = OPERATOR
            if binding < level:
                return left
            if negated:
                self.advance()
            left = self._binary(left, binding)
            if negated:
                left = syntax.Not(left, position=left.position)
            if binding in _NOT_ASSOCIATIVE and self._level_of_next() == binding:
                self.fail()

    def _qualified_operator(self, left: syntax.Expression) -> syntax.Expression:
        """``a OPERATOR(pg_catalog.~) b``, as psql writes it: all bind alike."""
        self.expect("operator", "(")
        self.accept("pg_catalog", ".")
        token = self.token
        if token.kind is not TokenKind.SYMBOL or token.key in _NO_OPERATORS:
            self.fail()
        self.advance()
        self.expect(")")
        return _operation(left, token, self.expression(IS))

    def _level_of_next(self) -> int:
        key = self.token.key
        if key == "not":
            key = self.peek().key
        return _BINARY.get(key, 0)

    def _binary(self, left: syntax.Expression, binding: int) -> syntax.Expression:
        if binding in {OR, AND}:
            return self._logical(left, binding)
        token = self.advance()
        if binding == LIKE:
            return self._like(left, token)
        if binding == BETWEEN:
            low = self.expression(OPERATOR)
            self.expect("and")
            high = self.expression(OPERATOR)
            return syntax.Between(left, low, high, position=token.position)
        if binding == IN:
            return self._in(left, token)
        if binding == IS:
            return self._is(left, token)
        if binding == ZONE:
            self.expect("time", "zone")
            zone = self.expression(SIGN)
            return syntax.SpecialCall("timezone", (zone, left), position=token.position)
        if token.key in _COMPARISONS and self.token.key in _QUANTIFIERS:
            return self._quantified(left, token)
        right = self.expression(binding if binding == EQUAL else binding + 1)
        return _operation(left, token, right)

    def _logical(self, left: syntax.Expression, binding: int) -> syntax.Logical:
        token = self.token
        operands = [left]
        while self.token.key == token.key:
            token = self.advance()
            operands.append(self.expression(binding + 1))
        word: Literal["AND", "OR"] = "AND" if binding == AND else "OR"
        return syntax.Logical(word, tuple(operands), position=token.position)

    def _quantified(self, left: syntax.Expression, token: Token) -> syntax.Quantified:
        quantifier = _QUANTIFIERS[self.advance().key]
        members: syntax.Query | tuple[syntax.Expression, ...]
        if self.at("(", "array", "["):
            members = self._array()
        else:
            opening = self.token
            inside = self.parentheses()
            if isinstance(inside, syntax.Paren) and isinstance(inside.inner, syntax.Column):
                self.not_emulated("ANY and ALL of a column of arrays", opening)
            if not isinstance(inside, syntax.Subquery):
                self.fail(opening)
            members = inside.query
        return syntax.Quantified(token.key, left, quantifier, members, position=token.position)

    def _array(self) -> tuple[syntax.Expression, ...]:
        """``(ARRAY['a', 'b'])`` of constants, which the leader node takes for a list.

        Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-features.html
        Observed: https://github.com/aws/amazon-redshift-python-driver/issues/45
        """
        self.expect("(")
        token = self.token
        self.expect("array", "[")
        values = self.listed(self.expression)
        if not all(map(_is_constant, values)):
            self.fail(token)
        self.expect("]", ")")
        return tuple(values)

    def _like(self, left: syntax.Expression, token: Token) -> syntax.Like:
        if token.key == "similar":
            self.expect("to")
        pattern = self.expression(BETWEEN)
        escape = self.expression(BETWEEN) if self.accept("escape") else None
        return syntax.Like(_PATTERNS[token.key], left, pattern, escape, position=token.position)

    def _in(self, left: syntax.Expression, token: Token) -> syntax.InQuery | syntax.InList:
        values = self.parentheses()
        if isinstance(values, syntax.Subquery):
            return syntax.InQuery(left, values.query, position=token.position)
        if isinstance(left, syntax.Row):
            self.not_emulated("row values other than before IN (SELECT ...)", token)
        listed = values.values if isinstance(values, syntax.Row) else (values.inner,)
        return syntax.InList(left, listed, position=token.position)

    def _is(self, left: syntax.Expression, token: Token) -> syntax.Is | syntax.Not:
        negated = token.key == "notnull" or (token.key == "is" and self.accept("not"))
        word = self.expect_any(*_TRUTHS) if token.key == "is" else "null"
        built = syntax.Is(left, _TRUTHS[word], position=token.position)
        return syntax.Not(built, position=built.position) if negated else built


def _operation(
    left: syntax.Expression, token: Token, right: syntax.Expression
) -> syntax.Binary | syntax.Not:
    if token.key in _NEGATED:
        positive = syntax.Binary(token.key[1:], left, right, position=token.position)
        return syntax.Not(positive, position=token.position)
    return syntax.Binary(token.key, left, right, position=token.position)


def _bare(node: syntax.Expression) -> syntax.Expression:
    while isinstance(node, syntax.Paren):
        node = node.inner
    return node


def _is_search_path(node: syntax.Expression) -> TypeGuard[syntax.Function]:
    return isinstance(node, syntax.Function) and node.name == "current_schemas"


def _is_constant(node: syntax.Expression) -> bool:
    match node:
        case syntax.Cast(operand=inner) | syntax.Paren(inner=inner):
            return _is_constant(inner)
        case syntax.Unary(operator="-", operand=inner):
            return _is_constant(inner)
        case syntax.String() | syntax.Number() | syntax.Null():
            return True
        case syntax.Boolean() | syntax.Parameter():
            return True
    return False
