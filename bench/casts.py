"""Casts and assignments of a million rows, and expressions ten deep on one.

Of a column, the reference is what somebody writes by hand who has DuckDB and wants an error of his
own for what is no value: DuckDB reads it, and none of Redshift's rules is kept. What those rules
cost is the ratio, and its goal: a text is a value where DuckDB prints what it read of it as it is
written, or where a pattern matches, which takes about as long as the reading itself.

Of a compound operand, it is the same cast over a derived table, of which the operand is a column.

The code before operands were bound to names is no reference here, where it cannot be run. When it
was measured beside this one, server by server and statement by statement, casts of columns took
about as long as then, or less: of the processor's time at most 1.1 times as much.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import psycopg
import pyarrow as pa

from bench.measure import RUNS, Figure, at_most, median_ratio
from sparkify_harness.warehouse import open_warehouse
from tests.unit.bind.test_nesting import DEPTH, LEVEL, NESTED

ROWS = 1_000_000
READ, PRINTED, COMPOUND = 4.0, 2.0, 2.0
"""How many times as long as the reference a cast may take: of a text to another type, whose rules
are kept; of a value to text, and of an assignment, where DuckDB's own work is the greater part;
of a compound operand."""
SLOWEST = 100.0
"""Milliseconds that an expression ten deep may take on one row."""

_WIDE = """
    CREATE TABLE wide AS SELECT
        i AS id,
        'user number ' || i::varchar AS name,
        (date '2018-11-01' + (i % 3000)::int)::varchar(20) AS day,
        (timestamp '2018-11-01 21:01:46' + i * interval '1 second')::varchar(30) AS seen,
        i::varchar(20) AS digits,
        (i / 8.0)::decimal(18,3)::varchar(20) AS price
    FROM ({source}) AS source(i)
