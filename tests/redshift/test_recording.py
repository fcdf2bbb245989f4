"""The contract's cases put to any warehouse: here, to the substitute itself."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

import psycopg
import pytest

from sparkify_harness.objectstore import RunningStore
from sparkify_harness.warehouse import Warehouse, open_warehouse
from tests.redshift.cases import Case
from tests.redshift.clients import Client
from tests.redshift.copies import Lake
from tests.redshift.recording import run
from tests.redshift.recording.__main__ import main
from tests.redshift.recording.boundary import refuse_beyond
from tests.redshift.recording.journal import Journal
from tests.redshift.recording.names import Names, SecretError, refuse_secrets
from tests.redshift.recording.run import Verdict, put
from tests.redshift.recording.target import (
    RemoteTargetError,
    Target,
    TargetError,
    target,
)
from tests.redshift.suite import Entry, contract

ENTRIES = list(contract())
AWS = {
    "AWS_REGION": "us-west-2",
    "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "of the key",
    "PGPASSWORD": "of the user",
}
ELSEWHERE = "postgresql://anna@wh.123.us-west-2.redshift.amazonaws.com:5439/shop"
HERE = "postgresql://anna@127.0.0.1:5439/shop"


@pytest.fixture
def itself(warehouse: Warehouse, store: RunningStore, lake: Lake) -> Target:
    return Target(warehouse, tls=True, bucket=lake.bucket, store=store.endpoint)


@pytest.fixture(params=["a sample", pytest.param("all", marks=pytest.mark.nightly)])
def entries(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[Entry]:
    chosen = ENTRIES[::25] if request.param == "a sample" else ENTRIES
    put_to(monkeypatch, *chosen)
    return chosen


def put_to(monkeypatch: pytest.MonkeyPatch, *entries: Entry) -> None:
    monkeypatch.setattr(run, "contract", lambda: iter(entries))


def entry(case: Case) -> Entry:
    def judge(case: Case, sql: Client) -> None:
        case.check(sql)

    return Entry(case.id, case, "sql", judge)


def schemas(connection: psycopg.Connection) -> list[str]:
    found = connection.execute("SELECT nspname FROM pg_namespace ORDER BY 1").fetchall()
    return [name for (name,) in found]


@pytest.mark.timeout(600)
def test_it_agrees_with_itself_and_leaves_nothing(
    itself: Target, entries: list[Entry], cleaner: psycopg.Connection, lake: Lake
) -> None:
    before = schemas(cleaner)
    outcomes = list(put(itself))
    assert [outcome.told for outcome in outcomes if outcome.verdict is Verdict.DIFFERS] == []
    assert len(outcomes) == len(entries)
    left_out = [outcome for outcome in outcomes if outcome.verdict is Verdict.LEFT_OUT]
    # How many a sample has of those depends on where the other cases stand.
    assert len(left_out) < len(outcomes) / (10 if len(entries) == len(ENTRIES) else 5)
    assert schemas(cleaner) == before
    listed = lake.s3.list_objects_v2(Bucket=lake.bucket, Prefix="contract-")
    assert listed["KeyCount"] == 0


def test_each_case_has_a_schema_of_its_own(itself: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Case("one", "SELECT count(*) FROM t", ("CREATE TABLE t (a int)",), [(0,)])
    put_to(monkeypatch, entry(made), entry(replace(made, id="two")))
    assert [outcome.verdict for outcome in put(itself)] == [Verdict.AGREES] * 2


@pytest.mark.parametrize(
    "case",
    [
        Case("other rows", "SELECT 1", rows=[(2,)]),
        Case("a type", "SELECT 1", rows=[(1.0,)]),
        Case("no error", "SELECT 1", error=("42601", "")),
        Case("an error", "SELECT nothing", rows=[(1,)]),
        Case("another error", "SELECT nothing", error=("42601", "")),
    ],
    ids=lambda case: case.id,
)
def test_what_differs_is_told(case: Case, itself: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    put_to(monkeypatch, entry(case))
    [outcome] = put(itself)
    assert outcome.verdict is Verdict.DIFFERS
    assert case.sql in outcome.told


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE SCHEMA other",
        "drop schema x",
        "create external schema x from data catalog",
        "SET search_path TO x",
        "CREATE USER x PASSWORD 'Abc12345'",
        "CREATE GROUP x",
        "create role x",
        "CREATE DATASHARE x",
        "CREATE LIBRARY f LANGUAGE plpythonu FROM 's3://b/k'",
        "CREATE EXTERNAL TABLE s.t (a int)",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO x",
        "DROP DATABASE x",
        "GRANT SELECT ON t TO PUBLIC",
        "UNLOAD ('SELECT 1') TO 's3://b/k' IAM_ROLE default",
        "VACUUM",
        "VACUUM FULL",
        "ANALYZE VERBOSE;",
        "CANCEL 4711",
        "SELECT pg_terminate_backend(4711)",
        "SET SESSION AUTHORIZATION x",
    ],
)
def test_nothing_is_done_outside_the_schema(
    sql: str, itself: Target, monkeypatch: pytest.MonkeyPatch, cleaner: psycopg.Connection
) -> None:
    before = schemas(cleaner)
    put_to(monkeypatch, entry(Case("beyond", "SELECT 1", (sql,), [(1,)])))
    [outcome] = put(itself)
    assert outcome.verdict is Verdict.LEFT_OUT
    assert schemas(cleaner) == before


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE OR REPLACE VIEW v AS SELECT 1 AS a",
        "CREATE TEMP TABLE x (a int)",
        "CREATE INDEX i ON t (a)",
        "DROP TABLE IF EXISTS x",
        "VACUUM t",
        "ANALYZE VERBOSE t",
        "SELECT 'create user x'",
    ],
)
def test_what_stays_in_the_schema_is_put(sql: str) -> None:
    refuse_beyond(sql)


def test_rows_that_may_name_others_are_withheld(
    itself: Target, monkeypatch: pytest.MonkeyPatch, cleaner: psycopg.Connection
) -> None:
    """A case that lists the catalog and expects something else: of its rows only their number."""
    cleaner.execute("CREATE TABLE annas_secret_table (a int)")
    sql = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() OR true"
    own = "SELECT count(*) FROM stl_load_errors WHERE query = pg_last_copy_id()"
    put_to(
        monkeypatch,
        entry(Case("listing", sql, rows=[("t",)])),
        entry(Case("types alone", sql, types=[19])),
        entry(Case("its own", own, rows=[(1,)])),
    )
    listing, types, its_own = put(itself)
    assert "annas_secret_table" not in json.dumps([listing.kept(), types.kept()])
    for outcome in (listing, types):
        assert re.fullmatch(r"\d+ rows, withheld", str(outcome.steps[-1]["rows"]))
    assert its_own.steps[-1]["rows"] == [[0]]


def test_a_case_whose_answer_would_tell_is_left_out(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are put all the same; what the names' renaming misses, the last look finds."""
    monkeypatch.setattr(Names, "told", lambda _, value: value)
    put_to(
        monkeypatch,
        entry(Case("telling", "SELECT 'arn:aws:iam::999988887777:role/x'", rows=[("a",)])),
        entry(Case("silent", "SELECT 1", rows=[(1,)])),
    )
    telling, silent = put(Target(warehouse, tls=True))
    assert (telling.verdict, telling.told) == (
        Verdict.LEFT_OUT,
        "the recording would tell an account",
    )
    assert silent.verdict is Verdict.AGREES


