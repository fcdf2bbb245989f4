"""Who may read which system table on each kind of service, and what has its contents instead.

https://docs.aws.amazon.com/redshift/latest/dg/sys_view_migration.html
https://docs.aws.amazon.com/redshift/latest/dg/SYS_QUERY_HISTORY.html
"""

import re
from collections.abc import Iterator
from contextlib import closing

import pytest
from redshift_connector.error import ProgrammingError

from sparkify_harness.redshift.catalog.profile import Profile
from sparkify_harness.redshift.catalog.system import system_relations
from sparkify_harness.warehouse import Warehouse, open_warehouse
from tests.redshift.clients import Client, Connector, ServerError, connect
from tests.redshift.copies import ROLE, Lake, Loader

KNOWN = [f"{item.schema}.{item.name}" for item in system_relations()]
NOT_EMULATED = [
    *("stl_insert", "stl_scan", "stl_connection_log", "stv_recents", "stv_mv_info", "stv_tbl_perm"),
    *("svl_qlog", "svl_stored_proc_call", "svl_query_summary", "svcs_plan_info"),
    *("svv_vacuum_summary", "svv_query_state", "svv_diskusage", "svv_mv_info", "sys_query_detail"),
]
"""Some that Redshift has and the substitute has not."""

OF_THE_NODES = re.compile(r"(?:pg_catalog\.)?(stl|stv|svl|svcs)_")
NOT_SERVERLESS = {"svv_vacuum_summary", "svv_query_state", "svv_diskusage"}


@pytest.fixture(scope="module", params=Profile)
def profile(request: pytest.FixtureRequest) -> Profile:
    found: Profile = request.param
    return found


@pytest.fixture(scope="module")
def service(
    profile: Profile, lake: Lake, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Warehouse]:
    """A warehouse of that kind, whose COPY reads from the contract's bucket."""
    reader = lake.reader
    keys = {"access_key": reader.access_key_id, "secret_key": reader.secret_access_key}
    with open_warehouse(
        folder=tmp_path_factory.mktemp(profile.value),
        profile=profile,
        s3_endpoint=lake.running.endpoint.url,
        region=reader.region,
        roles={ROLE: keys, "default": keys},
    ) as running:
        yield running.connection


@pytest.fixture
def client(service: Warehouse) -> Iterator[Client]:
    opened = Connector(service)
    yield opened
    opened.close()


def denied(profile: Profile, name: str) -> bool:
    """Who sees what, as AWS documents it; said here once more, without the code's own rule."""
    if profile is Profile.PROVISIONED:
        return False
    return bool(OF_THE_NODES.match(name)) or (
        profile is Profile.SERVERLESS and name.rpartition(".")[2] in NOT_SERVERLESS
    )


@pytest.mark.parametrize("name", [*KNOWN, *NOT_EMULATED])
def test_a_system_table_is_there_or_denied(name: str, profile: Profile, client: Client) -> None:
    bare = name.rpartition(".")[2]
    names = (
        {name} if name.startswith("information_schema") else {name, bare, f"dev.pg_catalog.{bare}"}
    )
    for written in names:
        if denied(profile, name):
            with pytest.raises(ServerError) as caught:
                client.rows(f"SELECT count(*) FROM {written}")
            assert str(caught.value) == f"42501: permission denied for relation {bare}"
        elif name in NOT_EMULATED:
            with pytest.raises(ServerError, match="0A000: not emulated: system table"):
                client.rows(f"SELECT count(*) FROM {written}")
        else:
            assert len(client.rows(f"SELECT count(*) FROM {written}")) == 1


def test_a_denial_says_where_it_comes_from(profile: Profile, service: Warehouse) -> None:
    """Fields F and R of public reports: https://github.com/mage-ai/mage-ai/issues/2754"""
    if profile is Profile.PROVISIONED:
        return
    with closing(connect(service)) as connection, pytest.raises(ProgrammingError) as caught:
        connection.cursor().execute("SELECT * FROM stl_insert")
    fields = caught.value.args[0]
    assert fields["R"] == "aclcheck_error"
    assert fields["F"].endswith("/src/pg/src/backend/catalog/aclchk.c")


def test_tables_of_ones_own_are_ones_own(client: Client) -> None:
    """A prefix makes a system table of what is in pg_catalog alone."""
    client.run(
        "DROP SCHEMA IF EXISTS mine CASCADE",
        "CREATE SCHEMA mine",
        "CREATE TABLE mine.stl_query (a int)",
        "CREATE TEMP TABLE stv_recents (a int)",
    )
    assert client.rows("SELECT count(*) FROM mine.stl_query") == [(0,)]
    assert client.rows("SELECT count(*) FROM stv_recents") == [(0,)]


def test_listings_show_them_all_the_same(client: Client) -> None:
    """They are relations like others, which one may not read."""
    [(count,)] = client.rows(
        "SELECT count(*) FROM pg_class WHERE relname LIKE 'stl_%' AND pg_table_is_visible(oid)"
    )
    assert count >= 3


def test_a_failed_copy_points_to_what_may_be_read(
    profile: Profile, client: Client, lake: Lake
) -> None:
    """Text: https://docs.aws.amazon.com/redshift/latest/dg/t_Troubleshooting_load_errors.html"""
    view = "stl_load_errors" if profile is Profile.PROVISIONED else "sys_load_error_detail"
    folder = lake.put({"data": "1\nx\n"})
    client.run("DROP TABLE IF EXISTS t", "CREATE TABLE t (a int)")
    loader = Loader(client, lake)
    said = f"Check '{view}' system table for details."
    assert loader.refused("t", folder).message == f"Load into table 't' failed.  {said}"
    loader.copy("t", folder, "MAXERROR 2")
    assert client.notices()[-1].endswith(f"1 record(s) could not be loaded.  {said}")
    number = "query_id" if view.startswith("sys") else "query"
    assert client.rows(f"SELECT count(*) FROM {view} WHERE {number} = pg_last_copy_id()") == [(1,)]


