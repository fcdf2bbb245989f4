"""A warehouse for tests of checks: their SQL is plain, so an engine of no special kind answers."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb

from sparkify.errors import StatementError
from sparkify.names import Names
from sparkify.quality.check import Answer
from sparkify.quality.privacy import Privacy
from sparkify.quality.subject import Definition, Subject
from sparkify.warehouse import Row

NOW = dt.datetime(2018, 11, 20, 12)  # noqa: DTZ001 - as Redshift's TIMESTAMP
DAY = dt.date(2018, 11, 1)

TABLES = (
    "CREATE TABLE plays"
    " (id INTEGER, user_id INTEGER, level VARCHAR, played TIMESTAMP, who VARCHAR)",
    "INSERT INTO plays VALUES (1, 10, 'free', '2018-11-01 03:00', 'Lily'),"
    " (2, 10, 'gold', '2018-11-01 23:30', 'Ann'), (2, NULL, NULL, NULL, NULL)",
    "CREATE TABLE users (user_id INTEGER)",
    "INSERT INTO users VALUES (11)",
    "CREATE TABLE nothing (id INTEGER, user_id INTEGER, level VARCHAR, played TIMESTAMP)",
    "CREATE TABLE sizes (id BIGINT, size DOUBLE, amount DECIMAL(8, 2))",
    "INSERT INTO sizes VALUES (1, 2.5, 10.25), (2, 'nan', 1), (3, NULL, 0)",
    "CREATE TABLE load_audit (load_id BIGINT, target VARCHAR, outcome VARCHAR, object_key VARCHAR,"
    " rows_loaded BIGINT)",
    "CREATE TABLE svv_columns (table_schema VARCHAR, table_name VARCHAR, ordinal_position INTEGER,"
    " column_name VARCHAR, data_type VARCHAR, character_maximum_length INTEGER,"
    " numeric_precision INTEGER, numeric_scale INTEGER)",
    "INSERT INTO svv_columns VALUES"
    " ('main', 'plays', 1, 'id', 'integer', NULL, 32, 0),"
    " ('main', 'plays', 2, 'level', 'character varying', 16, NULL, NULL),"
    " ('main', 'plays', 3, 'price', 'numeric', NULL, 10, 2),"
    " ('other', 'plays', 1, 'x', 'integer', NULL, 32, 0)",
)


@dataclass(frozen=True)
class Described:
    """A table's description, as far as `Privacy` reads it."""

    name: str
    columns: Mapping[str, str]
    personal: frozenset[str] = frozenset()


PRIVACY = Privacy.of(
    [
        Described("plays", {"level": "character(4)", "who": "character(9)"}, frozenset({"who"})),
        Described("nothing", {"level": "character(4)"}),
    ]
)


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """Opening one takes longer than any test of these."""
    database = duckdb.connect()
    for statement in TABLES:
        database.execute(statement)
    return database


class Engine:
    """A warehouse with the tables of these tests; what is done to them is gone with it.

    Attributes:
        asked: all statements.
    """

    def __init__(self, *more: str, subject: Subject | None = None) -> None:
        self._more = more
        self._engine = _database().cursor()
        self._begin()
        self.asked: list[str] = []
        self.subject = subject or Subject()
        self.now = NOW
        self.day = self.subject.log_day

    def ask(self, sql: str, parameters: Sequence[object] = ()) -> Answer:
        self.asked.append(sql)
        beginning, values = self.subject.definitions(sql)
        text = (beginning + sql).replace("%s", "?")
        try:
            found = self._engine.execute(text, [*values, *parameters])
        except duckdb.Error as error:
            raise StatementError(f"asking: {error} [42P01]") from error
        rows: list[Row] = found.fetchall()
        return Answer(tuple(str(column[0]) for column in found.description or ()), rows)

    def name_of(self, table: str) -> str:
        return Names()(table)

    def judged(self, table: str) -> str:
        return self.subject.judged(table, Names())

    def place_of(self, table: str) -> tuple[str | None, str]:
        return "main", table

    def render(self, sql: str) -> str:
        return sql

    def show(self, table: str, columns: Sequence[str], row: Row) -> str:
        return PRIVACY.show(table, columns, row)

    def start_again(self) -> None:
        self.asked.append("rollback")
        self._engine.execute("ROLLBACK")
        self._begin()

    def _begin(self) -> None:
        for statement in ("BEGIN", *self._more):
            self._engine.execute(statement)


def part_of(**conditions: str) -> Subject:
    """A subject with parts of tables."""
    parts = {
        table: Definition(f"SELECT * FROM {table} WHERE {condition}")
        for table, condition in conditions.items()
    }
    return Subject("a log", DAY, 1, parts)


def loads(*rows: tuple[Any, ...]) -> str:
    """Rows of `load_audit`: load, target, outcome, key, rows loaded."""
    return "INSERT INTO load_audit VALUES " + ", ".join(map(str, rows))
