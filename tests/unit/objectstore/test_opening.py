"""Which store is opened, and what is said about it."""

from pathlib import Path

import pytest

from sparkify_harness.objectstore import (
    Endpoint,
    GrantError,
    MinioNotFoundError,
    StoreKind,
    open_store,
)
from sparkify_harness.objectstore.cache import installed_minio
from sparkify_harness.process import ChildExitError

pytestmark = pytest.mark.medium

ELSEWHERE = Endpoint("http://store.example:9000", "eu-west-1", "key", "secret")


@pytest.fixture(autouse=True)
def no_minio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("SPARKIFY_CACHE", str(tmp_path / "cache"))


def test_without_minio_auto_is_embedded_and_says_how_to_get_it(tmp_path: Path) -> None:
    with open_store(folder=tmp_path / "run") as store:
        assert store.kind is StoreKind.EMBEDDED
        assert store.describe().startswith(
            f"embedded at {store.endpoint.url}, region us-west-2: no"
        )
        assert "sparkify minio install" in store.describe()


@pytest.mark.parametrize("kind", [StoreKind.AUTO, StoreKind.MINIO])
def test_a_minio_that_is_there_is_taken_and_its_failure_is_shown(
    kind: StoreKind, tmp_path: Path
) -> None:
    installed_minio().parent.mkdir(parents=True)
    installed_minio().write_text("#!/bin/sh\necho disk is on fire; exit 3\n")
    installed_minio().chmod(0o755)
    with (
        pytest.raises(ChildExitError, match=r"(?s)MinIO ended with exit code 3.*disk is on fire"),
        open_store(kind, folder=tmp_path / "run"),
    ):
        pass


def test_minio_asked_for_and_not_there(tmp_path: Path) -> None:
    with pytest.raises(MinioNotFoundError, match="sparkify minio install"):
        open_store(StoreKind.MINIO, folder=tmp_path / "run")


def test_an_external_store_is_taken_as_it_is(tmp_path: Path) -> None:
    with open_store(StoreKind.EXTERNAL, folder=tmp_path, external=ELSEWHERE) as store:
        assert (store.endpoint, store.log_path) == (ELSEWHERE, None)
        assert store.describe() == (
            "external at http://store.example:9000, region eu-west-1: as configured"
        )
        with pytest.raises(GrantError, match=r"external store at http://store.example:9000"):
            store.grant_reader("bucket")


@pytest.mark.parametrize("kind", [kind for kind in StoreKind if not kind.is_minio])
def test_tls_goes_with_minio_alone(kind: StoreKind, tmp_path: Path) -> None:
    external = ELSEWHERE if kind is StoreKind.EXTERNAL else None
    with pytest.raises(ValueError, match="tls"):
        open_store(kind, folder=tmp_path, external=external, tls=True)


@pytest.mark.parametrize(
    ("kind", "external"),
    [
        pytest.param(StoreKind.EXTERNAL, None, id="external without endpoint"),
        pytest.param(StoreKind.EMBEDDED, ELSEWHERE, id="endpoint for embedded"),
        pytest.param(StoreKind.AUTO, ELSEWHERE, id="endpoint for auto"),
    ],
)
def test_an_endpoint_goes_with_external_alone(
    kind: StoreKind, external: Endpoint | None, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="external"):
        open_store(kind, folder=tmp_path, external=external)
