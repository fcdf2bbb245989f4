"""Transactions: blocks, failure, DDL, snapshots, locks, conflicts.

https://docs.aws.amazon.com/redshift/latest/dg/r_BEGIN.html
https://docs.aws.amazon.com/redshift/latest/dg/c_Concurrent_writes.html
"""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import psycopg
import psycopg2
import pytest

from sparkify_harness.warehouse import Warehouse
from tests.redshift.cases import Case, table
from tests.redshift.clients import Client, Connector, Psycopg2, Row, ServerError
from tests.waiting import eventually

T = ("CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)")
ROWS = "SELECT a FROM t ORDER BY a"
FAILED = (
    "25P02",
    "current transaction is aborted, commands ignored until end of transaction block",
)
DEADLINE = 60.0


@contextmanager
def running(work: Callable[[], object]) -> Iterator[threading.Thread]:
    """Work in another thread, which has ended when the block has."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield thread
    thread.join(DEADLINE)
    assert not thread.is_alive(), "it never came back"


def somebody_waits(client: Client) -> bool:
    return client.rows("SELECT count(*) FROM svv_transactions WHERE NOT granted") != [(0,)]


@table(
    Case("COMMIT keeps", ROWS, ("BEGIN", "INSERT INTO t VALUES (2)", "COMMIT"), [(1,), (2,)]),
    Case("ROLLBACK undoes", ROWS, ("BEGIN", "INSERT INTO t VALUES (2)", "ROLLBACK"), [(1,)]),
    *(
        Case(
            f"{begin} ... {end}",
            ROWS,
            (begin, "INSERT INTO t VALUES (2)", end),
            [(1,), (2,)] if kept else [(1,)],
        )
        for begin, end, kept in (
            ("BEGIN WORK", "COMMIT WORK", True),
            ("BEGIN TRANSACTION", "COMMIT TRANSACTION", True),
            ("START TRANSACTION", "END", True),
            ("START TRANSACTION", "END TRANSACTION", True),
            ("BEGIN", "ABORT", False),
            ("BEGIN", "ROLLBACK WORK", False),
            ("BEGIN ISOLATION LEVEL SERIALIZABLE", "COMMIT", True),
            ("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", "COMMIT", True),
        )
    ),
    Case("after an error nothing runs", ROWS,
         ("BEGIN", "!SELECT nothing"), error=FAILED),
    Case("after an error, DDL does not run either", "DROP TABLE t",
         ("BEGIN", "!SELECT 1 / 0"), error=FAILED),
    Case("COMMIT after an error rolls back", ROWS,
         ("BEGIN", "INSERT INTO t VALUES (2)", "!SELECT nothing", "COMMIT"), [(1,)]),
    Case("ROLLBACK after an error ends it", ROWS,
         ("BEGIN", "INSERT INTO t VALUES (2)", "!SELECT nothing", "ROLLBACK"), [(1,)]),
    Case("an error outside a block ends nothing", ROWS,
         ("!SELECT nothing", "INSERT INTO t VALUES (2)"), [(1,), (2,)]),
    Case("CREATE TABLE is undone", "SELECT * FROM u",
         ("BEGIN", "CREATE TABLE u (a int)", "INSERT INTO u VALUES (1)", "ROLLBACK"),
         error=("42P01", 'relation "u" does not exist')),
    Case("DROP TABLE is undone", ROWS, ("BEGIN", "DROP TABLE t", "ROLLBACK"), [(1,)]),
    Case("ALTER TABLE is undone", "SELECT * FROM t",
         ("BEGIN", "ALTER TABLE t ADD COLUMN b int DEFAULT 5", "ROLLBACK"), [(1,)]),
    Case("a rename is undone", ROWS, ("BEGIN", "ALTER TABLE t RENAME TO u", "ROLLBACK"), [(1,)]),
    Case("CREATE SCHEMA is undone", "CREATE TABLE s.x (a int)",
         ("BEGIN", "CREATE SCHEMA s", "ROLLBACK"), error=("3F000", 'schema "s" does not exist')),
    Case("CREATE VIEW is undone", "SELECT * FROM v",
         ("BEGIN", "CREATE VIEW v AS SELECT 1 AS a", "ROLLBACK"),
         error=("42P01", 'relation "v" does not exist')),
    Case("a swap of tables is one step", ROWS,
         ("CREATE TABLE n (a int)", "INSERT INTO n VALUES (7)", "BEGIN",
          "ALTER TABLE t RENAME TO t_old", "ALTER TABLE n RENAME TO t", "DROP TABLE t_old",
          "COMMIT"), [(7,)]),
    Case("DELETE, then INSERT, in one transaction", ROWS,
         ("BEGIN", "DELETE FROM t", "INSERT INTO t SELECT 5", "COMMIT"), [(5,)]),
    Case("a table made and filled and dropped in one transaction", ROWS,
         ("BEGIN", "CREATE TABLE u (a int)", "INSERT INTO u VALUES (3)",
          "INSERT INTO t SELECT a FROM u", "DROP TABLE u", "COMMIT"), [(1,), (3,)]),
    Case("TRUNCATE commits what was before it", ROWS,
         ("CREATE TABLE u (a int)", "BEGIN", "INSERT INTO t VALUES (2)", "TRUNCATE u", "ROLLBACK"),
         [(1,), (2,)]),
    Case("TRUNCATE itself cannot be undone", ROWS, ("BEGIN", "TRUNCATE t", "ROLLBACK"), []),
    Case("TRUNCATE outside a block", ROWS, ("TRUNCATE TABLE t",), []),
    Case("a second BEGIN is a warning", "BEGIN", ("BEGIN",),
         notice="there is already a transaction in progress"),
    Case("and nests nothing", ROWS,
         ("BEGIN", "BEGIN", "INSERT INTO t VALUES (2)", "COMMIT", "ROLLBACK"), [(1,), (2,)]),
    Case("COMMIT outside a block is a warning", "COMMIT",
         notice="there is no transaction in progress"),
    Case("ROLLBACK outside a block is a warning", "ROLLBACK",
         notice="there is no transaction in progress"),
    *(
        Case(f"{name} in a block", statement, ("CREATE TABLE u (a int, b varchar(5))", "BEGIN"),
             error=("25001", f"{name} cannot run inside a transaction block"))
        for name, statement in {
            "VACUUM": "VACUUM t",
            "ALTER TABLE ALTER COLUMN": "ALTER TABLE u ALTER COLUMN b TYPE varchar(9)",
            "ALTER TABLE APPEND": "ALTER TABLE t APPEND FROM u",
        }.items()
    ),
    Case("ANALYZE in a block", ROWS, ("BEGIN", "ANALYZE t", "COMMIT"), [(1,)]),
    Case("LOCK in a block", ROWS, ("BEGIN", "LOCK t", "COMMIT"), [(1,)]),
    Case("LOCK takes no mode", "LOCK t IN SHARE MODE", ("BEGIN",), error=("42601", "")),
)  # fmt: skip
def test_blocks(case: Case, client: Client) -> None:
    client.run(*T)
    for statement in case.setup:
        if statement.startswith("!"):
            with pytest.raises(ServerError):
                client.rows(statement[1:])
        else:
            client.run(statement)
    Case(case.id, case.sql, rows=case.rows, error=case.error, notice=case.notice).check(client)
    client.run("ROLLBACK")


def test_the_driver_begins_and_the_operator_begins_again(warehouse: Warehouse, sql: Client) -> None:
    """What Airflow's REPLACE sends on a connection without autocommit."""
    sql.run(*T)
    opened = Connector(warehouse)
    opened.connection.autocommit = False
    opened.run("BEGIN;", "DELETE FROM t;", "INSERT INTO t VALUES (9);", "COMMIT")
    opened.connection.commit()
    opened.close()
    assert sql.rows(ROWS) == [(9,)]


