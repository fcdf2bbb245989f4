"""The container is gone when its owner is, with its data; the engine would keep it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from sparkify_harness.objectstore import ContainerError, StoreKind, open_store
from sparkify_harness.process import clean_environment
from tests.objectstore.kinds import REAL_KINDS
from tests.objectstore.test_lifecycle import DEADLINE
from tests.waiting import eventually

pytestmark = pytest.mark.skipif(
    not any(StoreKind.CONTAINER in kind.values for kind in REAL_KINDS),
    reason="SPARKIFY_TEST_STORES does not have container",
)
CONTAINER = [kind for kind in REAL_KINDS if StoreKind.CONTAINER in kind.values]

OWNER = """\
import sys, time
from pathlib import Path
from sparkify_harness.objectstore import StoreKind, open_store
with open_store(StoreKind.CONTAINER, folder=Path(sys.argv[1])) as store:
    draft = Path(sys.argv[1], "draft")
    draft.write_text(store.endpoint.url)
    draft.rename(Path(sys.argv[1], "ready"))
    time.sleep(600)
"""


def docker(*arguments: str) -> str:
    """What Docker says; empty where it fails."""
    answer = subprocess.run(
        ["docker", *arguments], capture_output=True, text=True, timeout=30, check=False
    )
    return answer.stdout.strip()


def container_at(url: str) -> str:
    """Id of the container that serves at an address."""
    return docker("ps", "--quiet", "--no-trunc", "--filter", f"publish={url.rpartition(':')[2]}")


def volumes_of(container: str) -> list[str]:
    return docker("inspect", "--format", "{{range .Mounts}}{{.Name}} {{end}}", container).split()


def kill_everything(owner: psutil.Process) -> None:
    """Nobody is left who could pass a signal on."""
    started = owner.children(recursive=True)
    for process in (owner, *started):
        process.kill()


ENDINGS: dict[str, Callable[[psutil.Process], None]] = {
    "Ctrl-C": lambda owner: owner.send_signal(signal.SIGINT),
    "SIGTERM": lambda owner: owner.terminate(),
    "kill -9": lambda owner: owner.kill(),
    "kill -9 of it and of all that it started": kill_everything,
}


@pytest.mark.parametrize("kind", CONTAINER)
@pytest.mark.parametrize("ending", ENDINGS)
def test_it_is_gone(kind: StoreKind, ending: str, tmp_path: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)],
        env=clean_environment(MINIO_IMAGE=os.environ.get("MINIO_IMAGE", "")),
        stderr=subprocess.DEVNULL,
    )
    try:
        assert eventually((tmp_path / "ready").exists)
        container = container_at((tmp_path / "ready").read_text())
        volumes = volumes_of(container)
        assert container
        assert volumes
        ENDINGS[ending](psutil.Process(owner.pid))
        owner.wait(DEADLINE)
    finally:
        owner.kill()
        owner.wait(DEADLINE)
    assert eventually(lambda: not docker("container", "inspect", container, "--format", "{{.Id}}"))
    assert eventually(lambda: not set(volumes) & set(docker("volume", "ls", "--quiet").split()))


@pytest.mark.parametrize("kind", CONTAINER)
def test_it_has_few_rights_and_listens_on_loopback_alone(kind: StoreKind, tmp_path: Path) -> None:
    with open_store(kind, folder=tmp_path) as store:
        container = container_at(store.endpoint.url)
        status = docker("exec", container, "cat", "/proc/1/status")
        ports = docker("port", container)
        refused = docker("exec", container, "touch", "/usr/new") or "refused"
    assert re.search(r"CapEff:\s+0{16}\n", status)
    assert re.search(r"CapBnd:\s+0{16}\n", status)
    assert re.search(r"NoNewPrivs:\s+1\n", status)
    assert ports == f"9000/tcp -> {store.endpoint.url.removeprefix('http://')}"
    assert refused == "refused"


@pytest.mark.parametrize("kind", CONTAINER)
def test_an_image_that_cannot_be_had(
    kind: StoreKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a registry on this machine that is not there."""
    monkeypatch.setenv("MINIO_IMAGE", "127.0.0.1:9/sparkify/none:1")
    with pytest.raises(
        ContainerError, match=r"127\.0\.0\.1:9/sparkify/none:1 is not here and cannot be pulled: "
    ):
        open_store(kind, folder=tmp_path)
