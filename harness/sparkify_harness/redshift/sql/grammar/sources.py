"""FROM: tables, sub-queries, functions and joins.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_FROM_clause30.html
"""

from abc import abstractmethod
from typing import Final

from sqlglot import exp

from sparkify_harness.redshift.sql.grammar.expressions import Expressions

_JOINS: Final = frozenset({"join", "inner", "left", "right", "full", "cross", "natural"})


class Sources(Expressions):
    """Reads what rows come from."""

    @abstractmethod
    def at_query(self) -> bool:
        """Whether a query comes next, perhaps in parentheses."""

    def sources(self) -> list[exp.Expr]:
        """FROM items with commas between them; each carries its joins."""
        return self.listed(self._joined)

    def _joined(self) -> exp.Expr:
        item = self.source()
        joins = []
        while self.token.key in _JOINS:
            joins.append(self._join())
        if joins:
            item.set("joins", [*(item.args.get("joins") or []), *joins])
        return item

    def _join(self) -> exp.Join:
        token = self.token
        join = self.mark(exp.Join(), token)
        natural = self.accept("natural")
        if natural:
            join.set("method", "NATURAL")
        if self.accept("cross"):
            if natural:
                self.fail(self.peek(-1))
            join.set("kind", "CROSS")
        elif self.accept("inner"):
            join.set("kind", "INNER")
        elif side := self.accept_any("left", "right", "full"):
            join.set("side", side.upper())
            if self.accept("outer"):
                join.set("kind", "OUTER")
        self.expect("join")
        if natural or join.args.get("kind") == "CROSS":
            join.set("this", self.source())
            return join
        # In a JOIN b JOIN c ON x ON y the inner join is b's: its condition comes first.
        join.set("this", self._joined())
        if self.accept("on"):
            join.set("on", self.expression())
        else:
            self.expect("using")
            join.set("using", self.parenthesized(self.column_identifier))
        return join

    def source(self) -> exp.Expr:
        """A table, a function, a sub-query or a join in parentheses, with its alias."""
        token = self.token
        item: exp.Expr
        if token.key == "(":
            item = self._in_parentheses()
        elif self.at("unnest") or self.at("unpivot"):
            self.not_emulated(self.token.key.upper())
        elif self.at("values", "("):
            self.fail()
        else:
            item = self._table_or_function()
        alias = self._alias(item)
        if alias is not None:
            item.set("alias", alias)
        if self.at("at") and isinstance(item, exp.Table) and item.args.get("db") is not None:
            self.not_emulated("PartiQL unnesting with AT")
        if self.at("pivot") or self.at("unpivot"):
            self.not_emulated(self.token.key.upper())
        return item

    def _in_parentheses(self) -> exp.Expr:
        token = self.token
        if self.at_query():
            item = self.parentheses()
            if isinstance(item, exp.Subquery):
                return item
            self.fail(token)
        self.expect("(")
        item = self._joined()
        if not item.args.get("joins") and not _is_join(item):
            self.fail()
        self.expect(")")
        return self.mark(exp.Subquery(this=item), token)

    def _table_or_function(self) -> exp.Expr:
        token = self.token
        table = self.table_name()
        if not self.at("("):
            return table
        if table.args.get("catalog") is not None:
            self.fail()
        function = self.call(table.name, token, schema=table.args.get("db"))
        return self.mark(exp.Table(this=function), token)

    def table_name(self) -> exp.Table:
        """A table's name of up to three parts."""
        token = self.token
        parts = [self.identifier_node(self.identifier(), token)]
        while self.token.key == ".":
            self.advance()
            part = self.token
            parts.append(self.identifier_node(self.label(), part))
        if len(parts) > 3 or self.at("["):
            self.not_emulated("navigation into SUPER values", token)
        names = dict(zip(("this", "db", "catalog"), reversed(parts), strict=False))
        return self.mark(exp.Table(**names), token)

    def column_identifier(self) -> exp.Identifier:
        """A column's name without qualification."""
        token = self.token
        return self.identifier_node(self.identifier(), token)

    def _defined_column(self) -> exp.Identifier:
        """A column of a column definition list, whose type is the function's own."""
        name = self.column_identifier()
        self.type_node()
        return name

    def _alias(self, item: exp.Expr) -> exp.TableAlias | None:
        if not self.accept("as") and not self.at_identifier():
            return None
        alias = exp.TableAlias(this=self.column_identifier())
        if self.at("("):
            if _is_function(item) and self.peek(2).key not in {",", ")"}:
                if item.this.name != "pg_get_late_binding_view_cols":
                    self.not_emulated("a column definition list")
                alias.set("columns", self.parenthesized(self._defined_column))
                return alias
            alias.set("columns", self.parenthesized(self.column_identifier))
        return alias


def _is_function(item: exp.Expr) -> bool:
    return isinstance(item, exp.Table) and not isinstance(item.this, exp.Identifier)


def _is_join(item: exp.Expr) -> bool:
    return isinstance(item, exp.Subquery) and not isinstance(item.this, exp.Query)
