"""COPY of about a million events through the server, against DuckDB reading the same local files.

DuckDB's ``CREATE TABLE AS read_json`` gets explicit columns and the same files on disk; ours gets
them from the object store, checks every value by Redshift's rules, and commits to a file.
"""

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from math import nan
from pathlib import Path
from statistics import median

import duckdb
import psutil
import psycopg

from bench.measure import RUNS, Figure, at_least, at_most, median_seconds, seconds
from bench.readiness import stores
from sparkify.landing import EVENT_COLUMNS
from sparkify_fixtures import Settings, StoredObject, generate, log_json_path, read_folder
from sparkify_harness.machine import real_data
from sparkify_harness.objectstore import Endpoint, RunningStore, StoreKind, open_store
from sparkify_harness.process import Child
from sparkify_harness.seeding import upload
from sparkify_harness.warehouse import open_warehouse

EVENTS = 1_030_000
FILES = 32
BUCKET = "bench"
SQL = Path(__file__).resolve().parent.parent / "sql" / "create_tables.sql"

_REFERENCE = {
    "artist": "VARCHAR", "auth": "VARCHAR", "firstName": "VARCHAR", "gender": "VARCHAR",
    "itemInSession": "INTEGER", "lastName": "VARCHAR", "length": "DOUBLE", "level": "VARCHAR",
    "location": "VARCHAR", "method": "VARCHAR", "page": "VARCHAR", "registration": "DOUBLE",
    "sessionId": "INTEGER", "song": "VARCHAR", "status": "SMALLINT", "ts": "BIGINT",
    "userAgent": "VARCHAR", "userId": "VARCHAR",
}  # fmt: skip


def _logs() -> list[bytes]:
    """The real logs where they are there, else generated ones."""
    source = read_folder(real_data()) if real_data().is_dir() else generate(Settings())
    return [item.body for item in source if item.key.startswith("log_data/")]


def write_events(folder: Path, events: int) -> list[Path]:
    """Whole logs, over and over, in files of about equal size."""
    logs = _logs()
    lines = sum(body.count(b"\n") + 1 for body in logs)
    times = -(-events * len(logs) // (lines * FILES))
    paths = []
    for number in range(FILES):
        path = folder / f"events-{number:02}.json"
        path.write_bytes(b"\n".join(islice(cycle(logs), number, number + times)))
        paths.append(path)
    return paths


def reference(paths: list[Path], folder: Path) -> float:
    """Seconds that DuckDB needs for the same files, into a file."""
    columns = ", ".join(f"'{key}': '{kind}'" for key, kind in _REFERENCE.items())
    names = [str(path) for path in paths]
    query = (
        f"CREATE OR REPLACE TABLE t AS SELECT * FROM read_json({names},"
        f" columns = {{{columns}}}, format = 'newline_delimited')"
    )
    with duckdb.connect(str(folder / "reference.duckdb")) as engine:
        return median_seconds(lambda: engine.execute(query))


def _statement(key: Endpoint) -> bytes:
    return (
        f"COPY staging_events ({', '.join(EVENT_COLUMNS)}) FROM 's3://{BUCKET}/log_data/' "
        f"ACCESS_KEY_ID '{key.access_key_id}' SECRET_ACCESS_KEY '{key.secret_access_key}' "
        f"FORMAT AS JSON 's3://{BUCKET}/log_json_path.json'"
    ).encode()


def peak(child: Child) -> float:
    """Peak resident memory of a child in MB, as the kernel counted it."""
    status = Path(f"/proc/{child.program.pid}/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return float(psutil.Process(child.program.pid).memory_info().rss) / 2**20


@dataclass(frozen=True)
class Copied:
    """What was measured.

    Args:
        seconds: Median of the COPYs after the first; not a number where there was only one.
        first_peak: Peak memory of the server after the first, in MB.
        peak: Peak memory of the server in the end, in MB.
    """

    seconds: float
    first_peak: float
    peak: float


def measure(store: RunningStore, paths: list[Path], folder: Path, runs: int) -> Copied:
    """COPY everything once, and then `runs` times more."""
    objects = [log_json_path()]
    objects += [StoredObject(f"log_data/{path.name}", path.read_bytes()) for path in paths]
    upload(store.endpoint, BUCKET, objects)
    objects.clear()
    with (
        open_warehouse(
            folder=folder, file=folder / "bench.duckdb", s3_endpoint=store.endpoint.url
        ) as running,
        psycopg.connect(running.connection.dsn(with_password=True), autocommit=True) as client,
    ):
        client.execute(re.sub(r"\{\{ table\('(\w+)'\) \}\}", r"\1", SQL.read_text()).encode())

        def copy() -> None:
            client.execute("DELETE FROM staging_events")
            client.execute(_statement(store.endpoint))

        copy()
        first_peak = peak(running.child)
        times = [seconds(copy) for _ in range(runs)]
        last_peak = peak(running.child)
    (folder / "bench.duckdb").unlink()
    return Copied(median(times) if times else nan, first_peak, last_peak)


def figures() -> Iterator[Figure]:
    """The ratio and the memory for each object store."""
    for kind in stores():
        yield from _of(kind)


def _of(kind: StoreKind) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = write_events(folder, EVENTS)
        size = sum(path.stat().st_size for path in paths) / 1e6
        theirs = reference(paths, folder)
        with open_store(kind, folder=folder / "store") as store:
            store.create_bucket(BUCKET)
            copied = measure(store, paths, folder, RUNS)
        yield at_least(
            f"COPY from {kind}, against DuckDB read_json",
            theirs / copied.seconds,
            0.35,
            f"{EVENTS:,} events, {size:.0f} MB: ours {copied.seconds:.2f} s, DuckDB {theirs:.2f} s",
        )
        yield at_most(f"COPY from {kind}: peak memory", copied.peak, 700, "MB", "of the server")
        for path in paths:
            path.unlink()
        paths = write_events(folder, 4 * EVENTS)
        with open_store(kind, folder=folder / "larger") as store:
            store.create_bucket(BUCKET)
            larger = measure(store, paths, folder, 0)
        yield at_most(
            f"COPY from {kind}: memory at 4 times the data",
            larger.first_peak / copied.first_peak,
            1.2,
            "",
            f"one COPY in a fresh server: {larger.first_peak:.0f} MB, {copied.first_peak:.0f} MB",
        )
