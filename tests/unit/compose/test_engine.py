"""Which engine is found, and what is said where there is none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sparkify_harness.compose.engine import find_docker, find_engine
from sparkify_harness.compose.errors import NoEngineError

ANSWERS = 'case "$*" in *--short*) echo 2.29.1;; version*) echo 27.0.1;; *) exit 1;; esac'
NO_COMPOSE = 'case "$*" in version*) echo 27.0.1;; *) exit 1;; esac'
NO_DAEMON = 'echo "Cannot connect to the Docker daemon" >&2; exit 1'

Program = Callable[[str, str], None]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Puts programs on an otherwise empty PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def write(name: str, script: str) -> None:
        file = tmp_path / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    return write


def test_docker_with_compose_as_a_plugin(program: Program) -> None:
    program("docker", ANSWERS)
    found = find_engine()
    assert found.describe() == "docker 27.0.1, docker compose 2.29.1"


def test_docker_with_the_older_compose(program: Program) -> None:
    program("docker", NO_COMPOSE)
    program("docker-compose", "echo 1.29.2")
    assert find_engine().describe() == "docker 27.0.1, docker-compose 1.29.2"


def test_podman_where_docker_does_not_answer(program: Program) -> None:
    program("docker", NO_DAEMON)
    program("podman", "echo 5.0.0")
    program("podman-compose", "echo 1.6.0")
    assert find_engine().describe() == "podman 5.0.0, podman-compose 1.6.0"


def test_nothing_says_what_to_install(program: Program) -> None:
    with pytest.raises(NoEngineError, match=r"(?s)no docker; there is no podman.*Debian's"):
        find_engine()


def test_a_daemon_that_does_not_answer_is_quoted(program: Program) -> None:
    program("docker", NO_DAEMON)
    with pytest.raises(NoEngineError, match="docker does not answer: Cannot connect to the Docker"):
        find_engine()
    with pytest.raises(NoEngineError, match="docker does not answer: Cannot connect to the Docker"):
        find_docker()


def test_docker_without_compose_is_not_enough_for_a_stack(program: Program) -> None:
    program("docker", NO_COMPOSE)
    assert find_docker() == "docker"
    with pytest.raises(NoEngineError, match="is there, but not docker compose nor docker-compose"):
        find_engine()
