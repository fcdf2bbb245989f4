"""What comes of a COPY: notices, counters, load errors, all or nothing, waiting, ending early.

AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-multiple-files.html
"""

import gzip
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import psycopg
import psycopg2
import pytest

from sparkify_harness.warehouse import Warehouse
from tests.redshift.clients import Client, Connector, Psycopg2, ServerError
from tests.redshift.copies import FAILED, Copy, Lake, Loader, copies, ordered
from tests.waiting import eventually

PAIR = "a int, b varchar(5)"
DIGIT = "Invalid digit, Value 'x', Pos 0, Type: Integer"
LONG = "String length exceeds DDL length"
DEADLINE = 60.0
"""Seconds that a test waits for what must come."""


def wait_until(holds: Callable[[], object], what: str) -> None:
    """Poll until it holds."""
    assert eventually(holds, DEADLINE, every=0.005), f"{what} did not come"


# --- notices, tags, counters ------------------------------------------------------------------


def test_the_notice_of_success(client: Client, lake: Lake) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/r_COPY_command_examples.html"""
    client.run("CREATE TABLE t (a int)", "CREATE SCHEMA s", "CREATE TABLE s.u (a int)")
    folder = lake.put({"1": "1\n2\n", "2": "3\n"})
    Loader(client, lake).copy("t", folder)
    Loader(client, lake).copy("s.u", folder + "2")
    assert [text for text in client.notices() if text.startswith("Load")] == [
        "Load into table 't' completed, 3 record(s) loaded successfully.",
        "Load into table 'u' completed, 1 record(s) loaded successfully.",
    ]


def test_the_notice_is_an_info_and_the_tag_is_bare(warehouse: Warehouse, lake: Lake) -> None:
    folder = lake.put({"1": "1\n2\n"})
    severities = []
    with psycopg.connect(warehouse.dsn(with_password=True), autocommit=True) as connection:
        connection.add_notice_handler(lambda notice: severities.append(notice.severity))
        connection.execute("CREATE TABLE #t (a int)")
        cursor = connection.execute(f"COPY #t FROM '{folder}' {lake.keys}".encode())
        assert cursor.statusmessage == "COPY"
        assert cursor.rowcount == -1
        assert severities == ["INFO"]


def test_counters(client: Client, lake: Lake) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/PG_LAST_COPY_COUNT.html"""
    loader = Loader(client, lake)
    folder = lake.put({"good": "1\n2\n", "bad": "x\n"})
    client.run("CREATE TABLE t (a int)")

    def counters() -> tuple[int, int]:
        return client.rows("SELECT pg_last_copy_id(), pg_last_copy_count()")[0]

    assert counters() == (-1, 0)
    loader.copy("t", folder + "good")
    first, count = counters()
    assert (first > 0, count) == (True, 2)
    client.run("SELECT 1", "INSERT INTO t VALUES (3)")
    assert counters() == (first, 2)
    loader.refused("t", folder + "bad")
    second, count = counters()
    assert (second > first, count) == (True, 0)
    loader.copy("t", folder + "good", "NOLOAD")
    third, count = counters()
    assert (third > second, count) == (True, 0)
    loader.refused("t", folder + "none")
    loader.refused("nosuch", folder + "good")
    with pytest.raises(ServerError):
        client.run("COPY t FROM")
    assert counters()[1] == 0


def test_counters_belong_to_a_session(sql: Client, another: Client, lake: Lake) -> None:
    sql.run("CREATE TABLE t (a int)")
    Loader(sql, lake).copy("t", lake.put({"1": "1\n"}))
    assert another.rows("SELECT pg_last_copy_id(), pg_last_copy_count()") == [(-1, 0)]


# --- load errors ------------------------------------------------------------------------------

COLUMNS = [
    "userid",
    "slice",
    "tbl",
    "starttime",
    "session",
    "query",
    "filename",
    "line_number",
    "colname",
    "type",
    "col_length",
    "position",
    "raw_line",
    "raw_field_value",
    "err_code",
    "err_reason",
    "is_partial",
    "start_offset",
]


