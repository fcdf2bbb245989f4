"""How things are called inside DuckDB."""

from typing import Final

from sparkify_harness.redshift.catalog.relations import Relation, RelationKind

_OWN_SCHEMAS: Final = frozenset({"main", "temp", "system", "memory", "warehouse", "_catalog"})
"""What DuckDB, or this engine in it, keeps under the names that a schema of a user may have.

``warehouse`` is what DuckDB calls a database of the file ``warehouse.duckdb``, as runs have it."""
_RENAMED: Final = "_user:"

INCOMING: Final = "_incoming_rows"
"""The temporary view that holds the rows of ours that a statement inserts."""


def quote(name: str) -> str:
    """An identifier, quoted."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def stored_schema(name: str) -> str:
    """What a schema is called; names that DuckDB keeps to itself get a prefix."""
    taken = name in _OWN_SCHEMAS or name.startswith(_RENAMED)
    return f"{_RENAMED}{name}" if taken else name


def schema_name(name: str) -> str:
    """What a schema is called, quoted."""
    return quote(stored_schema(name))


def system_name(schema: str, name: str) -> str:
    """The name of the temporary view that holds a system table's rows while a query runs."""
    return f"_system_{schema}_{name}"


def table_name(relation: Relation) -> str:
    """The full name of what stores or computes a relation."""
    if relation.kind is RelationKind.SYSTEM:
        return f"temp.main.{quote(system_name(relation.schema, relation.name))}"
    if relation.temporary:
        return f"temp.main.{quote(relation.name)}"
    return f"{schema_name(relation.schema)}.{quote(relation.name)}"
