"""The objects that an UNLOAD makes, through the statement's own credentials and nothing else."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sparkify_harness.redshift.copying.source import ObjectSource, S3Object
from sparkify_harness.redshift.copying.waiting import awaited

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

T = TypeVar("T")
_Encryption = Mapping[str, Any]

PART: Final = 8 << 20
"""Bytes of a part of an upload; an object of fewer is put in one request.

AWS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"""

SENDERS: Final = 4
"""Parts that are sent at the same time: what a statement has in memory is no more than these, and
what each object that is still open collects."""

_DELETED_AT_ONCE: Final = 1000


class Target(ObjectSource):
    """S3 as a statement may write to it. Safe to use from several threads; see ``ObjectSource``.

    Attributes:
        encryption: What is asked of S3 as it makes an object.
    """

    encryption: _Encryption = MappingProxyType({})

    def encrypt_by(self, kms_key: str) -> None:
        """Have all objects encrypted by a key of KMS.

        AWS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/specifying-kms-encryption.html
        """
        self.encryption = MappingProxyType(
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key}
        )

    def present(self, bucket: str, prefix: str) -> Iterator[S3Object]:
        """The objects whose key begins with the prefix.

        Raises:
            ComputeFault: S3 refuses.
        """
        self.check_region(bucket)
        with self._errors(bucket, prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=bucket, Prefix=prefix
            )
            for page in pages:
                for entry in page.get("Contents", ()):
                    yield S3Object(bucket, entry["Key"], entry["Size"])

    def remove(self, bucket: str, prefix: str) -> None:
        """Delete the objects whose key begins with the prefix.

        Raises:
            ComputeFault: S3 refuses to list or to delete them.
        """
        keys = [one.key for one in self.present(bucket, prefix)]
        for begin in range(0, len(keys), _DELETED_AT_ONCE):
            some = keys[begin : begin + _DELETED_AT_ONCE]
            with self._errors(bucket, prefix):
                answer = self._client.delete_objects(
                    Bucket=bucket, Delete={"Objects": [{"Key": key} for key in some], "Quiet": True}
                )
            for error in answer.get("Errors", ()):
                raise self._translate(
                    {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 403}},
                    bucket,
                    error.get("Key", ""),
                )

    def put(self, bucket: str, key: str, body: bytes) -> None:
        """Make an object of these bytes."""
        with self._errors(bucket, key):
            self._client.put_object(Bucket=bucket, Key=key, Body=body, **self.encryption)

    def begin(self, bucket: str, key: str) -> str:
        """Begin an object of several parts; the id of its upload."""
        with self._errors(bucket, key):
            return self._client.create_multipart_upload(Bucket=bucket, Key=key, **self.encryption)[
                "UploadId"
            ]

    def add(
        self, bucket: str, key: str, upload: str, number: int, body: bytes
    ) -> "CompletedPartTypeDef":
        """Send a part; what ``complete`` wants to know of it."""
        with self._errors(bucket, key):
            answer = self._client.upload_part(
                Bucket=bucket, Key=key, UploadId=upload, PartNumber=number, Body=body
            )
        return {"ETag": answer["ETag"], "PartNumber": number}

    def complete(
        self, bucket: str, key: str, upload: str, parts: "list[CompletedPartTypeDef]"
    ) -> None:
        """Make the object of its parts."""
        with self._errors(bucket, key):
            self._client.complete_multipart_upload(
                Bucket=bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": parts}
            )

    def forget(self, bucket: str, key: str) -> None:
        """Forget the parts of an object that is not to be.

        The id of its upload may not be known: who asked for it was cancelled.
        """
        with self._errors(bucket, key):
            answer = self._client.list_multipart_uploads(Bucket=bucket, Prefix=key)
            for one in answer.get("Uploads", ()):
                if one["Key"] == key:
                    self._client.abort_multipart_upload(
                        Bucket=bucket, Key=key, UploadId=one["UploadId"]
                    )


class Uploads:
    """The uploads of a statement: parts are sent by threads while rows are still being read.

    Args:
        target: Where to.
        check: Asked while it waits; raises where the statement is cancelled.

    Attributes:
        unfinished: Keys of the objects of which there are parts, and not all.
    """

    def __init__(self, target: Target, check: Callable[[], None]) -> None:
        self.target = target
        self._check = check
        self._pool = ThreadPoolExecutor(SENDERS, "unload")
        self._sending: deque[Future[Any]] = deque()
        self.unfinished: set[str] = set()

    def do(self, work: Callable[[], T]) -> T:
        """What a request gives, which this thread waits for."""
        return awaited(self._pool.submit(work), self._check)

    def send(self, work: Callable[[], T]) -> Future[T]:
        """Let a thread make a request; wait for an earlier one where all threads are busy."""
        while len(self._sending) >= SENDERS:
            awaited(self._sending.popleft(), self._check)
        future = self._pool.submit(work)
        self._sending.append(future)
        return future

    def wait(self) -> None:
        """Wait for every request that was sent.

        Raises:
            ComputeFault: S3 refused one.
        """
        while self._sending:
            awaited(self._sending.popleft(), self._check)

    def close(self, *, wait: bool) -> None:
        """Send nothing more.

        Args:
            wait: Whether to wait for what is being sent, whose connections are broken off.
        """
        self._pool.shutdown(wait=wait, cancel_futures=True)


class Upload:
    """One object, whose bytes come one after the other. It is there when it is complete.

    Args:
        uploads: Of the statement.
        bucket, key: What it is called.
    """

    def __init__(self, uploads: Uploads, bucket: str, key: str) -> None:
        self.size = 0
        self._uploads, self._bucket, self._key = uploads, bucket, key
        self._buffer = bytearray()
        self._upload: str | None = None
        self._parts: list[Future[CompletedPartTypeDef]] = []

    def write(self, data: "bytes | memoryview") -> int:
        """Take bytes; whole parts are sent."""
        self._buffer += data
        self.size += len(data)
        while len(self._buffer) >= PART:
            self._send(bytes(self._buffer[:PART]))
            del self._buffer[:PART]
        return len(data)

    def finish(self) -> None:
        """Make the object.

        Raises:
            ComputeFault: S3 refuses.
        """
        target, bucket, key = self._uploads.target, self._bucket, self._key
        rest = bytes(self._buffer)
        if self._upload is None:
            self._uploads.send(lambda: target.put(bucket, key, rest))
            return
        if rest:
            self._send(rest)
        self._uploads.wait()
        upload, parts = self._upload, [part.result() for part in self._parts]
        self._uploads.do(lambda: target.complete(bucket, key, upload, parts))
        self._uploads.unfinished.discard(key)

    def _send(self, body: bytes) -> None:
        target, bucket, key = self._uploads.target, self._bucket, self._key
        if self._upload is None:
            self._uploads.unfinished.add(key)
            self._upload = self._uploads.do(lambda: target.begin(bucket, key))
        upload, number = self._upload, len(self._parts) + 1
        self._parts.append(
            self._uploads.send(lambda: target.add(bucket, key, upload, number, body))
        )
