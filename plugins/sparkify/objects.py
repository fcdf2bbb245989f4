"""Which objects lie below a prefix in S3, and whether they are still the same.

S3: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sparkify.errors import ServiceError, SourceError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONNECT_SECONDS = 10
READ_SECONDS = 30
TRIES = 5
"""Of one request: connecting, reading, and how often, with growing waits between."""

_PASSING = {"ExpiredToken", "InternalError", "RequestTimeout", "ServiceUnavailable", "SlowDown"}
"""Codes of errors that may pass; temporary keys are taken anew for each try of a task."""


@dataclass(frozen=True)
class ObjectInfo:
    """What identifies the content of an object.

    Attributes:
        key: of the object; or the prefix, where it stands for all objects below.
        etag: as S3 gives it, without quotes; or a digest of all.
        last_modified: UTC, without zone, as Redshift's TIMESTAMP.
        bytes: its size.
    """

    key: str
    etag: str
    last_modified: dt.datetime | None
    bytes: int


def list_objects(client: "S3Client", bucket: str, prefix: str) -> list[ObjectInfo]:
    """All objects that COPY would read: those whose key begins with the prefix, in their order.

    Raises:
        SourceError: S3 refuses.
        ServiceError: S3 does not answer, or is busy.
    """
    with translated(f"listing s3://{bucket}/{prefix}"):
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return [
            ObjectInfo(
                key=item["Key"],
                etag=item["ETag"].strip('"'),
                last_modified=item["LastModified"].astimezone(dt.UTC).replace(tzinfo=None),
                bytes=item["Size"],
            )
            for page in pages
            for item in page.get("Contents", [])
        ]


def digest(prefix: str, objects: Sequence[ObjectInfo]) -> ObjectInfo:
    """One that stands for all: it changes when any of them changes, comes or goes."""
    times = [item.last_modified for item in objects if item.last_modified]
    lines = "".join(f"{item.key}\n{item.etag}\n{item.bytes}\n" for item in objects)
    return ObjectInfo(
        key=prefix,
        etag=hashlib.sha256(lines.encode()).hexdigest(),
        last_modified=max(times, default=None),
        bytes=sum(item.bytes for item in objects),
    )


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turns boto3's errors into ours; they hold no secret."""
    # Imported here: parsing a DAG must not load boto3.
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - see above

    try:
        yield
    except ClientError as error:
        answer: Any = error.response
        code = answer.get("Error", {}).get("Code", "")
        status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        text = f"{doing}: S3 says {code}: {answer.get('Error', {}).get('Message', '')}"
        kind = ServiceError if code in _PASSING or status >= 500 else SourceError
        raise kind(text) from None
    except BotoCoreError as error:
        kind = SourceError if "credentials" in str(error).lower() else ServiceError
        raise kind(f"{doing}: {error}") from None