def test_psycopg2_rolls_back_what_is_not_committed(warehouse: Warehouse, sql: Client) -> None:
    sql.run(*T)
    connection = psycopg2.connect(warehouse.dsn(with_password=True))
    connection.cursor().execute("INSERT INTO t VALUES (2)")
    connection.close()
    assert sql.rows(ROWS) == [(1,)]


class TestTwoSessions:
    @pytest.fixture(autouse=True)
    def tables(self, sql: Client) -> None:
        sql.run(*T, "CREATE TABLE u (a int)", "INSERT INTO u VALUES (1)")

    def test_see_nothing_uncommitted(self, sql: Client, another: Client) -> None:
        sql.run("BEGIN", "INSERT INTO t VALUES (2)", "CREATE TABLE fresh (a int)")
        assert another.rows(ROWS) == [(1,)]
        Case("", "SELECT * FROM fresh", error=("42P01", "")).check(another)
        sql.run("COMMIT")
        assert another.rows(ROWS) == [(1,), (2,)]
        assert another.rows("SELECT * FROM fresh") == []

    def test_read_the_snapshot_of_their_transaction(self, sql: Client, another: Client) -> None:
        sql.run("BEGIN")
        assert sql.rows(ROWS) == [(1,)]
        another.run("INSERT INTO t VALUES (2)", "INSERT INTO u VALUES (2)")
        assert sql.rows(ROWS) == [(1,)]
        assert sql.rows("SELECT a FROM u") == [(1,)], "also of tables not read before"
        sql.run("COMMIT")
        assert sql.rows(ROWS) == [(1,), (2,)]

    def test_readers_do_not_wait_for_writers(self, sql: Client, another: Client) -> None:
        sql.run("BEGIN", "DELETE FROM t")
        assert another.rows(ROWS) == [(1,)]
        sql.run("ROLLBACK")

    @pytest.mark.parametrize(
        "second",
        ["INSERT INTO t VALUES (3)", "DELETE FROM t WHERE a = 2", "UPDATE t SET a = a + 1",
         "DROP TABLE t", "TRUNCATE t", "ALTER TABLE t ADD COLUMN b int", "LOCK t"],
    )  # fmt: skip
    def test_a_second_writer_waits_for_the_first(
        self, sql: Client, another: Client, second: str
    ) -> None:
        sql.run("BEGIN", "INSERT INTO t VALUES (2)")
        done = threading.Event()

        def write() -> None:
            another.run(second)
            done.set()

        with running(write):
            assert eventually(lambda: somebody_waits(sql))
            assert not done.is_set()
            sql.run("COMMIT")
        assert done.is_set()

    def test_the_second_writer_sees_what_the_first_committed(
        self, sql: Client, another: Client
    ) -> None:
        sql.run("BEGIN", "INSERT INTO t VALUES (2)")
        another.run("BEGIN")
        with running(lambda: another.run("DELETE FROM t WHERE a = 2")):
            assert eventually(lambda: somebody_waits(sql))
            sql.run("COMMIT")
        another.run("COMMIT")
        assert sql.rows(ROWS) == [(1,)]

    def test_different_tables_are_written_at_once(self, sql: Client, another: Client) -> None:
        sql.run("BEGIN", "INSERT INTO t VALUES (2)")
        another.run("BEGIN", "INSERT INTO u VALUES (2)", "COMMIT")
        sql.run("COMMIT")
        assert sql.rows("SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM u)") == [(2, 2)]

    def test_a_write_to_what_changed_since_the_snapshot_fails(
        self, sql: Client, another: Client
    ) -> None:
        sql.run("BEGIN")
        sql.rows(ROWS)
        another.run("UPDATE t SET a = 5")
        Case(
            "",
            "UPDATE t SET a = 6",
            error=("XX000", "could not complete because of conflict with concurrent transaction"),
        ).check(sql)
        Case("", "SELECT 1", error=FAILED).check(sql)
        sql.run("ROLLBACK")
        assert sql.rows(ROWS) == [(5,)]

    def test_a_circle_of_waiting_is_broken(self, sql: Client, another: Client) -> None:
        sql.run("BEGIN", "INSERT INTO t VALUES (2)")
        another.run("BEGIN", "INSERT INTO u VALUES (2)")
        with running(lambda: another.run("INSERT INTO t VALUES (3)")):
            assert eventually(lambda: somebody_waits(sql))
            Case("", "INSERT INTO u VALUES (3)", error=("40P01", "deadlock detected")).check(sql)
            sql.run("ROLLBACK")
        another.run("COMMIT")
        assert sql.rows("SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM u)") == [(2, 2)]

    def test_a_client_that_goes_away_leaves_no_lock(
        self, warehouse: Warehouse, sql: Client
    ) -> None:
        other = Psycopg2(warehouse)
        other.run("BEGIN", "INSERT INTO t VALUES (2)")
        with socket.socket(fileno=os.dup(other.connection.fileno())) as cut:
            cut.shutdown(socket.SHUT_RDWR)
        with running(lambda: sql.run("INSERT INTO t VALUES (3)")):
            pass
        assert sql.rows(ROWS) == [(1,), (3,)]

    def test_a_terminated_session_is_rolled_back(self, warehouse: Warehouse, sql: Client) -> None:
        other = Psycopg2(warehouse)
        other.run("BEGIN", "INSERT INTO t VALUES (2)")
        (pid,) = other.rows("SELECT pg_backend_pid()")[0]
        assert sql.rows(f"SELECT pg_terminate_backend({pid})") == [(1,)]
        sql.run("INSERT INTO t VALUES (3)")
        assert sql.rows(ROWS) == [(1,), (3,)]
        with pytest.raises(psycopg2.Error):
            other.rows("SELECT 1")
        other.close()

    def test_a_statement_that_waits_can_be_cancelled(self, sql: Client, another: Client) -> None:
        sql.run("BEGIN", "INSERT INTO t VALUES (2)")
        (pid,) = another.rows("SELECT pg_backend_pid()")[0]
        seen: list[ServerError] = []

        def write() -> None:
            with pytest.raises(ServerError) as caught:
                another.run("INSERT INTO t VALUES (3)")
            seen.append(caught.value)

        with running(write):
            assert eventually(lambda: somebody_waits(sql))
            sql.run(f"CANCEL {pid}")
        assert seen[0].sqlstate == "57014"
        sql.run("COMMIT")
        assert another.rows(ROWS) == [(1,), (2,)]


