"""INSERT, UPDATE, DELETE and MERGE.

Redshift:
    https://docs.aws.amazon.com/redshift/latest/dg/r_INSERT_30.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_UPDATE.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_DELETE.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_MERGE.html
"""

from collections.abc import Callable

from sparkify_harness.redshift.errors import SyntaxFault, Unsupported
from sparkify_harness.redshift.sql import changes, syntax
from sparkify_harness.redshift.sql.grammar.queries import Queries
from sparkify_harness.redshift.sql.plain_rows import Span
from sparkify_harness.redshift.sql.tokens import TokenKind


class Grammar(Queries):
    """Reads statements that change rows, and with them all that a statement is made of."""

    def dml(self, *, takes_into: bool = False) -> syntax.Query | changes.Change:
        """A statement that begins with INSERT, UPDATE, DELETE, MERGE, WITH, SELECT or ``(``.

        Args:
            takes_into: Whether a query may be SELECT INTO.
        """
        if self.at("merge"):
            return self._merge()
        with_ = self.with_clause() if self.at("with") else None
        match self.token.key:
            case "insert":
                return self._insert(with_)
            case "update":
                return self._update(with_)
            case "delete":
                return self._delete(with_)
        if takes_into:
            self.first = self.token
        return self.query_with(with_)

    # --- INSERT --------------------------------------------------------------------------

    def _insert(self, with_: syntax.With | None) -> changes.Insert:
        place = self.token.position
        self.expect("insert", "into")
        table = self.table()
        columns = None
        if self.at("(") and not self.at_query():
            columns = tuple(self.parenthesized(self.column_identifier))
        return changes.Insert(table, columns, self._inserted(), with_, position=place)

    def _inserted(
        self,
    ) -> changes.Values | changes.PlainRows | changes.DefaultValues | syntax.Query:
        if self.accept("default", "values"):
            return changes.DefaultValues()
        if self.at("values"):
            return self._plain_rows() if self.peek().kind is TokenKind.ROWS else self.values()
        if not self.at_query():
            self.fail()
        return self.query()

    def _plain_rows(self) -> changes.PlainRows:
        token = self.expect("values")
        rows = self.advance()
        span = Span(rows.start, rows.end, int(rows.value))
        return changes.PlainRows(self.sql, span, position=token.position)

    def values(self) -> changes.Values:
        """VALUES with its rows, one by one."""
        token = self.expect("values")
        before = self.subqueries
        rows = [self._row()]
        while self.accept(","):
            rows.append(self._row())
        if len(rows) > 1:
            width = len(rows[0])
            if any(len(row) != width for row in rows):
                raise SyntaxFault("VALUES lists must all be the same length")
            if self.subqueries > before:
                raise Unsupported("can't use subqueries in multi-row VALUES")
        return changes.Values(tuple(rows), position=token.position)

    def _row(self) -> tuple[changes.Value, ...]:
        return tuple(self.parenthesized(self._value_or_default))

    def _value_or_default(self) -> changes.Value:
        if self.token.key != "default":
            return self.expression()
        self.advance()
        return changes.Default()

    # --- UPDATE and DELETE ---------------------------------------------------------------

    def _update(self, with_: syntax.With | None) -> changes.Update:
        place = self.token.position
        self.expect("update")
        named = self.token.position
        parts = self.table_parts()
        alias = None
        if self.accept("as") or (self.at_identifier() and not self.at("set")):
            alias = syntax.Alias(self.identifier())
        self.expect("set")
        return changes.Update(
            syntax.Table(parts, alias, position=named),
            tuple(self.listed(lambda: self._assignment(self._value_or_default))),
            tuple(self.sources()) if self.accept("from") else (),
            self._clause("where"),
            with_,
            position=place,
        )

    def _assignment(self, value: Callable[[], changes.Value]) -> changes.Assignment:
        column = self.column_identifier()
        self.expect("=")
        return changes.Assignment(column, value())

    def _delete(self, with_: syntax.With | None) -> changes.Delete:
        """DELETE: "The FROM keyword is optional, except when the USING clause is specified"."""
        place = self.token.position
        self.expect("delete")
        has_from = self.accept("from")
        table = self.table()
        if self.at("using") and not has_from:
            self.fail()
        sources = tuple(self.sources()) if self.accept("using") else ()
        return changes.Delete(table, sources, self._clause("where"), with_, position=place)

    # --- MERGE ---------------------------------------------------------------------------

    def _merge(self) -> changes.Merge:
        token = self.expect("merge")
        self.expect("into")
        target = self.table()
        self.expect("using")
        source = self.source()
        if isinstance(source, syntax.TableFunction):
            self.fail(token)
        self.expect("on")
        on = self.expression()
        whens = None if self.accept("remove", "duplicates") else self._whens()
        return changes.Merge(target, source, on, whens, position=token.position)

    def _whens(self) -> changes.Whens:
        self.expect("when", "matched", "then")
        updated = None
        if self.accept("update"):
            self.expect("set")
            updated = tuple(self.listed(lambda: self._assignment(self.expression)))
        else:
            self.expect("delete")
        self.expect("when", "not", "matched", "then", "insert")
        columns = None
        if self.at("("):
            columns = tuple(self.parenthesized(self.column_identifier))
        self.expect("values")
        return changes.Whens(updated, columns, tuple(self.parenthesized(self.expression)))
