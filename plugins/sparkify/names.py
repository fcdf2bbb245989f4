"""How the pipeline's tables are called in a warehouse."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sparkify.quoting import qualified


@dataclass(frozen=True)
class Names:
    """The names of tables in the warehouse, by the names that the pipeline has for them.

    Attributes:
        schema: of all tables; None for the search path.
        tables: those that are called otherwise.
    """

    schema: str | None = None
    tables: Mapping[str, str] = field(default_factory=dict)

    def bare(self, table: str) -> str:
        """The table's name without schema and quotes."""
        return self.tables.get(table, table)

    def __call__(self, table: str) -> str:
        """The table's quoted name, with its schema."""
        return qualified(self.schema, self.bare(table))
