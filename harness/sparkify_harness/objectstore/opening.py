"""Chooses a store and opens it."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Literal

from sparkify_harness.objectstore.binary import MinioBinary
from sparkify_harness.objectstore.cache import find_minio, installed_minio
from sparkify_harness.objectstore.container import find_container
from sparkify_harness.objectstore.embedded import open_embedded
from sparkify_harness.objectstore.endpoint import Endpoint
from sparkify_harness.objectstore.errors import MinioNotFoundError
from sparkify_harness.objectstore.external import external_store
from sparkify_harness.objectstore.minio import open_minio
from sparkify_harness.objectstore.store import RunningStore, StoreKind


def open_store(
    kind: Literal["auto"] | StoreKind = "auto",
    *,
    folder: Path,
    region: str = "us-west-2",
    external: Endpoint | None = None,
    tls: bool = False,
) -> AbstractContextManager[RunningStore]:
    """A store that runs until the context ends, or until we end in any other way.

    Args:
        kind: "minio", "container" (MinIO in Docker), "embedded", "external", or "auto": a MinIO
            program where found, else embedded.
        folder: takes data and log of a store that we start; the log stays.
        region: of the buckets of a store that we start.
        external: where the external store is; needed for "external", refused otherwise.
        tls: serve HTTPS; for "minio" and "container".

    Raises:
        MinioNotFoundError: "minio" was asked for and is not installed.
        ContainerError: "container" was asked for, and Docker, its engine or the image is missing.
        ChildError: on entering, when the server does not start.
    """
    if (external is not None) != (kind == "external"):
        raise ValueError('`external` goes with kind "external", and with no other')
    if tls and kind not in {"minio", "container"}:
        raise ValueError('`tls` goes with kinds "minio" and "container" alone')
    binary = find_minio()
    match kind:
        case "external" if external is not None:
            return nullcontext(external_store(external))
        case "minio" if binary is None:
            raise MinioNotFoundError(
                f"there is no minio on PATH and none at {installed_minio()}: "
                'run "sparkify minio install", or use the embedded store'
            )
        case "minio" | "auto" if binary is not None:
            return open_minio(MinioBinary(binary), folder=folder, region=region, tls=tls)
        case "container":
            container = find_container(pull_into=folder / "pull.log")
            return open_minio(container, folder=folder, region=region, tls=tls)
        case "auto":
            origin = (
                f"no minio on PATH or at {installed_minio()} "
                '(it is faster, and the real thing: "sparkify minio install")'
            )
        case _:
            origin = "as asked for"
    return open_embedded(folder=folder, region=region, origin=origin)
