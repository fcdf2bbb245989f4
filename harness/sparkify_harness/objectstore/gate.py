"""What Amazon S3 checks before it serves a request, and moto does not.

A WSGI application in front of moto's, one for each service. moto verifies signatures and IAM
policies; the gate refuses unsigned requests and those signed for another region, and corrects what
moto answers otherwise than S3 when a request is refused.
"""

import re
import urllib.parse
import xml.sax.saxutils
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.test import run_wsgi_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SIGNED = re.compile(
    r"AWS4-HMAC-SHA256 Credential=[^/, ]+/\d{8}/(?P<region>[^/, ]+)/(?P<service>[^/, ]+)"
    r"/aws4_request, ?SignedHeaders=[^, ]+, ?Signature=[0-9a-f]{64}"
)

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error answer of S3.

    AWS: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """

    status: str
    code: str
    message: str
    region: str | None = None

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Answers a request."""
        region = f"<Region>{self.region}</Region>" if self.region else ""
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<Error><Code>{self.code}</Code>"
            f"<Message>{xml.sax.saxutils.escape(self.message)}</Message>"
            f"{region}<Resource>{xml.sax.saxutils.escape(environ['PATH_INFO'])}</Resource></Error>"
        ).encode()
        headers = [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))]
        if self.region:
            headers.append(("x-amz-bucket-region", self.region))
        start(self.status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


ACCESS_DENIED = Refusal("403 Forbidden", "AccessDenied", "Access Denied")
NO_SUCH_BUCKET = Refusal("404 Not Found", "NoSuchBucket", "The specified bucket does not exist")
PRESIGNED = Refusal(
    "501 Not Implemented", "NotImplemented", "not emulated: presigned URLs; sign by header"
)
OTHER_SERVICE = Refusal(
    "501 Not Implemented", "NotImplemented", "not emulated: a service other than S3, IAM and STS"
)
FORM = Refusal(
    "501 Not Implemented", "NotImplemented", "not emulated: an object with a form's content type"
)
NO_DATE = Refusal(
    "403 Forbidden",
    "AccessDenied",
    "AWS authentication requires a valid Date or x-amz-date header",
)
MALFORMED = Refusal(
    "400 Bad Request",
    "AuthorizationHeaderMalformed",
    "The authorization header that you provided is not valid.",
)
OLD_SIGNATURE = Refusal(
    "400 Bad Request",
    "InvalidRequest",
    "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
)


def wrong_region(given: str, expected: str) -> Refusal:
    """The request is signed for another region than the bucket's."""
    return Refusal(
        "400 Bad Request",
        "AuthorizationHeaderMalformed",
        f"The authorization header is malformed; the region '{given}' is wrong; "
        f"expecting '{expected}'",
        region=expected,
    )


class Gate:
    """Stands before moto's applications.

    Args:
        apps: by the name of the service that a request is signed for.
        region: the one that requests to S3 must be signed for.
        bucket_exists: whether there is a bucket of that name.
    """

    def __init__(
        self,
        apps: Mapping[str, "WSGIApplication"],
        region: str,
        bucket_exists: Callable[[str], bool],
    ) -> None:
        self._apps = apps
        self._region = region
        self._bucket_exists = bucket_exists

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Serves a request or refuses it."""
        return self._choose(environ)(environ, start)

    def _choose(self, environ: "WSGIEnvironment") -> "WSGIApplication":
        """What answers a request."""
        authorization = environ.get("HTTP_AUTHORIZATION", "")
        query = urllib.parse.parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        if not authorization:
            return PRESIGNED if {"X-Amz-Signature", "Signature"} & query.keys() else ACCESS_DENIED
        if authorization.startswith("AWS "):
            return OLD_SIGNATURE
        signed = _SIGNED.fullmatch(authorization)
        if signed is None:
            return MALFORMED
        if "HTTP_X_AMZ_DATE" not in environ:
            return NO_DATE
        service, region = signed["service"], signed["region"]
        if service not in self._apps:
            return OTHER_SERVICE
        if service != "s3":
            return self._apps[service]
        if region != self._region and "location" not in query:  # which may be asked from anywhere
            return wrong_region(region, self._region)
        if environ["REQUEST_METHOD"] == "PUT" and environ.get("CONTENT_TYPE", "").startswith(
            _FORMS
        ):
            return FORM  # moto would parse it and store nothing
        return self._s3

    def _s3(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Lets moto answer, and says more precisely why access is denied."""
        body, status, headers = run_wsgi_app(self._apps["s3"], environ)
        if not status.startswith("403"):
            start(status, list(headers))
            return body
        denied = b"".join(body)
        if not denied or b"<Code>AccessDenied</Code>" in denied:
            # The signature was right, or another code would say so. AWS tells whom it knows that a
            # bucket is not there, whatever they may do. (No body: the bucket's policy denies.)
            bucket = environ["PATH_INFO"].lstrip("/").partition("/")[0]
            missing = bucket and not self._bucket_exists(bucket)
            return (NO_SUCH_BUCKET if missing else ACCESS_DENIED)(environ, start)
        start(status, list(headers))
        return [denied]
