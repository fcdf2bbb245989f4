"""Chooses a store and opens it."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Literal

from harness.objectstore.cache import find_minio, installed_minio
from harness.objectstore.embedded import open_embedded
from harness.objectstore.endpoint import Endpoint
from harness.objectstore.errors import MinioNotFoundError
from harness.objectstore.external import external_store
from harness.objectstore.minio import open_minio
from harness.objectstore.store import RunningStore, StoreKind


def open_store(
    kind: Literal["auto"] | StoreKind = "auto",
    *,
    folder: Path,
    region: str = "us-west-2",
    external: Endpoint | None = None,
) -> AbstractContextManager[RunningStore]:
    """A store that runs until the context ends, or until we end in any other way.

    Args:
        kind: "minio", "embedded", "external", or "auto": MinIO where found, else embedded.
        folder: takes data and log of a store that we start; the log stays.
        region: of the buckets of a store that we start.
        external: where the external store is; needed for "external", refused otherwise.

    Raises:
        MinioNotFoundError: "minio" was asked for and is not installed.
        ChildError: on entering, when the server does not start.
    """
    if (external is not None) != (kind == "external"):
        raise ValueError('`external` goes with kind "external", and with no other')
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
            origin = f"server {binary}"
            return open_minio(binary, folder=folder, region=region, origin=origin)
        case "auto":
            origin = (
                f"no minio on PATH or at {installed_minio()} "
                '(it is faster, and the real thing: "sparkify minio install")'
            )
        case _:
            origin = "as asked for"
    return open_embedded(folder=folder, region=region, origin=origin)