def test_sessions_load_different_tables_in_parallel(warehouse: Warehouse, sql: Client) -> None:
    names = [f"load_{number}" for number in range(4)]
    sql.run(*(f"CREATE TABLE {name} (a int)" for name in names))

    def load(name: str) -> None:
        client = Connector(warehouse)
        client.run("BEGIN")
        for value in range(10):
            client.run(f"INSERT INTO {name} VALUES ({value})")
        client.run("COMMIT")
        client.close()

    threads = [threading.Thread(target=load, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    assert [sql.rows(f"SELECT count(*) FROM {name}") for name in names] == [[(10,)]] * 4


def test_whoever_changes_a_table_waits_for_its_readers(sql: Client, another: Client) -> None:
    sql.run("CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)", "BEGIN", "SELECT * FROM t")
    another.run("SET statement_timeout TO 500")
    with pytest.raises(ServerError) as caught:
        another.run("DROP TABLE t")
    assert caught.value.sqlstate == "57014"
    another.run("INSERT INTO t VALUES (2)")
    assert sql.rows("SELECT a FROM t") == [(1,)]
    sql.run("COMMIT")
    another.run("DROP TABLE t")


def test_readers_wait_for_whoever_changes_the_table(sql: Client, another: Client) -> None:
    sql.run("CREATE TABLE t (a int)", "BEGIN", "ALTER TABLE t ADD COLUMN b int")
    another.run("SET statement_timeout TO 500")
    with pytest.raises(ServerError) as caught:
        another.rows("SELECT * FROM t")
    assert caught.value.sqlstate == "57014"
    sql.run("ROLLBACK")
    assert another.rows("SELECT * FROM t") == []


@pytest.mark.parametrize(
    ("statement", "rows"),
    [
        ("INSERT INTO t (a) VALUES (2)", [(1, 7), (2, 7)]),
        ("INSERT INTO t SELECT 2", [(1, 7), (2, 7)]),
        ("INSERT INTO t VALUES (2)", [(1, 7), (2, 7)]),
        ("UPDATE t SET a = 3", [(3, 7)]),
        ("DELETE FROM t", []),
    ],
)
def test_who_waited_for_a_changed_table_meets_it_as_it_is_now(
    sql: Client, another: Client, statement: str, rows: list[tuple[int, int]]
) -> None:
    sql.run(*T, "BEGIN", "ALTER TABLE t ADD COLUMN b int DEFAULT 7")
    with running(lambda: another.run(statement)):
        assert eventually(lambda: somebody_waits(sql))
        sql.run("COMMIT")
    assert sql.rows("SELECT a, b FROM t ORDER BY a") == rows


CHANGED = [
    ("ALTER TABLE t ADD COLUMN b int DEFAULT 7", ["a", "b"], [(1, 7)]),
    ("ALTER TABLE t RENAME COLUMN a TO c", ["c"], [(1,)]),
]


@pytest.mark.parametrize("changed", CHANGED, ids=["added", "renamed"])
@pytest.mark.parametrize(
    "statements",
    [
        ("SELECT * FROM t",),
        ("BEGIN", "SELECT * FROM t"),
        ("BEGIN", "DECLARE c CURSOR FOR SELECT * FROM t", "FETCH ALL FROM c"),
    ],
    ids=["alone", "block", "cursor"],
)
def test_who_reads_what_others_change_is_told_the_columns_of_then(
    sql: Client,
    client: Client,
    statements: tuple[str, ...],
    changed: tuple[str, list[str], list[tuple[int, ...]]],
) -> None:
    """In the simple protocol, and in the extended one, where columns are told before any row."""

    def read() -> None:
        client.run(*statements[:-1])
        seen.extend(client.rows(statements[-1]))
        told.extend(name for name, _ in client.columns())

    seen: list[Row] = []
    told: list[str] = []
    change, names, rows = changed
    sql.run(*T, "BEGIN", change)
    with running(read):
        assert eventually(lambda: somebody_waits(sql))
        sql.run("COMMIT")
    assert (told, seen) == (names, rows)


def test_what_waited_as_it_was_prepared_is_prepared_for_the_columns_of_then(
    sql: Client, another: Client
) -> None:
    sql.run(*T, "BEGIN", "ALTER TABLE t ADD COLUMN b int DEFAULT 7")
    with running(lambda: another.run("PREPARE p AS SELECT * FROM t")):
        assert eventually(lambda: somebody_waits(sql))
        sql.run("COMMIT")
    assert another.rows("EXECUTE p") == [(1, 7)]


def test_what_is_only_prepared_keeps_nobody_waiting_after_sync(
    warehouse: Warehouse, sql: Client
) -> None:
    sql.run(*T, "SET statement_timeout TO 30000")
    with psycopg.connect(warehouse.dsn(with_password=True), autocommit=True) as connection:
        prepared = connection.pgconn.prepare(b"p", b"SELECT * FROM t")
        assert prepared.status == psycopg.pq.ExecStatus.COMMAND_OK
        sql.run("ALTER TABLE t ADD COLUMN b int")
        answer = connection.pgconn.exec_prepared(b"p", [])
    assert b"cached plan must not change result type" in answer.error_message


@pytest.mark.parametrize("statement", ["DROP TABLE t", "TRUNCATE t", "ALTER TABLE t DROP COLUMN b"])
@pytest.mark.parametrize("fetched", [(), ("FETCH NEXT FROM c",), ("CLOSE c",)])
def test_whoever_changes_a_table_waits_for_its_cursors(
    sql: Client, another: Client, fetched: tuple[str, ...], statement: str
) -> None:
    sql.run("CREATE TABLE t (a int, b int)", "BEGIN", "DECLARE c CURSOR FOR SELECT * FROM t")
    sql.run(*fetched)
    with running(lambda: another.run(statement)):
        assert eventually(lambda: somebody_waits(sql))
        sql.run("COMMIT")


def test_a_query_that_waits_is_seen_and_its_end_is_kept(client: Client, another: Client) -> None:
    another.run(*T, "BEGIN", "ALTER TABLE t ADD COLUMN b int")
    [(pid,)] = client.rows("SELECT pg_backend_pid()")
    mine = f"FROM sys_query_history WHERE session_id = {pid} AND query_text LIKE 'SELECT * FROM t%'"
    errors: list[ServerError] = []

    def ask() -> None:
        with pytest.raises(ServerError) as caught:
            client.run("SELECT * FROM t")
        errors.append(caught.value)

    with running(ask):
        assert eventually(lambda: somebody_waits(another))
        [(number, status)] = another.rows(f"SELECT query_id, trim(status) {mine}")
        assert status == "running"
        another.run(f"CANCEL {pid}")
    another.run("ROLLBACK")
    [error] = errors
    assert (error.sqlstate, error.message) == (
        "57014",
        f"Query ({number + 1}) canceled on user's request",
    )
    ended = another.rows(f"SELECT query_id, trim(status) {mine} ORDER BY query_id DESC")
    assert ended == [(number, "canceled")]
    assert client.rows("SELECT * FROM t") == [(1,)]


@pytest.mark.parametrize(
    "statement", ["SELECT * FROM t", "INSERT INTO t VALUES (2)", "DROP TABLE t"]
)
def test_who_waited_for_a_table_that_is_gone_is_told(
    warehouse: Warehouse, sql: Client, another: Client, statement: str
) -> None:
    sql.run(*T, "BEGIN", "DROP TABLE t")
    told: list[ServerError] = []

    def ask() -> None:
        try:
            another.run(statement)
        except ServerError as error:
            told.append(error)

    # The one who drops it knows no table of that number any more.
    with closing(Psycopg2(warehouse)) as watcher, running(ask):
        assert eventually(lambda: somebody_waits(watcher))
        sql.run("COMMIT")
    assert [error.sqlstate for error in told] == ["42P01"]


def test_locks_name_the_transaction_that_holds_them(client: Client, another: Client) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_TRANSACTIONS.html"""
    client.run("CREATE TABLE numbered (a int)")
    client.run("BEGIN", "INSERT INTO numbered VALUES (1)")
    held = another.rows("SELECT DISTINCT xid, txn_start FROM svv_transactions WHERE granted")
    owners = another.rows("SELECT DISTINCT lock_owner FROM stv_locks")
    client.run("COMMIT")
    logged = another.rows(
        "SELECT transaction_id, start_time FROM sys_query_history WHERE query_type = 'INSERT' "
        "AND query_text LIKE 'INSERT INTO numbered%' ORDER BY query_id DESC LIMIT 1"
    )
    assert [xid for xid, _ in held] == [number for number, _ in logged]
    assert owners == [(held[0][0],)]
    assert held[0][1] <= logged[0][1]
