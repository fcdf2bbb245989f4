"""MinIO in a container of Docker's, which ends with us, however we end.

The container is the engine's child, not ours. `docker run` passes signals on, but not once it is
killed itself; so the container's standard input ends when we do, and a shell in there that waits
for that terminates the server.
"""

import os
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sparkify_harness.objectstore.errors import ContainerError
from sparkify_harness.objectstore.minio import HOST, Command, ServerStart
from sparkify_harness.process import ChildTimeoutError, clean_environment, spawn
from sparkify_harness.store_kinds import StoreKind

IMAGE = "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z"
IMAGE_VARIABLE = "MINIO_IMAGE"

_ASK_TIMEOUT = 20.0
"""Seconds in which the engine must say whether it has the image."""

_PULL_TIMEOUT = 15 * 60.0

_PORT = 9000
"""Inside the container."""

_CERTIFICATE = "SPARKIFY_STORE_CERTIFICATE"
_KEY = "SPARKIFY_STORE_CERTIFICATE_KEY"

# Signals reach the first process of a container only once it handles them: hence again and again.
# Certificates come by environment: the engine may be on another file system, or another user's.
_SERVE = f"""\
umask 077
if [ -n "${_KEY}" ]; then
  printf %s "${_CERTIFICATE}" >/certs/public.crt && printf %s "${_KEY}" >/certs/private.key
fi
unset {_CERTIFICATE} {_KEY}
exec 3<&0
{{ read -r _ <&3; while kill 1; do sleep 1; done; }} &
exec minio "$@" </dev/null 3<&-"""

# A client that is terminated between making and starting a container leaves it behind; the engine
# may even be still making it.
_RUN = """\
trap : HUP INT TERM
name=$1
shift
"$0" "$@"
code=$?
[ "$code" = 0 ] || { sleep 0.3; "$0" rm --force --volumes "$name"; } >/dev/null 2>&1
exit "$code\""""

_ELSE = f"or use another store: {StoreKind.MINIO}, or {StoreKind.EMBEDDED}"


@dataclass(frozen=True, slots=True)
class MinioContainer:
    """The server of an image that the engine has.

    Attributes:
        docker: the client program.
        image: name of the image.
    """

    docker: Path
    image: str
    kind: StoreKind = StoreKind.CONTAINER

    @property
    def origin(self) -> str:
        """Which image it is."""
        return f"image {self.image}"

    def command(self, settings: ServerStart) -> Command:
        """`docker run`, attached; secrets are in its environment, arguments have their names."""
        shown = dict(settings.variables)
        if settings.certificates:
            shown[_CERTIFICATE] = settings.certificates.certificate.read_text()
            shown[_KEY] = settings.certificates.key.read_text()
        name = f"sparkify-minio-{secrets.token_hex(6)}"
        options = [
            *("--rm", "--interactive", "--pull", "never"),
            *("--name", name),
            *("--publish", f"{HOST}:{settings.port}:{_PORT}"),
            # As root without any of root's rights: a fresh volume is root's.
            *("--user", "0:0", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
            *("--read-only", "--volume", "/data", "--tmpfs", "/certs", "--tmpfs", "/tmp"),  # noqa: S108 - in there
            *(word for name in sorted(shown) for word in ("--env", name)),
            *("--env", "HOME=/tmp"),
            *("--entrypoint", "/bin/sh"),
        ]
        server = ["server", "--quiet", "--address", f":{_PORT}", "--certs-dir", "/certs", "/data"]
        run = ["run", *options, self.image, "-c", _SERVE, "minio", *server]
        return Command(
            ["/bin/sh", "-c", _RUN, str(self.docker), name, *run],
            docker_environment() | shown,
            held_input=True,
        )


def chosen_image() -> str:
    """`$MINIO_IMAGE`, else the last one that MinIO published."""
    return os.environ.get(IMAGE_VARIABLE) or IMAGE


def find_container(*, pull_into: Path | None = None) -> MinioContainer:
    """The image to run, once the engine has it.

    Args:
        pull_into: log of the pull where it must be fetched; None: nothing is fetched.

    Raises:
        ContainerError: no Docker, no engine, no image; the message says which, and what to do.
    """
    docker, image = shutil.which("docker"), chosen_image()
    if docker is None:
        raise ContainerError(
            "there is no docker on PATH to run MinIO's container with: install Docker Engine "
            f"(https://docs.docker.com/engine/install/), {_ELSE}"
        )
    said = _ask_for(docker, image)
    if said is not None:
        if "no such image" not in said.lower():
            raise ContainerError(
                f"the container engine does not answer: {said}; start it, and see that you may "
                f"use it (docker info), {_ELSE}"
            )
        if pull_into is None:
            raise ContainerError(without_image(image, ""))
        _pull(docker, image, pull_into)
    return MinioContainer(Path(docker), image)


def without_image(image: str, why: str) -> str:
    """What to do where there is no image.

    Args:
        image: its name.
        why: it cannot be fetched; empty where that was not tried.
    """
    return (
        f"the image {image} is not here{f' and cannot be pulled: {why}' if why else ''}; "
        f"pull it, name one that is here in ${IMAGE_VARIABLE}, {_ELSE}"
    )


def docker_environment() -> dict[str, str]:
    """A clean environment in which Docker's client still finds its engine.

    Docker: https://docs.docker.com/reference/cli/docker/#environment-variables
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.startswith("DOCKER_") or name == "XDG_RUNTIME_DIR"
    }
    return clean_environment(**kept)


def _ask_for(docker: str, image: str) -> str | None:
    """None where the engine has the image, else what it said."""
    try:
        answer = subprocess.run(  # noqa: S603 - the user's own program
            [docker, "image", "inspect", "--format", "{{.Id}}", image],
            env=docker_environment(),
            capture_output=True,
            text=True,
            timeout=_ASK_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {_ASK_TIMEOUT:g} s"
    except OSError as error:
        return f"{docker}: {error.strerror}"
    return _last_line(answer.stderr) if answer.returncode else None


def _pull(docker: str, image: str, log_path: Path) -> None:
    argv = [docker, "pull", "--quiet", image]
    with spawn(argv, name="docker pull", env=docker_environment(), log_path=log_path) as child:
        try:
            code = child.wait(_PULL_TIMEOUT, lambda: None)
        except ChildTimeoutError as error:
            why = f"not within {_PULL_TIMEOUT:g} s"
            raise ContainerError(without_image(image, why)) from error
        if code:
            raise ContainerError(without_image(image, _last_line(child.log_tail())))


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it said nothing"
