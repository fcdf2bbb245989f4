"""Function calls, aggregates and windows.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_Window_function_synopsis.html
"""

from typing import Final

from sqlglot import exp

from sparkify_harness.redshift.errors import UndefinedFunction
from sparkify_harness.redshift.sql.grammar.special import Special
from sparkify_harness.redshift.sql.tokens import Kind, Token

_RESERVED_FUNCTIONS: Final = frozenset({"array", "collate", "isnull", "left", "right"})
"""ISNULL(a, b) is in no page of AWS's; its own JDBC driver sends it (``getColumns``).

Source: https://github.com/aws/amazon-redshift-jdbc-driver (``RedshiftDatabaseMetaData.java``)
"""
_STARRED: Final = frozenset({"count", "approximate count"})
_DATE_PART_FUNCTIONS: Final = frozenset({"dateadd", "datediff", "date_part"})
"""Those that take a date part as a bare word.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_Dateparts_for_datetime_functions.html
"""

_NULL_TREATMENTS: Final[dict[str, type[exp.Expr]]] = {
    "ignore": exp.IgnoreNulls,
    "respect": exp.RespectNulls,
}


class Calls(Special):
    """Reads what looks like a function."""

    def reserved_call(self) -> exp.Expr | None:
        """A call that begins with a reserved word or two words; None if nothing such comes."""
        token, following = self.token, self.peek()
        if token.key in _RESERVED_FUNCTIONS and following.key == "(":
            self.advance()
            return self.call(token.key, token)
        if token.key == "approximate" and following.kind is Kind.WORD and self.peek(2).key == "(":
            self.advance()
            return self.call(f"approximate {self.identifier()}", token)
        return None

    def call(self, name: str, token: Token, schema: exp.Identifier | None = None) -> exp.Expr:
        """A call whose name was read: arguments, WITHIN GROUP, IGNORE NULLS, OVER."""
        self.expect("(")
        arguments = self._arguments(name)
        inside = self._null_treatment()
        self.expect(")")
        function = self.mark(exp.Anonymous(this=name, expressions=arguments), token)
        node: exp.Expr = function
        if schema is not None:
            node = self.mark(exp.Dot(this=schema, expression=function), token)
        if self.at("within", "group"):
            self.expect("within", "group", "(")
            node = self.mark(exp.WithinGroup(this=node, expression=self.order_by()), token)
            self.expect(")")
        return self._windowed(node, token, inside)

    def _arguments(self, name: str) -> list[exp.Expr]:
        if name == "object_transform":
            # KEEP and SET are among its arguments.
            self.not_emulated("function object_transform")
        if self.at(")"):
            if name in _STARRED:
                raise UndefinedFunction(
                    f"function {name}() does not exist", position=self.token.start + 1
                )
            return []
        if self.at("*", ")"):
            if name not in _STARRED:
                raise UndefinedFunction(
                    f"function {name}() does not exist", position=self.token.start + 1
                )
            return [self.mark(exp.Star(), self.advance())]
        distinct = self.accept("distinct")
        if not distinct:
            self.accept("all")
        first = self._date_part() if name in _DATE_PART_FUNCTIONS and not distinct else None
        arguments = [first] if first is not None else []
        arguments += self.listed(self.expression)
        return [exp.Distinct(expressions=arguments)] if distinct else arguments

    def _date_part(self) -> exp.Expr | None:
        token = self.token
        if token.kind not in {Kind.WORD, Kind.QUOTED} or self.peek().key != ",":
            return None
        self.advance()
        self.advance()
        return self.mark(exp.Var(this=token.value), token)

    def _null_treatment(self) -> type[exp.Expr] | None:
        """IGNORE NULLS or RESPECT NULLS, which stands before or after the closing parenthesis.

        Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_WF_first_value.html
        """
        treatment = _NULL_TREATMENTS.get(self.token.key)
        if treatment is not None:
            self.advance()
            self.expect("nulls")
        return treatment

    def _windowed(
        self, node: exp.Expr, token: Token, inside: type[exp.Expr] | None = None
    ) -> exp.Expr:
        treatment = inside or self._null_treatment()
        if treatment is not None:
            if not self.at("over"):
                self.fail()
            node = treatment(this=node)
        if not self.at("over", "("):
            return node
        self.expect("over", "(")
        window = exp.Window(this=node)
        if self.accept("partition"):
            self.expect("by")
            window.set("partition_by", self.listed(self.expression))
        if self.at("order"):
            window.set("order", self.order_by())
        if self.accept("rows"):
            window.set("spec", self._frame())
        self.expect(")")
        return self.mark(window, token)

    def order_by(self) -> exp.Order:
        """ORDER BY."""
        token = self.expect("order", "by")
        return self.mark(exp.Order(expressions=self.listed(self._ordered)), token)

    def _ordered(self) -> exp.Ordered:
        expression = self.expression()
        descending = self.accept_any("asc", "desc") == "desc"
        nulls_first = None
        if self.accept("nulls"):
            nulls_first = self.expect_any("first", "last") == "first"
        return exp.Ordered(this=expression, desc=descending, nulls_first=nulls_first)

    def _frame(self) -> exp.WindowSpec:
        if not self.accept("between"):
            start, side = self._bound()
            if side == "FOLLOWING":
                self.fail(self.peek(-1))
            return exp.WindowSpec(kind="ROWS", start=start, start_side=side)
        start, start_side = self._bound()
        self.expect("and")
        end, end_side = self._bound()
        return exp.WindowSpec(
            kind="ROWS", start=start, start_side=start_side, end=end, end_side=end_side
        )

    def _bound(self) -> tuple[exp.Expr | str, str | None]:
        if self.accept("current"):
            self.expect("row")
            return "CURRENT ROW", None
        start = "UNBOUNDED" if self.accept("unbounded") else self.expression()
        return start, self.expect_any("preceding", "following").upper()
