"""A million rows of five columns through psycopg, in text, against PostgreSQL serving the same."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench.measure import Figure, at_least, median_seconds
from harness.process import free_port
from harness.warehouse import open_warehouse

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


def _binaries() -> Path | None:
    found = shutil.which("postgres")
    if found is not None:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return versions[-1].parent if versions else None


@contextmanager
def _postgres(binaries: Path) -> Iterator[str]:
    """A PostgreSQL with trust authentication on loopback; its DSN."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # PostgreSQL refuses to run as root.
        user = "nobody" if os.geteuid() == 0 else None
        if user:
            shutil.chown(folder, user)
        port = free_port()

        def run(program: str, *arguments: str) -> None:
            subprocess.run(
                [binaries / program, "-D", folder / "data", *arguments],
                check=True,
                stdout=subprocess.DEVNULL,
                user=user,
                cwd=folder,
            )

        run("initdb", "--auth=trust", "--username=postgres", "--no-sync")
        options = f"-p {port} -h 127.0.0.1 -k {folder}"
        run("pg_ctl", "-o", options, "-l", str(folder / "log"), "-w", "start")
        try:
            yield f"host=127.0.0.1 port={port} user=postgres dbname=postgres"
        finally:
            run("pg_ctl", "-m", "immediate", "stop")


def _seconds(client: "psycopg.Connection[tuple[object, ...]]") -> float:
    def select() -> None:
        found = client.execute("SELECT * FROM wide").fetchall()
        assert len(found) == ROWS

    return median_seconds(select)


def figures() -> Iterator[Figure]:
    """The ratio; nothing where there is no PostgreSQL."""
    binaries = _binaries()
    name = "SELECT of a million rows, against PostgreSQL"
    if binaries is None:
        yield Figure(name, "not measured", note="no postgres binary was found")
        return
    with (
        _postgres(binaries) as dsn,
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