COLUMNS = re.findall(
    r"\w+",
    """
user_id query_id query_label transaction_id session_id database_name query_type status
result_cache_hit start_time end_time elapsed_time queue_time execution_time error_message
returned_rows returned_bytes query_text redshift_version usage_limit compute_type compile_time
planning_time lock_wait_time service_class_id service_class_name query_priority
short_query_accelerated user_query_hash generic_query_hash query_hash_version
result_cache_query_id username
""",
)


def history(client: Client, text: str) -> list[dict[str, object]]:
    """The session's own statements of that text, oldest first."""
    rows = client.rows(
        "SELECT * FROM sys_query_history WHERE session_id = %s AND query_text LIKE %s "
        "ORDER BY query_id",
        (client.rows("SELECT pg_backend_pid()")[0][0], f"{text}%"),
    )
    names = [name for name, _ in client.columns()]
    assert names == COLUMNS
    return [
        {
            name: value.rstrip() if isinstance(value, str) else value
            for name, value in zip(names, row, strict=True)
        }
        for row in rows
    ]


def test_the_history_of_a_statement_is_whole(profile: Profile, client: Client) -> None:
    client.rows("SELECT 'it''s', 12 AS whole")
    client.rows("SELECT 'other', 7 AS whole")
    first, second = history(client, "SELECT '")
    assert (first["status"], first["error_message"]) == ("success", "")
    assert (first["query_type"], first["database_name"]) == ("SELECT", "dev")
    assert first["username"] == "awsuser"
    assert first["returned_rows"] == 1
    assert int(str(first["returned_bytes"])) > 0
    assert client.rows("SELECT version()")[0][0].endswith(first["redshift_version"])
    clusters = profile is not Profile.SERVERLESS
    assert (first["service_class_id"] == -1) is not clusters
    for name in ("service_class_name", "query_priority", "short_query_accelerated"):
        assert (first[name] != "") is clusters
    assert first["generic_query_hash"] == second["generic_query_hash"]
    assert first["user_query_hash"] != second["user_query_hash"]


def test_the_history_knows_what_runs_failed_and_was_cancelled(client: Client) -> None:
    (running,) = history(client, "SELECT * FROM sys_query_history")
    assert (running["status"], running["end_time"]) == ("running", None)
    with pytest.raises(ServerError) as failed:
        client.rows("SELECT 1 / (SELECT count(*) FROM pg_class WHERE false)")
    (found,) = history(client, "SELECT 1 /")
    assert (found["status"], found["error_message"]) == ("failed", failed.value.message)
    client.run(
        "DROP TABLE IF EXISTS big",
        "CREATE TABLE big (a int)",
        "INSERT INTO big SELECT 1",
        *["INSERT INTO big SELECT a FROM big"] * 9,
        "SET statement_timeout TO 100",
    )
    with pytest.raises(ServerError, match="57014"):
        client.rows("SELECT count(*) FROM big a, big b, big c, big d, big e")
    client.run("SET statement_timeout TO 0")
    (found,) = history(client, "SELECT count(*) FROM big a")
    assert found["status"] == "canceled"
    (running,) = history(client, "SELECT * FROM sys_query_history")[-1:]
    assert running["status"] == "running"


def test_a_copy_is_found_by_the_number_of_the_views_that_are_there(
    profile: Profile, client: Client, lake: Lake
) -> None:
    """stl_ views number what is run, sys_ views what was sent: their numbers never meet.

    AWS: https://docs.aws.amazon.com/redshift/latest/dg/SYS_QUERY_HISTORY.html
    """
    client.run("DROP TABLE IF EXISTS t", "CREATE TABLE t (a int)")
    Loader(client, lake).copy("t", lake.put({"data": "1\nx\n"}), "MAXERROR 2")
    sent = client.rows(
        "SELECT max(query_id) FROM sys_query_history "
        "WHERE session_id = pg_backend_pid() AND query_type = 'COPY'"
    )
    assert client.rows("SELECT count(*) FROM sys_load_error_detail WHERE query_id = %s", sent[0])
    known = client.rows("SELECT pg_last_copy_id()")
    if profile is not Profile.PROVISIONED:
        assert known == sent
        return
    assert client.rows("SELECT query FROM stl_load_errors WHERE query = pg_last_copy_id()") == known
    assert client.rows(
        "SELECT count(*) FROM stl_query q JOIN sys_query_history h ON q.query = h.query_id"
    ) == [(0,)]
    # https://docs.aws.amazon.com/redshift/latest/dg/r_STL_QUERY.html
    joined = client.rows(
        "SELECT h.query_id FROM stl_query q JOIN sys_query_history h "
        "ON q.xid = h.transaction_id WHERE q.query = pg_last_copy_id()"
    )
    assert joined == sent


def test_statements_of_a_transaction_share_its_number(client: Client) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/SYS_TRANSACTION_HISTORY.html"""
    for text in ("BEGIN", "SELECT 'shared', 1", "SELECT 'shared', 2", "COMMIT"):
        client.rows(text) if text.startswith("SELECT") else client.run(text)
    client.rows("SELECT 'shared', 3")
    first, second, third = (row["transaction_id"] for row in history(client, "SELECT 'shared'"))
    assert first == second
    assert third not in {first, None}
