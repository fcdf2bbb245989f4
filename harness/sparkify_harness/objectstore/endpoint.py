"""Where a store is, and the keys to it; everything that a client needs."""

import secrets
import string
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Service = Literal["s3", "iam", "sts"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An S3 endpoint with one key; `repr` shows no secret.

    Attributes:
        ca_file: certificate authority that an https endpoint is verified with, in PEM; None: the
            usual ones.
    """

    url: str
    region: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    ca_file: Path | None = None

    def with_key(self, key_id: str, secret: str, token: str | None = None) -> "Endpoint":
        """The same endpoint with another key."""
        return replace(self, access_key_id=key_id, secret_access_key=secret, session_token=token)

    def client(self) -> "S3Client":
        """An S3 client for this endpoint and key, whatever the user's AWS settings are."""
        client: S3Client = self.service("s3")
        return client

    def service(self, name: Service) -> Any:
        """A client for one of the services at this endpoint."""
        from sparkify_harness.objectstore import aws  # noqa: PLC0415 - 0.3 s, while a server starts

        return aws.create_client(self, name)


def new_access_key_id() -> str:
    """A random key id of the form of a long-term one.

    AWS: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    """
    alphabet = string.ascii_uppercase + "234567"
    return "AKIA" + "".join(secrets.choice(alphabet) for _ in range(16))


def new_secret() -> str:
    """A random secret access key of the usual 40 characters."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(40))
