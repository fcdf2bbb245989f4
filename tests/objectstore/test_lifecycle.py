"""A store lives as long as its owner, alone, and keeps its secrets."""

import os
import signal
import subprocess
import sys
import textwrap
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from sparkify_harness.objectstore import RunningStore, StoreKind, minio, open_store
from sparkify_harness.process import ChildError, clean_environment, free_port
from tests.files import contents
from tests.objectstore.kinds import KINDS, REAL_KINDS
from tests.processes import command_lines, descendants, gone
from tests.waiting import eventually

DEADLINE = 60.0


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_runs_after_the_context(kind: StoreKind, tmp_path: Path) -> None:
    before = descendants()
    with open_store(kind, folder=tmp_path):
        started = descendants() - before
    assert started
    assert eventually(lambda: all(map(gone, started)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_can_be_used_again_and_nothing_is_found_there(
    kind: StoreKind, tmp_path: Path
) -> None:
    logs = []
    for _ in range(2):
        with open_store(kind, folder=tmp_path) as store:
            assert buckets(store) == []
            store.create_bucket("bucket")
            store.client().put_object(Bucket="bucket", Key="key", Body=b"content")
            logs.append(store.log_path)
    assert set(logs) <= set(tmp_path.iterdir())
    assert not [path for path in tmp_path.iterdir() if path.is_dir()]


OWNER = """
    import sys, time
    from pathlib import Path
    from sparkify_harness.objectstore import StoreKind, open_store
    with open_store(StoreKind(sys.argv[1]), folder=Path(sys.argv[2])):
        Path(sys.argv[2], "ready").touch()
        time.sleep(600)
"""


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_runs_after_kill_9_of_the_owner(kind: StoreKind, tmp_path: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(OWNER), kind, str(tmp_path)],
        env=clean_environment(MINIO_IMAGE=os.environ.get("MINIO_IMAGE", "")),
    )
    try:
        assert eventually((tmp_path / "ready").exists)
        started = descendants(owner.pid)
    finally:
        owner.send_signal(signal.SIGKILL)
        owner.wait(DEADLINE)
    assert len(started) >= 2
    assert eventually(lambda: all(map(gone, started)))


@pytest.mark.parametrize("kind", KINDS)
def test_two_stores_at_once_do_not_meet(kind: StoreKind, tmp_path: Path) -> None:
    with ExitStack() as stack:
        west = stack.enter_context(open_store(kind, folder=tmp_path / "west"))
        east = stack.enter_context(open_store(kind, folder=tmp_path / "east", region="us-east-1"))
        west.create_bucket("bucket")
        assert buckets(east) == []
        stranger = replace(west.endpoint, url=east.endpoint.url, region="us-east-1")
        with pytest.raises(ClientError, match="InvalidAccessKeyId"):
            stranger.client().list_buckets()
        east.create_bucket("bucket")
        # On AWS the first region has no name here; MinIO gives its name.
        located = east.client().get_bucket_location(Bucket="bucket")
        assert str(located["LocationConstraint"]) in ("None", "us-east-1")


def buckets(store: RunningStore) -> list[str]:
    return [one["Name"] for one in store.client().list_buckets()["Buckets"]]


@pytest.mark.parametrize("kind", KINDS)
def test_secrets_are_in_no_log_no_file_and_no_process_list(kind: StoreKind, tmp_path: Path) -> None:
    with open_store(kind, folder=tmp_path) as store:
        store.create_bucket("bucket")
        keys = [
            store.endpoint,
            store.grant_reader("bucket"),
            store.grant_reader("bucket", temporary=True),
        ]
        for key in keys:
            key.client().list_objects_v2(Bucket="bucket")
            wrong = replace(key, secret_access_key=key.secret_access_key[::-1])
            with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
                wrong.client().list_objects_v2(Bucket="bucket")
        seen = repr(store) + store.describe() + repr(keys)
        seen += "".join(line for _, line in command_lines(descendants()))
        files = dict(contents(tmp_path))
        seen += "".join(content.decode(errors="replace") for content in files.values())
    assert store.log_path in files
    for key in keys:
        assert key.secret_access_key not in seen
        assert key.secret_access_key[::-1] not in seen
        assert key.session_token is None or key.session_token not in seen


@pytest.mark.parametrize("kind", KINDS)
def test_the_users_aws_settings_do_not_leak_in(
    kind: StoreKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = "http://127.0.0.1:9"
    settings = tmp_path / "config"
    settings.write_text(f"[profile mine]\nregion = eu-west-1\nendpoint_url = {nowhere}\n")
    for name, value in {
        "AWS_PROFILE": "missing",
        "AWS_CONFIG_FILE": str(settings),
        "AWS_ENDPOINT_URL": nowhere,
        "AWS_ACCESS_KEY_ID": "leaked",
        "AWS_SECRET_ACCESS_KEY": "leaked",
        "AWS_SESSION_TOKEN": "leaked",
        "AWS_REGION": "eu-west-1",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "AWS_CA_BUNDLE": "/missing.pem",
        "MINIO_ROOT_USER": "leaked",
        "MINIO_ROOT_PASSWORD": "leaked-password",
        "MINIO_DOMAIN": "leaked.example",
        "HTTP_PROXY": nowhere,
        "http_proxy": nowhere,
    }.items():
        monkeypatch.setenv(name, value)
    with open_store(kind, folder=tmp_path / "store") as store:
        store.create_bucket("bucket")
        reader = store.grant_reader("bucket", temporary=True).client()
        assert reader.list_objects_v2(Bucket="bucket")["KeyCount"] == 0


@pytest.mark.parametrize("kind", REAL_KINDS)
def test_minio_tries_another_port_where_one_is_taken(
    kind: StoreKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(kind, folder=tmp_path / "first") as first:
        taken = int(first.endpoint.url.rpartition(":")[2])
        ports = iter([taken, taken])
        monkeypatch.setattr(minio, "free_port", lambda host: next(ports, None) or free_port(host))
        with open_store(kind, folder=tmp_path / "second") as second:
            assert second.endpoint.url != first.endpoint.url
            assert buckets(second) == []


@pytest.mark.parametrize("kind", REAL_KINDS)
def test_minio_that_finds_no_port_says_so(
    kind: StoreKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(kind, folder=tmp_path / "first") as first:
        taken = int(first.endpoint.url.rpartition(":")[2])
        monkeypatch.setattr(minio, "free_port", lambda host: taken)
        with (
            pytest.raises(ChildError, match=r"(?s)MinIO ended.*already (in use|allocated)"),
            open_store(kind, folder=tmp_path / "second"),
        ):
            pass
