"""Function calls, aggregates and windows.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_Window_function_synopsis.html
"""

from typing import Final, Literal

from sparkify_harness.redshift.errors import UndefinedFunction
from sparkify_harness.redshift.sql import syntax
from sparkify_harness.redshift.sql.grammar.special import Special
from sparkify_harness.redshift.sql.tokens import Token, TokenKind

_RESERVED_FUNCTIONS: Final = frozenset({"array", "collate", "isnull", "left", "right"})
"""ISNULL(a, b) is in no page of AWS's; its own JDBC driver sends it (``getColumns``).

Source: https://github.com/aws/amazon-redshift-jdbc-driver (``RedshiftDatabaseMetaData.java``)
"""
_STARRED: Final = frozenset({"count", "approximate count"})
_DATE_PART_FUNCTIONS: Final = frozenset({"dateadd", "datediff", "date_part"})
"""Those that take a date part as a bare word.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_Dateparts_for_datetime_functions.html
"""

Nulls = Literal["IGNORE", "RESPECT"]
_NULL_TREATMENTS: Final[dict[str, Nulls]] = {"ignore": "IGNORE", "respect": "RESPECT"}


class Calls(Special):
    """Reads what looks like a function."""

    def reserved_call(self) -> syntax.Expression | None:
        """A call that begins with a reserved word or two words; None if nothing such comes."""
        token, following = self.token, self.peek()
        if token.key in _RESERVED_FUNCTIONS and following.key == "(":
            self.advance()
            return self.call(token.key, token)
        if (
            token.key == "approximate"
            and following.kind is TokenKind.WORD
            and self.peek(2).key == "("
        ):
            self.advance()
            return self.call(f"approximate {self.identifier()}", token)
        return None

    def call(self, name: str, token: Token, schema: str | None = None) -> syntax.Expression:
        """A call whose name was read: arguments, WITHIN GROUP, IGNORE NULLS, OVER."""
        function = self._opened(name, token, schema)
        inside = self._null_treatment()
        self.expect(")")
        if not self.at("within", "group"):
            return self._windowed(function, token, inside)
        self.expect("within", "group", "(")
        sorted_ = syntax.WithinGroup(function, self.order_by(), position=token.position)
        self.expect(")")
        return self._windowed(sorted_, token, inside)

    def plain_call(self, name: str, token: Token, schema: str | None) -> syntax.Function:
        """A call whose name was read, where neither WITHIN GROUP nor OVER may follow."""
        function = self._opened(name, token, schema)
        self.expect(")")
        if self.at("within", "group") or self.at("over", "("):
            self.fail()
        return function

    def _opened(self, name: str, token: Token, schema: str | None) -> syntax.Function:
        """A call up to its closing parenthesis."""
        self.expect("(")
        if name == "object_transform":
            # KEEP and SET are among its arguments.
            self.not_emulated("function object_transform")
        place = token.position
        starred = self.at("*", ")")
        if starred or self.at(")"):
            if starred != (name in _STARRED):
                raise UndefinedFunction(
                    f"function {name}() does not exist", position=self.token.position
                )
            if starred:
                self.advance()
            return syntax.Function(name, schema=schema, starred=starred, position=place)
        distinct = self.accept("distinct")
        if not distinct:
            self.accept("all")
        part = self._date_part() if name in _DATE_PART_FUNCTIONS and not distinct else None
        arguments = self.listed(self.expression)
        if part is not None:
            arguments.insert(0, part)
        return syntax.Function(name, tuple(arguments), schema, distinct, position=place)

    def _date_part(self) -> syntax.DatePart | None:
        token = self.token
        if token.kind not in {TokenKind.WORD, TokenKind.QUOTED} or self.peek().key != ",":
            return None
        self.advance()
        self.advance()
        return syntax.DatePart(token.value, position=token.position)

    def _null_treatment(self) -> Nulls | None:
        """IGNORE NULLS or RESPECT NULLS, which stands before or after the closing parenthesis.

        Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_WF_first_value.html
        """
        treatment = _NULL_TREATMENTS.get(self.token.key)
        if treatment is not None:
            self.advance()
            self.expect("nulls")
        return treatment

    def _windowed(
        self,
        function: syntax.Function | syntax.WithinGroup,
        token: Token,
        inside: Nulls | None,
    ) -> syntax.Function | syntax.WithinGroup | syntax.Window:
        nulls = inside or self._null_treatment()
        if nulls is None and not self.at("over", "("):
            return function
        self.expect("over", "(")
        partition: list[syntax.Expression] = []
        if self.accept("partition"):
            self.expect("by")
            partition = self.listed(self.expression)
        order = self.order_by() if self.at("order") else ()
        frame = self._frame() if self.accept("rows") else None
        self.expect(")")
        return syntax.Window(
            function, nulls, tuple(partition), order, frame, position=token.position
        )

    def order_by(self) -> tuple[syntax.SortKey, ...]:
        """ORDER BY."""
        self.expect("order", "by")
        return tuple(self.listed(self._sort_key))

    def _sort_key(self) -> syntax.SortKey:
        expression = self.expression()
        descending = self.accept_any("asc", "desc") == "desc"
        nulls_first = None
        if self.accept("nulls"):
            nulls_first = self.expect_any("first", "last") == "first"
        return syntax.SortKey(expression, descending, nulls_first)

    def _frame(self) -> syntax.Frame:
        if self.accept("between"):
            start = self._bound()
            self.expect("and")
            return syntax.Frame(start, self._bound())
        start = self._bound()
        if start.side == "FOLLOWING":
            self.fail(self.peek(-1))
        return syntax.Frame(start)

    def _bound(self) -> syntax.FrameBound:
        if self.accept("current"):
            self.expect("row")
            return syntax.FrameBound(None)
        offset = None if self.accept("unbounded") else self.expression()
        side = self.expect_any("preceding", "following")
        return syntax.FrameBound("PRECEDING" if side == "preceding" else "FOLLOWING", offset)
