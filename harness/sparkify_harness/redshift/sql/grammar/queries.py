"""SELECT, set operations and WITH.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_SELECT_synopsis.html
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

from sparkify_harness.redshift.errors import RedshiftError, SyntaxFault, Unsupported
from sparkify_harness.redshift.sql import syntax
from sparkify_harness.redshift.sql.grammar.sources import Sources
from sparkify_harness.redshift.sql.statements import Name
from sparkify_harness.redshift.sql.tokens import Token, TokenKind

_SETS: Final[dict[str, Literal["UNION", "INTERSECT", "EXCEPT"]]] = {
    "union": "UNION",
    "except": "EXCEPT",
    "minus": "EXCEPT",
    "intersect": "INTERSECT",
}
_REST: Final = frozenset({*_SETS, "order", "limit", "offset"})


@dataclass(frozen=True, slots=True)
class Into:
    """The table that SELECT INTO makes.

    Args:
        name: Its name.
        temporary: TEMP.
    """

    name: Name
    temporary: bool


class Queries(Sources):
    """Reads queries."""

    into: Into | None = None
    """What the statement makes, if it is SELECT INTO."""

    first: Token | None = None
    """The word SELECT after which INTO may stand: the first of a statement."""

    def query(self) -> syntax.Query:
        """A query: WITH, operands and set operations, ORDER BY, LIMIT."""
        return self.query_with(self.with_clause() if self.at("with") else None)

    def query_with(self, with_: syntax.With | None) -> syntax.Query:
        """A query whose WITH was read."""
        return self._finish(self._union(self._intersect(self._operand_query())), with_)

    def query_after(self, first: syntax.Subquery) -> syntax.Query:
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

    def _operand_query(self) -> syntax.Query:
        if not self.at("("):
            return self._select()
        token = self.token
        node = self.parentheses()
        if not isinstance(node, syntax.Subquery):
            self.fail(token)
        return node

    def _union(self, left: syntax.Query) -> syntax.Query:
        while self.token.key in {"union", "except", "minus"}:
            token = self.advance()
            keeps_all = self._all(token)
            right = self._intersect(self._operand_query())
            left = _set(token, left, right, distinct=not keeps_all)
        return left

    def _intersect(self, left: syntax.Query) -> syntax.Query:
        while self.at("intersect"):
            token = self.advance()
            self._all(token)
            left = _set(token, left, self._operand_query(), distinct=True)
        return left

    def _all(self, token: Token) -> bool:
        keeps_all = self.accept("all")
        if keeps_all and token.key != "union":
            raise Unsupported(f"{token.key.upper()} ALL is not supported", position=token.position)
        return keeps_all

    def _finish(self, query: syntax.Query, with_: syntax.With | None) -> syntax.Query:
        order = self.order_by() if self.at("order") else ()
        limit, offset = self._limits()
        if with_ is None and not order and limit is None and offset is None:
            return query
        if isinstance(query, syntax.Subquery) and not _is_plain(query):
            query = syntax.Subquery(query, position=query.position)
        if limit is not None and query.limit is not None:
            raise SyntaxFault("multiple LIMIT clauses not allowed")
        return replace(
            query,
            with_=with_,
            order_by=order,
            limit=query.limit if limit is None else limit,
            offset=offset,
        )

    def _limits(self) -> tuple[int | None, int | None]:
        limit: int | None = None
        offset: int | None = None
        seen = set()
        while word := self.token.key if self.token.key in {"limit", "offset"} else "":
            if word in seen:
                self.fail()
            seen.add(word)
            self.advance()
            if word == "limit" and self.accept("all"):
                continue
            if word == "limit":
                limit = self._count()
            else:
                offset = self._count()
        return limit, offset

    def _count(self) -> int:
        if self.token.kind is TokenKind.PARAMETER:
            raise RedshiftError("Not implemented", position=self.token.position)
        if self.token.kind is TokenKind.END:
            self.fail()
        if self.token.kind is not TokenKind.INTEGER:
            self.not_emulated("LIMIT and OFFSET other than numbers")
        return self.integer()

    def with_clause(self) -> syntax.With:
        """WITH [RECURSIVE] and its queries."""
        self.expect("with")
        recursive = self.accept("recursive")
        return syntax.With(tuple(self.listed(self._cte)), recursive)

    def _cte(self) -> syntax.Cte:
        token = self.token
        name = self.identifier()
        columns = self.identifiers() if self.at("(") else ()
        self.expect("as", "(")
        query = self.query()
        self.expect(")")
        return syntax.Cte(name, columns, query, position=token.position)

    # --- SELECT --------------------------------------------------------------------------

    def _select(self) -> syntax.Select:
        token = self.expect("select")
        distinct, limit = self._quantity()
        targets = self.listed(self._target)
        if self.at("into"):
            self._into(token)
        sources = self.sources() if self.accept("from") else ()
        where = self._clause("where")
        if self.at("connect") or self.at("start", "with"):
            self.not_emulated("CONNECT BY")
        group = self._group_by() if self.at("group") else None
        having = self._clause("having")
        qualify = self._clause("qualify")
        return syntax.Select(
            tuple(targets),
            distinct,
            tuple(sources),
            where,
            group,
            having,
            qualify,
            limit=limit,
            position=token.position,
        )

    def _clause(self, word: str) -> syntax.Expression | None:
        return self.expression() if self.accept(word) else None

    def _quantity(self) -> tuple[bool, int | None]:
        """DISTINCT and TOP, in either order."""
        distinct = self._distinct()
        if not self.accept("top"):
            return distinct, None
        if self.token.kind is TokenKind.PARAMETER:
            self._count()
        limit = self.integer()
        return distinct or self._distinct(), limit

    def _distinct(self) -> bool:
        token = self.token
        if not self.accept("distinct"):
            self.accept("all")
            return False
        if self.at("on", "("):
            raise Unsupported("SELECT DISTINCT ON is not supported", position=token.position)
        return True

    def _target(self) -> syntax.Target:
        token = self.token
        if token.key == "*":
            self.advance()
            return syntax.Star(excluded=tuple(self._excluded()), position=token.position)
        if self._at_qualified_star():
            return self._qualified_star()
        expression = self.expression()
        if self.accept("as"):
            return syntax.Output(expression, self.label())
        return syntax.Output(expression, self.identifier() if self.at_identifier() else None)

    def _excluded(self) -> list[syntax.Identifier]:
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

    def _qualified_star(self) -> syntax.Star:
        token = self.token
        parts = [self.identifier()]
        self.expect(".")
        while not self.at("*"):
            parts.append(self.label())
            self.expect(".")
        self.advance()
        return syntax.Star(tuple(parts), position=token.position)

    def _into(self, select: Token) -> None:
        token = self.expect("into")
        temporary = bool(self.accept_any("temp", "temporary"))
        self.accept("table")
        self.into = Into(self.table_parts(), temporary)
        if select is not self.first:
            raise SyntaxFault.near("INTO", token.position)

    def _group_by(self) -> syntax.GroupBy:
        token = self.token
        self.expect("group", "by")
        elements = None if self.accept("all") else tuple(self.listed(self._group))
        return syntax.GroupBy(elements, position=token.position)

    def _group(self) -> syntax.GroupElement:
        place = self.token.position
        if self.at("rollup", "("):
            self.advance()
            return syntax.Rollup(tuple(self.parenthesized(self._grouping)), position=place)
        if self.at("cube", "("):
            self.advance()
            return syntax.Cube(tuple(self.parenthesized(self._grouping)), position=place)
        if self.accept("grouping", "sets"):
            sets = self.parenthesized(self._grouping_set)
            return syntax.GroupingSets(tuple(sets), position=place)
        return self.expression()

    def _grouping(self) -> syntax.Expression:
        return self._grouped_row() if self.at("(") else self.expression()

    def _grouping_set(self) -> syntax.GroupElement:
        return self._grouped_row() if self.at("(") else self._group()

    def _grouped_row(self) -> syntax.Row:
        if self.accept("(", ")"):
            return syntax.Row(())
        return syntax.Row(tuple(self.parenthesized(self.expression)))


def _set(
    token: Token, left: syntax.Query, right: syntax.Query, *, distinct: bool
) -> syntax.SetOperation:
    for operand in (left, right):
        if _limited(operand):
            raise Unsupported("LIMIT may not be used within input to set operations.")
    return syntax.SetOperation(_SETS[token.key], left, right, distinct, position=token.position)


def _limited(query: syntax.Query) -> bool:
    while query.limit is None and query.offset is None:
        if not isinstance(query, syntax.Subquery):
            return False
        query = query.query
    return True


def _is_plain(query: syntax.Subquery) -> bool:
    return (
        query.with_ is None and not query.order_by and query.limit is None and query.offset is None
    )
