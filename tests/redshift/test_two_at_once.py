"""Any two statements about the same names at once: as if one had come after the other.

https://docs.aws.amazon.com/redshift/latest/dg/c_Concurrent_writes.html
"""

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from sparkify_harness.warehouse import Warehouse
from tests.redshift.clients import Client, Psycopg2, ServerError

DEADLINE = 60.0
LOOK = 0.1
"""Seconds for the second statement to be at its end, or where it waits; any will do."""
START = (
    "CREATE SCHEMA s",
    "CREATE TABLE s.t (a int DEFAULT 1, b varchar(5))",
    "INSERT INTO s.t VALUES (1, 'x')",
    "CREATE TABLE s.o (a int)",
    "CREATE VIEW s.v AS SELECT a FROM s.o",
)
STATEMENTS = (
    "ALTER TABLE s.t ADD COLUMN c int DEFAULT 7",
    "ALTER TABLE s.t ADD COLUMN d int DEFAULT 8",
    "ALTER TABLE s.t DROP COLUMN b",
    "ALTER TABLE s.t RENAME TO u",
    "ALTER TABLE s.t RENAME COLUMN b TO e",
    "ALTER TABLE s.t ALTER COLUMN b TYPE varchar(9)",
    "COMMENT ON TABLE s.t IS 'seen'",
    "CREATE TABLE s.u (a int)",
    "CREATE TABLE IF NOT EXISTS s.u (b int)",
    "CREATE TABLE s.u AS SELECT * FROM s.t",
    "CREATE VIEW s.w AS SELECT a FROM s.t",
    "CREATE OR REPLACE VIEW s.v AS SELECT a FROM s.o WHERE a > 0",
    "CREATE SCHEMA r",
    "DELETE FROM s.t",
    "DROP SCHEMA IF EXISTS r",
    "DROP TABLE IF EXISTS s.t CASCADE",
    "DROP TABLE s.t",
    "DROP TABLE s.o CASCADE",
    "DROP VIEW s.v",
    "INSERT INTO s.t SELECT 2",
    "SELECT * FROM s.t",
    "SELECT a FROM s.t JOIN s.v USING (a)",
    "TRUNCATE s.t",
    "UPDATE s.t SET a = a + 1",
)
ALONE = {"ALTER TABLE s.t ALTER COLUMN b TYPE varchar(9)"}
"""What no block may hold."""

SEEN = (
    "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('r', 's') ORDER BY 1, 2",
    "SELECT schemaname, viewname, definition FROM pg_views WHERE schemaname = 's' ORDER BY 1, 2",
    "SELECT table_name, column_name, data_type, character_maximum_length, column_default "
    "FROM information_schema.columns WHERE table_schema = 's' ORDER BY 1, ordinal_position",
    "SELECT nspname FROM pg_namespace WHERE nspname IN ('r', 's') ORDER BY 1",
)

CONFLICT = "XX000 could not complete because of conflict with concurrent transaction"
"""Error 1023."""
COMMITS = "TRUNCATE s.t"
"""Nothing takes it back: it commits its transaction.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_TRUNCATE.html
"""

Answer = str | None
State = tuple[object, ...]


@pytest.fixture(scope="module")
def clients(warehouse: Warehouse) -> Iterator[tuple[Client, Client]]:
    with (
        closing(Psycopg2(warehouse)) as first,
        closing(Psycopg2(warehouse)) as second,
    ):
        yield first, second


def told(client: Client, sql: str) -> Answer:
    """The SQLSTATE and the text of an error; None where there is none."""
    try:
        client.run(sql)
    except ServerError as error:
        return f"{error.sqlstate} {error.message}"
    return None


def state(client: Client) -> State:
    """What is there, with the rows of every table."""
    found: list[object] = [client.rows(sql) for sql in SEEN]
    for schema, name in client.rows(SEEN[0]):
        found.append(sorted(client.rows(f"SELECT * FROM {schema}.{name}"), key=repr))
    return tuple(found)


def begin_anew(client: Client) -> None:
    client.run("DROP SCHEMA IF EXISTS s CASCADE", "DROP SCHEMA IF EXISTS r CASCADE", *START)


def one_after_the_other(client: Client, *statements: str) -> tuple[list[Answer], State]:
    begin_anew(client)
    return [told(client, sql) for sql in statements], state(client)


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "end",
    [
        pytest.param("COMMIT", marks=pytest.mark.slow),
        pytest.param("ROLLBACK", marks=pytest.mark.nightly),
    ],
)
@pytest.mark.parametrize("held", [sql for sql in STATEMENTS if sql not in ALONE])
def test_two_statements_at_once(
    held: str, end: str, clients: tuple[Client, Client], subtests: pytest.Subtests
) -> None:
    for sql in STATEMENTS:
        with subtests.test(sql):
            at_once(held, sql, end, clients)


def at_once(held: str, sql: str, end: str, clients: tuple[Client, Client]) -> None:
    first, second = clients
    kept = (held, sql) if end == "COMMIT" or held == COMMITS else (sql,)
    (*_, wanted), wanted_state = one_after_the_other(first, *kept)
    (early, *_), early_state = one_after_the_other(first, *reversed(kept))
    begin_anew(first)
    answers: list[Answer] = []
    thread = threading.Thread(target=lambda: answers.append(told(second, sql)), daemon=True)
    first.run("BEGIN")
    begun = told(first, held)
    thread.start()
    thread.join(LOOK)  # it may wait for us
    ended = told(first, end)
    thread.join(DEADLINE)
    (answer,) = answers
    seen = state(first)
    assert (begun, ended) == (None, None)
    if answer == CONFLICT:
        answer, wanted_state = wanted, one_after_the_other(first, *kept[:-1])[1]
    assert answer in (wanted, early)
    assert seen in (wanted_state, early_state)
