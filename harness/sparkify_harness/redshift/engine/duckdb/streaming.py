"""Rows of a query that are computed while they are read."""

import duckdb
import pyarrow as pa
from duckdb._seam import submit

BATCH_ROWS = 32_768


def stream(
    cursor: duckdb.DuckDBPyConnection, sql: str, arguments: list[object] | None = None
) -> pa.RecordBatchReader:
    """The rows of a query.

    What `sql(...).to_arrow_reader()` comes to in the end. In public, a query can be streamed as a
    relation alone, for which it is parsed and bound twice: half of what a short one costs.

    Args:
        cursor: Runs it; takes nothing else until the reader is closed.
        sql: A query of ours.
        arguments: Values of ``$1`` ...; None where it has no parameters.
    """
    return submit(cursor, sql, arguments, "stream", BATCH_ROWS).arrow_reader()
