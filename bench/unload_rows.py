"""UNLOAD of a million rows, against DuckDB's COPY TO of the same table to a local file."""

import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Final

import duckdb
import psycopg

from bench.copy_events import peak
from bench.measure import RUNS, Figure, at_least, at_most, median_ratio
from sparkify_harness.objectstore import StoreKind, open_store
from sparkify_harness.warehouse import open_warehouse

ROWS: Final = 1_000_000
BUCKET: Final = "bench"
_COLUMNS: Final = (
    "id bigint, name varchar(40), town varchar(60), seats int, price decimal(10,2), at timestamp"
)
_MADE: Final = (
    "SELECT n AS id, 'Someone ' || n AS name, 'Town, ' || (n % 997) AS town, "
    "CAST(n % 50 AS INTEGER) AS seats, CAST((n % 10000) / 100.0 AS DECIMAL(10, 2)) AS price, "
    "TIMESTAMP '2018-11-01 00:00:00' + to_seconds(n) AS at FROM range({rows}) AS r(n)"
)
_FORMATS: Final = {"CSV": "csv", "PARQUET": "parquet"}


def figures() -> Iterator[Figure]:
    """The ratio for each format, and the server's memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (
            open_store(StoreKind.EMBEDDED, folder=folder / "store") as store,
            open_warehouse(folder=folder, s3_endpoint=store.endpoint.url) as running,
            psycopg.connect(running.connection.dsn(with_password=True), autocommit=True) as client,
            duckdb.connect() as engine,
        ):
            store.create_bucket(BUCKET)
            engine.execute(f"CREATE TABLE t AS {_MADE.format(rows=ROWS)}")
            client.execute(f"CREATE TABLE t ({_COLUMNS})".encode())
            _fill(client)
            key, numbers = store.endpoint, count()
            for word, suffix in _FORMATS.items():

                def ours(word: str = word) -> None:
                    client.execute(
                        f"UNLOAD ('SELECT * FROM t') TO 's3://{BUCKET}/{next(numbers)}/' "
                        f"ACCESS_KEY_ID '{key.access_key_id}' "
                        f"SECRET_ACCESS_KEY '{key.secret_access_key}' {word}".encode()
                    )

                def theirs(word: str = word, suffix: str = suffix) -> None:
                    engine.execute(f"COPY t TO '{folder / f't.{suffix}'}' (FORMAT {word})")

                ratio, mine, reference = median_ratio(theirs, ours, RUNS)
                yield at_least(
                    f"UNLOAD to {word}, against DuckDB COPY TO",
                    ratio,
                    0.6,
                    f"{ROWS:,} rows: ours {reference:.2f} s, DuckDB {mine:.2f} s",
                )
            yield at_most("UNLOAD: peak memory", peak(running.child), 700, "MB", "of the server")


def _fill(client: psycopg.Connection[tuple[object, ...]]) -> None:
    client.execute(
        b"INSERT INTO t VALUES (0, 'Someone', 'Town, 7', 3, 12.34, '2018-11-01 00:00:00')"
    )
    rows = 1
    while rows < ROWS:
        more = min(rows, ROWS - rows)
        client.execute(
            f"INSERT INTO t SELECT id + {rows}, 'Someone ' || id, 'Town, ' || (id % 997), "
            f"id % 50, (id % 10000) / 100.0, dateadd(second, 1, at) FROM t LIMIT {more}".encode()
        )
        rows += more
