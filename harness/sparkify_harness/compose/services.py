"""What state the services of a stack are in, as the engine tells it."""

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sparkify_harness.compose.errors import ComposeError

_LABEL = "com.docker.compose"
_TIMEOUT = 30

ONE_SHOTS = ("address-check", "certificates", "seeder", "airflow-init")
"""Services that do their work and end."""

SERVICES = (
    "postgres",
    "redis",
    "minio",
    "redshift",
    "api-server",
    "scheduler",
    "dag-processor",
    "triggerer",
    "worker",
)
"""Services that stay; `flower` comes with the profile `monitoring`."""


@dataclass(frozen=True, slots=True)
class Container:
    """A container of the stack.

    Attributes:
        id: the engine's.
        name: such as `sparkify_worker_1`.
        service: such as `worker`.
        status: created, running, restarting, exited, ...
        health: starting, healthy, unhealthy; None where nothing is checked.
        exit_code: of an ended one.
        said: what its last health check printed.
    """

    id: str
    name: str
    service: str
    status: str
    health: str | None
    exit_code: int
    said: str

    @property
    def ready(self) -> bool:
        """Whether it does its work, or has done it."""
        if self.service in ONE_SHOTS:
            return self.status == "exited" and self.exit_code == 0
        return self.status == "running" and self.health in {"healthy", None}

    @property
    def failed(self) -> bool:
        """Whether waiting any longer is of no use."""
        if self.service in ONE_SHOTS:
            return self.status == "exited" and self.exit_code != 0
        return self.status in {"exited", "dead", "restarting"} and self.exit_code != 0

    @property
    def ill(self) -> bool:
        """Whether its health check has failed for long; it may recover."""
        return self.health == "unhealthy"

    def describe(self) -> str:
        """Its state in a few words."""
        if self.status == "exited":
            return "done" if self.exit_code == 0 else f"ended with exit code {self.exit_code}"
        return self.health or self.status

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "Container":
        """What `inspect` says of one."""
        state = found["State"]
        health = state.get("Health") or {}
        log = health.get("Log") or [{}]
        return cls(
            id=str(found["Id"]),
            name=str(found["Name"]).lstrip("/"),
            service=str(found["Config"]["Labels"].get(f"{_LABEL}.service", "?")),
            status=str(state["Status"]),
            health=health.get("Status") or None,
            exit_code=int(state["ExitCode"]),
            said=str(log[-1].get("Output", "")).strip(),
        )


def containers(program: str, project: str) -> list[Container]:
    """The containers of a project, one-shots included, in the order of their names.

    Args:
        program: of the engine.
        project: name of the Compose project.

    Raises:
        ComposeError: the engine does not answer.
    """
    label = f"label={_LABEL}.project={project}"
    done = _ask(program, "ps", "--all", "--quiet", "--filter", label)
    if done.returncode:
        raise ComposeError(f"{program} does not answer: {done.stderr.strip()}")
    if not (ids := done.stdout.split()):
        return []
    # One may be gone between the two questions; those that are left are told all the same.
    found = json.loads(_ask(program, "inspect", *ids).stdout or "[]")
    return sorted(map(Container.from_json, found), key=lambda one: one.name)


def missing(found: Iterable[Container]) -> list[str]:
    """Services that should be there and have no container."""
    there = {container.service for container in found}
    return [name for name in (*ONE_SHOTS, *SERVICES) if name not in there]


def _ask(program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command: Sequence[str] = [program, *arguments]
    try:
        return subprocess.run(  # noqa: S603 - the engine that was found
            command, capture_output=True, text=True, timeout=_TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ComposeError(f"{program} does not answer within {_TIMEOUT} s") from error
