"""The stack as a Compose project: built, started, waited for, asked, stopped."""

import os
import re
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sparkify_harness.certificates import IMAGE_AUTHORITY, write_bundle
from sparkify_harness.compose.address import BIND
from sparkify_harness.compose.engine import Engine
from sparkify_harness.compose.errors import ComposeError
from sparkify_harness.compose.services import Container, containers, missing
from sparkify_harness.compose.settings import PORTS, StackSettings
from sparkify_harness.locations import CHECKOUT
from sparkify_harness.process import Child, spawn

COMPOSE_FILE = CHECKOUT / "docker-compose.yaml"
UP_TIMEOUT = 600.0
"""Seconds until all must be healthy; images are pulled in it where they are not there."""

BUILD_TIMEOUT = 3600.0
_LOOK = 0.5
_RECOVERY = 60.0
"""Seconds in which a service may still be ill of one that was down before."""

_INHERITED = ("PATH", "HOME", "LANG", "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG",
              "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY", "XDG_RUNTIME_DIR", "SSH_AUTH_SOCK",
              "SSL_CERT_FILE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")  # fmt: skip
"""What Compose may see of the user's environment; more would win over what `.env` says."""


@dataclass(frozen=True)
class Project:
    """A stack on this machine, running or not.

    Attributes:
        engine: runs it.
        settings: of the stack.
        log_path: takes what Compose prints.
    """

    engine: Engine
    settings: StackSettings
    log_path: Path

    def command(self, *arguments: str) -> list[str]:
        """A call of Compose for this project."""
        options = ["--file", str(COMPOSE_FILE), "--project-name", self.settings.project]
        options += ["--env-file", str(self.settings.file)]
        return [*self.engine.compose, *options, *arguments]

    def environment(self) -> dict[str, str]:
        """The environment of such a call; the settings come from the file alone."""
        kept = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        return kept | {"COMPOSE_INTERACTIVE_NO_CLI": "1", "PYTHONWARNINGS": "ignore"}

    def containers(self) -> list[Container]:
        """What is there of it."""
        return containers(self.engine.program, self.settings.project)

    def build(self, on_line: Callable[[str], None], *, timeout: float = BUILD_TIMEOUT) -> None:
        """Builds the images.

        Args:
            on_line: called with each line that the build prints.
            timeout: seconds.

        Raises:
            ComposeError: a build failed.
        """
        try:
            self._run(["build"], timeout, on_line)
        except ComposeError as error:
            raise ComposeError(
                f"{error}\nBases that cannot be pulled: name others in {self.settings.file}, "
                "by the settings of docs/stack.md"
            ) from error

    def up(
        self,
        *,
        workers: int,
        monitoring: bool,
        on_look: Callable[[Sequence[Container]], None],
        timeout: float = UP_TIMEOUT,
    ) -> list[Container]:
        """Starts everything, and returns when all is healthy.

        Args:
            workers: how many Celery workers.
            monitoring: whether Flower comes too.
            on_look: called now and then with what there is.
            timeout: seconds.

        Raises:
            ComposeError: a service failed, or not all are healthy in time.
        """
        profile = ["--profile", "monitoring"] if monitoring else []
        arguments = [*profile, "up", "--detach", "--scale", f"worker={workers}"]
        deadline = time.monotonic() + timeout
        with self._spawn(arguments) as child:
            ended = None
            while True:
                code, found = child.exit_code, self.containers()
                on_look(found)
                if code:
                    raise ComposeError(self._explain(f"Compose ended with exit code {code}"))
                if code == 0:
                    # Only now are there no containers of an earlier start any more.
                    ended = ended or time.monotonic()
                    if _settled(found, workers):
                        return found
                    patient = time.monotonic() < ended + _RECOVERY
                    if any(one.failed or (one.ill and not patient) for one in found):
                        raise ComposeError(self._explain("a service failed"))
                if time.monotonic() > deadline:
                    raise ComposeError(self._explain(f"not all healthy after {timeout:g} s"))
                time.sleep(_LOOK)

    def down(self, *, volumes: bool) -> None:
        """Stops and removes everything.

        Args:
            volumes: the data too.

        Raises:
            ComposeError: Compose failed.
        """
        arguments = ["--profile", "monitoring", "down", "--remove-orphans"]
        self._run([*arguments, *(["--volumes"] if volumes else [])], UP_TIMEOUT, lambda _: None)

    def exec(self, service: str, *program: str) -> "subprocess.CompletedProcess[str]":
        """Runs a program in a service's container and returns what it printed."""
        return self._silent(self.command("exec", "-T", service, *program))

    def fetch_authority(self) -> None:
        """Keeps on this machine what clients of the warehouse have to trust.

        Raises:
            ComposeError: The warehouse does not run, or the file cannot be written.
        """
        done = self.exec("redshift", "cat", IMAGE_AUTHORITY)
        if "BEGIN CERTIFICATE" not in done.stdout:
            raise ComposeError(f"the warehouse has no {IMAGE_AUTHORITY}: {done.stderr.strip()}")
        files = self.settings.certificates
        try:
            files.authority.parent.mkdir(parents=True, exist_ok=True)
            files.authority.write_text(done.stdout, encoding="ascii")
            write_bundle(files.bundle, files.authority)
        except OSError as error:
            raise ComposeError(f"cannot write {error.filename}: {error.strerror}") from error

    def logs(self, services: Sequence[str], *, follow: bool, tail: int) -> int:
        """Shows the logs of services on this terminal.

        Returns:
            Exit code of Compose.
        """
        options = ["--follow"] if follow else []
        command = self.command("logs", *options, "--tail", str(tail), *services)
        return subprocess.run(command, env=self.environment(), check=False).returncode  # noqa: S603

    def taken_ports(self) -> Mapping[str, int]:
        """Ports of the settings that something else listens on, by setting."""
        taken = {}
        for name in PORTS:
            number = int(self.settings[name])
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((self.settings[BIND], number))
                except OSError:
                    taken[name] = number
        return taken

    def _explain(self, what: str) -> str:
        """What failed, with the end of the logs of those who did not become healthy."""
        parts = [what]
        for one in self.containers():
            if not one.ready:
                done = self._silent([self.engine.program, "logs", "--tail", "15", one.id])
                tail = (done.stdout + done.stderr).strip() or one.said or "its log is empty"
                parts.append(f"{one.service}: {one.describe()}; its log ends with:\n{tail}")
        parts.append(f"what Compose said: {self.log_path}")
        return "\n".join(parts)

    def _run(
        self, arguments: Sequence[str], timeout: float, on_line: Callable[[str], None]
    ) -> None:
        with self._spawn(arguments) as child, self.log_path.open(encoding="utf-8") as log:

            def read() -> None:
                for line in log:
                    on_line(line.rstrip())

            code = child.wait(timeout, read)
            if code:
                raise ComposeError(
                    f"{' '.join(self.engine.compose)} {arguments[0]} ended with exit code {code}:\n"
                    f"{child.log_tail()}\nthe whole log: {self.log_path}"
                )

    def _spawn(self, arguments: Sequence[str]) -> Child:
        self.log_path.unlink(missing_ok=True)
        return spawn(
            self.command(*arguments),
            name="Compose",
            env=self.environment(),
            log_path=self.log_path,
            cwd=CHECKOUT,
        )

    def _silent(self, command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        try:
            return subprocess.run(  # noqa: S603 - the engine that was found
                command,
                env=self.environment(),
                capture_output=True,
                text=True,
                timeout=UP_TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ComposeError(f"{command[0]} has not ended after {UP_TIMEOUT:g} s") from error


def known_names() -> set[str]:
    """The settings that the compose file reads."""
    text = COMPOSE_FILE.read_text(encoding="utf-8")
    return set(re.findall(r"\$\{([A-Z0-9_]+)", text)) | {"COMPOSE_PROJECT_NAME"}


def _settled(found: Sequence[Container], workers: int) -> bool:
    """Whether everything is there and does its work."""
    there = [one for one in found if one.service == "worker"]
    return not missing(found) and len(there) >= workers and all(one.ready for one in found)
