"""Where the substitute finds S3, and whose keys it may use there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

DEFAULT_REGION: Final = "us-west-2"
"""Region of the cluster where the server is not told another."""

DEFAULT_ROLE: Final = "default"
"""Key of ``S3Settings.roles`` for ``IAM_ROLE default``."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """An access key. The secret and the token never show in a repr.

    Args:
        access_key: Access key id.
        secret_key: Secret access key.
        token: Session token of temporary credentials.
    """

    access_key: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class S3Settings:
    """The S3 that COPY and UNLOAD talk to.

    Args:
        endpoint: URL of the object store. None: every COPY fails; AWS itself is never tried.
        region: Region of the imagined cluster: a bucket elsewhere needs REGION in the statement.
        roles: Keys by role ARN, and by ``default`` for the cluster's default role. The substitute
            assumes no roles: ``IAM_ROLE`` means the keys that stand here under its ARN, and a role
            that does not stand here is refused as one that may not be assumed.
        ca_file: Certificate authority that an https endpoint is verified with; None: the usual
            ones.
    """

    endpoint: str | None = None
    region: str = DEFAULT_REGION
    roles: Mapping[str, Credentials] = field(
        default_factory=lambda: MappingProxyType({}), repr=False
    )
    ca_file: Path | None = None
