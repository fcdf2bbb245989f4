"""Over TLS a store is the same, and only who knows its authority talks to it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from botocore.exceptions import BotoCoreError, ClientError, SSLError

from sparkify_harness.certificates import provide
from sparkify_harness.objectstore import RunningStore, StoreKind, open_store
from sparkify_harness.objectstore.aws import send_signed
from tests.objectstore.kinds import REAL_KINDS
from tests.objectstore.test_contract import ALLOWED, REFUSED, Asked, answer, listed

CHOSEN = {
    "unknown key lists",
    "wrong secret gets",
    "wrong token",
    "reader puts",
    "reader deletes",
    "reader of another bucket gets",
    "missing bucket",
    "missing key",
}
BASICS = [asked for asked in REFUSED if asked.id in CHOSEN] + ALLOWED


@pytest.fixture(scope="module", params=REAL_KINDS)
def secure(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningStore]:
    folder = tmp_path_factory.mktemp(f"{request.param}-tls")
    with open_store(request.param, folder=folder, tls=True) as running:
        yield running


@pytest.fixture
def bucket(secure: RunningStore) -> str:
    """A fresh bucket."""
    name = f"bucket-{uuid4().hex[:12]}"
    secure.create_bucket(name)
    return name


def test_what_was_put_is_listed_and_read(secure: RunningStore, bucket: str) -> None:
    secure.client().put_object(Bucket=bucket, Key="a/ü 1", Body=b"content")
    for temporary in (False, True):
        key = secure.grant_reader(bucket, temporary=temporary)
        assert (key.url[:8], key.ca_file) == ("https://", secure.endpoint.ca_file)
        assert listed(key.client(), bucket, "a/") == ["a/ü 1"]
        got = key.client().get_object(Bucket=bucket, Key="a/ü 1", Range="bytes=3-")
        assert got["Body"].read() == b"tent"


@pytest.mark.parametrize("asked", [pytest.param(one, id=one.id) for one in BASICS])
def test_answer(asked: Asked, secure: RunningStore, bucket: str) -> None:
    expected = asked.other_codes.get(secure.kind, (asked.code, asked.status))
    assert answer(asked, secure, bucket) == expected


def test_who_does_not_know_the_authority_does_not_talk_to_it(
    secure: RunningStore, tmp_path: Path
) -> None:
    """Neither by the usual authorities nor by one that only looks the same."""
    for ca_file in (None, provide(tmp_path).authority):
        stranger = replace(secure.endpoint, ca_file=ca_file)
        with pytest.raises(SSLError, match="CERTIFICATE_VERIFY_FAILED"):
            stranger.client().list_buckets()
        with pytest.raises(SSLError, match="CERTIFICATE_VERIFY_FAILED"):
            send_signed(stranger, "GET", "/")


def test_without_tls_it_does_not_serve(secure: RunningStore) -> None:
    plain = replace(secure.endpoint, url=secure.endpoint.url.replace("https://", "http://"))
    # An answer of 400, or none: it depends on what is sent first.
    with pytest.raises((ClientError, BotoCoreError)):
        plain.client().list_buckets()


@pytest.mark.parametrize("kind", REAL_KINDS)
def test_the_certificates_key_is_in_no_log_and_gone_with_the_run(
    kind: StoreKind, tmp_path: Path
) -> None:
    with open_store(kind, folder=tmp_path, tls=True) as store:
        keys = list(tmp_path.rglob("server.key"))
        secret = keys[0].read_text().splitlines()[1]
        assert [key.stat().st_mode & 0o777 for key in keys] == [0o600]
        assert store.log_path
        assert secret not in store.log_path.read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["minio.log"]
