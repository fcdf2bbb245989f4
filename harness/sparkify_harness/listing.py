"""What a bucket lists, without asking it."""

from collections.abc import Iterable
from hashlib import md5

from sparkify.objects import ObjectInfo
from sparkify_fixtures import StoredObject


def listing(objects: Iterable[StoredObject], prefix: str) -> list[ObjectInfo]:
    """What a bucket lists below a prefix once the objects are uploaded; without their time.

    S3: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html (the ETag of an object that
    was put as a whole is the MD5 digest of its content)
    """
    return [
        ObjectInfo(
            item.key, md5(item.body, usedforsecurity=False).hexdigest(), None, len(item.body)
        )
        for item in objects
        if item.key.startswith(prefix)
    ]
