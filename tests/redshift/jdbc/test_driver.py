"""Redshift's JDBC driver gets in, and what it sends and receives is what it means.

AWS: https://docs.aws.amazon.com/redshift/latest/mgmt/jdbc20-install.html
"""

from typing import NamedTuple

import pytest

from sparkify_harness.certificates import provide
from sparkify_harness.warehouse import RunningWarehouse
from tests.redshift.clients import ServerError
from tests.redshift.jdbc.conftest import credentials, url_of
from tests.redshift.jdbc.console import Console

TABLES = (
    "CREATE SCHEMA s",
    "CREATE TABLE t (id int NOT NULL PRIMARY KEY, u varchar(20) DEFAULT 'x', d decimal(8, 2))",
    "CREATE TABLE i (id bigint IDENTITY(0, 1), a int)",
    "CREATE TABLE s.child (id bigint, parent int REFERENCES t (id), PRIMARY KEY (parent, id))",
    "CREATE VIEW v AS SELECT id, u FROM t",
    "CREATE VIEW late AS SELECT id, u FROM public.t WITH NO SCHEMA BINDING",
    "COMMENT ON TABLE t IS 'a thing'",
    "COMMENT ON COLUMN t.u IS 'a name'",
)


# --- getting in -----------------------------------------------------------------------------------


def test_with_its_defaults_it_trusts_the_authority_that_it_is_told(
    stranger: Console, server: RunningWarehouse
) -> None:
    authority = str(server.certificates.authority)
    stranger.connect(url_of(server), **credentials(server), sslrootcert=authority)
    assert stranger.execute("SELECT 7 / 2")["rows"] == [["3"]]
    assert stranger.tell("valid")["value"] is True


def test_the_url_of_the_readme_gets_in(stranger: Console, server: RunningWarehouse) -> None:
    url = url_of(
        server, ssl="true", sslmode="verify-full", sslrootcert=str(server.certificates.authority)
    )
    stranger.connect(url, **credentials(server))
    assert stranger.execute("SELECT current_user")["rows"] == [[server.connection.user]]


def refused(console: Console, url: str, **options: str) -> ServerError:
    with pytest.raises(ServerError) as caught:
        console.connect(url, **options)
    return caught.value


