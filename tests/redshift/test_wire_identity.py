"""What a client sees of the server itself: TLS, log-in, settings it is told, cancelling, protocol.

https://docs.aws.amazon.com/redshift/latest/mgmt/connecting-ssl-support.html
https://docs.aws.amazon.com/redshift/latest/dg/r_CANCEL.html
"""

import gc
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import psycopg2
import pytest
import redshift_connector
from redshift_connector.error import InterfaceError, ProgrammingError

from harness.warehouse import Warehouse, open_warehouse
from tests.redshift.cases import Case, table
from tests.redshift.clients import Client, Psycopg2

pytestmark = [
    # redshift_connector leaves the sockets of refused connections to the garbage collector,
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in.*socket:pytest.PytestUnraisableExceptionWarning"
    ),
    # and asks for no particular protocol of TLS.
    pytest.mark.filterwarnings("ignore:ssl\\.:DeprecationWarning"),
]

SLOW = "SELECT count(*) FROM big a, big b, big c, big d, big e"


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """What the driver leaves behind goes with the test that made it."""
    yield
    gc.collect()


@pytest.fixture
def big(sql: Client) -> None:
    sql.run("CREATE TABLE big (a int)", "INSERT INTO big SELECT 1")
    sql.run(*["INSERT INTO big SELECT a FROM big"] * 9)


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Warehouse, str]]:
    """A server with TLS, and the file of its CA."""
    folder = tmp_path_factory.mktemp("trusted")
    with open_warehouse(folder=folder, tls=True) as running:
        yield running.connection, str(folder / "tls" / "ca.pem")


def test_redshift_connector_over_tls(
    trusted: tuple[Warehouse, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, authority = trusted
    monkeypatch.setenv("SSL_CERT_FILE", authority)
    with closing(
        redshift_connector.connect(
            host="localhost",
            port=server.port,
            user=server.user,
            password=server.password,
            database=server.database,
        )
    ) as connection:
        assert isinstance(connection._usock, ssl.SSLSocket)  # nothing public says
        cursor = connection.cursor()
        cursor.execute("SELECT 7 / 2")
        assert [tuple(row) for row in cursor.fetchall()] == [(3,)]


@pytest.mark.parametrize("mode", ["verify-full", "require", "prefer", "disable"])
def test_psycopg_over_tls_and_without(trusted: tuple[Warehouse, str], mode: str) -> None:
    server, authority = trusted
    with psycopg.connect(
        server.dsn(with_password=True).replace("127.0.0.1", "localhost"),
        sslmode=mode,
        sslrootcert=authority if mode == "verify-full" else None,
    ) as connection:
        assert connection.pgconn.ssl_in_use is (mode != "disable")
        assert connection.execute("SELECT 1").fetchall() == [(1,)]


def arguments(server: Warehouse, **changed: str) -> dict[str, Any]:
    known = {"user": server.user, "password": server.password, "database": server.database}
    return {"host": server.host, "port": server.port, "ssl": False, "timeout": 20} | known | changed


def test_a_wrong_password_is_28000(warehouse: Warehouse) -> None:
    with pytest.raises(InterfaceError) as caught:
        redshift_connector.connect(**arguments(warehouse, password="wrong"))
    assert caught.value.args[0]["C"] == "28000"
    assert warehouse.user in caught.value.args[0]["M"]


def test_an_unknown_user_is_28000(warehouse: Warehouse) -> None:
    with pytest.raises(InterfaceError) as caught:
        redshift_connector.connect(**arguments(warehouse, user="nobody"))
    assert caught.value.args[0]["C"] == "28000"


def test_an_unknown_database_is_3d000(warehouse: Warehouse) -> None:
    with pytest.raises(ProgrammingError) as caught:
        redshift_connector.connect(**arguments(warehouse, database="nowhere"))
    assert (caught.value.args[0]["C"], caught.value.args[0]["M"]) == (
        "3D000",
        'database "nowhere" does not exist',
    )


def test_psycopg2_sees_the_refusal(warehouse: Warehouse) -> None:
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(warehouse.dsn(with_password=True), password="wrong")


def test_what_the_server_says_of_itself(warehouse: Warehouse) -> None:
    with psycopg.connect(warehouse.dsn(with_password=True)) as connection:
        status = {
            name: connection.pgconn.parameter_status(name.encode())
            for name in ("server_version", "client_encoding", "integer_datetimes", "DateStyle",
                         "TimeZone", "padb_version", "standard_conforming_strings")
        }  # fmt: skip
    assert status["server_version"] == b"8.0.2"
    assert status["client_encoding"] == b"UTF8"
    assert status["integer_datetimes"] == b"on"
    assert status["padb_version"] is not None
    assert status["standard_conforming_strings"] is None


def test_start_up_keys_of_the_driver_alone_are_ignored(warehouse: Warehouse) -> None:
    """It sends driver_version and os_version, which are no settings; application_name is one."""
    with closing(
        redshift_connector.connect(**arguments(warehouse, application_name="a thing"))
    ) as connection:
        cursor = connection.cursor()
        cursor.execute("SHOW application_name")
        assert [tuple(row) for row in cursor.fetchall()] == [("a thing",)]
        with pytest.raises(ProgrammingError, match=r'unrecognized .* "driver_version"'):
            cursor.execute("SHOW driver_version")


@table(
    Case("two statements in one Parse", "SELECT 1; SELECT 2",
         error=("42601", "cannot insert multiple commands into a prepared statement")),
    Case("a trailing semicolon", "  SELECT 1 ; ", rows=[(1,)]),
    Case("comments", "/* a */ SELECT 1 -- b", rows=[(1,)]),
    Case("the position of a mistake", "SELECT 1 FRM", rows=[(1,)], names=["frm"]),
)  # fmt: skip
def test_one_statement_at_a_time(case: Case, sql: Client) -> None:
    case.check(sql)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1, "1"), (2**40, str(2**40)), ("it's \\ é", "it's \\ é"), (True, "1"), (None, None)],
    ids=["int", "bigint", "text", "bool", "null"],
)
def test_arguments_arrive(client: Client, value: object, shown: str | None) -> None:
    client.run("CREATE TABLE t (i bigint, s varchar(20), b boolean)")
    column = {int: "i", str: "s", bool: "b"}.get(type(value), "s")
    client.rows(f"INSERT INTO t ({column}) VALUES (%s)", (value,))
    [(found,)] = client.rows(f"SELECT {column} FROM t")
    assert found == value


