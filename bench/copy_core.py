"""What COPY's own part costs: objects to rows in the engine, against DuckDB reading local files.

The real events are replicated into 32 objects of an S3 substitute in a process of its own. Measured
is ``copying.load`` with a jsonpaths file into the 18 columns of staging_events, and the INSERT of
its rows into a DuckDB file, as a ratio to DuckDB's ``CREATE TABLE AS read_json`` with explicit
columns of the same files on disk; and the peak memory of the loading process, also at four times
the data.

Run: python bench/copy_core.py [--copies 128] [--repeat 5]
"""

import argparse
import json
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

import boto3
import duckdb

from harness.machine import real_data
from harness.redshift import types
from harness.redshift.catalog.relations import Column, Relation, RelationKind
from harness.redshift.copying import Credentials, S3Settings, load, prepare
from harness.redshift.copying.client import make_client
from harness.redshift.sql.statements import Copy, CopyOption

REAL_DATA = real_data()
BUCKET = "bench-bucket"
REGION = "us-west-2"
FILES = 32
LIMIT = "300MB"

COLUMNS = {
    "artist": ("artist", types.varchar(256), "VARCHAR"),
    "auth": ("auth", types.varchar(32), "VARCHAR"),
    "firstName": ("first_name", types.varchar(256), "VARCHAR"),
    "gender": ("gender", types.char(1), "VARCHAR"),
    "itemInSession": ("item_in_session", types.INTEGER, "INTEGER"),
    "lastName": ("last_name", types.varchar(256), "VARCHAR"),
    "length": ("length", types.DOUBLE, "DOUBLE"),
    "level": ("level", types.varchar(16), "VARCHAR"),
    "location": ("location", types.varchar(256), "VARCHAR"),
    "method": ("method", types.varchar(8), "VARCHAR"),
    "page": ("page", types.varchar(32), "VARCHAR"),
    "registration": ("registration", types.DOUBLE, "DOUBLE"),
    "sessionId": ("session_id", types.INTEGER, "INTEGER"),
    "song": ("song", types.varchar(256), "VARCHAR"),
    "status": ("status", types.SMALLINT, "SMALLINT"),
    "ts": ("ts", types.BIGINT, "BIGINT"),
    "userAgent": ("user_agent", types.varchar(512), "VARCHAR"),
    "userId": ("user_id", types.INTEGER, "VARCHAR"),
}


def serve(pipe: Connection) -> None:
    """Serve S3 from this process until it is terminated."""
    import logging  # noqa: PLC0415  only the server process needs these

    from moto.server import ThreadedMotoServer  # noqa: PLC0415  only the server process needs these

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    pipe.send("http://{}:{}".format(*server.get_host_and_port()))
    pipe.recv()


