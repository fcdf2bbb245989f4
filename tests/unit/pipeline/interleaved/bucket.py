"""A bucket in memory that remembers what it held: the part of S3's API that is asked here."""

import datetime as dt
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import md5
from typing import Any

from sparkify_fixtures import StoredObject

REGION = "us-west-2"

_START = dt.datetime(2018, 12, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Version:
    """An object as it was put once.

    Attributes:
        body: its content.
        at: when it was put; S3 tells it to the second.
    """

    body: bytes
    at: dt.datetime

    @property
    def etag(self) -> str:
        """The MD5 of the content, as S3 has it for objects put at once."""
        return md5(self.body, usedforsecurity=False).hexdigest()


class Bucket:
    """Objects by key.

    Attributes:
        objects: that are there now.
        bodies: every content there ever was, by key and ETag.
        clock: seconds since the bucket was made; put it forward, or leave it for objects of the
            same second.
    """

    def __init__(self) -> None:
        self.objects: dict[str, Version] = {}
        self.bodies: dict[tuple[str, str], bytes] = {}
        self.clock = 0

    def put(self, item: StoredObject) -> None:
        """Puts an object, in the place of the one with its key."""
        version = Version(item.body, _START + dt.timedelta(seconds=self.clock))
        self.objects[item.key] = version
        self.bodies[item.key, version.etag] = item.body

    def remove(self, key: str) -> None:
        """Takes an object away."""
        self.objects.pop(key, None)

    def below(self, prefix: str) -> list[StoredObject]:
        """The objects whose keys begin with the prefix."""
        found = sorted(self.objects.items())
        return [StoredObject(key, one.body) for key, one in found if key.startswith(prefix)]


class Client:
    """What boto3's client is to the pipeline and to COPY.

    Args:
        bucket: that it asks.
        before: called before each request.
    """

    def __init__(self, bucket: Bucket, before: Callable[[str], None] = lambda what: None) -> None:
        self._bucket = bucket
        self._before = before

    def get_bucket_location(self, **request: Any) -> dict[str, Any]:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html ."""
        return {"LocationConstraint": REGION}

    def get_paginator(self, operation: str) -> "Client":
        """Of `list_objects_v2`."""
        assert operation == "list_objects_v2"
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> Iterator[dict[str, Sequence[Any]]]:  # noqa: N803 - S3's names
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html ."""
        self._before(f"list {Prefix}")
        yield {
            "Contents": [
                {
                    "Key": key,
                    "ETag": f'"{version.etag}"',
                    "LastModified": version.at,
                    "Size": len(version.body),
                }
                for key, version in sorted(self._bucket.objects.items())
                if key.startswith(Prefix)
            ]
        }

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 - S3's names
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html ."""
        return {"Body": io.BytesIO(self._bucket.objects[Key].body)}

    def close(self) -> None:
        """There is no connection."""