def test_it_refuses_who_it_does_not_trust(
    stranger: Console, server: RunningWarehouse, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """By its defaults an authority of ours, and one that it is told another server."""
    of_another = str(provide(tmp_path_factory.mktemp("another")).authority)
    for options in ({}, {"sslrootcert": of_another}):
        error = refused(stranger, url_of(server), **credentials(server), **options)
        assert error.sqlstate == "08006"
        assert "certification path" in error.message


def test_without_tls_it_is_refused_in_redshifts_words(
    stranger: Console, server: RunningWarehouse
) -> None:
    user = server.connection.user
    error = refused(stranger, url_of(server), **credentials(server), ssl="false")
    assert (error.sqlstate, error.message) == (
        "28000",
        f'FATAL: no pg_hba.conf entry for host "::ffff:127.0.0.1", user "{user}", '
        'database "dev", SSL off',
    )


def test_a_wrong_password_is_refused(stranger: Console, server: RunningWarehouse) -> None:
    error = refused(
        stranger,
        url_of(server, sslrootcert=str(server.certificates.authority)),
        user=server.connection.user,
        password="wrong",
    )
    assert error.sqlstate == "28000"
    assert "password authentication failed" in error.message


def test_an_unknown_database_is_refused(stranger: Console, server: RunningWarehouse) -> None:
    url = url_of(server, "nowhere", sslrootcert=str(server.certificates.authority))
    error = refused(stranger, url, **credentials(server))
    assert (error.sqlstate, error.message) == ("3D000", 'FATAL: database "nowhere" does not exist')


# --- statements -----------------------------------------------------------------------------------


class Value(NamedTuple):
    """A value that is sent, and what comes back.

    Args:
        kind: Of the column.
        setter: Type that the driver is told.
        sent: What it is told.
        seen: What it reads.
        name: What it calls the column's type.
    """

    kind: str
    setter: str
    sent: str
    seen: str | None
    name: str


VALUES = [
    Value("boolean", "boolean", "true", "true", "bool"),
    Value("smallint", "short", "-7", "-7", "int2"),
    Value("int", "int", "70000", "70000", "int4"),
    Value("bigint", "long", "-5000000000", "-5000000000", "int8"),
    Value("real", "float", "0.5", "0.5", "float4"),
    Value("float8", "double", "0.1", "0.1", "float8"),
    Value("decimal(8, 2)", "decimal", "1.50", "1.50", "numeric"),
    Value("decimal(38, 10)", "decimal", "-12345678901234567890.0000000001",
     "-12345678901234567890.0000000001", "numeric"),
    Value("varchar(20)", "string", "it's Zoë \\", "it's Zoë \\", "varchar"),
    Value("varchar(20)", "string", "", "", "varchar"),
    Value("char(5)", "string", "ab", "ab   ", "bpchar"),
    Value("date", "date", "2018-11-30", "2018-11-30", "date"),
    Value("time", "time", "23:59:59", "23:59:59", "time"),
    Value("timestamp", "timestamp", "2018-11-30 01:02:03.000004", "2018-11-30 01:02:03.000004",
     "timestamp"),
    Value("timestamptz", "offset", "2018-11-30T01:00:00+02:00", "2018-11-29 23:00:00+00",
     "timestamptz"),
    Value("int", "null", "INTEGER", None, "int4"),
    Value("varchar(9)", "null", "VARCHAR", None, "varchar"),
    Value("date", "null", "DATE", None, "date"),
]  # fmt: skip


@pytest.mark.parametrize(
    "value", VALUES, ids=[f"{value.kind}, {value.setter} {value.sent[:9]}" for value in VALUES]
)
def test_values_of_each_type_come_back(jdbc: Console, value: Value) -> None:
    jdbc.execute(f"CREATE TABLE values_of (a {value.kind})")
    argument = (value.setter, value.sent)
    assert jdbc.prepare("INSERT INTO values_of VALUES (?)", argument)["count"] == 1
    found = jdbc.execute("SELECT a FROM values_of")
    assert found["rows"] == [[value.seen]]
    [[label, type_name, *_]] = found["columns"]
    assert (label, type_name) == ("a", value.name)
    if value.seen is not None:
        again = jdbc.prepare("SELECT count(*) FROM values_of WHERE a = ?", argument)
        assert again["rows"] == [["1"]]


def test_a_statement_is_described_before_it_runs(jdbc: Console) -> None:
    jdbc.execute(TABLES[1])
    columns = jdbc.tell("describe", "SELECT id, u, d, d * 2 AS twice FROM t WHERE id = ?")
    assert [column[:4] for column in columns["columns"]] == [
        ["id", "int4", 10, 0],
        ["u", "varchar", 20, 0],
        ["d", "numeric", 8, 2],
        ["twice", "numeric", 19, 2],
    ]


def test_an_identity_is_told_as_one(jdbc: Console) -> None:
    jdbc.execute(TABLES[2])
    columns = jdbc.execute("SELECT id, a FROM i")["columns"]
    assert [(label, identity) for label, *_, identity in columns] == [("id", True), ("a", False)]


def test_a_batch_changes_a_row_each(jdbc: Console) -> None:
    jdbc.execute("CREATE TABLE b (a int, n varchar(9))")
    rows = [[("int", str(number)), ("string", f"n{number}")] for number in range(100)]
    assert jdbc.batch("INSERT INTO b VALUES (?, ?)", rows) == [1] * 100
    assert jdbc.execute("SELECT count(*), sum(a), max(n) FROM b")["rows"] == [
        ["100", "4950", "n99"]
    ]


def test_a_transaction_ends_as_it_is_told(jdbc: Console) -> None:
    jdbc.execute("CREATE TABLE b (a int)")
    jdbc.tell("autocommit", "false")
    jdbc.execute("INSERT INTO b VALUES (1)")
    jdbc.tell("rollback")
    jdbc.execute("INSERT INTO b VALUES (2)")
    jdbc.tell("commit")
    jdbc.tell("autocommit", "true")
    assert jdbc.execute("SELECT a FROM b")["rows"] == [["2"]]


def test_a_result_is_fetched_in_pieces(jdbc: Console) -> None:
    jdbc.tell("autocommit", "false")
    found = jdbc.execute("SELECT i FROM generate_series(1, 1000) AS i", fetch=7)
    jdbc.tell("commit")
    assert [int(row[0]) for row in found["rows"]] == [*range(1, 1001)]


def test_an_error_has_its_state_and_place(jdbc: Console) -> None:
    with pytest.raises(ServerError) as caught:
        jdbc.execute("SELECT nothing")
    assert caught.value.sqlstate == "42703"
    assert caught.value.message == 'ERROR: column "nothing" does not exist\n  Position: 8'


def test_a_notice_is_a_warning(jdbc: Console) -> None:
    [told] = jdbc.execute("DROP TABLE IF EXISTS nothing")["warnings"]
    assert "nothing" in told


# --- what BI tools ask ----------------------------------------------------------------------------


@pytest.fixture
def tables(jdbc: Console) -> Console:
    for statement in TABLES:
        jdbc.execute(statement)
    return jdbc


class Answer(NamedTuple):
    """Rows of a method of DatabaseMetaData, or some of their columns."""

    call: str
    arguments: tuple[str | None, ...]
    labels: list[str]
    rows: list[tuple[str | None, ...]]


ANSWERS = [
    Answer("getCatalogs", (), ["TABLE_CAT"], [("dev",)]),
    Answer("getSchemas", (None, "%"), ["table_schem", "table_catalog"],
     [("information_schema", "dev"), ("pg_catalog", "dev"), ("public", "dev"), ("s", "dev")]),
    Answer("getSchemas", (None, "pub%"), ["table_schem"], [("public",)]),
    Answer("getTables", ("dev", "public", "%", "TABLE,VIEW"),
     ["table_cat", "table_schem", "table_name", "table_type", "remarks"],
     [("dev", "public", "i", "TABLE", None), ("dev", "public", "t", "TABLE", "a thing"),
      ("dev", "public", "late", "VIEW", None), ("dev", "public", "v", "VIEW", None)]),
    Answer("getTables", (None, None, "ch%", "TABLE"), ["table_schem", "table_name", "table_type"],
     [("s", "child", "TABLE")]),
    Answer("getTables", ("dev", "public", "nothing", None), ["table_name"], []),
    Answer("getColumns", ("dev", "public", "t", None),
     ["column_name", "data_type", "type_name", "column_size", "decimal_digits", "nullable",
      "remarks", "column_def", "ordinal_position", "is_nullable", "is_autoincrement"],
     [("id", "4", "int4", "10", "0", "0", None, None, "1", "NO", "NO"),
      ("u", "12", "varchar", "20", "0", "1", "a name", "'x'", "2", "YES", "NO"),
      ("d", "2", "numeric", "8", "2", "1", None, None, "3", "YES", "NO")]),
    Answer("getColumns", (None, None, "t", "%"),
     ["table_schem", "column_name", "data_type", "type_name", "column_size", "is_nullable"],
     [("public", "id", "4", "int4", "10", "NO"), ("public", "u", "12", "varchar", "20", "YES"),
      ("public", "d", "2", "numeric", "8", "YES")]),
    Answer("getPrimaryKeys", (None, "public", "t"),
     ["table_name", "column_name", "key_seq", "pk_name"],
     [("t", "id", "1", "t_pkey")]),
    Answer("getPrimaryKeys", ("dev", "s", "child"), ["column_name", "key_seq", "pk_name"],
     [("parent", "1", "child_pkey"), ("id", "2", "child_pkey")]),
    Answer("getPrimaryKeys", ("dev", "public", "v"), ["column_name"], []),
    Answer("getIndexInfo", (None, "public", "t", "false", "false"), ["table_name"], []),
    Answer("getProcedures", (None, None, "%"), ["procedure_name"], []),
    Answer("getFunctions", (None, None, "%"), ["function_name"], []),
]  # fmt: skip


@pytest.mark.parametrize(
    "answer", ANSWERS, ids=[f"{call}({', '.join(map(str, given))})" for call, given, *_ in ANSWERS]
)
def test_metadata(tables: Console, answer: Answer) -> None:
    found = tables.metadata(answer.call, *answer.arguments)
    assert [tuple(row[label] for label in answer.labels) for row in found] == answer.rows


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("getDatabaseProductName", "Redshift"),
        ("getDatabaseProductVersion", "8.0.2"),
        ("supportsTransactions", "true"),
        ("getMaxColumnNameLength", "63"),
        ("getDefaultTransactionIsolation", "8"),
    ],
)
def test_what_the_driver_says_of_the_server(jdbc: Console, call: str, value: str) -> None:
    assert jdbc.tell("metadata", call)["value"] == value


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("getTypeInfo", ()),
        ("getImportedKeys", (None, "s", "child")),
        ("getExportedKeys", (None, "public", "t")),
        ("getCrossReference", (None, "public", "t", None, "s", "child")),
        ("getTablePrivileges", (None, "public", "t")),
        ("getColumnPrivileges", (None, "public", "t", "%")),
        ("getFunctionColumns", (None, None, "%", "%")),
        ("getProcedureColumns", (None, None, "%", "%")),
        ("getUDTs", (None, None, "%", None)),
    ],
)
def test_metadata_that_is_not_emulated_says_so(
    tables: Console, call: str, arguments: tuple[str | None, ...]
) -> None:
    with pytest.raises(ServerError, match="not emulated") as caught:
        tables.metadata(call, *arguments)
    assert caught.value.sqlstate == "0A000"