def test_load_errors_survive_the_rollback(client: Client, another: Client, lake: Lake) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/r_STL_LOAD_ERRORS.html"""
    folder = lake.put({"data": "1|ok\n2|toolong\n"})
    client.run(f"CREATE TABLE t ({PAIR})", "BEGIN")
    pid, oid = client.rows("SELECT pg_backend_pid(), oid FROM pg_class WHERE relname = 't'")[0]
    refusal = Loader(client, lake).refused("t", folder)
    assert (refusal.sqlstate, refusal.message) == ("XX000", FAILED.format("t"))
    client.run("ROLLBACK")
    last = client.rows("SELECT pg_last_copy_id()")[0][0]
    for session in (client, another):
        rows = session.rows(
            f"SELECT * FROM stl_load_errors WHERE session = {pid} ORDER BY starttime DESC LIMIT 1"
        )
        assert [name for name, _ in session.columns()] == COLUMNS
        row = dict(zip(COLUMNS, rows[0], strict=True))
        assert {name: row[name] for name in ("tbl", "session", "line_number", "position")} == {
            "tbl": oid, "session": pid, "line_number": 2, "position": 2,
        }  # fmt: skip
        assert row["filename"] == f"{folder}data".ljust(256)
        assert row["colname"] == "b".ljust(127)
        assert row["type"] == "varchar".ljust(10)
        assert row["col_length"] == "5".ljust(10)
        assert row["raw_line"] == "2|toolong".ljust(1024)
        assert row["raw_field_value"] == "toolong".ljust(1024)
        assert (row["err_code"], row["err_reason"]) == (1204, LONG.ljust(100))
        assert (row["is_partial"], row["start_offset"]) == (0, 0)
        age = datetime.now(UTC).replace(tzinfo=None) - row["starttime"]
        assert timedelta(0) <= age < timedelta(minutes=1)
        assert row["query"] == last


@pytest.mark.parametrize(
    ("definition", "text", "expected"),
    [
        ("a int", "x", ("int4", "0")),
        ("a smallint", "x", ("int2", "0")),
        ("a bigint", "x", ("int8", "0")),
        ("a float", "x", ("float8", "0")),
        ("a real", "x", ("float4", "0")),
        ("a decimal(8,2)", "x", ("numeric", "8, 2")),
        ("a boolean", "x", ("bool", "0")),
        ("a char(3)", "xxxx", ("bpchar", "3")),
        ("a varchar(3)", "xxxx", ("varchar", "3")),
        ("a date", "x", ("date", "0")),
        ("a timestamp", "x", ("timestamp", "0")),
        ("a timestamptz", "x", ("timestamptz"[:10], "0")),
    ],
)
def test_types_of_load_errors(
    loader: Loader, definition: str, text: str, expected: tuple[str, str]
) -> None:
    """Internal names: https://docs.aws.amazon.com/redshift/latest/dg/r_STL_LOAD_ERRORS.html"""
    folder = loader.lake.put({"data": text + "\n"})
    loader.client.run("DROP TABLE IF EXISTS typed", f"CREATE TABLE typed ({definition})")
    loader.refused("typed", folder)
    assert loader.client.rows(
        "SELECT trim(type), trim(col_length) FROM stl_load_errors WHERE query = pg_last_copy_id()"
    ) == [expected]


def test_the_error_view_of_newer_clusters(client: Client, lake: Lake) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/SYS_LOAD_ERROR_DETAIL.html"""
    client.run("CREATE TABLE t (a int)")
    folder = lake.put({"data": "1\nx\n"})
    Loader(client, lake).refused("t", folder)
    rows = client.rows(
        "SELECT * FROM sys_load_error_detail WHERE query_id = (SELECT max(query_id) "
        "FROM sys_query_history WHERE session_id = pg_backend_pid() AND query_type = 'COPY')"
    )
    names = [name for name, _ in client.columns()]
    assert names == [
        "user_id",
        "query_id",
        "transaction_id",
        "session_id",
        "database_name",
        "table_id",
        "start_time",
        "file_name",
        "line_number",
        "column_name",
        "column_type",
        "column_length",
        "position",
        "error_code",
        "error_message",
    ]
    row = dict(zip(names, rows[0], strict=True))
    assert row["file_name"].rstrip() == folder + "data"
    assert row["database_name"].rstrip() == "dev"
    assert (row["line_number"], row["column_name"].rstrip(), row["column_type"]) == (
        2, "a", "int4".ljust(10),
    )  # fmt: skip
    assert (row["error_code"], row["error_message"].rstrip()) == (1207, DIGIT)


def test_files_that_were_read(client: Client, lake: Lake) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/r_STL_LOAD_COMMITS.html"""
    client.run("CREATE TABLE t (a int)")
    folder = lake.put({"1": "1\n2\n", "2": "3", "3": ""})
    Loader(client, lake).copy("t", folder)
    assert client.rows(
        "SELECT trim(filename), lines_scanned, errors, status, trim(name) FROM stl_load_commits "
        "WHERE query = pg_last_copy_id() ORDER BY filename"
    ) == [
        (folder + "1", 2, 0, 1, "t"),
        (folder + "2", 1, 0, 1, "t"),
        (folder + "3", 0, 0, 1, "t"),
    ]


