"""Puts data sets into buckets."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from sparkify_fixtures import LOG_PREFIX, SONG_PREFIX, StoredObject
from sparkify_harness.objectstore import Endpoint

UPLOADS_AT_ONCE = 8


def upload(
    endpoint: Endpoint,
    bucket: str,
    objects: Iterable[StoredObject],
    on_object: Callable[[StoredObject], None] | None = None,
) -> int:
    """Put objects into a bucket, several at once.

    Args:
        endpoint: Has the bucket, with a key that may write to it.
        bucket: Its name.
        objects: What to put; taken one by one, never all in memory.
        on_object: Called after each.

    Returns:
        How many there were.

    Raises:
        botocore.exceptions.ClientError: The store refuses one.
    """
    client = endpoint.client()
    count = 0

    def put(item: StoredObject) -> StoredObject:
        client.put_object(Bucket=bucket, Key=item.key, Body=item.body)
        return item

    with ThreadPoolExecutor(UPLOADS_AT_ONCE) as pool:
        for batch in _batches(objects, 4 * UPLOADS_AT_ONCE):
            for item in pool.map(put, batch):
                count += 1
                if on_object is not None:
                    on_object(item)
    return count


def clear(endpoint: Endpoint, bucket: str) -> int:
    """Remove all logs and songs from a bucket; other objects stay.

    Returns:
        How many there were.
    """
    client = endpoint.client()
    pages = client.get_paginator("list_objects_v2")
    count = 0
    for prefix in (LOG_PREFIX, SONG_PREFIX):
        for page in pages.paginate(Bucket=bucket, Prefix=prefix):
            keys = [{"Key": item["Key"]} for item in page.get("Contents", [])]
            if keys:
                client.delete_objects(Bucket=bucket, Delete={"Objects": keys})  # type: ignore[typeddict-item]  # keys are strings
            count += len(keys)
    return count


def _batches(objects: Iterable[StoredObject], size: int) -> Iterator[list[StoredObject]]:
    batch: list[StoredObject] = []
    for item in objects:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    yield batch