def write_events(folder: Path, copies: int) -> list[Path]:
    """The real events, replicated into files of equal size."""
    sources = sorted((REAL_DATA / "log_data").rglob("*-events.json"))
    if not sources:
        sys.exit(f"no events below {REAL_DATA}: set SPARKIFY_REAL_DATA")
    once = b"\n".join(path.read_bytes() for path in sources)
    paths = [folder / f"events-{number:02}.json" for number in range(FILES)]
    for path in paths:
        path.write_bytes(b"\n".join([once] * (copies // FILES)))
    return paths


def reference(paths: list[Path], database: Path) -> float:
    """Seconds that DuckDB needs for the same files."""
    columns = ", ".join(f"'{key}': '{kind}'" for key, (_, _, kind) in COLUMNS.items())
    with duckdb.connect(str(database)) as engine:
        engine.execute(f"SET memory_limit = '{LIMIT}'")
        started = time.perf_counter()
        engine.execute(
            f"CREATE TABLE t AS SELECT * FROM read_json({[str(path) for path in paths]},"
            f" columns = {{{columns}}}, format = 'newline_delimited')"
        )
        seconds = time.perf_counter() - started
    database.unlink()
    return seconds


def copy(endpoint: str, folder: Path, pipe: Connection) -> None:
    """Load once, and report rows, seconds of reading, seconds of inserting, and peak memory."""
    ddl = ", ".join(f"{name} {kind}" for name, _, kind in COLUMNS.values()).replace(
        "user_id VARCHAR", "user_id INTEGER"
    )
    relation = Relation(
        "public",
        "staging_events",
        RelationKind.TABLE,
        tuple(Column(name, type_) for name, type_, _ in COLUMNS.values()),
    )
    statement = Copy(
        table=("staging_events",),
        columns=None,
        source=f"s3://{BUCKET}/log_data/",
        options=(
            CopyOption(name="ACCESS_KEY_ID", arguments=("bench",)),
            CopyOption(name="SECRET_ACCESS_KEY", arguments=("bench-secret",)),
            CopyOption(name="JSON", arguments=(f"s3://{BUCKET}/paths.json",)),
        ),
    )
    # A server imports boto3 once.
    make_client(endpoint, REGION, Credentials("bench", "bench-secret")).close()
    database = folder / "warehouse.duckdb"
    with duckdb.connect(str(database)) as engine:
        engine.execute(f"SET memory_limit = '{LIMIT}'")
        engine.execute(f"CREATE TABLE staging_events ({ddl})")
        started = time.perf_counter()
        plan = prepare(statement, relation)
        with load(
            plan, S3Settings(endpoint, REGION), folder=folder, cancelled=lambda: False
        ) as loaded:
            read = time.perf_counter()
            rows = loaded.batches()  # noqa: F841  DuckDB finds it by its name
            engine.execute("INSERT INTO staging_events SELECT * FROM rows")
        inserted = time.perf_counter()
        count = engine.execute("SELECT count(*) FROM staging_events").fetchall()[0][0]
    database.unlink()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pipe.send((count, read - started, inserted - read, peak))


def in_a_process(endpoint: str, folder: Path) -> tuple[int, float, float, float]:
    """Run ``copy`` in a fresh process."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=copy, args=(endpoint, folder, there))
    process.start()
    try:
        result: tuple[int, float, float, float] = here.recv()
        return result
    finally:
        process.join()


def upload(endpoint: str, paths: list[Path]) -> None:
    """Put the files and the jsonpaths file into the bucket."""
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="bench",
        aws_secret_access_key="bench-secret",
    )
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    for path in paths:
        client.put_object(Bucket=BUCKET, Key=f"log_data/{path.name}", Body=path.read_bytes())
    document = {"jsonpaths": [f"$['{key}']" for key in COLUMNS]}
    client.put_object(Bucket=BUCKET, Key="paths.json", Body=json.dumps(document).encode())


def measure(copies: int, repeat: int) -> None:
    """Measure at one size and print."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=serve, args=(there,), daemon=True)
    server.start()
    try:
        endpoint = here.recv()
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            paths = write_events(folder, copies)
            upload(endpoint, paths)
            ours, theirs = [], []
            # In turn, so that whatever else the machine does hits both.
            for _ in range(repeat + 1):
                ours.append(in_a_process(endpoint, folder))
                theirs.append(reference(paths, folder / "reference.duckdb"))
            del ours[0], theirs[0]
    finally:
        server.terminate()
        server.join()
    reading = statistics.median(run[1] for run in ours)
    inserting = statistics.median(run[2] for run in ours)
    total = statistics.median(run[1] + run[2] for run in ours)
    ratio = statistics.median(theirs) / total
    print(
        f"{ours[0][0]:,} rows: reading {reading:.2f} s + inserting {inserting:.2f} s; "
        f"DuckDB {statistics.median(theirs):.2f} s; ratio {ratio:.2f}; "
        f"peak memory {max(run[3] for run in ours):.0f} MB"
    )


def main() -> None:
    """Measure the given size and four times of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--copies", type=int, default=4 * FILES, help="of the 8,056 real events")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--once", action="store_true", help="do not measure four times the data")
    options = parser.parse_args()
    measure(options.copies, options.repeat)
    if not options.once:
        measure(4 * options.copies, 1)


if __name__ == "__main__":
    main()
