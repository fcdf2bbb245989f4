"""Results of few rows as Python's values, and as Arrow's: from which size on that is quicker."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import partial

import duckdb
import pyarrow as pa

from bench.measure import Figure, median_ratio
from sparkify_harness.redshift.engine.duckdb.streaming import few, stream
from sparkify_harness.redshift.fields import Field, Format
from sparkify_harness.redshift.front.wire.dialect import Dialect
from sparkify_harness.redshift.front.wire.rows import RowEncoder
from sparkify_harness.redshift.types import TEXT

SIZES = {1: 500, 100: 500, 256: 300, 1_000: 100, 10_000: 20}
"""Rows, and how often they are read."""

_COLUMNS = "range::VARCHAR, (range * 1.5)::VARCHAR, 'user number ' || range"


def _encode(encoder: RowEncoder, batches: Callable[[], Iterator[pa.RecordBatch]]) -> None:
    for batch in batches():
        for _ in encoder.encode(batch):
            pass


def figures() -> Iterator[Figure]:
    """The time as values, as a part of the time as Arrow, with the bytes for the client."""
    fields = [Field(name, TEXT) for name in "abc"]
    encoder = RowEncoder(fields, [Format.TEXT] * len(fields), Dialect())
    with duckdb.connect() as engine:
        for rows, runs in SIZES.items():
            sql = f"SELECT {_COLUMNS} FROM range({rows})"
            [read] = engine.extract_statements(sql)

            values_of = partial(few, engine, read, None, nullcontext)
            arrow_of = partial(stream, engine, sql, None, nullcontext)
            ratio, values, arrow = median_ratio(
                partial(_encode, encoder, values_of), partial(_encode, encoder, arrow_of), runs
            )
            note = f"values {1000 * values:.2f} ms, Arrow {1000 * arrow:.2f} ms"
            yield Figure(f"{rows:,} rows as values, against Arrow", f"{ratio:.2f}", note=note)
