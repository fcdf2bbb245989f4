"""An S3 client that takes nothing from its surroundings."""

import os
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from harness.redshift.copying.settings import Credentials

if TYPE_CHECKING:
    from boto3.session import Session
    from mypy_boto3_s3.client import S3Client

DOWNLOADS: Final = 8
"""Objects that are read at the same time."""

_ATTEMPTS: Final = 6
"""A request that S3 cannot answer now (500, 503, SlowDown) is repeated five times, with back-off.

AWS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ErrorBestPractices.html"""

_LOCK: Final = Lock()
"""botocore's sessions are not thread-safe, its clients are."""


@lru_cache(maxsize=16)
def make_client(
    endpoint: str, region: str, credentials: Credentials, ca_file: Path | None = None
) -> "S3Client":
    """A client for exactly this endpoint, region and these keys; the last ones are kept.

    To make one takes longer than to load a small object. Every setting that botocore would look up
    in the environment or in a profile is given here.
    """
    from botocore.config import Config  # noqa: PLC0415  0.3 s, and only COPY and UNLOAD need it

    with _LOCK:
        client: S3Client = _session().client(
            "s3",
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id=credentials.access_key,
            aws_secret_access_key=credentials.secret_key,
            aws_session_token=credentials.token,
            verify=str(ca_file) if ca_file else None,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path", "use_accelerate_endpoint": False},
                proxies={},
                connect_timeout=5,
                read_timeout=30,
                retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
                max_pool_connections=DOWNLOADS + 2,
                use_dualstack_endpoint=False,
                use_fips_endpoint=False,
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )
    client.meta.events.register("before-call.s3", _refuse_redirect)
    return client


@cache
def _session() -> "Session":
    """A session without profile, files and credentials; it keeps what is slow to load."""
    import boto3  # noqa: PLC0415  as above
    import botocore.session  # noqa: PLC0415  as above

    nowhere = (None, None, os.devnull, None)
    return boto3.session.Session(
        botocore_session=botocore.session.Session(
            session_vars={
                "profile": (None, None, None, None),
                "config_file": nowhere,
                "credentials_file": nowhere,
                "ca_bundle": (None, None, None, None),
            }
        )
    )


def _refuse_redirect(context: dict[str, Any], **_: object) -> None:
    """Keep botocore from repeating a request in the region that S3 names: a wrong REGION must fail.

    A request that it takes for redirected already is not repeated.
    """
    context.setdefault("s3_redirect", {})["redirected"] = True
