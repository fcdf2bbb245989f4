"""What a client sees of the server itself: TLS, log-in, settings it is told, cancelling, protocol.

https://docs.aws.amazon.com/redshift/latest/mgmt/connecting-ssl-support.html
https://docs.aws.amazon.com/redshift/latest/dg/r_CANCEL.html
"""

import gc
import re
import shutil
import ssl
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import psycopg2
import pytest
import redshift_connector
from redshift_connector.error import Error, InterfaceError, ProgrammingError

from sparkify_harness.certificates import Certificates, provide
from sparkify_harness.warehouse import RunningWarehouse, Warehouse, open_warehouse
from tests.redshift.cases import Case, table
from tests.redshift.clients import Client, Psycopg2, connect

pytestmark = [
    # redshift_connector leaves the sockets of refused connections to the garbage collector.
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in.*socket:pytest.PytestUnraisableExceptionWarning"
    ),
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


@dataclass(frozen=True)
class Verifier:
    """A client that verifies the server when its user says so, or always."""

    name: str
    connect: Callable[[Warehouse, Path], None]
    """Connects and asks, trusting one file of authorities."""
    refusal: str
    """What it says of a server that it does not trust."""


def by_redshift_connector(server: Warehouse, authorities: Path, **options: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(authorities))
        found = redshift_connector.connect(**arguments(server) | options)
    with closing(found) as connection:
        assert isinstance(connection._usock, ssl.SSLSocket)  # nothing public says
        cursor = connection.cursor()
        cursor.execute("SELECT 7 / 2")
        assert [tuple(row) for row in cursor.fetchall()] == [(3,)]


def by_libpq(module: Any, server: Warehouse, **options: str) -> None:
    with closing(module.connect(**libpq(server), **options)) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT 7 / 2")
        assert cursor.fetchall() == [(3,)]


def by_system(module: Any, server: Warehouse, authorities: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(authorities))
        by_libpq(module, server, sslmode="verify-full", sslrootcert="system")


