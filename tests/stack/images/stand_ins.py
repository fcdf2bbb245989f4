"""Stand-ins for the base images, for machines that reach package registries but no image registry.

`python -m tests.stack.images.stand_ins` makes them, as root on Debian, from the mirror that this
machine itself uses; what it needs to reach registries (certificates, pip's settings) goes into
them, so they are good for this machine alone. Docker keeps them: a second time takes a second.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sparkify_harness.compose.engine import find_docker
from sparkify_harness.compose.errors import NoEngineError
from sparkify_harness.objectstore import find_minio
from sparkify_harness.objectstore.container import chosen_image

HERE = Path(__file__).parent
PREFIX = "sparkify-stand-in"
DEBIAN = f"{PREFIX}/debian"
ORDER = ("python", "airflow", "postgres", "redis", "minio")
"""What is built on what was built before."""

VARIABLES = {
    "AIRFLOW_BASE_IMAGE": f"{PREFIX}/airflow",
    "PYTHON_BASE_IMAGE": f"{PREFIX}/python",
    "POSTGRES_IMAGE": f"{PREFIX}/postgres",
    "REDIS_IMAGE": f"{PREFIX}/redis",
    "MINIO_IMAGE": f"{PREFIX}/minio",
}
"""The settings of the stack that name base images, with the stand-ins for them."""

_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_PIP_SETTINGS = Path("/etc/pip.conf")
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_BUILD_TIMEOUT = 900


class StandInError(RuntimeError):
    """A stand-in cannot be made here; the message says why."""


def make() -> dict[str, str]:
    """Makes all stand-ins.

    Returns:
        The stack's settings that name them.

    Raises:
        StandInError: This machine has not what it takes, or a build failed.
    """
    _make_debian()
    for name in ORDER:
        with _context(name) as context:
            _run("docker", "build", "--quiet", "--tag", f"{PREFIX}/{name}", str(context))
    return VARIABLES


def lacking() -> str | None:
    """Why stand-ins cannot be made here; None where they can."""
    if os.geteuid() != 0:
        return "debootstrap needs root"
    for program in ("debootstrap", "apt-get", "tar", "docker"):
        if shutil.which(program) is None:
            return f"there is no {program}"
    if find_minio() is None:
        return 'there is no minio binary; "sparkify minio install" builds one'
    return None


def _make_debian() -> None:
    if _run("docker", "images", "--quiet", DEBIAN):
        return
    if (reason := lacking()) is not None:
        raise StandInError(f"stand-ins for base images cannot be made: {reason}")
    codename, mirror = _debian_of_this_machine()
    with tempfile.TemporaryDirectory(prefix="sparkify-debian-") as folder:
        root = Path(folder) / "root"
        options = ["--variant=minbase", "--include=ca-certificates,procps"]
        options += [f"--keyring={_KEYRING}"] if _KEYRING.exists() else []
        _run("debootstrap", *options, codename, str(root), mirror)
        _give_registries(root)
        archive = Path(folder) / "root.tar"
        _run("tar", "-C", str(root), "-cf", str(archive), ".")
        settings = [f"ENV {name}={_CERTIFICATES}" for name in ("SSL_CERT_FILE", "PIP_CERT")]
        changes = [word for setting in settings for word in ("--change", setting)]
        _run("docker", "import", *changes, str(archive), DEBIAN)


def _debian_of_this_machine() -> tuple[str, str]:
    """Its code name and the mirror from which apt takes its main packages."""
    fields = "$(CREATED_BY) $(CODENAME) $(COMPONENT) $(REPO_URI)"
    release = dict(
        line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if line
    )
    codename = release.get("VERSION_CODENAME", "").strip('"')
    for line in _run("apt-get", "indextargets", "--format", fields).splitlines():
        if line.startswith(f"Packages {codename} main "):
            return codename, line.split()[-1]
    raise StandInError(f"apt has no mirror of {codename or 'this system'}'s main packages")


def _give_registries(root: Path) -> None:
    for path in (_CERTIFICATES, _PIP_SETTINGS):
        if path.exists():
            shutil.copyfile(path, root / path.relative_to("/"))


@contextlib.contextmanager
def _context(name: str) -> Iterator[Path]:
    """The folder to build from; MinIO's has the server besides."""
    if name != "minio":
        yield HERE / name
        return
    binary = find_minio()
    if binary is None:
        raise StandInError('there is no minio binary; "sparkify minio install" builds one')
    with tempfile.TemporaryDirectory(prefix="sparkify-minio-") as folder:
        context = Path(folder) / name
        shutil.copytree(HERE / name, context)
        shutil.copyfile(binary, context / "minio")
        (context / "minio").chmod(0o755)
        yield context


def _run(*command: str) -> str:
    """What a program printed."""
    environment = {**os.environ, "DOCKER_BUILDKIT": "0", "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            env=environment,
            timeout=_BUILD_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StandInError(f"{command[0]}: {error}") from error
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-20:])
        raise StandInError(f"{' '.join(command[:2])} failed:\n{tail}")
    return done.stdout.strip()


def main() -> None:
    """Makes what the tests will need, and prints the variables that name it, for a shell.

    Where an image registry may be asked, that is MinIO's image alone: Compose pulls the others.
    Without an engine nothing is made; the tests then say why they did not run.
    """
    try:
        find_docker()
        if os.environ.get("SPARKIFY_PULL_IMAGES") == "yes":
            _run("docker", "pull", "--quiet", chosen_image())
            return
        made = make()
    except (NoEngineError, StandInError) as error:
        print(f"No images: {error}", file=sys.stderr)  # noqa: T201 - a program's own message
        return
    print("".join(f"export {name}={image}\n" for name, image in made.items()))  # noqa: T201 - what was asked for


if __name__ == "__main__":
    main()