def test_a_copy_that_never_began_leaves_no_load_errors(client: Client, lake: Lake) -> None:
    folder = lake.put({"data": "1\n"})
    before = client.rows("SELECT count(*) FROM stl_load_errors")
    loader = Loader(client, lake)
    for table in ("nosuch", "public.nosuch"):
        refusal = loader.refused(table, folder, "CSV")
        assert (refusal.sqlstate, refusal.message) == (
            "XX000",
            "Cannot COPY into nonexistent table nosuch",
        )
    assert client.rows("SELECT count(*) FROM stl_load_errors") == before


# --- MAXERROR, NOLOAD -------------------------------------------------------------------------

FILES = {"1": "1|a\nx|b\n", "2": "2|b\n3|toolong\n4|d\n", "3": "x|f\n"}
GOOD_ROWS = [(1, "a"), (2, "b"), (4, "d")]
FAULTS = [(2, "a", 1207, DIGIT), (2, "b", 1204, LONG), (1, "a", 1207, DIGIT)]


@copies(
    Copy("one error fails", PAIR, FILES, source="", faults=FAULTS[:1]),
    Copy("MAXERROR 0 is 1", PAIR, FILES, "MAXERROR 0", source="", faults=FAULTS[:1]),
    Copy("MAXERROR 1", PAIR, FILES, "MAXERROR 1", source="", faults=FAULTS[:1]),
    Copy("as many errors as MAXERROR fail", PAIR, FILES, "MAXERROR 3", source="", faults=FAULTS),
    Copy("fewer errors than MAXERROR are left out", PAIR, FILES, "MAXERROR AS 4", source="",
         rows=GOOD_ROWS, faults=FAULTS),
    Copy("MAXERROR 100000", PAIR, FILES, "MAXERROR 100000", source="", rows=GOOD_ROWS,
         faults=FAULTS),
    Copy("IGNOREALLERRORS", PAIR, FILES, "IGNOREALLERRORS", source="", rows=GOOD_ROWS,
         faults=FAULTS),
    Copy("MAXERROR beyond its limit", PAIR, FILES, "MAXERROR 100001", source="",
         error=("22023", "MAXERROR must be between 0 and 100000")),
    Copy("a bad record in the last of many files loads nothing", PAIR,
         {f"{n:02}": f"{n}|ok\n" for n in range(20)} | {"99": "x|bad"}, source="",
         faults=[(1, "a", 1207, DIGIT)]),
    Copy("NOLOAD loads nothing", PAIR, "1|a\n", "NOLOAD", rows=[]),
    Copy("NOLOAD finds what is wrong", PAIR, FILES, "NOLOAD", source="", faults=FAULTS[:1]),
    Copy("NOLOAD MAXERROR", PAIR, FILES, "NOLOAD MAXERROR 10", source="", rows=[], faults=FAULTS),
)  # fmt: skip
def test_errors(case: Copy, loader: Loader) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-load.html"""
    case.check(loader)


def test_the_notices_of_errors_that_were_left_out(client: Client, lake: Lake) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/tutorial-loading-run-copy.html"""
    client.run(f"CREATE TABLE t ({PAIR})")
    Loader(client, lake).copy("t", lake.put(FILES), "MAXERROR 10")
    assert client.notices()[-2:] == [
        "Load into table 't' completed, 3 record(s) loaded successfully.",
        "Load into table 't' completed, 3 record(s) could not be loaded.  "
        "Check 'stl_load_errors' system table for details.",
    ]
    assert client.rows("SELECT pg_last_copy_count()") == [(3,)]


# --- transactions -----------------------------------------------------------------------------


@pytest.fixture
def folder(lake: Lake) -> str:
    return lake.put({"good/1": "1\n2\n", "bad/1": "3\n", "bad/2": "x\n"})


def total(client: Client) -> int:
    count: int = client.rows("SELECT count(*) FROM t")[0][0]
    return count


def test_a_rollback_takes_the_rows_back(client: Client, lake: Lake, folder: str) -> None:
    client.run("CREATE TABLE t (a int)", "BEGIN")
    Loader(client, lake).copy("t", folder + "good")
    assert total(client) == 2
    client.run("ROLLBACK")
    assert total(client) == 0


def test_a_commit_keeps_the_rows(client: Client, another: Client, lake: Lake, folder: str) -> None:
    client.run("CREATE TABLE t (a int)", "BEGIN")
    Loader(client, lake).copy("t", folder + "good")
    assert total(another) == 0
    client.run("COMMIT")
    assert total(another) == 2


