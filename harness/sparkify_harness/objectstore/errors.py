"""What can go wrong with an object store of the harness.

    ObjectStoreError
    ├── MinioNotFoundError      a MinIO server was asked for, none is installed
    ├── ContainerError          a container was asked for; no Docker, no engine or no image
    ├── GrantError              a key could not be made
    └── InstallError            MinIO could not be installed
        └── GoNotFoundError     because there is no Go to build it with

A server that does not start raises `sparkify_harness.process.ChildError`, with its log. What a
running store refuses (a wrong key, a missing bucket) is `botocore.exceptions.ClientError`, as on
AWS.
"""


class ObjectStoreError(RuntimeError):
    """Root of this package's errors."""


class MinioNotFoundError(ObjectStoreError):
    """A MinIO server was asked for, none is installed."""


class ContainerError(ObjectStoreError):
    """MinIO's container was asked for, and there is no Docker, no engine or no image."""


class GrantError(ObjectStoreError):
    """A key with fewer rights could not be made."""


class InstallError(ObjectStoreError):
    """MinIO could not be installed; the message has the end of the build's output."""


class GoNotFoundError(InstallError):
    """There is no Go toolchain to build MinIO with."""
