"""The kinds of object store. Nothing is imported for them: pytest's plugin knows them too."""

from enum import StrEnum


class StoreKind(StrEnum):
    """What serves S3; `sparkify_harness.objectstore.opening` opens each."""

    AUTO = "auto"
    MINIO = "minio"
    CONTAINER = "container"
    EMBEDDED = "embedded"
    EXTERNAL = "external"

    @property
    def is_minio(self) -> bool:
        """It is MinIO itself, with its deviations from S3; it can serve HTTPS."""
        return self in {StoreKind.MINIO, StoreKind.CONTAINER}

    @property
    def is_started(self) -> bool:
        """It is a server of ours, which needs no endpoint."""
        return self is not StoreKind.EXTERNAL

    def describe(self) -> str:
        """Its name, and in parentheses what that means where it does not say so itself."""
        match self:
            case StoreKind.AUTO:
                return f"{self} (MinIO where it is there, else {StoreKind.EMBEDDED})"
            case StoreKind.CONTAINER:
                return f"{self} (MinIO's image, in Docker)"
            case _:
                return str(self)
