"""The real MinIO server, with fresh data, a port and keys of its own, however it is run.

Deviates: as MinIO does from S3. A bucket's policy binds only who does not sign; a key without
rights on a missing bucket hears AccessDenied, not NoSuchBucket; a wrong session token is
InvalidTokenId (403), not InvalidToken (400); the location of a bucket in us-east-1 is its name, not
null; and where an object `a` exists, objects below `a/` are not listed.
"""

import base64
import http.client
import re
import secrets
import ssl
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from sparkify_harness.certificates import Certificates, provide
from sparkify_harness.objectstore.endpoint import Endpoint, new_access_key_id, new_secret
from sparkify_harness.objectstore.store import RunningStore
from sparkify_harness.process import Child, ChildExitError, free_port, spawn
from sparkify_harness.store_kinds import StoreKind

HOST = "127.0.0.1"

_READY_TIMEOUT = 30.0

_PORT_ATTEMPTS = 5
"""MinIO cannot report a port that it chose; one that we found free may be taken meanwhile."""

_PORT_TAKEN = re.compile("already (in use|allocated)")
"""MinIO's words, and Docker's for a port of another container."""


@dataclass(frozen=True, slots=True)
class ServerStart:
    """What one start of the server is told.

    Attributes:
        port: of 127.0.0.1, to serve on.
        place: an empty folder, removed after the run.
        variables: MinIO's own environment variables, secrets among them.
        certificates: to serve TLS with, or None.
    """

    port: int
    place: Path
    variables: Mapping[str, str] = field(repr=False)
    certificates: Certificates | None


@dataclass(frozen=True, slots=True)
class Command:
    """What is run: see `sparkify_harness.process.spawn`."""

    argv: Sequence[str]
    env: Mapping[str, str] = field(repr=False)
    held_input: bool = False


class Program(Protocol):
    """A way to run the server."""

    @property
    def kind(self) -> StoreKind:
        """What the store is called."""

    @property
    def origin(self) -> str:
        """What is run, for `describe`."""

    def command(self, settings: ServerStart) -> Command:
        """Runs the server in the foreground until it is terminated."""


@contextmanager
def open_minio(
    program: Program, *, folder: Path, region: str, tls: bool = False
) -> Iterator[RunningStore]:
    """Runs a MinIO server until the context ends.

    Args:
        program: how it is run.
        folder: takes `minio.log`, and while it runs its data and settings in a fresh folder.
        region: of every bucket; requests signed for another one are refused.
        tls: serve HTTPS, with an authority made for this run: the endpoint's `ca_file`.

    Raises:
        ChildError: it does not start; the message has the end of its log.
    """
    with _start(program, folder, region, tls=tls) as (child, admin):
        from sparkify_harness.objectstore.minio_keys import MinioKeys  # noqa: PLC0415 - slow to import

        yield RunningStore(
            kind=program.kind,
            endpoint=admin,
            log_path=child.log_path,
            origin=program.origin,
            keys=MinioKeys(),
        )


@contextmanager
def _start(
    program: Program, folder: Path, region: str, *, tls: bool
) -> Iterator[tuple[Child, Endpoint]]:
    """A server that is ready, and its administrator."""
    for attempts_left in reversed(range(_PORT_ATTEMPTS)):
        port = free_port(HOST)
        with _fresh(folder) as place:
            certificates = provide(place / "tls") if tls else None
            admin = Endpoint(
                f"{'https' if tls else 'http'}://{HOST}:{port}",
                region,
                new_access_key_id(),
                new_secret(),
                ca_file=certificates.authority if certificates else None,
            )
            command = program.command(ServerStart(port, place, variables(admin), certificates))
            with _spawn(command, folder) as child:
                try:
                    child.wait_until(partial(_serves, admin), _READY_TIMEOUT)
                except ChildExitError as error:
                    if attempts_left and _PORT_TAKEN.search(str(error)):
                        continue
                    raise
                yield child, admin
                return


@contextmanager
def _fresh(folder: Path) -> Iterator[Path]:
    """An empty folder in `folder`, removed afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="minio-", dir=folder, ignore_cleanup_errors=True) as place:
        yield Path(place)


def variables(admin: Endpoint) -> dict[str, str]:
    """MinIO's settings for a run; the key that seals what it stores is made here."""
    return {
        "MINIO_ROOT_USER": admin.access_key_id,
        "MINIO_ROOT_PASSWORD": admin.secret_access_key,
        "MINIO_SITE_REGION": admin.region,
        # Without a key to seal them with, it writes the secrets of granted keys in the clear.
        "MINIO_KMS_SECRET_KEY": f"run:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        "MINIO_BROWSER": "off",
        "MINIO_UPDATE": "off",
    }


def _spawn(command: Command, folder: Path) -> Child:
    return spawn(
        command.argv,
        name="MinIO",
        env=command.env,
        log_path=folder / "minio.log",
        cwd=folder,
        held_input=command.held_input,
    )


def _serves(admin: Endpoint) -> bool:
    """Whether the server takes requests and is ours: another may have taken the port.

    MinIO: https://min.io/docs/minio/linux/operations/monitoring/healthcheck-probe.html
    """
    from sparkify_harness.objectstore.aws import send_signed  # noqa: PLC0415 - slow, while it starts

    connection = _connection(admin)
    try:
        connection.request("GET", "/minio/health/ready")
        return (
            connection.getresponse().status == 200 and send_signed(admin, "GET", "/").status == 200
        )
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _connection(admin: Endpoint) -> http.client.HTTPConnection:
    address = urllib.parse.urlsplit(admin.url).netloc
    if admin.ca_file is None:
        return http.client.HTTPConnection(address, timeout=2)
    context = ssl.create_default_context(cafile=admin.ca_file)
    return http.client.HTTPSConnection(address, timeout=2, context=context)
