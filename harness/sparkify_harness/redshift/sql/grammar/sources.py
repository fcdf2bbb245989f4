"""FROM: tables, sub-queries, functions and joins.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_FROM_clause30.html
"""

from abc import abstractmethod
from typing import Final, Literal

from sparkify_harness.redshift.sql import syntax
from sparkify_harness.redshift.sql.grammar.expressions import Expressions

_JOINS: Final = frozenset({"join", "inner", "left", "right", "full", "cross", "natural"})
_SIDES: Final[dict[str, Literal["LEFT", "RIGHT", "FULL"]]] = {
    "left": "LEFT",
    "right": "RIGHT",
    "full": "FULL",
}

Item = syntax.Table | syntax.TableFunction | syntax.DerivedTable | syntax.NestedJoin
"""What stands between joins."""


class Sources(Expressions):
    """Reads what rows come from."""

    @abstractmethod
    def at_query(self) -> bool:
        """Whether a query comes next, perhaps in parentheses."""

    def sources(self) -> list[syntax.FromItem]:
        """FROM items with commas between them."""
        return self.listed(self._joined)

    def _joined(self) -> syntax.FromItem:
        item = self.source()
        if self.token.key not in _JOINS:
            return item
        joins = []
        while self.token.key in _JOINS:
            joins.append(self._join())
        return syntax.Joined(item, tuple(joins))

    def _join(self) -> syntax.Join:
        place = self.token.position
        natural = self.accept("natural")
        cross = self.accept("cross")
        if natural and cross:
            self.fail(self.peek(-1))
        side = None
        if not cross and not self.accept("inner"):
            side = _SIDES.get(self.accept_any(*_SIDES))
            if side is not None:
                self.accept("outer")
        self.expect("join")
        if natural or cross:
            return syntax.Join(self.source(), side, natural, position=place)
        # In a JOIN b JOIN c ON x ON y the inner join is b's: its condition comes first.
        item = self._joined()
        if self.accept("on"):
            return syntax.Join(item, side, on=self.expression(), position=place)
        self.expect("using")
        return syntax.Join(item, side, using=self.identifiers(), position=place)

    def source(self) -> Item:
        """A table, a function, a sub-query or a join in parentheses, with its alias."""
        item: Item
        if self.token.key == "(":
            item = self._in_parentheses()
        elif self.at("unnest"):
            self.not_emulated("UNNEST")
        elif self.at("unpivot"):
            self.not_emulated("UNPIVOT")
        elif self.at("values", "("):
            self.fail()
        else:
            item = self._table_or_function()
        if self.at("pivot"):
            self.not_emulated("PIVOT")
        if self.at("unpivot"):
            self.not_emulated("UNPIVOT")
        return item

    def _in_parentheses(self) -> syntax.DerivedTable | syntax.NestedJoin:
        token = self.token
        if self.at_query():
            inside = self.parentheses()
            if not isinstance(inside, syntax.Subquery):
                self.fail(token)
            return syntax.DerivedTable(inside.query, self._alias(), position=inside.position)
        self.expect("(")
        join = self._joined()
        if not isinstance(join, syntax.Joined | syntax.NestedJoin):
            self.fail()
        self.expect(")")
        return syntax.NestedJoin(join, self._alias(), position=token.position)

    def _table_or_function(self) -> syntax.Table | syntax.TableFunction:
        token = self.token
        parts = self.table_parts()
        if self.at("("):
            if len(parts) > 2:
                self.fail()
            schema = parts[0] if len(parts) == 2 else None
            function = self.plain_call(parts[-1], token, schema)
            alias = self._alias(function.name)
            return syntax.TableFunction(function, alias, position=token.position)
        table = syntax.Table(parts, self._alias(), position=token.position)
        if self.at("at") and len(parts) > 1:
            self.not_emulated("PartiQL unnesting with AT")
        return table

    def table_parts(self) -> tuple[str, ...]:
        """A table's name of up to three parts."""
        token = self.token
        parts = [self.identifier()]
        while self.accept("."):
            parts.append(self.label())
        if len(parts) > 3 or self.at("["):
            self.not_emulated("navigation into SUPER values", token)
        return tuple(parts)

    def table(self) -> syntax.Table:
        """A table by name, without an alias."""
        token = self.token
        return syntax.Table(self.table_parts(), position=token.position)

    def column_identifier(self) -> syntax.Identifier:
        """A column's name without qualification."""
        token = self.token
        return syntax.Identifier(self.identifier(), position=token.position)

    def _defined_column(self) -> str:
        """A column of a column definition list, whose type is the function's own."""
        name = self.identifier()
        self.data_type()
        return name

    def _alias(self, function: str | None = None) -> syntax.Alias | None:
        """An alias.

        Args:
            function: What is called, which may have a column definition list.
        """
        if not self.accept("as") and not self.at_identifier():
            return None
        name = self.identifier()
        if not self.at("("):
            return syntax.Alias(name)
        if function is None or self.peek(2).key in {",", ")"}:
            return syntax.Alias(name, self.identifiers())
        if function != "pg_get_late_binding_view_cols":
            self.not_emulated("a column definition list")
        return syntax.Alias(name, tuple(self.parenthesized(self._defined_column)))