def test_a_failed_copy_fails_its_block(client: Client, lake: Lake, folder: str) -> None:
    loader = Loader(client, lake)
    client.run("CREATE TABLE t (a int)", "INSERT INTO t VALUES (0)", "BEGIN", "DELETE FROM t")
    loader.copy("t", folder + "good")
    loader.refused("t", folder + "bad")
    with pytest.raises(ServerError, match="25P02"):
        client.run("SELECT 1")
    client.run("COMMIT")
    assert client.rows("SELECT a FROM t") == [(0,)]


def test_a_later_error_takes_the_rows_back(client: Client, lake: Lake, folder: str) -> None:
    client.run("CREATE TABLE t (a int)", "BEGIN")
    Loader(client, lake).copy("t", folder + "good")
    with pytest.raises(ServerError):
        client.run("SELECT nosuch FROM t")
    client.run("ROLLBACK")
    assert total(client) == 0


def test_a_table_that_the_block_made(client: Client, lake: Lake, folder: str) -> None:
    client.run("BEGIN", "CREATE TABLE t (a int)")
    Loader(client, lake).copy("t", folder + "good")
    client.run("COMMIT")
    assert total(client) == 2


@pytest.mark.parametrize("name", ["#t", "tmp"])
def test_a_temporary_table(client: Client, lake: Lake, folder: str, name: str) -> None:
    word = "" if name.startswith("#") else "TEMP"
    client.run(f"CREATE {word} TABLE {name} (a int)")
    Loader(client, lake).copy(name, folder + "good")
    assert client.rows(f"SELECT sum(a) FROM {name}") == [(3,)]


def test_a_temporary_table_hides_another(
    client: Client, another: Client, lake: Lake, folder: str
) -> None:
    client.run("CREATE TABLE t (a int)", "CREATE TEMP TABLE t (a int)")
    Loader(client, lake).copy("t", folder + "good")
    Loader(client, lake).copy("public.t", folder + "good/1")
    Loader(client, lake).copy("public.t", folder + "good/1")
    assert (total(client), total(another)) == (2, 4)


@pytest.mark.parametrize(
    "view", ["CREATE VIEW v AS SELECT a FROM t", "CREATE VIEW v AS SELECT 1 AS a"]
)
def test_a_view_takes_no_rows(client: Client, lake: Lake, folder: str, view: str) -> None:
    client.run("CREATE TABLE t (a int)", view)
    refusal = Loader(client, lake).refused("v", folder + "good")
    assert refusal.message.startswith("Cannot COPY into view v")
    assert total(client) == 0


@pytest.mark.parametrize("name", ["pg_class", "stl_load_errors", "information_schema.tables"])
def test_a_system_table_takes_no_rows(sql: Client, lake: Lake, folder: str, name: str) -> None:
    refusal = Loader(sql, lake).refused(name, folder + "good")
    assert not refusal.message.startswith(("internal", "Load into"))


# --- several sessions, and endings ------------------------------------------------------------


def waiting(session: Client) -> bool:
    return session.rows("SELECT count(*) FROM svv_transactions WHERE NOT granted") != [(0,)]


