"""Unmodified clients get in, and what they send and receive is what they mean."""

import os
import shutil
import subprocess
import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from decimal import Decimal
from typing import Any

import psycopg
import psycopg2
import psycopg2.errors
import pytest
import redshift_connector
from psycopg import conninfo, pq
from redshift_connector.error import InterfaceError, ProgrammingError

from sparkify_harness.certificates import Certificates
from sparkify_harness.redshift.front.server import Server
from tests.redshift.wire.connecting import (
    DEADLINE,
    PASSWORD,
    USER,
    libpq,
    query,
    redshift,
    refusal,
)
from tests.unit.wire.fake_backend import SAMPLES, TIMESTAMP_SAMPLE, FakeBackends
from tests.waiting import eventually

pytestmark = [
    # redshift_connector leaves its socket to the garbage collector when it is refused.
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in.*socket:pytest.PytestUnraisableExceptionWarning"
    ),
]

NAMES = [sample.name for sample in SAMPLES]


# --- redshift_connector ---------------------------------------------------------------------------


@pytest.mark.parametrize("version", [0, 1, 2], ids="protocol {}".format)
def test_redshift_connector_reads_every_type(server: Server, version: int) -> None:
    with closing(redshift(server, client_protocol_version=version)) as connection:
        values, nulls = query(connection, "select types")
    got = dict(zip(NAMES, values, strict=True))
    expected = {sample.name: sample.python for sample in SAMPLES}
    expected["t"] = clock(23, 59, 59, 500_000)
    expected["iv"] = timedelta(days=2, seconds=1)
    expected["vb"] = "abc" if version < 2 else "616263"
    assert got == expected
    assert nulls == (None,) * len(SAMPLES)


MOMENT = datetime(2018, 11, 30, 1, 2, 3, 4)  # noqa: DTZ001 - a TIMESTAMP has no zone

ARGUMENTS = [
    pytest.param(None, "None", id="null"),
    pytest.param(True, "True", id="bool"),
    pytest.param(-7, "-7", id="int2"),
    pytest.param(70_000, "70000", id="int4"),
    pytest.param(-5_000_000_000, "-5000000000", id="int8"),
    pytest.param(0.1, "0.1", id="float8"),
    pytest.param(Decimal("1.50"), "1.50", id="numeric"),
    pytest.param("it's Zoë", "it's Zoë", id="text"),
    pytest.param("", "", id="empty text"),
    pytest.param(date(2018, 11, 30), "2018-11-30", id="date"),
    pytest.param(clock(23, 59, 59), "23:59:59", id="time"),
    pytest.param(MOMENT, "2018-11-30 01:02:03.000004", id="timestamp"),
    pytest.param(
        datetime(2018, 11, 30, 1, tzinfo=UTC), "2018-11-30 01:00:00+00:00", id="timestamptz"
    ),
]


@pytest.mark.parametrize(("value", "seen"), ARGUMENTS)
def test_redshift_connector_arguments_arrive_as_meant(
    server: Server, value: object, seen: str
) -> None:
    with closing(redshift(server)) as connection:
        assert query(connection, "select %s", (value,)) == [(None if value is None else seen,)]


def test_redshift_connector_with_autocommit_off_opens_a_transaction(
    server: Server, backends: FakeBackends
) -> None:
    with closing(redshift(server)) as connection:
        cursor = connection.cursor()
        cursor.execute("insert a")
        assert connection.in_transaction
        assert backends.words == []
        connection.commit()
        assert not connection.in_transaction
        assert backends.words == ["a"]
        cursor.execute("insert b")
        connection.rollback()
        assert query(connection, "select words") == [("a",)]


