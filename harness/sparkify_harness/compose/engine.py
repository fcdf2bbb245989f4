"""Finds a container engine and the Compose that goes with it.

Docker with Compose v2 (`docker compose`), Docker with Compose 1.29 (`docker-compose`), or Podman
with podman-compose; what is found first and answers is taken.
"""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from sparkify_harness.compose.errors import NoEngineError

_PROBE_TIMEOUT = 20

WITHOUT = """\
Install Docker Engine with its compose plugin (https://docs.docker.com/engine/install/), or Debian's
docker.io and docker-compose, start it, and see that you may use it: docker info. Without an engine
"sparkify run" does the same work in processes of its own."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A container engine that answers.

    Attributes:
        program: `docker` or `podman`.
        version: of the engine.
        compose: the command that begins each call of Compose.
        compose_version: of Compose.
    """

    program: str
    version: str
    compose: tuple[str, ...]
    compose_version: str

    def describe(self) -> str:
        """One line for the user."""
        return f"{self.program} {self.version}, {' '.join(self.compose)} {self.compose_version}"


def find_engine() -> Engine:
    """The engine to use.

    Raises:
        NoEngineError: there is none.
    """
    reasons = []
    for program, composes in (
        ("docker", (("docker", "compose"), ("docker-compose",))),
        ("podman", (("podman-compose",),)),
    ):
        if shutil.which(program) is None:
            reasons.append(f"there is no {program}")
            continue
        version, trouble = _engine_version(program)
        if version is None:
            reasons.append(f"{program} does not answer: {trouble}")
            continue
        for compose in composes:
            if (found := _compose_version(compose)) is not None:
                return Engine(program, version, compose, found)
        names = " nor ".join(" ".join(compose) for compose in composes)
        reasons.append(f"{program} {version} is there, but not {names}")
    raise NoEngineError(f"no container engine: {'; '.join(reasons)}.\n{WITHOUT}")


def find_docker() -> str:
    """The program of a Docker engine that answers, with or without Compose.

    Raises:
        NoEngineError: there is none.
    """
    if shutil.which("docker") is None:
        raise NoEngineError(f"no container engine: there is no docker.\n{WITHOUT}")
    version, trouble = _engine_version("docker")
    if version is None:
        raise NoEngineError(f"no container engine: docker does not answer: {trouble}.\n{WITHOUT}")
    return "docker"


def _engine_version(program: str) -> tuple[str | None, str]:
    """The engine's version, or None and why."""
    # Podman has no server to ask.
    template = "{{.Server.Version}}" if program == "docker" else "{{.Client.Version}}"
    done = _ask([program, "version", "--format", template])
    if done is None:
        return None, f"not within {_PROBE_TIMEOUT} s"
    if done.returncode or not done.stdout.strip():
        said = (done.stderr or done.stdout).strip().splitlines()
        return None, said[-1] if said else f"exit code {done.returncode}"
    return done.stdout.strip(), ""


def _compose_version(compose: Sequence[str]) -> str | None:
    if shutil.which(compose[0]) is None:
        return None
    done = _ask([*compose, "version", "--short"])
    return done.stdout.strip().splitlines()[-1] if done and not done.returncode else None


def _ask(command: Sequence[str]) -> "subprocess.CompletedProcess[str] | None":
    try:
        return subprocess.run(  # noqa: S603 - programs of the user's own
            command, capture_output=True, text=True, timeout=_PROBE_TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
