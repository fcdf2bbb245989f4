"""Rows of a query that are computed while they are read."""

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from typing import Final

import duckdb
import pyarrow as pa
from duckdb._seam import submit

from sparkify_harness.redshift.engine.duckdb.lowered import Values

BATCH_ROWS = 32_768

FEW: Final = 100
"""Rows up to which a result is quicker as Python's values; from some 256 on it is not
(``python -m bench few``)."""

Computing = Callable[[], AbstractContextManager[None]]
"""Around what the engine computes, so that it can be cancelled."""


def open_reader(
    cursor: duckdb.DuckDBPyConnection, sql: str, values: Values = None
) -> pa.RecordBatchReader:
    """The rows of a query, as Arrow.

    What `sql(...).to_arrow_reader()` comes to in the end. In public, a query can be streamed as a
    relation alone, for which it is parsed and bound twice: half of what a short one costs.

    Args:
        cursor: Runs it; takes nothing else until the reader is closed.
        sql: A query of ours.
        values: Of ``$1`` ...
    """
    return submit(cursor, sql, values, "stream", BATCH_ROWS).arrow_reader()


def stream(
    cursor: duckdb.DuckDBPyConnection, sql: str, values: Values, computing: Computing
) -> Generator[pa.RecordBatch, None, None]:
    """The rows of a query, however many there are; see ``open_reader`` for the arguments."""
    with computing():
        reader = open_reader(cursor, sql, values)
    try:
        while True:
            with computing():
                batch = next(reader, None)
            if batch is None:
                return
            yield batch
    finally:
        reader.close()


def few(
    cursor: duckdb.DuckDBPyConnection,
    query: str | duckdb.Statement,
    values: Values,
    computing: Computing,
) -> Generator[pa.RecordBatch, None, None]:
    """The rows of a query whose columns are strings; should they be many, they stream as well.

    Args:
        cursor: Runs it; takes nothing else until the rows are read, or no more are wanted.
        query: As text, or as the engine has read it.
        values: Of ``$1`` ...
        computing: See there.
    """
    with computing():
        cursor.execute(query, values)
    ended = False
    try:
        while True:
            with computing():
                rows = cursor.fetchmany(FEW)
            ended = len(rows) < FEW
            if rows:
                columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
                yield pa.RecordBatch.from_arrays(columns, [f"c{at}" for at in range(len(columns))])
            if ended:
                return
    finally:
        if not ended:
            cursor.abort()
