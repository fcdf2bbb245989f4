"""Expressions, with the precedence of operators of PostgreSQL 8.0.

There ``<=``, ``>=``, ``<>`` and ``||`` are operators like any other, which bind tighter than
``IN``, ``LIKE`` and ``=``, and looser than ``IS``; ``=`` associates to the right, and ``<``, ``>``,
``LIKE``, ``IN`` and ``BETWEEN`` with themselves not at all.
See https://www.postgresql.org/docs/8.0/sql-syntax.html#SQL-PRECEDENCE.
"""

from abc import abstractmethod
from typing import Final

from sqlglot import exp

from sparkify_harness.redshift.errors import SyntaxFault
from sparkify_harness.redshift.sql.grammar.calls import Calls
from sparkify_harness.redshift.sql.reserved import RESERVED
from sparkify_harness.redshift.sql.tokens import Kind, Token, is_whole

(OR, AND, NOT, EQUAL, LESS, LIKE, BETWEEN, IN, OPERATOR, IS, SUM, PRODUCT, POWER, ZONE, SIGN) = (
    range(1, 16)
)

_BINARY: Final[dict[str, tuple[int, type[exp.Expr]]]] = {
    "or": (OR, exp.Or),
    "and": (AND, exp.And),
    "=": (EQUAL, exp.EQ),
    "<": (LESS, exp.LT),
    ">": (LESS, exp.GT),
    "like": (LIKE, exp.Like),
    "ilike": (LIKE, exp.ILike),
    "similar": (LIKE, exp.SimilarTo),
    "between": (BETWEEN, exp.Between),
    "in": (IN, exp.In),
    "<>": (OPERATOR, exp.NEQ),
    "<=": (OPERATOR, exp.LTE),
    ">=": (OPERATOR, exp.GTE),
    "||": (OPERATOR, exp.DPipe),
    "&": (OPERATOR, exp.BitwiseAnd),
    "|": (OPERATOR, exp.BitwiseOr),
    "#": (OPERATOR, exp.BitwiseXor),
    "<<": (OPERATOR, exp.BitwiseLeftShift),
    ">>": (OPERATOR, exp.BitwiseRightShift),
    "~": (OPERATOR, exp.RegexpLike),
    "~*": (OPERATOR, exp.RegexpILike),
    "!~": (OPERATOR, exp.RegexpLike),
    "!~*": (OPERATOR, exp.RegexpILike),
    "is": (IS, exp.Is),
    "isnull": (IS, exp.Is),
    "notnull": (IS, exp.Is),
    "+": (SUM, exp.Add),
    "-": (SUM, exp.Sub),
    "*": (PRODUCT, exp.Mul),
    "/": (PRODUCT, exp.Div),
    "%": (PRODUCT, exp.Mod),
    "^": (POWER, exp.Pow),
    "at": (ZONE, exp.AtTimeZone),
}
_UNARY: Final[dict[str, tuple[int, type[exp.Expr] | None]]] = {
    "-": (SIGN, exp.Neg),
    "+": (SIGN, None),
    "not": (NOT, exp.Not),
    "~": (IS, exp.BitwiseNot),
    "@": (IS, exp.Abs),
    "|/": (IS, exp.Sqrt),
    "||/": (IS, exp.Cbrt),
}
_NOT_ASSOCIATIVE: Final = frozenset({LESS, LIKE, BETWEEN, IN})
_NEGATABLE: Final = frozenset({"in", "like", "ilike", "similar", "between"})
_COMPARISONS: Final = frozenset({"=", "<>", "<", ">", "<=", ">="})
_QUANTIFIERS: Final[dict[str, type[exp.Expr]]] = {"any": exp.Any, "some": exp.Any, "all": exp.All}
_NO_OPERATORS: Final = frozenset("(),;.[]:") | {"::"}


