"""What each engine says in its own way, inside of clauses that all engines say alike."""

from abc import ABC, abstractmethod

from sparkify_harness.redshift.catalog.relations import Relation
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.types import Kind, RedshiftType


def ignores_blanks(kind: RedshiftType) -> bool:
    """Whether values that differ in trailing blanks alone are the same value.

    CHAR is stored without them. Redshift:
    https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html
    """
    return kind.kind in {Kind.VARCHAR, Kind.UNKNOWN}


class Wording(ABC):
    """The words of an engine; all methods give SQL."""

    __slots__ = ()

    @abstractmethod
    def query(self, query: tree.Query) -> str:
        """A query, as part of another."""

    @abstractmethod
    def subquery(self, query: tree.Query) -> str:
        """A query in an expression, in parentheses."""

    @abstractmethod
    def expression(self, node: tree.Expression) -> str:
        """An expression; it can stand anywhere without further parentheses."""

    def condition(self, node: tree.Expression) -> str:
        """A condition of which only TRUE counts."""
        return self.expression(node)

    @abstractmethod
    def key(self, sql: str, kind: RedshiftType) -> str:
        """What a value is compared, grouped and sorted by."""

    def key_of(self, node: tree.Expression) -> str:
        """What an expression is compared, grouped and sorted by."""
        return self.key(self.expression(node), node.type)

    def place_key_of(self, node: tree.Expression) -> str:
        """A key of GROUP BY or ORDER BY."""
        return self.key_of(node)

    @abstractmethod
    def quoted(self, name: str) -> str:
        """An identifier."""

    @abstractmethod
    def table(self, relation: Relation) -> str:
        """The full name of what stores or computes a relation."""

    @abstractmethod
    def stored(self, kind: RedshiftType) -> str:
        """The engine's type."""
