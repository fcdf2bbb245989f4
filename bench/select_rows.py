"""A million rows of five columns through psycopg, in text, against PostgreSQL serving the same."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from bench import postgres
from bench.measure import Figure, at_least, median_seconds
from sparkify_harness.warehouse import open_warehouse

ROWS = 1_000_000
_TABLE = (
    "CREATE TABLE wide AS SELECT i AS id, 'user number ' || i::varchar AS name,"
    " (i * 1.5)::double precision AS score,"
    " timestamp '2018-11-01' + i * interval '1 second' AS seen, (i % 1000)::bigint AS number"
    " FROM ({source}) AS source(i)"
)
_DIGITS = " CROSS JOIN ".join(f"digits AS {name}" for name in "abcdef")
_NUMBERS = (
    "SELECT a.i + 10 * b.i + 100 * c.i + 1000 * d.i + 10000 * e.i + 100000 * f.i + 1 AS i"
    f" FROM {_DIGITS}"
)


def _seconds(client: "psycopg.Connection[tuple[object, ...]]") -> float:
    def select() -> None:
        found = client.execute("SELECT * FROM wide").fetchall()
        assert len(found) == ROWS

    return median_seconds(select)


def figures() -> Iterator[Figure]:
    """The ratio; nothing where there is no PostgreSQL."""
    binaries = postgres.binaries()
    name = "SELECT of a million rows, against PostgreSQL"
    if binaries is None:
        yield Figure(name, "not measured", note=postgres.MISSING)
        return
    with (
        postgres.serving(binaries) as dsn,
        psycopg.connect(dsn, autocommit=True) as client,
    ):
        source = f"SELECT generate_series(1, {ROWS})"
        client.execute(_TABLE.format(source=source).encode())
        client.execute("VACUUM ANALYZE wide")
        theirs = _seconds(client)
        version = client.execute("SHOW server_version").fetchone()
    with (
        tempfile.TemporaryDirectory() as folder,
        open_warehouse(folder=Path(folder)) as running,
        psycopg.connect(running.connection.dsn(with_password=True), autocommit=True) as client,
    ):
        client.execute("CREATE TABLE digits (i int)")
        client.execute("INSERT INTO digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)")
        client.execute(_TABLE.format(source=_NUMBERS).encode())
        ours = _seconds(client)
    yield at_least(
        name,
        theirs / ours,
        0.6,
        f"5 columns, text: ours {ours:.2f} s, PostgreSQL {version and version[0]} {theirs:.2f} s",
    )
