"""The real MinIO server, as a child process with a fresh folder, a port and keys of its own.

Deviates: as MinIO does from S3. A bucket's policy binds only who does not sign; a key without
rights on a missing bucket hears AccessDenied, not NoSuchBucket; a wrong session token is
InvalidTokenId (403), not InvalidToken (400); the location of a bucket in us-east-1 is its name, not
null; and where an object `a` exists, objects below `a/` are not listed.
"""

import base64
import http.client
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.objectstore.endpoint import Endpoint, new_access_key_id, new_secret
from harness.objectstore.store import RunningStore
from harness.process import Child, ChildExitError, clean_environment, free_port, spawn

_HOST = "127.0.0.1"

_READY_TIMEOUT = 30.0

_PORT_ATTEMPTS = 5
"""MinIO cannot report a port that it chose; one that we found free may be taken meanwhile."""


@contextmanager
def open_minio(binary: Path, *, folder: Path, region: str, origin: str) -> Iterator[RunningStore]:
    """Runs a MinIO server until the context ends.

    Args:
        binary: the server program.
        folder: takes `minio.log`, and while it runs its data and settings in a fresh folder.
        region: of every bucket; requests signed for another one are refused.
        origin: why this store was chosen, for `describe`.

    Raises:
        ChildError: it does not start; the message has the end of its log.
    """
    with _start(binary, folder, region) as (child, admin):
        from harness.objectstore.minio_keys import MinioKeys  # noqa: PLC0415 - slow to import

        yield RunningStore(
            kind="minio",
            endpoint=admin,
            log_path=child.log_path,
            origin=origin,
            keys=MinioKeys(),
        )


@contextmanager
def _start(binary: Path, folder: Path, region: str) -> Iterator[tuple[Child, Endpoint]]:
    """A server that is ready, and its administrator."""
    for attempts_left in reversed(range(_PORT_ATTEMPTS)):
        address = f"{_HOST}:{free_port(_HOST)}"
        admin = Endpoint(f"http://{address}", region, new_access_key_id(), new_secret())
        with _fresh(folder) as place, _spawn(binary, place, folder, address, admin) as child:
            try:
                child.wait_until(partial(_serves, admin, address), _READY_TIMEOUT)
            except ChildExitError as error:
                if attempts_left and "already in use" in str(error):
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


def _spawn(binary: Path, place: Path, folder: Path, address: str, admin: Endpoint) -> Child:
    data, home = place / "data", place / "home"
    data.mkdir()
    home.mkdir()
    settings = ["--quiet", "--address", address, "--certs-dir", str(home / "certs")]
    return spawn(
        [str(binary), "server", *settings, str(data)],
        name="MinIO",
        env=clean_environment(
            HOME=str(home),  # it makes ~/.minio
            MINIO_ROOT_USER=admin.access_key_id,
            MINIO_ROOT_PASSWORD=admin.secret_access_key,
            MINIO_SITE_REGION=admin.region,
            # Without a key to seal them with, it writes the secrets of granted keys in the clear.
            MINIO_KMS_SECRET_KEY=f"run:{base64.b64encode(secrets.token_bytes(32)).decode()}",
            MINIO_BROWSER="off",
            MINIO_UPDATE="off",
        ),
        log_path=folder / "minio.log",
        cwd=folder,
    )


def _serves(admin: Endpoint, address: str) -> bool:
    """Whether the server takes requests and is ours: another may have taken the port.

    MinIO: https://min.io/docs/minio/linux/operations/monitoring/healthcheck-probe.html
    """
    from harness.objectstore.aws import send_signed  # noqa: PLC0415 - slow, while it starts

    connection = http.client.HTTPConnection(address, timeout=2)
    try:
        connection.request("GET", "/minio/health/ready")
        return (
            connection.getresponse().status == 200 and send_signed(admin, "GET", "/").status == 200
        )
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