"""
_COLUMNS = ("id", "name", "day", "seen", "digits", "price")
_DIGITS = " CROSS JOIN ".join(f"digits AS {name}" for name in "abcdef")
_NUMBERS = (
    "SELECT a.i + 10 * b.i + 100 * c.i + 1000 * d.i + 10000 * e.i + 100000 * f.i + 1 AS i"
    f" FROM {_DIGITS}"
)
_ONE = (
    "CREATE TABLE events (id int, day date, at timestamp, price decimal(8,2), ratio float8,"
    " big bigint)",
    "INSERT INTO events VALUES (1, '2018-11-01', '2018-11-01 21:01:46', 1.5, 0.5, 7)",
    "CREATE TABLE users (level varchar(20))",
    "INSERT INTO users VALUES ('free')",
)
_OR_FAULT = "coalesce(TRY_CAST({column} AS {type}), error('no ' || {column}))"
_CUT = "CASE WHEN strlen({column}) <= 10 THEN {column} ELSE left({column}, 10) END"
_FITS = "CASE WHEN strlen({column}) <= 20 THEN {column} ELSE error('too long') END"


@dataclass(frozen=True)
class Cast:
    """A cast of a column, in Redshift's SQL and in DuckDB's.

    Args:
        column: Which.
        type: To what.
        theirs: The reference.
        operand: Compound, of the same values.
    """

    column: str
    type: str
    theirs: str
    operand: str


CASTS = (
    Cast("day", "date", _OR_FAULT.format(column="day", type="DATE"), "lower(day)"),
    Cast("seen", "timestamp", _OR_FAULT.format(column="seen", type="TIMESTAMP"), "upper(seen)"),
    Cast("digits", "int", _OR_FAULT.format(column="digits", type="INTEGER"), "upper(digits)"),
    Cast(
        "price",
        "decimal(18,2)",
        _OR_FAULT.format(column="price", type="DECIMAL(18,2)"),
        "upper(price)",
    ),
    Cast("price", "float8", _OR_FAULT.format(column="price", type="DOUBLE"), "upper(price)"),
    Cast("id", "varchar(20)", "CAST(id AS VARCHAR)", "abs(id)"),
    Cast("name", "varchar(10)", _CUT.format(column="name"), "upper(name)"),
)


def figures() -> Iterator[Figure]:
    """One figure for each cast of a column and of a compound operand; assignment; nesting."""
    with (
        tempfile.TemporaryDirectory() as folder,
        open_warehouse(folder=Path(folder)) as running,
        psycopg.connect(running.connection.dsn(with_password=True), autocommit=True) as client,
        duckdb.connect() as reference,
    ):
        client.execute("CREATE TABLE digits (i int)")
        client.execute("INSERT INTO digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)")
        client.execute(_WIDE.format(source=_NUMBERS).encode())
        _copy(client, reference)
        for cast in CASTS:
            yield _of_column(client, reference, cast)
            yield _of_compound(client, cast)
        yield _assigned(client, reference)
        yield _nested(client)


Client = psycopg.Connection[tuple[object, ...]]


def _copy(client: Client, reference: duckdb.DuckDBPyConnection) -> None:
    """The same rows for the reference."""
    rows = client.execute(f"SELECT {', '.join(_COLUMNS)} FROM wide".encode()).fetchall()
    columns = dict(zip(_COLUMNS, zip(*rows, strict=True), strict=True))
    reference.register("rows", pa.table({name: list(of) for name, of in columns.items()}))
    reference.execute("CREATE TABLE wide AS FROM rows")


def _of_column(client: Client, reference: duckdb.DuckDBPyConnection, cast: Cast) -> Figure:
    query = f"SELECT max({cast.column}::{cast.type}) FROM wide".encode()
    by_hand = f"SELECT max({cast.theirs}) FROM wide"
    ratio, ours, theirs = median_ratio(
        lambda: client.execute(query).fetchall(),
        lambda: reference.execute(by_hand).fetchall(),
        RUNS,
    )
    note = f"ours {ours * 1000:.0f} ms, DuckDB's by hand {theirs * 1000:.0f} ms"
    goal = PRINTED if cast.type.startswith("varchar") else READ
    return at_most(f"{cast.column}::{cast.type}, a million rows", ratio, goal, "", note)


def _of_compound(client: Client, cast: Cast) -> Figure:
    once = f"SELECT max(({cast.operand})::{cast.type}) FROM wide".encode()
    staged = f"SELECT max(x::{cast.type}) FROM (SELECT {cast.operand} AS x FROM wide) AS t".encode()
    ratio, ours, theirs = median_ratio(
        lambda: client.execute(once).fetchall(), lambda: client.execute(staged).fetchall(), RUNS
    )
    note = f"{ours * 1000:.0f} ms, over a derived table {theirs * 1000:.0f} ms"
    return at_most(f"{cast.operand}::{cast.type}, a million rows", ratio, COMPOUND, "", note)


def _assigned(client: Client, reference: duckdb.DuckDBPyConnection) -> Figure:
    """Into a column that is just wide enough, and out of it again."""
    client.execute("CREATE TABLE narrow (name varchar(20))")
    reference.execute("CREATE TABLE narrow (name VARCHAR)")
    by_hand = f"INSERT INTO narrow SELECT {_FITS.format(column='name')} FROM wide"

    def ours() -> None:
        with client.transaction(force_rollback=True):
            client.execute("INSERT INTO narrow SELECT name FROM wide")

    def theirs() -> None:
        reference.execute("BEGIN")
        reference.execute(by_hand)
        reference.execute("ROLLBACK")

    ratio, one, other = median_ratio(ours, theirs, RUNS)
    note = f"ours {one * 1000:.0f} ms, DuckDB's by hand {other * 1000:.0f} ms"
    return at_most("name into VARCHAR(20), a million rows", ratio, PRINTED, "", note)


def _nested(client: Client) -> Figure:
    """The slowest expression, when it is asked for the first time: nothing is remembered then."""
    for statement in _ONE:
        client.execute(statement.encode())
    took: dict[str, float] = {}
    for what, (template, operand) in NESTED.items():
        deep = operand
        for _ in range(DEPTH):
            deep = template.replace("{x}", deep, 1).replace("{x}", LEVEL)
        started = time.perf_counter()
        with suppress(psycopg.errors.InternalError):  # the value is none: known when it is computed
            client.execute(f"SELECT {deep} FROM events e, users u".encode()).fetchall()
        took[what] = 1000 * (time.perf_counter() - started)
    slowest = max(took, key=lambda what: took[what])
    note = f"the slowest of {len(took)}: {slowest}"
    return at_most(f"an expression {DEPTH} deep, one row", took[slowest], SLOWEST, "ms", note)