def test_an_interrupted_run_goes_on_and_clears_up(
    itself: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cleaner: psycopg.Connection
) -> None:
    asked: list[str] = []

    def judge(case: Case, sql: Client) -> None:
        asked.append(case.id)
        if case.id == "two" and asked.count("two") == 1:
            raise KeyboardInterrupt
        case.check(sql)

    cases = [Case(name, "SELECT 1", rows=[(1,)]) for name in ("one", "two", "three")]
    put_to(monkeypatch, *(Entry(case.id, case, "sql", judge) for case in cases))
    file = tmp_path / "recording.json.part"
    with pytest.raises(KeyboardInterrupt):
        list(put(itself, journal=Journal(file)))
    cleaner.execute("CREATE SCHEMA contract_left")
    with file.open("a") as journal:
        journal.write('{"made": ["schema", "contract_left"]}\n{"id": "thr')  # killed in mid-line
    outcomes = list(put(itself, journal=Journal(file)))
    assert [outcome.verdict for outcome in outcomes] == [Verdict.AGREES] * 3
    assert asked == ["one", "two", "two", "three"]
    assert not [name for name in schemas(cleaner) if name.startswith("contract_")]


def test_what_the_client_cannot_read_differs(
    itself: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    def judge(case: Case, sql: Client) -> None:
        case.check(sql)
        raise ValueError("a driver's own")

    case = Case("odd", "SELECT 1", rows=[(1,)])
    put_to(monkeypatch, Entry(case.id, case, "sql", judge), entry(replace(case, id="good")))
    odd, good = put(itself)
    assert (odd.verdict, good.verdict) == (Verdict.DIFFERS, Verdict.AGREES)
    assert "ValueError in the client" in odd.told


def test_objects_of_killed_runs_are_deleted(itself: Target, lake: Lake, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    replace(lake, prefix="contract-left/").put({"a": "1"}, "folder")
    with journal.made("prefix", "contract-left/"), itself.lake(journal):
        pass
    assert lake.s3.list_objects_v2(Bucket=lake.bucket, Prefix="contract-")["KeyCount"] == 0


def test_without_a_bucket_copy_is_left_out(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = [item for item in ENTRIES if item.needs == "loader"][:3]
    put_to(monkeypatch, *copies)
    outcomes = put(Target(warehouse, tls=True))
    assert {outcome.told for outcome in outcomes} == {"it needs a bucket"}


@pytest.fixture
def strangers(tmp_path: Path, store: RunningStore, lake: Lake) -> Iterator[Target]:
    """A warehouse and a bucket whose names are all others than the contract's."""
    bucket = f"annas-lake-{token_hex(3)}"
    store.create_bucket(bucket)
    with open_warehouse(
        folder=tmp_path, s3_endpoint=store.endpoint.url, user="anna", database="shop"
    ) as running:
        yield Target(running.connection, tls=True, bucket=bucket, store=store.endpoint)


@pytest.mark.timeout(600)
def test_the_recording_names_nobody(
    strangers: Target, entries: list[Entry], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse, store = strangers.warehouse, strangers.store
    assert store is not None
    for name, value in {
        "PGPASSWORD": warehouse.password,
        "AWS_ENDPOINT_URL": store.url,
        "AWS_REGION": store.region,
        "AWS_ACCESS_KEY_ID": store.access_key_id,
        "AWS_SECRET_ACCESS_KEY": store.secret_access_key,
    }.items():
        monkeypatch.setenv(name, value)
    output = tmp_path / "recording.json"
    assert main([warehouse.dsn(), "--bucket", str(strangers.bucket), "--output", str(output)]) == 0
    text = output.read_text(encoding="utf-8")
    assert len(json.loads(text)) == len(entries)
    hidden = ("anna", "shop", warehouse.password, store.access_key_id, store.secret_access_key)
    assert [secret for secret in hidden if secret in text] == []
    assert not re.search(r"contract_[0-9a-f]{12}", text)


THEIRS = Target(
    Warehouse("wh.example.com", 5439, "anna", "of the user", "shop"),
    tls=True,
    bucket="anna-s-bucket",
    store=target(ELSEWHERE, "b", allow_remote=True, environment=AWS).store,
)


@pytest.mark.parametrize(
    ("told", "recorded"),
    [
        ("permission denied for user anna", "permission denied for user awsuser"),
        ('database "shop"', 'database "dev"'),
        ("s3://anna-s-bucket/x", "s3://contract/x"),
        ("contract_1.t", "public.t"),
        ("arn:aws:iam::999988887777:role/load", "arn:aws:iam::123456789012:***"),
        ("arn:aws:sts::999988887777:assumed-role/Admin/anna@example.com is not authorized",
         "arn:aws:sts::123456789012:*** is not authorized"),
        ("arn:aws:iam::123456789012:role/loader", "arn:aws:iam::123456789012:role/loader"),
        ("PERMISSION DENIED FOR USER ANNA", "PERMISSION DENIED FOR USER awsuser"),
        ('host "::ffff:203.0.113.7"', 'host "::ffff:127.0.0.1"'),
        ("ACCESS_KEY_ID 'AKIAEXAMPLE'", "ACCESS_KEY_ID '***'"),
        ("query:     815\n process:   query0_815 [pid=4711]",
         "query:     0\n process:   query0_0 [pid=0]"),
        ("connected to wh.example.com", "connected to 127.0.0.1"),
        (["shopping", 1], ["shopping", 1]),
    ],
)  # fmt: skip
def test_the_targets_names_become_the_contracts(told: object, recorded: object) -> None:
    names = Names(THEIRS, "contract_1")
    assert names.told(told) == recorded
    refuse_secrets(str(recorded), THEIRS)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("by anna", "user"),
        ("in shop", "database"),
        ("at wh.example.com", "host"),
        ("anna-s-bucket", "bucket"),
        ("of the user", "password or key"),
        ("AKIAEXAMPLE", "password or key"),
        ("arn:aws:iam::999988887777:role/load", "account"),
    ],
)
def test_nothing_is_written_that_tells(text: str, what: str) -> None:
    with pytest.raises(SecretError, match=what):
        refuse_secrets(f"a line with {text} in it", THEIRS)


def test_a_password_of_signs_is_found_and_a_field_is_no_secret() -> None:
    odd = replace(THEIRS, warehouse=replace(THEIRS.warehouse, password='a"b\\ü'))
    with pytest.raises(SecretError, match="password"):
        refuse_secrets({"steps": [{"sql": "SELECT 'a\"b\\ü'"}]}, odd)
    plain = replace(THEIRS, warehouse=replace(THEIRS.warehouse, password="steps"))
    refuse_secrets({"steps": [{"sql": "SELECT 1"}]}, plain)


def test_the_account_in_a_workgroups_address_is_found() -> None:
    host = "wg.999988887777.us-east-1.redshift-serverless.amazonaws.com"
    serverless = replace(THEIRS, warehouse=replace(THEIRS.warehouse, host=host))
    with pytest.raises(SecretError, match="account"):
        refuse_secrets("of 999988887777", serverless)
    assert Names(serverless, "s").told("of 999988887777") == "of 123456789012"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://anna@127.0.0.1:port/shop", "no libpq URL"),
        ("password=of-the-user what", "no libpq URL"),
        (f"{HERE}?hostaddr=10.0.0.7", "not heeded here: hostaddr"),
        ("postgresql://dev@127.0.0.1/dev", "one name"),
    ],
)
def test_what_names_no_target_is_refused_without_being_repeated(
    url: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(TargetError, match=told) as caught:
        target(url, None, allow_remote=False, environment=AWS)
    assert "of-the-user" not in str(caught.value)
    with pytest.raises(SystemExit):
        main([url])
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("host", ["127.0.0.1,wh.example.com", "127.0.0.1.example.com", "/tmp"])
def test_only_loopback_is_this_machine(host: str) -> None:
    with pytest.raises(RemoteTargetError):
        target(f"host={host} user=anna dbname=shop", None, allow_remote=False, environment=AWS)


def test_statements_are_asked_in_the_targets_names() -> None:
    asked = Names(THEIRS, "contract_1").ask("SELECT 'awsuser', dev.public.t, publicity FROM dev")
    assert asked == "SELECT 'anna', shop.contract_1.t, publicity FROM shop"


@pytest.mark.parametrize("url", [ELSEWHERE, "host=10.0.0.7 user=anna dbname=shop"])
def test_another_machine_must_be_allowed(url: str) -> None:
    with pytest.raises(RemoteTargetError, match="--allow-remote"):
        target(url, None, allow_remote=False, environment=AWS)
    assert target(url, None, allow_remote=True, environment=AWS).tls


def test_a_bucket_on_aws_must_be_allowed() -> None:
    """The warehouse is here; the bucket would be in somebody's account."""
    with pytest.raises(RemoteTargetError, match="amazonaws"):
        target(HERE, "b", allow_remote=False, environment=AWS)
    local = {**AWS, "AWS_ENDPOINT_URL": "http://127.0.0.1:9000"}
    assert target(HERE, "b", allow_remote=False, environment=local).bucket == "b"


def test_the_command_refuses_another_machine(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([ELSEWHERE + "?password=x"])
    assert ended.value.code == 2
    assert "--allow-remote" in capsys.readouterr().err
