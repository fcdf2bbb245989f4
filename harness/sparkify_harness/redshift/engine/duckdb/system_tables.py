"""The queries of system tables, over plain tables that hold what the server knows."""

from collections.abc import Mapping
from functools import cache

import duckdb
import pyarrow as pa

from sparkify_harness.redshift.catalog.relations import Relation
from sparkify_harness.redshift.engine.duckdb.streaming import open_reader
from sparkify_harness.redshift.engine.duckdb.types import storage_type


@cache
def _scratch() -> duckdb.DuckDBPyConnection:
    """Opened once, which takes longer than most queries; what a cursor registers is its own."""
    return duckdb.connect(":memory:", config={"threads": 1})


def system_table(relation: Relation, tables: Mapping[str, pa.Table]) -> pa.Table:
    """The rows of a system table; see ``Engine.system_table``."""
    with _scratch().cursor() as scratch:
        for name, rows in tables.items():
            scratch.register(name, rows)
        found = open_reader(scratch, _typed(relation)).read_all()
    return found.rename_columns([column.name for column in relation.columns])


def _typed(relation: Relation) -> str:
    """The query of a system table with its columns in the types that they declare."""
    casts = ", ".join(
        f"CAST(c{number} AS {storage_type(column.type)})"
        for number, column in enumerate(relation.columns)
    )
    names = ", ".join(f"c{number}" for number in range(len(relation.columns)))
    return f"SELECT {casts} FROM ({relation.definition}) AS q ({names})"
