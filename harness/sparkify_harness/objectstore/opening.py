"""Chooses a store and opens it."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import assert_never

from sparkify_harness.objectstore.binary import MinioBinary
from sparkify_harness.objectstore.cache import find_minio, installed_minio
from sparkify_harness.objectstore.container import find_container
from sparkify_harness.objectstore.embedded import open_embedded
from sparkify_harness.objectstore.endpoint import Endpoint
from sparkify_harness.objectstore.errors import MinioNotFoundError
from sparkify_harness.objectstore.external import external_store
from sparkify_harness.objectstore.minio import open_minio
from sparkify_harness.objectstore.store import RunningStore
from sparkify_harness.store_kinds import StoreKind


def open_store(
    kind: StoreKind = StoreKind.AUTO,
    *,
    folder: Path,
    region: str = "us-west-2",
    external: Endpoint | None = None,
    tls: bool = False,
) -> AbstractContextManager[RunningStore]:
    """A store that runs until the context ends, or until we end in any other way.

    Args:
        kind: what serves it.
        folder: takes data and log of a store that we start; the log stays.
        region: of the buckets of a store that we start.
        external: where the external store is; needed for EXTERNAL, refused otherwise.
        tls: serve HTTPS; for what is MinIO.

    Raises:
        MinioNotFoundError: MINIO was asked for and is not installed.
        ContainerError: CONTAINER was asked for, and Docker, its engine or the image is missing.
        ChildError: on entering, when the server does not start.
    """
    if external is not None and kind is not StoreKind.EXTERNAL:
        raise ValueError(f"`external` goes with kind {StoreKind.EXTERNAL} alone, not {kind}")
    if tls and not kind.is_minio:
        lawful = " and ".join(each for each in StoreKind if each.is_minio)
        raise ValueError(f"`tls` goes with kinds {lawful} alone")
    match kind:
        case StoreKind.AUTO:
            return _any_store(folder, region)
        case StoreKind.MINIO:
            binary = find_minio()
            if binary is None:
                raise MinioNotFoundError(
                    f"there is no minio on PATH and none at {installed_minio()}: "
                    'run "sparkify minio install", or use the embedded store'
                )
            return open_minio(MinioBinary(binary), folder=folder, region=region, tls=tls)
        case StoreKind.CONTAINER:
            container = find_container(pull_into=folder / "pull.log")
            return open_minio(container, folder=folder, region=region, tls=tls)
        case StoreKind.EMBEDDED:
            return open_embedded(folder=folder, region=region, origin="as asked for")
        case StoreKind.EXTERNAL:
            if external is None:
                raise ValueError(f"kind {kind} needs `external`")
            return nullcontext(external_store(external))
        case _:
            assert_never(kind)


def _any_store(folder: Path, region: str) -> AbstractContextManager[RunningStore]:
    """A MinIO program where one is found, else the embedded store."""
    if find_minio() is not None:
        return open_store(StoreKind.MINIO, folder=folder, region=region)
    origin = (
        f"no minio on PATH or at {installed_minio()} "
        '(it is faster, and the real thing: "sparkify minio install")'
    )
    return open_embedded(folder=folder, region=region, origin=origin)