def test_copies_into_one_table_wait_for_each_other(
    warehouse: Warehouse, sql: Client, another: Client, lake: Lake, folder: str
) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/c_write_readwrite.html"""
    sql.run("CREATE TABLE t (a int)", "BEGIN")
    Loader(sql, lake).copy("t", folder + "good")
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(Loader(another, lake).copy, "t", folder + "good")
        watcher = Connector(warehouse)
        wait_until(lambda: waiting(watcher), "the second COPY's wait")
        assert not second.done()
        sql.run("COMMIT")
        second.result(DEADLINE)
        watcher.close()
    assert total(sql) == 4


def test_a_copy_that_waited_meets_the_table_as_it_is_now(
    warehouse: Warehouse, sql: Client, another: Client, lake: Lake, folder: str
) -> None:
    sql.run("CREATE TABLE t (a int)", "BEGIN", "ALTER TABLE t ADD COLUMN b int DEFAULT 7")
    with ThreadPoolExecutor(1) as pool:
        load = pool.submit(Loader(another, lake).copy, "t (a)", folder + "good")
        watcher = Connector(warehouse)
        wait_until(lambda: waiting(watcher), "the COPY's wait")
        sql.run("COMMIT")
        load.result(DEADLINE)
        watcher.close()
    assert sql.rows("SELECT min(b), max(b), count(*) FROM t") == [(7, 7, 2)]


def test_copies_into_several_tables_do_not_wait(
    sql: Client, another: Client, lake: Lake, folder: str
) -> None:
    sql.run("CREATE TABLE t (a int)", "CREATE TABLE u (a int)", "BEGIN")
    Loader(sql, lake).copy("t", folder + "good")
    Loader(another, lake).copy("u", folder + "good")
    assert another.rows("SELECT count(*) FROM u") == [(2,)]
    sql.run("COMMIT")
    assert total(another) == 2


def test_many_copies_at_once(warehouse: Warehouse, sql: Client, lake: Lake, folder: str) -> None:
    sql.run("CREATE TABLE t (a int)")
    clients = [Connector(warehouse) for _ in range(4)]
    with ThreadPoolExecutor(len(clients)) as pool:
        runs = [pool.submit(Loader(client, lake).copy, "t", folder + "good") for client in clients]
        for run in runs:
            run.result(DEADLINE)
    for client in clients:
        client.close()
    assert total(sql) == 8


SLOW_ROWS = 100_000


@pytest.fixture(scope="module")
def slow(lake: Lake) -> str:
    """An object that takes a second or two."""
    return lake.put({"data.gz": gzip.compress(b"'1'|'x'\n" * SLOW_ROWS, 1)})


@pytest.fixture(scope="module")
def endless(lake: Lake) -> str:
    """An object whose end nobody waits for."""
    part = gzip.compress(b"'1'|'x'\n" * SLOW_ROWS, 1)
    return lake.put({"data.gz": part * 100})


SLOWLY = "GZIP REMOVEQUOTES ESCAPE"


def loading(session: Client) -> bool:
    """Whether some session holds a lock, as COPY does while it reads."""
    return session.rows("SELECT count(*) FROM svv_transactions WHERE granted") != [(0,)]


def test_a_cancelled_copy_leaves_nothing(
    warehouse: Warehouse, sql: Client, lake: Lake, endless: str
) -> None:
    sql.run(f"CREATE TABLE t ({PAIR})")
    opened = Psycopg2(warehouse)
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(Loader(opened, lake).copy, "t", endless, SLOWLY)
        wait_until(lambda: loading(sql), "the COPY")
        assert not run.done()
        opened.connection.cancel()
        with pytest.raises(ServerError) as caught:
            run.result(DEADLINE)
    assert caught.value.sqlstate == "57014"
    assert opened.rows("SELECT count(*) FROM t") == [(0,)]
    opened.run("INSERT INTO t VALUES (1, 'x')")
    opened.close()


KILLED = """
import sys, time, psycopg2
connection = psycopg2.connect(sys.stdin.readline().strip())
connection.autocommit = sys.argv[1] == "autocommit"
connection.cursor().execute(sys.stdin.read())
time.sleep(600)  # where the COPY was faster than who kills us
"""


@pytest.mark.parametrize("mode", ["autocommit", "block"])
def test_a_copy_whose_client_is_killed(
    warehouse: Warehouse, sql: Client, lake: Lake, slow: str, mode: str
) -> None:
    """It goes on, but in a block, which is rolled back; no lock is left either way.

    AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-multiple-files.html
    """
    sql.run(f"CREATE TABLE t ({PAIR})")
    child = subprocess.Popen([sys.executable, "-c", KILLED, mode], stdin=subprocess.PIPE, text=True)
    assert child.stdin is not None
    child.stdin.write(f"{warehouse.dsn(with_password=True)}\n")
    child.stdin.write(f"COPY t FROM '{slow}' {lake.keys} {SLOWLY}")
    child.stdin.close()
    try:
        wait_until(lambda: loading(sql), "the COPY")
    finally:
        os.kill(child.pid, signal.SIGKILL)
    assert child.wait(DEADLINE) == -signal.SIGKILL
    wait_until(lambda: not loading(sql), "the end of the COPY")
    assert total(sql) == (0 if mode == "block" else SLOW_ROWS)
    sql.run("INSERT INTO t VALUES (1, 'x')")


def test_a_client_that_hangs_up_inside_a_block(
    warehouse: Warehouse, sql: Client, lake: Lake, folder: str
) -> None:
    sql.run("CREATE TABLE t (a int)")
    gone = psycopg2.connect(warehouse.dsn(with_password=True))
    gone.cursor().execute(f"COPY t FROM '{folder}good' {lake.keys}")
    assert loading(sql)
    gone.close()
    wait_until(lambda: not loading(sql), "the end of the block")
    assert total(sql) == 0
    Loader(sql, lake).copy("t", folder + "good")
    assert ordered(sql.rows("SELECT a FROM t")) == [(1,), (2,)]