def test_arguments_find_rows(client: Client) -> None:
    client.run("CREATE TABLE t (i int, s varchar(20))", "INSERT INTO t VALUES (1, 'x'), (2, 'y')")
    assert client.rows("SELECT s FROM t WHERE i = %s AND s = %s", (2, "y")) == [("y",)]


def test_statement_timeout(big: None, client: Client) -> None:
    client.run("SET statement_timeout TO 100")
    Case("", SLOW, error=("57014", "Query")).check(client)
    client.run("SET statement_timeout TO 0")
    assert client.rows("SELECT 1") == [(1,)]


def test_cancel(big: None, warehouse: Warehouse) -> None:
    connection = psycopg2.connect(warehouse.dsn(with_password=True))
    stop = threading.Event()

    def cancel() -> None:
        while not stop.wait(0.05):
            connection.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    try:
        with pytest.raises(psycopg2.errors.QueryCanceled, match="cancel"):
            connection.cursor().execute(SLOW)
    finally:
        stop.set()
        thread.join()
    connection.rollback()
    connection.close()


def test_a_result_is_read_in_pieces(big: None, warehouse: Warehouse) -> None:
    with psycopg.connect(warehouse.dsn(with_password=True)) as connection:
        with connection.cursor() as cursor:
            assert sum(row[0] for row in cursor.stream("SELECT a FROM big")) == 512
        assert connection.execute("SELECT count(*) FROM big").fetchall() == [(512,)]


def test_server_side_prepared_statements(warehouse: Warehouse) -> None:
    with psycopg.connect(warehouse.dsn(with_password=True), prepare_threshold=0) as connection:
        found = [
            connection.execute("SELECT %s::int + 1", (n,), prepare=True).fetchall()
            for n in range(5)
        ]
    assert found == [[(n + 1,)] for n in range(5)]


def test_psql_runs_several_statements(warehouse: Warehouse) -> None:
    psql = shutil.which("psql")
    if psql is None:
        pytest.skip("no psql binary")
    done = subprocess.run(
        [psql, "-X", "-A", "-t", warehouse.dsn(), "-c", "SELECT 7/2; SELECT 'a' || 'b'"],
        env={"PGPASSWORD": warehouse.password},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout.split()) == (0, ["3", "ab"]), done.stderr


def test_rowcounts(warehouse: Warehouse, sql: Client) -> None:
    sql.run("CREATE TABLE t (a int)")
    client = Psycopg2(warehouse)
    with closing(client.connection) as connection, connection.cursor() as cursor:
        counts = []
        for statement in (
            "INSERT INTO t VALUES (1), (2), (3)",
            "UPDATE t SET a = 5 WHERE a > 1",
            "DELETE FROM t WHERE a = 5",
        ):
            cursor.execute(statement)
            counts.append((cursor.statusmessage, cursor.rowcount))
    assert counts == [("INSERT 0 3", 3), ("UPDATE 2", 2), ("DELETE 2", 2)]
