"""A running store, whatever serves it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sparkify_harness.objectstore.endpoint import Endpoint
from sparkify_harness.objectstore.policy import Policy, reader_policy
from sparkify_harness.store_kinds import StoreKind

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class KeyMaker(Protocol):
    """Makes keys with fewer rights than the store's own; each kind of store has its way."""

    def permanent(self, admin: Endpoint, policy: Policy) -> Endpoint:
        """A key without session token that may do what `policy` allows."""

    def temporary(self, admin: Endpoint, policy: Policy) -> Endpoint:
        """A key with session token that may do what `policy` allows."""


@dataclass(frozen=True, slots=True)
class RunningStore:
    """A store that answers at `endpoint`, until the context that `open_store` gave ends.

    Attributes:
        kind: what serves it, never AUTO.
        endpoint: where, with the key that may do everything.
        log_path: the server's log, None for an external store.
        origin: why this one and from where, one line.
    """

    kind: StoreKind
    endpoint: Endpoint
    log_path: Path | None
    origin: str
    keys: KeyMaker

    def describe(self) -> str:
        """One line for the user: what serves S3, where, and why it was chosen."""
        return f"{self.kind} at {self.endpoint.url}, region {self.endpoint.region}: {self.origin}"

    def client(self) -> "S3Client":
        """An S3 client that may do everything."""
        return self.endpoint.client()

    def create_bucket(self, name: str) -> None:
        """Makes a bucket in the store's region."""
        client = self.client()
        if self.endpoint.region == "us-east-1":  # which AWS does not let one name
            client.create_bucket(Bucket=name)
        else:
            client.create_bucket(
                Bucket=name,
                CreateBucketConfiguration={"LocationConstraint": self.endpoint.region},  # type: ignore[typeddict-item]  # any region
            )

    def grant_reader(self, bucket: str, *, temporary: bool = False) -> Endpoint:
        """A fresh key that may list and read one bucket and nothing else.

        Args:
            bucket: its name; it need not exist yet.
            temporary: a key of an assumed role, with session token.

        Raises:
            GrantError: the store makes no keys.
        """
        make = self.keys.temporary if temporary else self.keys.permanent
        return make(self.endpoint, reader_policy(bucket))
