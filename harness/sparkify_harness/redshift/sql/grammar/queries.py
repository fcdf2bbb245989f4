"""SELECT, set operations, WITH and FROM.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_SELECT_synopsis.html
"""

from typing import Final

from sqlglot import exp

from sparkify_harness.redshift.errors import RedshiftError, SyntaxFault, Unsupported
from sparkify_harness.redshift.sql.grammar.expressions import qualifiers
from sparkify_harness.redshift.sql.grammar.sources import Sources
from sparkify_harness.redshift.sql.tokens import Kind, Token

_SETS: Final[dict[str, type[exp.SetOperation]]] = {
    "union": exp.Union,
    "except": exp.Except,
    "minus": exp.Except,
    "intersect": exp.Intersect,
}
_REST: Final = frozenset({*_SETS, "order", "limit", "offset"})


class Queries(Sources):
    """Reads queries."""

    def query(self) -> exp.Query:
        """A query: WITH, operands and set operations, ORDER BY, LIMIT."""
        return self.query_with(self.with_clause() if self.at("with") else None)

    def query_with(self, with_: exp.With | None) -> exp.Query:
        """A query whose WITH was read."""
        return self._finish(self._union(self._intersect(self._operand_query())), with_)

    def query_after(self, first: exp.Query) -> exp.Query:
        """The rest of a query whose first operand, in parentheses, was read."""
        return self._finish(self._union(self._intersect(first)), None)

    def at_query_rest(self) -> bool:
        """Whether a set operation, ORDER BY, LIMIT or OFFSET comes next."""
        return self.token.key in _REST

    def at_query(self) -> bool:
        """Whether a query comes next, perhaps in parentheses."""
        distance = 0
        while self.peek(distance).key == "(":
            distance += 1
        return self.peek(distance).key in {"select", "with"}

    # --- set operations ------------------------------------------------------------------

    def _operand_query(self) -> exp.Query:
        if not self.at("("):
            return self._select()
        token = self.token
        node = self.parentheses()
        if not isinstance(node, exp.Subquery):
            self.fail(token)
        return node

    def _union(self, left: exp.Query) -> exp.Query:
        while self.token.key in {"union", "except", "minus"}:
            token = self.advance()
            keeps_all = self._all(token)
            right = self._intersect(self._operand_query())
            left = self._set(token, left, right, distinct=not keeps_all)
        return left

    def _intersect(self, left: exp.Query) -> exp.Query:
        while self.at("intersect"):
            token = self.advance()
            self._all(token)
            left = self._set(token, left, self._operand_query(), distinct=True)
        return left

    def _all(self, token: Token) -> bool:
        keeps_all = self.accept("all")
        if keeps_all and token.key != "union":
            raise Unsupported(f"{token.key.upper()} ALL is not supported", position=token.start + 1)
        return keeps_all

    def _set(self, token: Token, left: exp.Query, right: exp.Query, *, distinct: bool) -> exp.Query:
        for operand in (left, right):
            if _limited(operand):
                raise Unsupported("LIMIT may not be used within input to set operations.")
        node = _SETS[token.key](this=left, expression=right, distinct=distinct)
        return self.mark(node, token)

    def _finish(self, query: exp.Query, with_: exp.With | None) -> exp.Query:
        order = self.order_by() if self.at("order") else None
        limit, offset = self._limits()
        if isinstance(query, exp.Subquery) and (with_ or order or limit or offset):
            query = query if _is_plain(query) else exp.Subquery(this=query)
        if limit is not None and query.args.get("limit") is not None:
            raise SyntaxFault("multiple LIMIT clauses not allowed")
        for name, clause in (("order", order), ("limit", limit), ("offset", offset)):
            if clause is not None:
                query.set(name, clause)
        if with_ is not None:
            query.set("with_", with_)
        return query

    def _limits(self) -> tuple[exp.Limit | None, exp.Offset | None]:
        limit: exp.Limit | None = None
        offset: exp.Offset | None = None
        seen = set()
        while word := self.token.key if self.token.key in {"limit", "offset"} else "":
            token = self.token
            if word in seen:
                self.fail()
            seen.add(word)
            self.advance()
            if word == "limit" and self.accept("all"):
                continue
            count = self._count()
            if word == "limit":
                limit = self.mark(exp.Limit(expression=count), token)
            else:
                offset = self.mark(exp.Offset(expression=count), token)
        return limit, offset

    def _count(self) -> exp.Expr:
        if self.token.kind is Kind.PARAMETER:
            raise RedshiftError("Not implemented", position=self.token.start + 1)
        if self.token.kind is Kind.END:
            self.fail()
        if self.token.kind is not Kind.INTEGER:
            self.not_emulated("LIMIT and OFFSET other than numbers")
        return exp.Literal(this=self.advance().value, is_string=False)

    def with_clause(self) -> exp.With:
        """WITH [RECURSIVE] and its queries."""
        token = self.expect("with")
        recursive = self.accept("recursive")
        return self.mark(exp.With(expressions=self.listed(self._cte), recursive=recursive), token)

    def _cte(self) -> exp.CTE:
        token = self.token
        alias = exp.TableAlias(this=self.identifier_node(self.identifier(), token))
        if self.at("("):
            alias.set("columns", self.parenthesized(self.column_identifier))
        self.expect("as", "(")
        query = self.query()
        self.expect(")")
        return self.mark(exp.CTE(this=query, alias=alias), token)

    # --- SELECT --------------------------------------------------------------------------

    def _select(self) -> exp.Select:
        token = self.expect("select")
        select = self.mark(exp.Select(), token)
        self._quantity(select)
        select.set("expressions", self.listed(self._target))
        if self.at("into"):
            select.set("into", self._into())
        if self.accept("from"):
            first, *others = self.sources()
            select.set("from_", exp.From(this=first))
            joins = first.args.pop("joins", None) or []
            joins += [exp.Join(this=other) for other in others]
            if joins:
                select.set("joins", joins)
        self._clause(select, "where", exp.Where)
        if self.at("connect") or self.at("start", "with"):
            self.not_emulated("CONNECT BY")
        place = self.token
        if self.accept("group"):
            self.expect("by")
            select.set("group", self.mark(self._groups(), place))
        self._clause(select, "having", exp.Having)
        self._clause(select, "qualify", exp.Qualify)
        return select

    def _clause(self, select: exp.Select, word: str, node: type[exp.Expr]) -> None:
        token = self.token
        if self.accept(word):
            select.set(word, self.mark(node(this=self.expression()), token))

    def _quantity(self, select: exp.Select) -> None:
        self._distinct(select)
        token = self.token
        if self.accept("top"):
            if self.token.kind is Kind.PARAMETER:
                self._count()
            count = exp.Literal(this=str(self.integer()), is_string=False)
            select.set("limit", self.mark(exp.Limit(expression=count), token))
            if "distinct" not in select.args:
                self._distinct(select)

    def _distinct(self, select: exp.Select) -> None:
        token = self.token
        if self.accept("distinct"):
            if self.at("on", "("):
                raise Unsupported("SELECT DISTINCT ON is not supported", position=token.start + 1)
            select.set("distinct", exp.Distinct())
        else:
            self.accept("all")

    def _target(self) -> exp.Expr:
        token = self.token
        if token.key == "*":
            self.advance()
            return self.mark(exp.Star(except_=self._excluded()), token)
        if self._at_qualified_star():
            return self._qualified_star()
        node = self.expression()
        label = self.token
        if self.accept("as"):
            label = self.token
            name = self.label()
        elif self.at_identifier():
            name = self.advance().value
        else:
            return node
        return self.mark(exp.Alias(this=node, alias=self.identifier_node(name, label)), token)

    def _excluded(self) -> list[exp.Identifier]:
        """The columns of EXCLUDE, with or without parentheses."""
        if not self.accept("exclude"):
            return []
        if self.at("("):
            return self.parenthesized(self.column_identifier)
        return self.listed(self.column_identifier)

    def _at_qualified_star(self) -> bool:
        distance = 0
        while self.peek(distance + 1).key == ".":
            distance += 2
        return distance > 0 and self.peek(distance).key == "*"

    def _qualified_star(self) -> exp.Column:
        token = self.token
        parts = [self.identifier_node(self.identifier(), token)]
        self.expect(".")
        while not self.at("*"):
            part = self.token
            parts.append(self.identifier_node(self.label(), part))
            self.expect(".")
        star = self.mark(exp.Star(), self.advance())
        return self.mark(exp.Column(this=star, **qualifiers(parts)), token)

    def _into(self) -> exp.Into:
        token = self.expect("into")
        temporary = bool(self.accept_any("temp", "temporary"))
        self.accept("table")
        return self.mark(exp.Into(this=self.table_name(), temporary=temporary), token)

    def _groups(self) -> exp.Group:
        if self.accept("all"):
            return exp.Group(all=True)
        return exp.Group(expressions=self.listed(self._group))

    def _group(self) -> exp.Expr:
        token = self.token
        if self.at("rollup", "(") or self.at("cube", "("):
            node = exp.Rollup if self.advance().key == "rollup" else exp.Cube
            return self.mark(node(expressions=self.parenthesized(self._grouping)), token)
        if self.accept("grouping", "sets"):
            sets = self.parenthesized(self._grouping_set)
            return self.mark(exp.GroupingSets(expressions=sets), token)
        return self.expression()

    def _grouping(self) -> exp.Expr:
        return self._grouping_set() if self.at("(") else self.expression()

    def _grouping_set(self) -> exp.Expr:
        if not self.at("("):
            return self._group()
        if self.accept("(", ")"):
            return exp.Tuple(expressions=[])
        return exp.Tuple(expressions=self.parenthesized(self.expression))


def _limited(query: exp.Query) -> bool:
    if query.args.get("limit") is not None or query.args.get("offset") is not None:
        return True
    return isinstance(query, exp.Subquery) and _limited(query.this)


def _is_plain(query: exp.Subquery) -> bool:
    return not any(query.args.get(name) for name in ("with_", "order", "limit", "offset"))
