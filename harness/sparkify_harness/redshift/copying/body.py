"""The contents of one object, also where the connection breaks within them.

A request that is not answered is repeated by the client (``client.py``); what breaks after the
first byte of an answer is not. Here the rest is asked for, from the byte where it broke, of the
same object alone: bytes of two versions are never mixed.

AWS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ErrorBestPractices.html
AWS: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

CHUNK: Final = 1 << 17
"""Bytes that are read at once: what is lost, and asked for again, where the connection breaks."""

REPEATED: Final = 5
"""Times that the rest is asked for without a byte coming, as requests are repeated."""

_FIRST_WAIT: Final = 0.1
"""Seconds before the first repetition; then twice as many each time."""


def contents(
    client: "S3Client", bucket: str, key: str, pause: Callable[[float], None]
) -> Iterator[bytes]:
    """The bytes of an object, in order, each of them once.

    Args:
        client: Repeats what is not answered.
        bucket: Where the object is.
        key: Its name there.
        pause: Waits some seconds, or raises if nobody wants the bytes any more.

    Raises:
        ClientError: S3 refuses. ``PreconditionFailed`` says that the object was changed meanwhile.
        BotoCoreError, HTTPError, OSError: The connection broke again and again.
    """
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415  slow to import
    from urllib3.exceptions import HTTPError  # noqa: PLC0415  slow to import

    answer = client.get_object(Bucket=bucket, Key=key)
    at = broken = 0
    while True:
        body = answer["Body"]
        try:
            with body:
                while chunk := body.read(CHUNK):
                    at += len(chunk)
                    broken = 0
                    yield chunk
        except (BotoCoreError, HTTPError, OSError):  # reset, too short, silent
            if broken == REPEATED:
                raise
        else:
            return
        pause(_FIRST_WAIT * 2**broken)
        broken += 1
        if at:
            version = answer["ETag"]
            answer = client.get_object(
                Bucket=bucket, Key=key, Range=f"bytes={at}-", IfMatch=version
            )
            _check_place(answer, at)
        else:
            answer = client.get_object(Bucket=bucket, Key=key)


def _check_place(answer: "GetObjectOutputTypeDef", at: int) -> None:
    """Refuse an answer that begins elsewhere: a store that ignores ranges sends everything.

    Raises:
        ConnectionError: It does.
    """
    if not answer.get("ContentRange", "").startswith(f"bytes {at}-"):
        answer["Body"].close()
        raise ConnectionError(f"the store does not send the rest, from byte {at} on")
