"""How soon statements end that are told to, how long others wait meanwhile, and what they cost."""

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import psycopg

from bench.measure import Figure, at_most, median_seconds, seconds
from sparkify_harness.warehouse import Warehouse, open_warehouse

_TIMEOUT = 0.5
_AFTERWARDS: Final = 0.5
"""Seconds after the answer in which others wait for what is still let go of."""

_MILLIONS = "big a, big b, big c WHERE a.n + b.n + c.n > 0"
_PHASES = {
    "reading": "INSERT INTO t VALUES " + ", ".join(["(1, 'x')"] * 900_000),
    "binding": "SELECT 1 FROM t WHERE " + " AND ".join(["a + 1 <> a"] * 60_000),
    "planning": "SELECT count(*) FROM t t0 "
    + " ".join(f"JOIN t t{n} ON t{n}.a = t{n - 1}.a" for n in range(1, 190)),
    "computing": f"SELECT count(*) FROM {_MILLIONS}",
    "inserting": f"INSERT INTO t SELECT a.n, 'x' FROM {_MILLIONS}",
}
"""By what it is at: a statement that would be at it for longer than anybody waits."""

_WHOLE = {
    "an INSERT of 1 MB": "INSERT INTO t VALUES " + ", ".join(["(1, 'x')"] * 100_000),
    "an IN list of 0.5 MB": f"SELECT 1 FROM t WHERE a IN ({', '.join(map(str, range(60_000)))})",
    "a comment of 16 MB": f"SELECT 1 /*{'x' * 16_000_000}*/",
}
"""Long texts that are read, bound, run and let go of."""

_WAIT: Final = 0.1
"""Seconds that others may wait meanwhile."""

_GROWING: dict[str, tuple[Callable[[int], str], int, float]] = {
    "conditions with AND": (
        lambda size: "SELECT 1 FROM t WHERE " + " AND ".join(f"a <> {n}" for n in range(size)),
        20_000,
        10.0,
    ),
    "conditions with OR": (
        lambda size: "SELECT 1 FROM t WHERE " + " OR ".join(f"a = {n}" for n in range(size)),
        20_000,
        10.0,
    ),
    "characters of fnv_hash": (
        lambda size: f"SELECT fnv_hash(repeat('x', {size})) FROM t",
        65_535,
        2,
    ),
    "characters of regexp_count": (
        lambda size: f"SELECT regexp_count(repeat('ab', {size // 2}), '(a|b)*c') FROM t",
        65_534,
        10.0,
    ),
}
"""What grows: a statement of some size, the size, and the seconds that it may take."""


def figures() -> Iterator[Figure]:
    """For each phase the answer and others' wait; for what grows, the time and twice the size."""
    with TemporaryDirectory() as name, open_warehouse(folder=Path(name)) as running:
        _fill(running.connection)
        for phase, statement in _PHASES.items():
            answered, waits = _ended(running.connection, statement, _TIMEOUT)
            yield at_most(f"57014 after statement_timeout, while {phase}", answered, 1.0, "s", "")
            yield _waited(f"others' wait while {phase}, until its end", waits)
        for what, statement in _WHOLE.items():
            taken, waits = _ended(running.connection, statement, 0)
            yield _waited(f"others' wait during {what}, {taken:.0f} s", waits)
        with _connect(running.connection) as client:
            for what, (statement_of, size, goal) in _GROWING.items():
                half, whole = (_seconds(client, statement_of(count)) for count in (size // 2, size))
                yield at_most(f"{size:,} {what}", whole, goal, "s", "")
                yield at_most(f"{what}: twice as many", whole / half, 2.2, "times", f"{half:.2f} s")


def _connect(warehouse: Warehouse) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(warehouse.dsn(with_password=True), autocommit=True)


def _seconds(client: "psycopg.Connection[tuple[object, ...]]", statement: str) -> float:
    return median_seconds(lambda: client.execute(statement.encode()), runs=3)


def _fill(warehouse: Warehouse) -> None:
    with _connect(warehouse) as client:
        client.execute("CREATE TABLE t (a bigint, b varchar(10))")
        client.execute("INSERT INTO t VALUES (-1, 'x')")
        client.execute("CREATE TABLE big AS SELECT 1 AS n")
        for _ in range(14):
            client.execute("INSERT INTO big SELECT n FROM big")


def _waited(name: str, waits: list[float]) -> Figure:
    median = statistics.median(waits) * 1000
    return at_most(name, max(waits), _WAIT, "s", f"median {median:.0f} ms of {len(waits)}")


def _ended(warehouse: Warehouse, statement: str, timeout: float) -> tuple[float, list[float]]:
    """Seconds from the timeout to the answer, and those that another session waited each time.

    Args:
        warehouse: Where.
        statement: Which.
        timeout: Seconds until it is cancelled; 0 for never.
    """
    waits: list[float] = []
    over = threading.Event()

    def ask() -> None:
        with _connect(warehouse) as other:
            while not over.wait(0.02):
                waits.append(seconds(lambda: other.execute("SELECT 1")))

    asking = threading.Thread(target=ask)
    asking.start()
    with _connect(warehouse) as client:
        client.execute(f"SET statement_timeout TO {round(timeout * 1000)}".encode())
        started = time.perf_counter()
        with suppress(psycopg.errors.QueryCanceled, psycopg.OperationalError):
            client.execute(statement.encode())
        taken = time.perf_counter() - started - timeout
    time.sleep(_AFTERWARDS)
    over.set()
    asking.join()
    return taken, waits
