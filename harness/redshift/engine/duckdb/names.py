"""How things are called inside DuckDB."""

from typing import Final

from harness.redshift.catalog.relations import Relation, RelationKind

SYSTEM_PREFIX: Final = "_system"
"""Begins the names under which the contents of system tables are handed to DuckDB."""


def quote(name: str) -> str:
    """An identifier, quoted."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def system_name(relation: Relation) -> str:
    """The name of the temporary view that holds a system table's rows while a query runs."""
    return f"{SYSTEM_PREFIX}_{relation.schema}_{relation.name}"


def table_name(relation: Relation) -> str:
    """The full name of what stores or computes a relation."""
    if relation.kind is RelationKind.SYSTEM:
        return f"temp.main.{quote(system_name(relation))}"
    if relation.temporary:
        return f"temp.main.{quote(relation.name)}"
    return f"{quote(relation.schema)}.{quote(relation.name)}"
