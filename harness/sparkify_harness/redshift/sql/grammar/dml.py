"""INSERT, UPDATE, DELETE and MERGE.

Redshift:
    https://docs.aws.amazon.com/redshift/latest/dg/r_INSERT_30.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_UPDATE.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_DELETE.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_MERGE.html
"""

from collections.abc import Callable

from sqlglot import exp

from sparkify_harness.redshift.errors import SyntaxFault, Unsupported
from sparkify_harness.redshift.sql.grammar.queries import Queries
from sparkify_harness.redshift.sql.grammar.stream import N


class Grammar(Queries):
    """Reads statements that change rows, and with them all that a statement is made of."""

    def dml(self) -> exp.Expr:
        """A statement that begins with INSERT, UPDATE, DELETE, MERGE, WITH, SELECT or ``(``."""
        if self.at("with"):
            return self._with()
        if self.at("merge"):
            return self._merge()
        return self._change(None) or self.query()

    def _with(self) -> exp.Expr:
        with_ = self.with_clause()
        return self._change(with_) or self.query_with(with_)

    def _change(self, with_: exp.With | None) -> exp.Expr | None:
        token = self.token
        node: exp.Expr
        match token.key:
            case "insert":
                node = self._insert()
            case "update":
                node = self._update()
            case "delete":
                node = self._delete()
            case _:
                return None
        if with_ is not None:
            node.set("with_", with_)
        return self.mark(node, token)

    # --- INSERT --------------------------------------------------------------------------

    def _insert(self) -> exp.Insert:
        self.expect("insert", "into")
        table = self.table_name()
        target: exp.Expr = table
        if self.at("(") and not self.at_query():
            columns = self.parenthesized(self.column_identifier)
            target = exp.Schema(this=table, expressions=columns)
        if self.accept("default", "values"):
            return exp.Insert(this=target, default=True)
        if self.at("values"):
            return exp.Insert(this=target, expression=self._values())
        if not self.at_query():
            self.fail()
        return exp.Insert(this=target, expression=self.query())

    def _values(self) -> exp.Values:
        token = self.expect("values")
        before = self.subqueries
        rows = [self._row()]
        while self.accept(","):
            rows.append(self._row())
        if len(rows) > 1:
            width = len(rows[0].expressions)
            if any(len(row.expressions) != width for row in rows):
                raise SyntaxFault("VALUES lists must all be the same length")
            if self.subqueries > before:
                raise Unsupported("can't use subqueries in multi-row VALUES")
        return self.mark(exp.Values(expressions=rows), token)

    def _row(self) -> exp.Tuple:
        return exp.Tuple(expressions=self.parenthesized(self._value_or_default))

    def _value_or_default(self) -> exp.Expr:
        if self.token.key != "default":
            return self.expression()
        self.advance()
        return exp.Var(this="DEFAULT")

    # --- UPDATE and DELETE ---------------------------------------------------------------

    def _update(self) -> exp.Update:
        self.expect("update")
        table = self.table_name()
        if self.accept("as") or (self.at_identifier() and not self.at("set")):
            table.set("alias", exp.TableAlias(this=self.column_identifier()))
        self.expect("set")
        update = exp.Update(this=table, expressions=self.listed(self._assignment))
        if self.accept("from"):
            first, *others = self.sources()
            if others:
                joins = [exp.Join(this=other) for other in others]
                first.set("joins", [*(first.args.get("joins") or []), *joins])
            update.set("from_", exp.From(this=first))
        return self._where(update)

    def _assignment(self) -> exp.EQ:
        return self._assign(self._value_or_default)

    def _assign(self, value: Callable[[], exp.Expr]) -> exp.EQ:
        token = self.token
        column = self.mark(exp.Column(this=self.column_identifier()), token)
        self.expect("=")
        return exp.EQ(this=column, expression=value())

    def _delete(self) -> exp.Delete:
        """DELETE: "The FROM keyword is optional, except when the USING clause is specified"."""
        self.expect("delete")
        has_from = self.accept("from")
        delete = exp.Delete(this=self.table_name())
        if self.at("using"):
            if not has_from:
                self.fail()
            self.advance()
            delete.set("using", self.sources())
        return self._where(delete)

    def _where(self, node: N) -> N:
        token = self.token
        if self.accept("where"):
            node.set("where", self.mark(exp.Where(this=self.expression()), token))
        return node

    # --- MERGE ---------------------------------------------------------------------------

    def _merge(self) -> exp.Merge:
        token = self.expect("merge")
        self.expect("into")
        target = self.table_name()
        self.expect("using")
        source = self.source()
        if isinstance(source.this, exp.Anonymous | exp.Dot):
            self.fail(token)
        self.expect("on")
        merge = exp.Merge(this=target, using=source, on=self.expression())
        if self.accept("remove", "duplicates"):
            merge.set("whens", exp.Var(this="REMOVE DUPLICATES"))
        else:
            whens = [self._matched(), self._not_matched()]
            merge.set("whens", exp.Whens(expressions=whens))
        return self.mark(merge, token)

    def _matched(self) -> exp.When:
        self.expect("when", "matched", "then")
        then: exp.Expr
        if self.accept("update"):
            self.expect("set")
            assignments = self.listed(lambda: self._assign(self.expression))
            then = exp.Update(expressions=assignments)
        else:
            self.expect("delete")
            then = exp.Var(this="DELETE")
        return exp.When(matched=True, then=then)

    def _not_matched(self) -> exp.When:
        self.expect("when", "not", "matched", "then", "insert")
        insert = exp.Insert()
        if self.at("("):
            columns = self.parenthesized(self.column_identifier)
            insert.set("this", exp.Tuple(expressions=[exp.Column(this=name) for name in columns]))
        self.expect("values")
        values = exp.Tuple(expressions=self.parenthesized(self.expression))
        insert.set("expression", values)
        return exp.When(matched=False, then=insert)
