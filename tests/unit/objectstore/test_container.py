"""What Docker is told, and what is said where it cannot do it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sparkify_harness.certificates import provide
from sparkify_harness.objectstore import ContainerError, Endpoint, StoreKind, open_store
from sparkify_harness.objectstore.container import (
    IMAGE,
    MinioContainer,
    chosen_image,
    docker_environment,
    find_container,
)
from sparkify_harness.objectstore.minio import ServerStart, variables
from sparkify_harness.process import ChildExitError

pytestmark = pytest.mark.medium

ADMIN = Endpoint("https://127.0.0.1:19000", "eu-west-1", "AKIAEXAMPLE", "s3cr3t-of-the-admin")
SECRETS = ("MINIO_ROOT_PASSWORD", "MINIO_KMS_SECRET_KEY", "SPARKIFY_STORE_CERTIFICATE_KEY")

Docker = Callable[[str], None]


@pytest.fixture(autouse=True)
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Docker:
    """Puts a `docker` on PATH that runs a script; none before it is called."""
    (tmp_path / "bin").mkdir()
    for program in ("sleep", "cat"):
        (tmp_path / "bin" / program).symlink_to(f"/bin/{program}")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("MINIO_IMAGE", "registry.example/minio:1")

    def write(script: str) -> None:
        program = tmp_path / "bin" / "docker"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    return write


@pytest.fixture
def settings(tmp_path: Path) -> ServerStart:
    return ServerStart(19000, tmp_path, variables(ADMIN), provide(tmp_path / "tls"))


def test_no_argument_has_a_secret_and_every_secret_is_in_the_environment(
    settings: ServerStart,
) -> None:
    command = MinioContainer(Path("/usr/bin/docker"), "image").command(settings)
    for name in SECRETS:
        assert command.argv[command.argv.index(name) - 1] == "--env"
        assert command.env[name]
        assert not [word for word in command.argv if command.env[name] in word]
    assert "s3cr3t" not in repr(command) + repr(settings)


def test_it_is_published_on_loopback_alone_without_rights_and_ends_with_us(
    settings: ServerStart,
) -> None:
    command = MinioContainer(Path("/usr/bin/docker"), "image").command(settings)
    said = " ".join(command.argv)
    assert "--publish 127.0.0.1:19000:9000 " in said
    assert said.count("--publish") == 1
    assert "--cap-drop ALL --security-opt no-new-privileges --read-only " in said
    assert "--rm --interactive --pull never " in said
    assert command.held_input


def test_without_tls_no_certificate_is_handed_over(tmp_path: Path) -> None:
    settings = ServerStart(19000, tmp_path, variables(ADMIN), None)
    command = MinioContainer(Path("/usr/bin/docker"), "image").command(settings)
    assert "SPARKIFY_STORE_CERTIFICATE" not in command.env.keys() | set(command.argv)


def test_two_containers_have_two_names(settings: ServerStart) -> None:
    container = MinioContainer(Path("/usr/bin/docker"), "image")
    names = {
        argv[argv.index("--name") + 1]
        for argv in (list(container.command(settings).argv) for _ in range(2))
    }
    assert len(names) == 2


def test_the_image_is_the_users_or_minios_last(monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen_image() == "registry.example/minio:1"
    monkeypatch.setenv("MINIO_IMAGE", "")
    assert chosen_image() == IMAGE


def test_the_client_finds_the_users_engine_and_nothing_else_of_his(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///run/mine.sock")
    monkeypatch.setenv("MINIO_ROOT_PASSWORD", "leaked")
    environment = docker_environment()
    assert environment["DOCKER_HOST"] == "unix:///run/mine.sock"
    assert "leaked" not in environment.values()


def test_without_docker(tmp_path: Path) -> None:
    with pytest.raises(
        ContainerError, match=r"no docker on PATH .*install Docker Engine.*embedded"
    ):
        open_store(StoreKind.CONTAINER, folder=tmp_path / "run")


def test_an_engine_that_does_not_answer(docker: Docker, tmp_path: Path) -> None:
    docker("echo 'Cannot connect to the Docker daemon at unix:///none.' >&2; exit 1")
    with pytest.raises(
        ContainerError,
        match=r"engine does not answer: Cannot connect to .*unix:///none\.; start it.*docker info",
    ):
        open_store(StoreKind.CONTAINER, folder=tmp_path / "run")


def test_a_docker_that_cannot_be_run(docker: Docker, tmp_path: Path) -> None:
    docker("")
    (tmp_path / "bin" / "docker").write_text("#!/no/such/shell\n")
    with pytest.raises(ContainerError, match=r"engine does not answer: .*No such file"):
        open_store(StoreKind.CONTAINER, folder=tmp_path / "run")


NO_IMAGE = "[ $1 = pull ] || { echo 'Error response from daemon: No such image: x' >&2; exit 1; }"


def test_an_image_that_cannot_be_pulled(docker: Docker, tmp_path: Path) -> None:
    docker(f"{NO_IMAGE}; echo 'Error response from daemon: no such host' >&2; exit 1")
    with pytest.raises(
        ContainerError,
        match=r"registry\.example/minio:1 is not here and cannot be pulled: .*no such host; "
        r"pull it, name one that is here in \$MINIO_IMAGE, or use another store",
    ):
        open_store(StoreKind.CONTAINER, folder=tmp_path / "run")


def test_an_image_that_is_not_here_is_pulled(docker: Docker, tmp_path: Path) -> None:
    docker(f'{NO_IMAGE}; echo "$@"')
    container = find_container(pull_into=tmp_path / "pull.log")
    assert container.origin == "image registry.example/minio:1"
    assert (tmp_path / "pull.log").read_text() == "pull --quiet registry.example/minio:1\n"


def test_nothing_is_pulled_where_that_is_not_wanted(docker: Docker, tmp_path: Path) -> None:
    docker(f"{NO_IMAGE}; touch {tmp_path}/pulled")
    with pytest.raises(ContainerError, match=r"registry\.example/minio:1 is not here; pull it"):
        find_container()
    assert not (tmp_path / "pulled").exists()


def test_a_container_that_ends_shows_why_and_is_removed(docker: Docker, tmp_path: Path) -> None:
    docker(
        f'case $1 in run) echo "disk is on fire"; exit 3;; rm) echo "$@" >{tmp_path}/removed;; esac'
    )
    with (
        pytest.raises(ChildExitError, match=r"(?s)MinIO ended with exit code 3.*disk is on fire"),
        open_store(StoreKind.CONTAINER, folder=tmp_path / "run"),
    ):
        pass
    removed = (tmp_path / "removed").read_text()
    assert removed.startswith("rm --force --volumes sparkify-minio-")


def test_auto_never_chooses_it(
    docker: Docker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where nothing else is MinIO."""
    docker(f"touch {tmp_path}/asked")
    monkeypatch.setenv("SPARKIFY_CACHE", str(tmp_path / "cache"))
    with open_store(folder=tmp_path / "run") as store:
        assert store.kind is StoreKind.EMBEDDED
    assert not (tmp_path / "asked").exists()
