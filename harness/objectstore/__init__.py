"""Stands in for Amazon S3: real MinIO where it is there, else an embedded server.

with open_store(folder=run_folder) as store:
    store.create_bucket("sparkify")
    key = store.grant_reader("sparkify")
"""

from harness.objectstore.cache import cache_folder, find_minio
from harness.objectstore.endpoint import Endpoint
from harness.objectstore.errors import (
    GoNotFoundError,
    GrantError,
    InstallError,
    MinioNotFoundError,
    ObjectStoreError,
)
from harness.objectstore.opening import open_store
from harness.objectstore.store import RunningStore, StoreKind

__all__ = [
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
