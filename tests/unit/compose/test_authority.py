"""What clients on this machine need of a warehouse in a container: its authority, and no key."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from sparkify_harness.certificates import IMAGE_AUTHORITY, provide
from sparkify_harness.commands.stack_view import warehouse
from sparkify_harness.compose import settings
from sparkify_harness.compose.engine import Engine
from sparkify_harness.compose.errors import ComposeError
from sparkify_harness.compose.project import Project


@pytest.fixture
def made(tmp_path: Path) -> settings.StackSettings:
    return settings.write(tmp_path / "stack.env", {"COMPOSE_PROJECT_NAME": "mine"})


@dataclass(frozen=True)
class Answering(Project):
    """A project whose containers print something."""

    said: str = ""

    def exec(self, service: str, *program: str) -> "subprocess.CompletedProcess[str]":
        assert (service, *program) == ("redshift", "cat", IMAGE_AUTHORITY)
        return subprocess.CompletedProcess(program, 0 if self.said else 1, self.said, "no such")


def project(made: settings.StackSettings, said: str) -> Answering:
    return Answering(Engine("true", "1", ("true",), "1"), made, made.file, said)


def test_before_it_is_known_nothing_is_verified(made: settings.StackSettings) -> None:
    assert "sslmode" not in warehouse(made).dsn()


def test_once_it_is_known_clients_verify_by_it(
    made: settings.StackSettings, tmp_path: Path
) -> None:
    authority = provide(tmp_path / "of the container").authority.read_text()
    project(made, authority).fetch_authority()
    kept = tmp_path / ".sparkify" / "mine-tls" / "ca.pem"
    assert kept.read_text() == authority
    assert kept.with_name("trusted.pem").read_text().startswith(authority)
    assert warehouse(made).dsn().endswith(f"?sslmode=verify-full&sslrootcert={kept}")
    assert sorted(path.name for path in kept.parent.iterdir()) == ["ca.pem", "trusted.pem"]


@pytest.mark.parametrize("said", ["", "something else"])
def test_a_warehouse_without_one_is_an_error(said: str, made: settings.StackSettings) -> None:
    with pytest.raises(ComposeError, match=f"the warehouse has no {IMAGE_AUTHORITY}: no such"):
        project(made, said).fetch_authority()
    assert "sslmode" not in warehouse(made).dsn()


def test_a_container_of_testcontainers_tells_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = pytest.importorskip("testcontainers.core.container", reason="the extra `stack`")
    from sparkify_harness.containers import RedshiftContainer

    authority = provide(tmp_path).authority

    def answer(self: object, command: Sequence[str]) -> object:
        assert command == ["cat", IMAGE_AUTHORITY]
        return core.BytesExecResult(0, authority.read_bytes())

    monkeypatch.setattr(core.DockerContainer, "__init__", lambda self, image, **_: None)
    for name in ("with_env", "with_exposed_ports", "with_command"):
        monkeypatch.setattr(core.DockerContainer, name, lambda self, *_: self)
    monkeypatch.setattr(core.DockerContainer, "exec", answer)
    monkeypatch.setattr(core.DockerContainer, "stop", lambda self, **_: None)
    monkeypatch.setattr(core.DockerContainer, "get_container_host_ip", lambda self: "127.0.0.1")
    monkeypatch.setattr(core.DockerContainer, "get_exposed_port", lambda self, port: 55439)
    container = RedshiftContainer()
    found = container.warehouse()
    assert found.certificates is not None
    assert found.certificates.authority.read_bytes() == authority.read_bytes()
    assert "sslmode=verify-full" in found.dsn()
    with found.trusted():
        assert found.certificates.bundle.is_file()
    container.stop()
    assert not found.certificates.authority.exists()
