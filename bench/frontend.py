"""What it costs to read, bind and lower statements, and what a trip to the server costs with it.

A statement is new where nothing of it is remembered; most clients send the same ones again.
"""

import statistics
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import duckdb
import psycopg

from bench import postgres
from bench.measure import RUNS, Figure, at_most, median_ratio, median_seconds, seconds
from sparkify_harness.redshift.engine.duckdb.lower import lower
from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.sql.bind import bind
from sparkify_harness.redshift.sql.parse import parse, parse_one
from sparkify_harness.redshift.sql.statements import QueryStatement
from sparkify_harness.warehouse import open_warehouse
from tests.unit.golden.digests import CORPORA, Subject
from tests.unit.golden.reading import CONTEXT, World

TRIP: Final = 0.4
"""Milliseconds that a trip to the server may take beyond what the engine takes."""
NEW: Final = 3.0
"""Milliseconds that a new statement may take: 99 of 100 of the contract's do not take longer."""
ROWS, TIMES = 1_000, 8.0
"""Rows of constant VALUES, and how many times as long as PostgreSQL they may take."""
MANY, SECONDS = 100_000, 2.0
"""Likewise rows, and the seconds that they may take."""
TRIPS: Final = 2_000

Client = psycopg.Connection[tuple[object, ...]]


def figures() -> Iterator[Figure]:
    """By phase for the contract's statements and for the pipeline's; then through a client."""
    for corpus in ("contract", "pipeline"):
        yield from _phases(corpus)
    yield from _trips()


def _phases(corpus: str) -> Iterator[Figure]:
    """Milliseconds of each phase over a corpus; of all of them together, first and again."""
    found: Mapping[str, list[float]] = defaultdict(list)
    for subject in CORPORA[corpus]():
        with suppress(RedshiftError):
            for phase, took in _measured(subject).items():
                found[phase].append(1000 * took)
    for phase, times in found.items():
        middle = statistics.median(times)
        rare = statistics.quantiles(times, n=100, method="inclusive")[98]
        name, note = f"{corpus}: {phase}", f"median of {len(times)} statements {middle:.3f} ms"
        if phase == "new":
            yield at_most(f"{name}, 99 of 100", rare, NEW, "ms", note)
        else:
            yield Figure(f"{name}, 99 of 100", f"{rare:.2f} ms", note=note)


def _measured(subject: Subject) -> dict[str, float]:
    """Seconds of each phase of the last statement, and of all where it is new and where not.

    Raises:
        RedshiftError: It is refused.
    """
    world, (*before, sql) = World(), subject.statements
    for text in before:
        world.read(text)
    catalog, settings = world.session.catalog, world.session.settings.values()
    statement = parse_one(sql)
    phases: dict[str, Callable[[], object]] = {"parse": lambda: parse(sql)}
    if isinstance(statement, QueryStatement):
        node = bind(statement, catalog, (), settings).node
        phases["bind"] = lambda: bind(statement, catalog, (), settings)
        phases["lower"] = lambda: lower(node, CONTEXT)
    found = {phase: median_seconds(run) for phase, run in phases.items()}
    found["new"] = sum(found.values())
    found["again"] = median_seconds(lambda: _again(world, sql))
    return found


def _again(world: World, sql: str) -> None:
    for piece in world.backend.split(sql):
        prepared = world.backend.prepare(piece, ())
        if prepared.bound is not None:
            lower(prepared.bound.node, CONTEXT)
    world.backend.arm()


def _values(count: int) -> bytes:
    rows = (f"({i}, 'user number {i}', {i / 8}, '2018-11-{i % 28 + 1:02}')" for i in range(count))
    return f"INSERT INTO plays VALUES {', '.join(rows)}".encode()


_MADE: Final = b"CREATE TABLE plays (id int, name varchar(40), length float8, day date)"
_ONE: Final = {"SELECT 1": b"SELECT 1", "INSERT of a row": _values(1)}


def _trips() -> Iterator[Figure]:
    with (
        tempfile.TemporaryDirectory() as folder,
        open_warehouse(folder=Path(folder)) as running,
        psycopg.connect(running.connection.dsn(with_password=True), autocommit=True) as ours,
    ):
        ours.execute(_MADE)
        yield _beyond_the_engine(ours)
        binaries = postgres.binaries()
        if binaries is None:
            yield Figure("against PostgreSQL", "not measured", note=postgres.MISSING)
        else:
            with (
                postgres.serving(binaries) as dsn,
                psycopg.connect(dsn, autocommit=True) as theirs,
            ):
                theirs.execute(_MADE)
                yield from _against(ours, theirs)
        many = _values(MANY)
        took = seconds(lambda: ours.execute(many))
        yield at_most(f"INSERT of {MANY:,} rows of VALUES", took, SECONDS, "s", "constants, once")


def _beyond_the_engine(ours: Client) -> Figure:
    """A trip, less what DuckDB takes for a statement that it has read already."""
    with duckdb.connect() as engine:
        [statement] = engine.extract_statements("SELECT 1")
        took = median_seconds(lambda: ours.execute(b"SELECT 1").fetchall(), TRIPS)
        alone = median_seconds(lambda: engine.execute(statement).fetchall(), TRIPS)
    note = f"a trip by psycopg {1000 * took:.2f} ms, DuckDB {1000 * alone:.2f} ms"
    return at_most("SELECT 1, beyond the engine", 1000 * (took - alone), TRIP, "ms", note)


def _against(ours: Client, theirs: Client) -> Iterator[Figure]:
    """The same statements one by one on both."""
    [[version]] = theirs.execute(b"SHOW server_version").fetchall()

    def compared(sql: bytes, runs: int) -> tuple[float, str]:
        ratio, one, other = median_ratio(
            lambda: ours.execute(sql), lambda: theirs.execute(sql), runs
        )
        note = f"ours {1000 * one:.2f} ms, PostgreSQL {version} {1000 * other:.2f} ms"
        return ratio, note

    for name, sql in _ONE.items():
        ratio, note = compared(sql, TRIPS)
        yield Figure(f"{name}, against PostgreSQL", f"{ratio:.2f}", note=note)
    ratio, note = compared(_values(ROWS), RUNS)
    yield at_most(f"INSERT of {ROWS:,} rows of VALUES, against PostgreSQL", ratio, TIMES, "", note)