class Expressions(Calls):
    """Reads expressions."""

    subqueries = 0
    """How many queries in parentheses were read."""

    @abstractmethod
    def query(self) -> exp.Query:
        """A query without parentheses around it."""

    @abstractmethod
    def query_after(self, first: exp.Query) -> exp.Query:
        """The rest of a query whose first operand was read."""

    @abstractmethod
    def at_query_rest(self) -> bool:
        """Whether what follows continues a query."""

    def expression(self, level: int = 0) -> exp.Expr:
        """An expression.

        Args:
            level: Operators that bind looser are left alone.
        """
        return self._infix(self._prefix(), level)

    # --- operands ------------------------------------------------------------------------

    def _prefix(self) -> exp.Expr:
        token = self.token
        kind = token.kind
        if kind is Kind.STRING:
            self.advance()
            if "\0" in token.value:
                raise SyntaxFault('invalid byte sequence for encoding "UTF8": 0x00')
            return self._postfix(exp.Literal(this=token.value, is_string=True))
        if kind in {Kind.INTEGER, Kind.NUMBER}:
            self.advance()
            return self._postfix(exp.Literal(this=token.value, is_string=False))
        if token.key in _UNARY:
            self.advance()
            level, node = _UNARY[token.key]
            operand = self.expression(level)
            return operand if node is None else self.mark(node(this=operand), token)
        return self._postfix(self._operand(token))

    def _operand(self, token: Token) -> exp.Expr:
        if token.key == "(":
            return self._row_or(self.parentheses(), token)
        if token.kind is Kind.PARAMETER:
            if not is_whole(token.value) or not int(token.value):
                self.fail()
            self.advance()
            number = exp.Literal(this=str(int(token.value)), is_string=False)
            return self.mark(exp.Parameter(this=number), token)
        if token.kind is Kind.WORD:
            special = self.special() or self.reserved_call()
            if special is not None:
                return special
            if token.key in RESERVED and not self._at_timestamp():
                self.fail()
        elif token.kind is not Kind.QUOTED:
            self.fail()
        return self._column_or_call()

    def _at_timestamp(self) -> bool:
        """Whether the column TIMESTAMP comes next, which is reserved, and named bare all the same.

        PostgreSQL: ``col_name_keyword`` in src/backend/parser/gram.y
        """
        return self.at("timestamp") and self.peek().key not in {"(", "."}

    def _row_or(self, node: exp.Expr, token: Token) -> exp.Expr:
        if isinstance(node, exp.Tuple) and not (self.at("in") or self.at("not", "in")):
            self.not_emulated("row values other than before IN (SELECT ...)", token)
        return node

    def _postfix(self, node: exp.Expr) -> exp.Expr:
        while True:
            token = self.token
            if token.key == "::":
                self.advance()
                node = self.mark(exp.Cast(this=node, to=self.type_node()), token)
            elif token.key == "[" and _is_search_path(node):
                node = self._element(node)
            elif token.key == "[":
                self.not_emulated("navigation into SUPER values")
            else:
                return node

    def _element(self, array: exp.Expr) -> exp.Expr:
        """One of the schemas of ``(current_schemas(true))[1]``, as catalog queries have it."""
        token = self.expect("[")
        call = _called(array)
        arguments = [*call.expressions, self.expression()]
        self.expect("]")
        return self.mark(exp.Anonymous(this=f"{call.name}[]", expressions=arguments), token)

    def parentheses(self) -> exp.Expr:
        """What stands in parentheses: Subquery, Tuple or Paren."""
        token = self.expect("(")
        if self.at("select") or self.at("with"):
            return self._subquery(self.query(), token)
        if self.at("("):
            inner = self.token
            first = self.parentheses()
            if isinstance(first, exp.Subquery) and self.at_query_rest():
                return self._subquery(self.query_after(first), token)
            if isinstance(first, exp.Subquery) and self.accept(")"):
                return first
            node = self._infix(self._postfix(self._row_or(first, inner)), 0)
        else:
            node = self.expression()
        if self.accept(","):
            node = exp.Tuple(expressions=[node, *self.listed(self.expression)])
        else:
            node = exp.Paren(this=node)
        self.expect(")")
        return self.mark(node, token)

    def _subquery(self, query: exp.Query, token: Token) -> exp.Subquery:
        self.expect(")")
        self.subqueries += 1
        return self.mark(exp.Subquery(this=query), token)

    def _column_or_call(self) -> exp.Expr:
        token = self.token
        parts = [self.identifier_node(self.advance().value, token)]
        while self.token.key == ".":
            self.advance()
            part = self.token
            parts.append(self.identifier_node(self.label(), part))
        if self.token.key == "(":
            return self._call(parts, token)
        if len(parts) > 4:
            self.not_emulated("navigation into SUPER values", token)
        return self.mark(exp.Column(this=parts.pop(), **qualifiers(parts)), token)

    def _call(self, parts: list[exp.Identifier], token: Token) -> exp.Expr:
        if self.at("(", "+", ")"):
            self.not_emulated("outer joins written (+)", token)
        if len(parts) > 2:
            self.fail()
        name = parts.pop().name
        if name == "values" and token.kind is Kind.WORD:
            self.fail(token)
        return self.call(name, token, schema=parts.pop() if parts else None)

    # --- operators -----------------------------------------------------------------------

    def _infix(self, left: exp.Expr, level: int) -> exp.Expr:
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
            found = _BINARY.get(key)
            if found is None:
                if token.kind is not Kind.SYMBOL or key in _NO_OPERATORS:
                    return left
                found = (OPERATOR, exp.Operator)
            binding, node = found
            if binding < level:
                return left
            if negated:
                self.advance()
            left = self._binary(left, binding, node)
            if negated:
                left = exp.Not(this=left)
            if binding in _NOT_ASSOCIATIVE and self._level_of_next() == binding:
                self.fail()

    def _qualified_operator(self, left: exp.Expr) -> exp.Expr:
        """``a OPERATOR(pg_catalog.~) b``, as psql writes it: all bind alike."""
        self.expect("operator", "(")
        self.accept("pg_catalog", ".")
        token = self.token
        if token.kind is not Kind.SYMBOL or token.key in _NO_OPERATORS:
            self.fail()
        node = _BINARY.get(token.key, (OPERATOR, exp.Operator))[1]
        self.advance()
        self.expect(")")
        return self._operation(left, node, token, self.expression(IS))

    def _level_of_next(self) -> int:
        key = self.token.key
        if key == "not":
            key = self.peek().key
        return _BINARY[key][0] if key in _BINARY else 0

    def _binary(self, left: exp.Expr, binding: int, node: type[exp.Expr]) -> exp.Expr:
        token = self.advance()
        if binding == LIKE:
            return self._like(left, node, token)
        if binding == BETWEEN:
            low = self.expression(OPERATOR)
            self.expect("and")
            between = exp.Between(this=left, low=low, high=self.expression(OPERATOR))
            return self.mark(between, token)
        if binding == IN:
            return self._in(left, token)
        if binding == IS:
            return self._is(left, token)
        if binding == ZONE:
            self.expect("time", "zone")
            return self.mark(exp.AtTimeZone(this=left, zone=self.expression(SIGN)), token)
        if token.key in _COMPARISONS and self.token.key in _QUANTIFIERS:
            right: exp.Expr = self._quantified()
        else:
            right = self.expression(binding if binding == EQUAL else binding + 1)
        return self._operation(left, node, token, right)

    def _operation(
        self, left: exp.Expr, node: type[exp.Expr], token: Token, right: exp.Expr
    ) -> exp.Expr:
        if node is exp.Operator:
            operator = exp.Var(this=token.key)
            return self.mark(exp.Operator(this=left, operator=operator, expression=right), token)
        built = self.mark(node(this=left, expression=right), token)
        return exp.Not(this=built) if token.key.startswith("!~") else built

    def _quantified(self) -> exp.Expr:
        node = _QUANTIFIERS[self.advance().key]
        if self.at("(", "array", "["):
            return node(this=self._array())
        token = self.token
        query = self.parentheses()
        if isinstance(query, exp.Paren) and isinstance(query.this, exp.Column):
            self.not_emulated("ANY and ALL of a column of arrays", token)
        if not isinstance(query, exp.Subquery):
            self.fail(token)
        return node(this=query)

    def _array(self) -> exp.Tuple:
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
        return exp.Tuple(expressions=values)

    def _like(self, left: exp.Expr, node: type[exp.Expr], token: Token) -> exp.Expr:
        if node is exp.SimilarTo:
            self.expect("to")
        built = self.mark(node(this=left, expression=self.expression(BETWEEN)), token)
        if self.accept("escape"):
            return exp.Escape(this=built, expression=self.expression(BETWEEN))
        return built

    def _in(self, left: exp.Expr, token: Token) -> exp.Expr:
        values = self.parentheses()
        if isinstance(values, exp.Subquery):
            return self.mark(exp.In(this=left, query=values), token)
        if isinstance(left, exp.Tuple):
            self.not_emulated("row values other than before IN (SELECT ...)", token)
        listed = values.expressions if isinstance(values, exp.Tuple) else [values.this]
        return self.mark(exp.In(this=left, expressions=listed), token)

    def _is(self, left: exp.Expr, token: Token) -> exp.Expr:
        negated = token.key == "notnull" or (token.key == "is" and self.accept("not"))
        what: exp.Expr
        match self.expect_any("null", "true", "false", "unknown") if token.key == "is" else "null":
            case "null":
                what = exp.Null()
            case "unknown":
                what = exp.Var(this="UNKNOWN")
            case truth:
                what = exp.Boolean(this=truth == "true")
        built = self.mark(exp.Is(this=left, expression=what), token)
        return exp.Not(this=built) if negated else built


def _is_search_path(node: exp.Expr) -> bool:
    """Whether it is the only array that there is: that of CURRENT_SCHEMAS, in parentheses."""
    call = _called(node)
    return isinstance(node, exp.Paren) and call.name == "current_schemas"


def _called(node: exp.Expr) -> exp.Expr:
    """What is called in parentheses, with its schema or without."""
    call = node.unnest()
    return call.expression if isinstance(call, exp.Dot) else call


def _is_constant(node: exp.Expr) -> bool:
    match node:
        case exp.Cast(this=inner) | exp.Neg(this=inner) | exp.Paren(this=inner):
            return _is_constant(inner)
    return isinstance(node, exp.Literal | exp.Null | exp.Boolean | exp.Parameter)


def qualifiers(parts: list[exp.Identifier]) -> dict[str, exp.Identifier]:
    """What stands before a column's name, as arguments of its node."""
    return dict(zip(("table", "db", "catalog"), reversed(parts), strict=False))