def by_psql(server: Warehouse, **options: str) -> None:
    psql = shutil.which("psql")
    if psql is None:
        pytest.skip("no psql binary")
    variables = {f"PG{name.upper()}": value for name, value in options.items()}
    done = subprocess.run(
        [psql, "-X", "-A", "-t", "-c", "SELECT 7 / 2"],
        env=variables
        | {"PGHOST": server.host, "PGPORT": str(server.port), "PGUSER": server.user}
        | {"PGPASSWORD": server.password, "PGDATABASE": server.database},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    if done.returncode:
        raise RefusedError(done.stderr)
    assert done.stdout == "3\n"


class RefusedError(Exception):
    """What psql said."""


def arguments(server: Warehouse) -> dict[str, Any]:
    known = {"user": server.user, "password": server.password, "database": server.database}
    return {"host": server.host, "port": server.port, "timeout": 20} | known


def libpq(server: Warehouse) -> dict[str, Any]:
    return {
        "host": server.host,
        "port": server.port,
        "user": server.user,
        "password": server.password,
        "dbname": server.database,
    }


def full(authorities: Path) -> dict[str, str]:
    return {"sslmode": "verify-full", "sslrootcert": str(authorities)}


REFUSED = "certificate verify failed"
VERIFIERS = (
    Verifier("redshift_connector", by_redshift_connector, "CERTIFICATE_VERIFY_FAILED"),
    Verifier(
        "redshift_connector, verify-full",
        lambda server, file: by_redshift_connector(server, file, sslmode="verify-full"),
        "CERTIFICATE_VERIFY_FAILED",
    ),
    Verifier("psycopg", lambda server, file: by_libpq(psycopg, server, **full(file)), REFUSED),
    Verifier("psycopg, system", partial(by_system, psycopg), REFUSED),
    Verifier("psycopg2", lambda server, file: by_libpq(psycopg2, server, **full(file)), REFUSED),
    Verifier("psycopg2, system", partial(by_system, psycopg2), REFUSED),
    Verifier("psql", lambda server, file: by_psql(server, **full(file)), REFUSED),
)


def verifiers() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("client", VERIFIERS, ids=lambda client: client.name)


@pytest.fixture(scope="module")
def certificates(server: RunningWarehouse) -> Certificates:
    return server.certificates


@pytest.fixture(scope="module")
def of_another(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """An authority that has nothing to do with the server."""
    return provide(tmp_path_factory.mktemp("another"))


@verifiers()
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_who_trusts_the_authority_gets_in(
    client: Verifier, host: str, warehouse: Warehouse, certificates: Certificates
) -> None:
    server = replace(warehouse, host=host)
    client.connect(server, certificates.authority)
    client.connect(server, certificates.bundle)


@verifiers()
def test_who_trusts_another_authority_does_not(
    client: Verifier, warehouse: Warehouse, of_another: Certificates
) -> None:
    for authorities in (of_another.authority, of_another.bundle):
        with pytest.raises(Exception, match=client.refusal):
            client.connect(warehouse, authorities)


def test_who_verifies_the_name_refuses_another(
    warehouse: Warehouse, certificates: Certificates
) -> None:
    """`verify-full` of libpq; the certificate is for the loopback alone."""
    options = libpq(warehouse) | full(certificates.authority) | {"host": "elsewhere.example"}
    with pytest.raises(psycopg.OperationalError, match="does not match host name"):
        psycopg.connect(**options, hostaddr="127.0.0.1")


PLAIN: dict[str, Callable[[Warehouse], object]] = {
    "redshift_connector": lambda server: redshift_connector.connect(
        **arguments(server), ssl=False
    ).close(),
    "psycopg": lambda server: by_libpq(psycopg, server, sslmode="disable"),
    "psycopg2": lambda server: by_libpq(psycopg2, server, sslmode="disable"),
    "psql": lambda server: by_psql(server, sslmode="disable"),
}
WITHOUT_TLS = pytest.mark.parametrize("attempt", PLAIN.values(), ids=PLAIN)


@WITHOUT_TLS
def test_who_comes_without_tls_is_refused(
    attempt: Callable[[Warehouse], object], warehouse: Warehouse
) -> None:
    """Wrong names and passwords make no difference: the connection is looked at first."""
    for server in (
        warehouse,
        replace(warehouse, password="wrong"),
        replace(warehouse, database="nowhere"),
        replace(warehouse, user="nobody"),
    ):
        text = (
            f'no pg_hba.conf entry for host "::ffff:127.0.0.1", user "{server.user}", '
            f'database "{server.database}", SSL off'
        )
        with pytest.raises(Exception, match=re.escape(text)) as caught:
            attempt(server)
        if isinstance(caught.value, Error):
            assert isinstance(caught.value, InterfaceError)
            assert {caught.value.args[0][key] for key in "SC"} == {"FATAL", "28000"}


@pytest.mark.parametrize("mode", ["allow", "prefer", "require"])
def test_who_does_not_verify_is_encrypted_all_the_same(mode: str, warehouse: Warehouse) -> None:
    with psycopg.connect(**libpq(warehouse), sslmode=mode) as connection:
        assert connection.pgconn.ssl_in_use


@pytest.fixture(scope="module")
def lenient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningWarehouse]:
    """As a cluster whose require_ssl is false."""
    folder = tmp_path_factory.mktemp("lenient")
    with open_warehouse(folder=folder, require_ssl=False) as running:
        yield running


@WITHOUT_TLS
def test_where_it_is_not_required_they_get_in(
    attempt: Callable[[Warehouse], object], lenient: RunningWarehouse
) -> None:
    attempt(lenient.connection)


@verifiers()
def test_where_it_is_not_required_it_is_still_there(
    client: Verifier, lenient: RunningWarehouse
) -> None:
    client.connect(lenient.connection, lenient.certificates.authority)


def test_a_wrong_password_is_28000(warehouse: Warehouse) -> None:
    with pytest.raises(InterfaceError) as caught:
        connect(warehouse, password="wrong")
    assert caught.value.args[0]["C"] == "28000"
    assert warehouse.user in caught.value.args[0]["M"]


def test_an_unknown_user_is_28000(warehouse: Warehouse) -> None:
    with pytest.raises(InterfaceError) as caught:
        connect(warehouse, user="nobody")
    assert caught.value.args[0]["C"] == "28000"


def test_an_unknown_database_is_3d000(warehouse: Warehouse) -> None:
    with pytest.raises(ProgrammingError) as caught:
        connect(warehouse, database="nowhere")
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
    with closing(connect(warehouse, application_name="a thing")) as connection:
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


@pytest.mark.parametrize("form", ["text", "binary"])
def test_an_interval_arrives(form: str, warehouse: Warehouse) -> None:
    """As what it is, whether the client writes it or sends its three fields."""
    day = 86_400_000_000
    raw = b"14 months 3 days" if form == "text" else struct.pack("!qii", day // 2, 3, 14)
    with psycopg.connect(warehouse.dsn(with_password=True)) as connection:
        found = connection.pgconn.exec_params(
            b"SELECT date '2018-01-31' + $1", [raw], [1186], [int(form == "binary")]
        )
    expected = b"2019-04-03 00:00:00" if form == "text" else b"2019-04-03 12:00:00"
    assert found.get_value(0, 0) == expected, found.error_message


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