def test_redshift_connector_with_autocommit_commits_each_statement(
    server: Server, backends: FakeBackends
) -> None:
    with closing(redshift(server)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute("insert a")
        assert backends.words == ["a"]
        assert cursor.rowcount == 1


def test_redshift_connector_uses_its_cached_statements(
    server: Server, backends: FakeBackends
) -> None:
    with closing(redshift(server)) as connection:
        connection.autocommit = True
        for word in ("a", "b", "c"):
            connection.cursor().execute("insert %s", (word,))
        assert backends.words == ["a", "b", "c"]
    calls = backends.backends[0].calls
    assert calls == ["prepare insert $1"] + ["execute insert $1"] * 3


def test_redshift_connector_closes_its_statements_after_ddl(server: Server) -> None:
    with closing(redshift(server)) as connection:
        connection.autocommit = True
        assert query(connection, "select numbers 1") == [(0, "label 0")]
        connection.cursor().execute("create")
        assert query(connection, "select numbers 1") == [(0, "label 0")]


def test_describe_executes_nothing(server: Server, backends: FakeBackends) -> None:
    with closing(redshift(server)) as connection:
        connection.autocommit = True
        connection.cursor().execute("insert a")
    assert backends.words == ["a"]


def test_redshift_connector_sees_the_fields_of_errors(server: Server) -> None:
    with closing(redshift(server)) as connection:
        connection.autocommit = True
        with pytest.raises(ProgrammingError) as caught:
            connection.cursor().execute("fail")
        fields = caught.value.args[0]
        assert {key: fields[key] for key in "SCMDHP"} == {
            "S": "ERROR",
            "C": "XX000",
            "M": "it failed",
            "D": "why",
            "H": "what to do",
            "P": "3",
        }
        assert set(fields) == set("SCMDHPFLR")
        assert query(connection, "select numbers 1") == [(0, "label 0")]


def test_a_failed_statement_fails_the_transaction(server: Server) -> None:
    with closing(redshift(server)) as connection:
        with pytest.raises(ProgrammingError, match="it failed"):
            connection.cursor().execute("fail")
        with pytest.raises(ProgrammingError, match="25P02"):
            connection.cursor().execute("select words")
        connection.rollback()
        assert query(connection, "select words") == []


def test_redshift_connector_gets_notices(server: Server) -> None:
    with closing(redshift(server)) as connection:
        connection.cursor().execute("notices 30")
        messages = [notice[b"M"] for notice in connection.notices]
    assert messages == [f"notice {number}".encode() for number in range(30)]


def test_redshift_connector_knows_the_server(server: Server) -> None:
    with closing(redshift(server)) as connection:
        statuses = dict(connection.parameter_statuses)
    assert statuses[b"server_version"] == b"8.0.2"
    assert statuses[b"server_protocol_version"] == b"2"
    assert statuses[b"client_encoding"] == b"UTF8"
    assert b"standard_conforming_strings" not in statuses


WRONG = [
    pytest.param({"password": "wrong"}, "28000", f'"{USER}"', id="wrong password"),
    pytest.param({"user": "nobody"}, "28000", '"nobody"', id="unknown user"),
]


@pytest.mark.parametrize(("options", "sqlstate", "named"), WRONG)
def test_redshift_connector_is_refused(
    server: Server, options: dict[str, str], sqlstate: str, named: str
) -> None:
    error = refusal(server, **options)
    assert isinstance(error, InterfaceError)
    fields = error.args[0]
    assert (fields["S"], fields["C"]) == ("FATAL", sqlstate)
    assert fields["M"] == f"password authentication failed for user {named}"


def test_an_unknown_database_is_refused(server: Server) -> None:
    fields = refusal(server, database="nowhere").args[0]
    assert (fields["S"], fields["C"]) == ("FATAL", "3D000")


def test_many_rows_arrive_in_order(server: Server) -> None:
    with closing(redshift(server)) as connection:
        rows = query(connection, "select numbers 100000")
    assert rows == [(n, f"label {n}") for n in range(100_000)]


# --- TLS ------------------------------------------------------------------------------------------


def test_redshift_connector_with_its_defaults_over_tls(
    tls_server: Server, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    connection = redshift_connector.connect(
        host="localhost", port=tls_server.port, user=USER, password=PASSWORD, database="dev"
    )
    with closing(connection):
        assert query(connection, "select numbers 50000")[-1] == (49_999, "label 49999")


def test_redshift_connector_refuses_a_server_that_it_does_not_trust(tls_server: Server) -> None:
    assert "CERTIFICATE_VERIFY_FAILED" in str(refusal(tls_server, ssl=True))


def test_redshift_connector_wants_tls_unless_told_otherwise(server: Server) -> None:
    assert "refuses SSL" in str(refusal(server, ssl=True))


def test_libpq_verifies_the_certificate(tls_server: Server, certificates: Certificates) -> None:
    options = libpq(tls_server, sslmode="verify-full", sslrootcert=str(certificates.authority))
    with psycopg.connect(**options) as connection:
        assert connection.pgconn.ssl_in_use
        assert len(query(connection, "select numbers 50000")) == 50_000


# --- psycopg2 -------------------------------------------------------------------------------------


def test_psycopg2_reads_every_type_as_text(server: Server) -> None:
    with closing(psycopg2.connect(**libpq(server))) as connection:
        values, nulls = query(connection, "select types")
    got = dict(zip(NAMES, values, strict=True))
    assert got["n38"] == Decimal("12345678901234567890123456.78")
    assert got["ts"] == TIMESTAMP_SAMPLE
    assert got["iv"] == timedelta(days=2, seconds=1)
    assert got["c"] == "ab  "
    assert nulls == (None,) * len(SAMPLES)


def test_statements_of_one_string_succeed_or_fail_together(
    server: Server, backends: FakeBackends
) -> None:
    with closing(psycopg2.connect(**libpq(server))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("insert a; insert b;")
            assert backends.words == ["a", "b"]
            with pytest.raises(psycopg2.Error, match="it failed"):
                cursor.execute("insert c; fail; insert d")
            assert backends.words == ["a", "b"]
            cursor.execute("insert e")
    assert backends.words == ["a", "b", "e"]


def test_a_truncate_among_many_statements_commits_what_came_before(
    server: Server, backends: FakeBackends
) -> None:
    with closing(psycopg2.connect(**libpq(server))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor, pytest.raises(psycopg2.Error, match="it failed"):
            cursor.execute("insert a; truncate; insert b; fail")
    assert backends.words == ["a"]


def test_the_position_of_an_error_counts_from_the_start_of_the_string(server: Server) -> None:
    with closing(psycopg2.connect(**libpq(server))) as connection, connection.cursor() as cursor:
        with pytest.raises(psycopg2.errors.SyntaxError) as caught:
            cursor.execute("notices 1;  oops")
        assert caught.value.diag.statement_position == "13"


def test_psycopg2_gets_notices_in_order(server: Server) -> None:
    with closing(psycopg2.connect(**libpq(server))) as connection, connection.cursor() as cursor:
        cursor.execute("notices 20; notices 2")
        expected = [*range(20), *range(2)]
        assert connection.notices == [f"INFO:  notice {number}\n" for number in expected]


CANCELLER = """
import os, sys, threading
import psycopg2, psycopg2.errors
connection = psycopg2.connect(os.environ["DSN"])
connection.autocommit = True
def cancel():
    sys.stdin.readline()
    connection.cancel()
thread = threading.Thread(target=cancel)
thread.start()
cursor = connection.cursor()
try:
    cursor.execute("wait")
except psycopg2.errors.QueryCanceled as error:
    print(error.pgcode)
thread.join()
cursor.execute("select numbers 1")
print(cursor.fetchall())
"""


def test_psycopg2_cancels(server: Server, backends: FakeBackends) -> None:
    # In a process of its own: it holds the interpreter's lock until the server has answered.
    with subprocess.Popen(
        [sys.executable, "-c", CANCELLER],
        env={**os.environ, "DSN": conninfo.make_conninfo("", **libpq(server))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert eventually(lambda: bool(backends.backends))
        assert eventually(backends.backends[0].waiting.is_set)
        output, _ = child.communicate("now\n", timeout=DEADLINE)
    assert output.splitlines() == ["57014", "[(0, 'label 0')]"]


def test_psycopg2_is_refused_with_the_same_words(server: Server) -> None:
    messages = []
    for user in (USER, "nobody"):
        with pytest.raises(psycopg2.OperationalError) as caught:
            psycopg2.connect(**libpq(server, user=user, password="wrong"))
        messages.append(str(caught.value).replace(user, "?"))
    assert "password authentication failed for user" in messages[0]
    assert messages[0] == messages[1]


def test_an_empty_query_is_answered(server: Server) -> None:
    with psycopg.connect(**libpq(server)) as connection:
        assert connection.pgconn.exec_(b" ; ").status == pq.ExecStatus.EMPTY_QUERY


# --- psycopg 3 ------------------------------------------------------------------------------------


@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
def test_psycopg_reads_every_type(server: Server, *, binary: bool) -> None:
    with psycopg.connect(**libpq(server)) as connection:
        cursor = connection.cursor(binary=binary)
        cursor.execute("select types", prepare=True)
        values, nulls = cursor.fetchall()
    got = dict(zip(NAMES, values, strict=True))
    expected = {sample.name: sample.python for sample in SAMPLES}
    expected["t"] = clock(23, 59, 59, 500_000)
    expected["iv"] = timedelta(days=2, seconds=1)
    # psycopg knows neither of these types.
    expected["s"] = b'{"a":1}' if binary else '{"a":1}'
    expected["vb"] = b"abc" if binary else "616263"
    assert got == expected
    assert nulls == (None,) * len(SAMPLES)


@pytest.mark.parametrize("placeholder", ["%t", "%b"], ids=["text", "binary"])
@pytest.mark.parametrize(("value", "seen"), ARGUMENTS)
def test_psycopg_arguments_arrive_as_meant(
    server: Server, value: Any, seen: str, placeholder: str
) -> None:
    text = {"True": "t"}.get(seen, seen) if placeholder == "%t" else seen
    with psycopg.connect(**libpq(server)) as connection:
        rows = connection.execute(f"select {placeholder}", (value,)).fetchall()
    assert rows == [(None if value is None else text,)]


def test_psycopg_pipelines(server: Server, backends: FakeBackends) -> None:
    with psycopg.connect(**libpq(server), autocommit=True) as connection:
        with connection.pipeline():
            for word in ("a", "b", "c"):
                connection.execute("insert %s", (word,))
            cursor = connection.execute("select words")
        assert [row[0] for row in cursor] == ["a", "b", "c"]
    assert backends.words == ["a", "b", "c"]


def test_a_failed_pipeline_leaves_nothing(server: Server, backends: FakeBackends) -> None:
    with psycopg.connect(**libpq(server), autocommit=True) as connection:

        def pipeline() -> None:
            with connection.pipeline():
                for statement in ("insert a", "fail", "insert b"):
                    connection.execute(statement)

        with pytest.raises(psycopg.Error, match="it failed"):
            pipeline()
        assert backends.words == []
        connection.execute("insert c")
    assert backends.words == ["c"]


def test_psycopg_prepares_under_names(server: Server, backends: FakeBackends) -> None:
    with psycopg.connect(**libpq(server), autocommit=True) as connection:
        for word in ("a", "b"):
            connection.execute("insert %s", (word,), prepare=True)
    prepared = [call for call in backends.backends[0].calls if call.startswith("prepare")]
    assert prepared == ["prepare insert $1"]


def test_psycopg_learns_of_changed_settings(server: Server) -> None:
    with psycopg.connect(**libpq(server), autocommit=True) as connection:
        connection.execute("set timezone europe/oslo")
        assert connection.info.parameter_status("TimeZone") == "europe/oslo"


def test_a_result_that_changed_its_type_is_an_error(server: Server) -> None:
    with psycopg.connect(**libpq(server), autocommit=True) as connection:
        with pytest.raises(psycopg.errors.FeatureNotSupported, match="must not change"):
            connection.execute("drift", prepare=True)
        assert connection.execute("select numbers 1").fetchall() == [(0, "label 0")]


def test_a_result_that_breaks_in_the_middle_is_an_error(server: Server) -> None:
    with psycopg.connect(**libpq(server), autocommit=True) as connection:
        with pytest.raises(psycopg.Error, match="broken in mid-result"):
            connection.execute("broken")
        assert connection.execute("select numbers 1").fetchall() == [(0, "label 0")]


def test_a_defect_is_told_without_its_literals(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    with psycopg.connect(**libpq(server), autocommit=True) as connection:
        with pytest.raises(psycopg.errors.InternalError_, match="ZeroDivisionError") as caught:
            connection.execute("defect")
        assert connection.execute("select numbers 1").fetchall() == [(0, "label 0")]
    assert "secret" not in str(caught.value)
    assert "fake_backend.py" in caplog.text
    assert "secret" not in caplog.text


# --- psql -----------------------------------------------------------------------------------------

PSQL = shutil.which("psql")


@pytest.mark.skipif(PSQL is None, reason="no psql binary on PATH")
def test_psql_prints_rows_and_tags(server: Server) -> None:
    assert PSQL is not None
    done = subprocess.run(
        [PSQL, "-XA", "-h", "127.0.0.1", "-p", str(server.port), "-U", USER, "-d", "dev"],
        input="insert a; notices 1; select numbers 2;",
        env={"PATH": os.environ["PATH"], "PGPASSWORD": PASSWORD, "PGCLIENTENCODING": "UTF8"},
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=True,
    )
    assert done.stdout.splitlines() == [
        "INSERT 0 1",
        "NOTICES",
        "n|label",
        "0|label 0",
        "1|label 1",
        "(2 rows)",
    ]
    assert "INFO:  notice 0" in done.stderr
