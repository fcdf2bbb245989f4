"""The contract's cases put to any warehouse: here, to the substitute itself."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from harness.objectstore import RunningStore
from harness.warehouse import Warehouse, open_warehouse
from tests.redshift.cases import Case
from tests.redshift.clients import Client
from tests.redshift.copies import Lake
from tests.redshift.recording import run
from tests.redshift.recording.__main__ import main
from tests.redshift.recording.names import Names, SecretError, refuse_secrets
from tests.redshift.recording.run import Verdict, put
from tests.redshift.recording.target import RemoteTargetError, Target, target
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
    assert len(left_out) < len(outcomes) / 10
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


@pytest.mark.parametrize("sql", ["CREATE SCHEMA other", "drop schema x", "SET search_path TO x"])
def test_nothing_is_done_outside_the_schema(
    sql: str, itself: Target, monkeypatch: pytest.MonkeyPatch, cleaner: psycopg.Connection
) -> None:
    before = schemas(cleaner)
    put_to(monkeypatch, entry(Case("beyond", "SELECT 1", (sql,), [(1,)])))
    [outcome] = put(itself)
    assert outcome.verdict is Verdict.LEFT_OUT
    assert schemas(cleaner) == before


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
    store.create_bucket("annas-lake")
    with open_warehouse(
        folder=tmp_path, s3_endpoint=store.endpoint.url, user="anna", database="shop"
    ) as running:
        yield Target(running.connection, tls=True, bucket="annas-lake", store=store.endpoint)


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
    assert main([warehouse.dsn(), "--bucket", "annas-lake", "--output", str(output)]) == 0
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
        ("arn:aws:iam::999988887777:role/load", "arn:aws:iam::123456789012:role/load"),
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
