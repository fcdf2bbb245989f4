"""What every object store of the harness does as Amazon S3 does.

AWS: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

import gzip
import io
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from sparkify_harness.objectstore import Endpoint, RunningStore, StoreKind
from sparkify_harness.objectstore.aws import send_signed

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEYS = [
    "log_data/2018/11/2018-11-01-events.json",
    "with space/and + plus.json",
    "ünïcode/日本語 🎵.json",
    "reserved/%3F?&=#;:@,$'()*!~.json",
    "deep/" + "x/" * 100 + "end",
]


@pytest.mark.parametrize("key", KEYS)
def test_what_was_put_is_listed_and_read(store: RunningStore, bucket: str, key: str) -> None:
    store.client().put_object(Bucket=bucket, Key=key, Body=key.encode())
    reader = store.grant_reader(bucket).client()
    assert reader.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()
    assert reader.head_object(Bucket=bucket, Key=key)["ContentLength"] == len(key.encode())
    assert listed(reader, bucket, key) == [key]


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        pytest.param("bytes=0-3", b"0123", id="the first bytes"),
        pytest.param("bytes=4-", b"456789", id="from a place on"),
        pytest.param("bytes=-2", b"89", id="the last bytes"),
        pytest.param("bytes=8-99", b"89", id="beyond the end"),
    ],
)
def test_a_part_of_an_object(store: RunningStore, bucket: str, wanted: str, got: bytes) -> None:
    client = store.client()
    client.put_object(Bucket=bucket, Key="digits", Body=b"0123456789")
    answer = client.get_object(Bucket=bucket, Key="digits", Range=wanted)
    assert (answer["Body"].read(), answer["ResponseMetadata"]["HTTPStatusCode"]) == (got, 206)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(bytes(range(256)) * 100, {}, id="every byte"),
        pytest.param(gzip.compress(b"line\n" * 100), {}, id="gzip"),
        pytest.param(
            gzip.compress(b"line\n" * 100),
            {"ContentEncoding": "gzip", "ContentType": "application/json"},
            id="gzip, and said so",
        ),
        pytest.param(b"x" * 1000, {"ChecksumAlgorithm": "SHA256"}, id="with a checksum"),
        pytest.param(b"x" * 1000, {"Metadata": {"source": "a b"}}, id="with metadata"),
    ],
)
def test_content_comes_back_as_it_was(
    store: RunningStore, bucket: str, body: bytes, headers: dict[str, Any]
) -> None:
    client = store.client()
    client.put_object(Bucket=bucket, Key="content", Body=body, **headers)
    got = client.get_object(Bucket=bucket, Key="content")
    assert got["Body"].read() == body
    assert (got["ContentLength"], got["Metadata"]) == (len(body), headers.get("Metadata", {}))


def test_content_of_a_forms_type_comes_back_or_is_refused(store: RunningStore, bucket: str) -> None:
    body, kind = b"key=value&file=%2F", "application/x-www-form-urlencoded"
    client = store.client()
    if store.kind is StoreKind.EMBEDDED:
        with pytest.raises(ClientError, match="not emulated"):
            client.put_object(Bucket=bucket, Key="form", Body=body, ContentType=kind)
    else:
        client.put_object(Bucket=bucket, Key="form", Body=body, ContentType=kind)
        assert client.get_object(Bucket=bucket, Key="form")["Body"].read() == body


def test_what_is_put_again_is_replaced_and_what_is_deleted_is_gone(
    store: RunningStore, bucket: str
) -> None:
    client = store.client()
    client.put_object(Bucket=bucket, Key="key", Body=b"old")
    client.put_object(Bucket=bucket, Key="key", Body=b"new")
    assert client.get_object(Bucket=bucket, Key="key")["Body"].read() == b"new"
    client.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "key"}]})
    assert listed(client, bucket, "") == []


def test_an_upload_from_a_stream(store: RunningStore, bucket: str) -> None:
    body = b"0123456789" * 1_200_000
    client = store.client()
    client.upload_fileobj(io.BytesIO(body), bucket, "stream")
    into = io.BytesIO()
    client.download_fileobj(bucket, "stream", into)
    assert into.getvalue() == body


def test_an_empty_object(store: RunningStore, bucket: str) -> None:
    client = store.client()
    client.put_object(Bucket=bucket, Key="empty")
    assert client.get_object(Bucket=bucket, Key="empty")["Body"].read() == b""


def test_an_object_of_many_parts(store: RunningStore, bucket: str) -> None:
    client = store.client()
    begun = client.create_multipart_upload(Bucket=bucket, Key="large")["UploadId"]
    parts = [b"a" * 5 * 2**20, b"b" * 10]
    tags = [
        client.upload_part(
            Bucket=bucket, Key="large", UploadId=begun, PartNumber=number, Body=part
        )["ETag"]
        for number, part in enumerate(parts, 1)
    ]
    client.complete_multipart_upload(
        Bucket=bucket,
        Key="large",
        UploadId=begun,
        MultipartUpload={
            "Parts": [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, 1)]
        },
    )
    assert client.get_object(Bucket=bucket, Key="large")["Body"].read() == b"".join(parts)


def test_an_upload_in_parts_is_seen_when_it_is_complete_and_not_when_it_is_aborted(
    store: RunningStore, bucket: str
) -> None:
    client = store.client()
    client.put_object(Bucket=bucket, Key="large", Body=b"old")
    begun = client.create_multipart_upload(Bucket=bucket, Key="large")["UploadId"]
    client.upload_part(Bucket=bucket, Key="large", UploadId=begun, PartNumber=1, Body=b"new")
    client.create_multipart_upload(Bucket=bucket, Key="never")
    assert listed(client, bucket, "") == ["large"]
    client.abort_multipart_upload(Bucket=bucket, Key="large", UploadId=begun)
    assert client.get_object(Bucket=bucket, Key="large")["Body"].read() == b"old"


def test_of_a_versioned_bucket_the_current_versions_are_seen(
    store: RunningStore, bucket: str
) -> None:
    client = store.client()
    set_versions(client, bucket)
    first = client.put_object(Bucket=bucket, Key="kept", Body=b"first")["VersionId"]
    client.put_object(Bucket=bucket, Key="kept", Body=b"second")
    client.put_object(Bucket=bucket, Key="deleted", Body=b"gone")
    assert client.delete_object(Bucket=bucket, Key="deleted")["DeleteMarker"]
    current = store.grant_reader(bucket).client()
    assert listed(current, bucket, "") == ["kept"]
    assert current.get_object(Bucket=bucket, Key="kept")["Body"].read() == b"second"
    with pytest.raises(ClientError, match="NoSuchKey"):
        current.get_object(Bucket=bucket, Key="deleted")
    # The older ones are still there for who asks for them.
    old = client.get_object(Bucket=bucket, Key="kept", VersionId=first)
    assert old["Body"].read() == b"first"
    versions = client.list_object_versions(Bucket=bucket)
    assert [(one["Key"], one["IsLatest"]) for one in versions["Versions"]] == [
        ("deleted", False),
        ("kept", True),
        ("kept", False),
    ]
    assert [one["Key"] for one in versions["DeleteMarkers"]] == ["deleted"]


def test_a_listing_has_pages_of_1000_keys_in_byte_order(store: RunningStore, bucket: str) -> None:
    client = store.client()
    keys = [f"many/{number}" for number in range(1005)]
    with ThreadPoolExecutor(8) as threads:
        for _ in threads.map(lambda key: client.put_object(Bucket=bucket, Key=key), keys):
            pass
    client.put_object(Bucket=bucket, Key="other")
    reader = store.grant_reader(bucket).client()
    pages = list(reader.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="many/"))
    assert [page["KeyCount"] for page in pages] == [1000, 5]
    assert [one["Key"] for page in pages for one in page["Contents"]] == sorted(keys)


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        pytest.param("", ["B", "a.b", "a/1", "a/2", "ab", "b"], id="none"),
        pytest.param("a", ["a.b", "a/1", "a/2", "ab"], id="is no folder"),
        pytest.param("a/", ["a/1", "a/2"], id="that ends in a slash"),
        pytest.param("A", [], id="of another case"),
    ],
)
def test_a_prefix(store: RunningStore, bucket: str, prefix: str, expected: list[str]) -> None:
    client = store.client()
    for key in ("b", "ab", "a/2", "a/1", "a.b", "B"):
        client.put_object(Bucket=bucket, Key=key)
    assert listed(client, bucket, prefix) == expected


@dataclass(frozen=True)
class Asked:
    """A request by somebody, and how AWS answers it."""

    id: str
    who: Callable[[RunningStore, str], Endpoint]
    what: Callable[["S3Client", str], object]
    code: str
    status: int
    other_codes: dict[StoreKind, tuple[str, int]] = field(default_factory=dict)
    """Where a kind of store deviates from AWS."""


def admin(store: RunningStore, bucket: str) -> Endpoint:
    return store.endpoint


def reader(store: RunningStore, bucket: str) -> Endpoint:
    return store.grant_reader(bucket)


def session(store: RunningStore, bucket: str) -> Endpoint:
    return store.grant_reader(bucket, temporary=True)


def stranger(store: RunningStore, bucket: str) -> Endpoint:
    return store.grant_reader("another-bucket")


def strange_session(store: RunningStore, bucket: str) -> Endpoint:
    return store.grant_reader("another-bucket", temporary=True)


def unknown(store: RunningStore, bucket: str) -> Endpoint:
    return replace(store.endpoint, access_key_id="AKIAIOSFODNN7EXAMPLE")


def impostor(store: RunningStore, bucket: str) -> Endpoint:
    return replace(store.endpoint, secret_access_key="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")


def impostor_of_reader(store: RunningStore, bucket: str) -> Endpoint:
    return replace(store.grant_reader(bucket), secret_access_key="x" * 40)


def bad_token(store: RunningStore, bucket: str) -> Endpoint:
    return replace(session(store, bucket), session_token="made up")


def no_token(store: RunningStore, bucket: str) -> Endpoint:
    return replace(session(store, bucket), session_token=None)


def list_it(client: "S3Client", bucket: str) -> object:
    return client.list_objects_v2(Bucket=bucket)


def get(client: "S3Client", bucket: str) -> object:
    return client.get_object(Bucket=bucket, Key="there")


def get_missing(client: "S3Client", bucket: str) -> object:
    return client.get_object(Bucket=bucket, Key="missing")


def head_missing(client: "S3Client", bucket: str) -> object:
    return client.head_object(Bucket=bucket, Key="missing")


def put(client: "S3Client", bucket: str) -> object:
    return client.put_object(Bucket=bucket, Key="new", Body=b"new")


def delete(client: "S3Client", bucket: str) -> object:
    return client.delete_object(Bucket=bucket, Key="there")


def begin_parts(client: "S3Client", bucket: str) -> object:
    return client.create_multipart_upload(Bucket=bucket, Key="new")


def copy_within(client: "S3Client", bucket: str) -> object:
    return client.copy_object(Bucket=bucket, Key="new", CopySource=f"{bucket}/there")


def set_versions(client: "S3Client", bucket: str) -> object:
    return client.put_bucket_versioning(
        Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
    )


def drop_bucket(client: "S3Client", bucket: str) -> object:
    return client.delete_bucket(Bucket=bucket)


def head_bucket(client: "S3Client", bucket: str) -> object:
    return client.head_bucket(Bucket=bucket)


def locate(client: "S3Client", bucket: str) -> object:
    return client.get_bucket_location(Bucket=bucket)


def list_missing_bucket(client: "S3Client", bucket: str) -> object:
    return client.list_objects_v2(Bucket="no-such-bucket")


def get_from_missing_bucket(client: "S3Client", bucket: str) -> object:
    return client.get_object(Bucket="no-such-bucket", Key="there")


def head_missing_bucket(client: "S3Client", bucket: str) -> object:
    return client.head_bucket(Bucket="no-such-bucket")


def range_beyond(client: "S3Client", bucket: str) -> object:
    return client.get_object(Bucket=bucket, Key="there", Range="bytes=99-")


# MinIO looks at rights before it looks whether the bucket is there.
MINIO = [kind for kind in StoreKind if kind.is_minio]
MINIO_DENIES = dict.fromkeys(MINIO, ("AccessDenied", 403))
MINIO_TOKEN = dict.fromkeys(MINIO, ("InvalidTokenId", 403))

REFUSED = [
    Asked("unknown key lists", unknown, list_it, "InvalidAccessKeyId", 403),
    Asked("unknown key gets", unknown, get, "InvalidAccessKeyId", 403),
    Asked("unknown key puts", unknown, put, "InvalidAccessKeyId", 403),
    Asked("unknown key, HEAD has no body", unknown, head_bucket, "403", 403),
    Asked("unknown key, missing bucket", unknown, list_missing_bucket, "InvalidAccessKeyId", 403),
    Asked("wrong secret lists", impostor, list_it, "SignatureDoesNotMatch", 403),
    Asked("wrong secret gets", impostor, get, "SignatureDoesNotMatch", 403),
    Asked("wrong secret puts", impostor, put, "SignatureDoesNotMatch", 403),
    Asked("wrong secret deletes", impostor, delete, "SignatureDoesNotMatch", 403),
    Asked("wrong secret locates", impostor, locate, "SignatureDoesNotMatch", 403),
    Asked("wrong secret of a reader", impostor_of_reader, get, "SignatureDoesNotMatch", 403),
    Asked("wrong token", bad_token, list_it, "InvalidToken", 400, MINIO_TOKEN),
    Asked("token left out", no_token, list_it, "InvalidAccessKeyId", 403, MINIO_TOKEN),
    Asked("reader puts", reader, put, "AccessDenied", 403),
    Asked("reader deletes", reader, delete, "AccessDenied", 403),
    Asked("reader uploads in parts", reader, begin_parts, "AccessDenied", 403),
    Asked("reader copies", reader, copy_within, "AccessDenied", 403),
    Asked("reader turns versions on", reader, set_versions, "AccessDenied", 403),
    Asked("reader deletes the bucket", reader, drop_bucket, "AccessDenied", 403),
    Asked("session puts", session, put, "AccessDenied", 403),
    Asked("session deletes", session, delete, "AccessDenied", 403),
    Asked("reader of another bucket lists", stranger, list_it, "AccessDenied", 403),
    Asked("reader of another bucket gets", stranger, get, "AccessDenied", 403),
    Asked("reader of another bucket, missing key", stranger, get_missing, "AccessDenied", 403),
    Asked("session of another bucket lists", strange_session, list_it, "AccessDenied", 403),
    Asked("session of another bucket gets", strange_session, get, "AccessDenied", 403),
    Asked("reader of another bucket locates", stranger, locate, "AccessDenied", 403),
    Asked("reader of another bucket, HEAD", stranger, head_bucket, "403", 403),
    Asked("missing bucket", admin, list_missing_bucket, "NoSuchBucket", 404),
    Asked("missing bucket, GET", admin, get_from_missing_bucket, "NoSuchBucket", 404),
    Asked("missing bucket, HEAD", admin, head_missing_bucket, "404", 404),
    Asked("missing bucket, reader", reader, list_missing_bucket, "NoSuchBucket", 404, MINIO_DENIES),
    Asked("missing key", admin, get_missing, "NoSuchKey", 404),
    Asked("missing key, reader", reader, get_missing, "NoSuchKey", 404),
    Asked("missing key, HEAD", reader, head_missing, "404", 404),
    Asked("range beyond the end", reader, range_beyond, "InvalidRange", 416),
]

ALLOWED = [
    Asked(f"{who.__name__} may {what.__name__}", who, what, "", 200)
    for who in (admin, reader, session)
    for what in (list_it, get, head_bucket, locate)
]


def answer(asked: Asked, store: RunningStore, bucket: str) -> tuple[str, int]:
    store.client().put_object(Bucket=bucket, Key="there", Body=b"content")
    client = asked.who(store, bucket).client()
    try:
        asked.what(client, bucket)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return error.response["Error"]["Code"], status
    return "", 200


@pytest.mark.parametrize("asked", [pytest.param(one, id=one.id) for one in REFUSED + ALLOWED])
def test_answer(asked: Asked, store: RunningStore, bucket: str) -> None:
    expected = asked.other_codes.get(store.kind, (asked.code, asked.status))
    assert answer(asked, store, bucket) == expected


@pytest.mark.parametrize("path", ["/", "/{bucket}", "/{bucket}/there"])
def test_who_does_not_sign_is_refused(store: RunningStore, bucket: str, path: str) -> None:
    store.client().put_object(Bucket=bucket, Key="there", Body=b"content")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(store.endpoint.url + path.format(bucket=bucket), timeout=10)
    with refused.value as error:
        assert (error.code, b"<Code>AccessDenied</Code>" in error.read()) == (403, True)


def test_a_request_signed_for_another_region_is_refused(store: RunningStore, bucket: str) -> None:
    elsewhere = replace(store.endpoint, region="eu-west-1")
    refused = send_signed(elsewhere, "GET", f"/{bucket}")
    assert refused.status == 400
    assert b"<Code>AuthorizationHeaderMalformed</Code>" in refused.body
    assert b"<Region>us-west-2</Region>" in refused.body


def test_the_region_of_a_bucket_is_told_from_anywhere(store: RunningStore, bucket: str) -> None:
    client = store.client()
    assert client.get_bucket_location(Bucket=bucket)["LocationConstraint"] == "us-west-2"
    assert client.head_bucket(Bucket=bucket)["BucketRegion"] == "us-west-2"
    reader = replace(store.grant_reader(bucket), region="eu-west-1").client()
    assert reader.get_bucket_location(Bucket=bucket)["LocationConstraint"] == "us-west-2"


def test_a_bucket_in_another_region_cannot_be_made(store: RunningStore) -> None:
    with pytest.raises(ClientError, match=r"InvalidRegion|IllegalLocationConstraintException"):
        store.client().create_bucket(
            Bucket="elsewhere", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )


def test_a_deny_of_the_buckets_policy_holds(store: RunningStore, bucket: str) -> None:
    client = store.client()
    client.put_object(Bucket=bucket, Key="there", Body=b"content")
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [deny]}
    client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    asked = Asked("", reader, get, "AccessDenied", 403)
    # MinIO applies it to those who do not sign, and to nobody else.
    expected = ("", 200) if store.kind.is_minio else ("AccessDenied", 403)
    assert answer(asked, store, bucket) == expected


def listed(client: "S3Client", bucket: str, prefix: str) -> list[str]:
    return [
        one["Key"]
        for one in client.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    ]
