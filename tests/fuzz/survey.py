"""What a statement is made of, and where in its text: expressions, conditions, queries.

The grammar reads it, so what is found is what the server finds.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.sql import changes, syntax
from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.grammar.statements import statement
from sparkify_harness.redshift.sql.tokens import TokenKind, tokenize
from tests.fuzz.families import Columns, Family, family


@dataclass(frozen=True)
class Part:
    """An expression.

    Args:
        start: Where its text begins.
        end: Where it ends.
        node: How it was read.
        family: Of what it is.
    """

    start: int
    end: int
    node: syntax.Expression
    family: Family


@dataclass(frozen=True)
class Clause:
    """A clause of a query, or the place where it would stand.

    Args:
        word: WHERE, GROUP BY ...
        start: Where it begins.
        end: Where it ends; the same, if it is not there.
    """

    word: str
    start: int
    end: int


@dataclass
class Survey:
    """All that was found.

    Args:
        parts: Expressions.
        clauses: Clauses, and places for them.
        queries: Beginnings and ends of queries.
    """

    parts: list[Part] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    queries: list[tuple[int, int]] = field(default_factory=list)


class _Surveyor(Grammar):
    """Reads, and notes where things stand."""

    found: Survey
    columns: Columns
    group_start: int | None = None

    def expression(self, level: int = 0) -> syntax.Expression:
        return self._noted(lambda: super(_Surveyor, self).expression(level))

    def _prefix(self) -> syntax.Expression:
        return self._noted(super()._prefix)

    def _noted(self, read: Callable[[], syntax.Expression]) -> syntax.Expression:
        start = self.token.start
        node = read()
        part = Part(start, self._reached(), node, family(node, self.columns))
        if not self.found.parts or self.found.parts[-1] != part:
            self.found.parts.append(part)
        return node

    def dml(self, *, takes_into: bool = False) -> syntax.Query | changes.Change:
        start = self.token.start
        node = super().dml(takes_into=takes_into)
        if isinstance(node, syntax.Query):
            self.found.queries.append((start, self._reached()))
        return node

    def query(self) -> syntax.Query:
        start = self.token.start
        node = super().query()
        self.found.queries.append((start, self._reached()))
        return node

    def _select(self) -> syntax.Select:
        start = self.token.end
        select = super()._select()
        self.found.clauses.append(Clause("distinct", start, start))
        return select

    def _clause(self, word: str) -> syntax.Expression | None:
        start = self._reached()
        if word == "having":
            self._note_group(start)
        condition = super()._clause(word)
        self.found.clauses.append(Clause(word, start, self._reached()))
        return condition

    def _group_by(self) -> syntax.GroupBy:
        start = self.token.start
        group = super()._group_by()
        self.group_start = start
        return group

    def _note_group(self, end: int) -> None:
        start, self.group_start = self.group_start, None
        self.found.clauses.append(Clause("group by", end if start is None else start, end))

    def _finish(self, query: syntax.Query, with_: syntax.With | None) -> syntax.Query:
        start = self._reached()
        node = super()._finish(query, with_)
        self.found.clauses.append(Clause("order by", start, self._reached()))
        return node

    def _reached(self) -> int:
        return self.peek(-1).end


def survey(sql: str, columns: Columns) -> Survey | None:
    """What a statement is made of; None if the grammar refuses it.

    Args:
        sql: One statement.
        columns: Families of the columns of its tables.
    """
    try:
        found = [token for token in tokenize(sql) if token.key != ";"]
        if len(found) < 2 or found[-1].kind is not TokenKind.END:
            return None
        surveyor = _Surveyor(sql, found)
        surveyor.found, surveyor.columns = Survey(), columns
        statement(surveyor)
    except (RedshiftError, RecursionError):
        return None
    return surveyor.found
