"""What the gate before the embedded store refuses, and what it corrects."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest
from werkzeug.test import Client, TestResponse

from sparkify_harness.objectstore.gate import Gate

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def signed(region: str = "us-west-2", service: str = "s3", separator: str = ", ") -> str:
    scope = f"AKIAEXAMPLE/20181101/{region}/{service}/aws4_request"
    parts = (f"Credential={scope}", "SignedHeaders=host;x-amz-date", f"Signature={'0' * 64}")
    return "AWS4-HMAC-SHA256 " + separator.join(parts)


class Behind:
    """An application that always answers the same."""

    def __init__(self, status: str = "200 OK", body: bytes = b"served") -> None:
        self.status = status
        self.body = body

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        start(self.status, [("x-behind", "yes")])
        return [self.body]


def ask(
    authorization: str,
    path: str = "/bucket/key",
    *,
    behind: Behind | None = None,
    method: str = "GET",
    date: str | None = "20181101T000000Z",
    content_type: str | None = None,
) -> TestResponse:
    apps = dict.fromkeys(("s3", "iam", "sts"), behind or Behind())
    gate = Gate(apps, "us-west-2", lambda name: name == "bucket")
    headers = {"Authorization": authorization} if authorization else {}
    if date:
        headers["X-Amz-Date"] = date
    return Client(gate).open(path, method=method, headers=headers, content_type=content_type)


def code(response: TestResponse) -> str:
    return response.text.partition("<Code>")[2].partition("</Code>")[0]


@pytest.mark.parametrize(
    ("authorization", "path"),
    [
        pytest.param(signed(), "/bucket/key", id="signed"),
        pytest.param(signed(separator=","), "/bucket/key", id="signed, without spaces"),
        pytest.param(signed("eu-west-1"), "/bucket?location", id="location, from anywhere"),
        pytest.param(signed("us-east-1", "iam"), "/", id="IAM, which has one region"),
        pytest.param(signed("us-east-1", "sts"), "/", id="STS"),
    ],
)
def test_let_through(authorization: str, path: str) -> None:
    response = ask(authorization, path)
    assert (response.status_code, response.text) == (200, "served")


@pytest.mark.parametrize(
    ("authorization", "path", "status", "expected"),
    [
        pytest.param("", "/bucket", 403, "AccessDenied", id="nothing"),
        pytest.param("", "/bucket/k?X-Amz-Signature=0", 501, "NotImplemented", id="presigned"),
        pytest.param("", "/bucket/k?Signature=0", 501, "NotImplemented", id="presigned, version 2"),
        pytest.param("AWS AKIA:sig", "/bucket", 400, "InvalidRequest", id="version 2"),
        pytest.param("Bearer x", "/b", 400, "AuthorizationHeaderMalformed", id="another scheme"),
        pytest.param(signed()[:-1], "/bucket", 400, "AuthorizationHeaderMalformed", id="cut short"),
        pytest.param(
            signed("eu-west-1"), "/bucket", 400, "AuthorizationHeaderMalformed", id="another region"
        ),
        pytest.param(signed(service="sqs"), "/", 501, "NotImplemented", id="another service"),
    ],
)
def test_refused(authorization: str, path: str, status: int, expected: str) -> None:
    response = ask(authorization, path)
    assert (response.status_code, code(response)) == (status, expected)
    assert "x-behind" not in response.headers


def test_without_a_date_no_signature_can_be_verified() -> None:
    assert code(ask(signed(), date=None)) == "AccessDenied"


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; x=1"])
def test_an_object_that_moto_would_take_for_a_form_is_refused(kind: str) -> None:
    assert "not emulated" in ask(signed(), method="PUT", content_type=kind).text
    assert ask(signed(), method="PUT", content_type="text/plain").text == "served"


def test_the_region_expected_is_told_in_words_and_by_header() -> None:
    response = ask(signed("eu-west-1"))
    assert "the region 'eu-west-1' is wrong; expecting 'us-west-2'" in response.text
    assert "<Region>us-west-2</Region>" in response.text
    assert ask(signed("eu-west-1"), method="HEAD").headers["x-amz-bucket-region"] == "us-west-2"


DENIED = b"<Error><Code>AccessDenied</Code></Error>"
MISMATCH = b"<Error><Code>SignatureDoesNotMatch</Code></Error>"


@pytest.mark.parametrize(
    ("path", "body", "status", "expected"),
    [
        pytest.param("/bucket/key", DENIED, 403, "AccessDenied", id="no rights"),
        pytest.param("/bucket/key", b"", 403, "AccessDenied", id="denied without a body"),
        pytest.param("/nope/key", DENIED, 404, "NoSuchBucket", id="no rights, no bucket"),
        pytest.param("/", DENIED, 403, "AccessDenied", id="no rights on the list of buckets"),
        pytest.param("/nope/key", MISMATCH, 403, "SignatureDoesNotMatch", id="unknown, no bucket"),
    ],
)
def test_what_moto_refuses(path: str, body: bytes, status: int, expected: str) -> None:
    response = ask(signed(), path, behind=Behind("403 Forbidden", body))
    assert (response.status_code, code(response)) == (status, expected)


def test_what_is_sent_back_is_escaped() -> None:
    assert "<script>" not in ask("", "/<script>").text
