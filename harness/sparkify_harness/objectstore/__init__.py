"""Stands in for Amazon S3: real MinIO, as a program or in a container, or an embedded server.

with open_store(folder=run_folder) as store:
    store.create_bucket("sparkify")
    key = store.grant_reader("sparkify")
"""

from sparkify_harness.objectstore.cache import cache_folder, find_minio
from sparkify_harness.objectstore.endpoint import Endpoint
from sparkify_harness.objectstore.errors import (
    ContainerError,
    GoNotFoundError,
    GrantError,
    InstallError,
    MinioNotFoundError,
    ObjectStoreError,
)
from sparkify_harness.objectstore.opening import open_store
from sparkify_harness.objectstore.store import RunningStore
from sparkify_harness.store_kinds import StoreKind

__all__ = [
    "ContainerError",
    "Endpoint",
    "GoNotFoundError",
    "GrantError",
    "InstallError",
    "MinioNotFoundError",
    "ObjectStoreError",
    "RunningStore",
    "StoreKind",
    "cache_folder",
    "find_minio",
    "open_store",
]
