"""The objects a COPY reads, through the statement's own credentials and nothing else.

A statement's client knows the endpoint of the server's settings and the keys of the statement; it
reads no environment, no profile and no instance metadata, and it follows no redirect to another
region.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, NoReturn

from sparkify_harness.redshift.copying.body import contents
from sparkify_harness.redshift.copying.client import DOWNLOADS, Destination, Lease
from sparkify_harness.redshift.copying.options import Authorization
from sparkify_harness.redshift.copying.s3_settings import Credentials, S3Settings
from sparkify_harness.redshift.errors import (
    ComputeBlock,
    ComputeFault,
    InvalidParameterValue,
    RedshiftError,
)

__all__ = ["DOWNLOADS", "Caller", "ObjectSource", "S3Fault", "S3Object"]

_CODE: Final = 8001
_LOCATION: Final = "s3_utility.cpp:678"
_ELSEWHERE = frozenset(
    {
        "AuthorizationHeaderMalformed",
        "IllegalLocationConstraintException",
        "PermanentRedirect",
        "Redirect",
        "TemporaryRedirect",
        "301",
        "307",
    }
)
_MESSAGES = MappingProxyType(
    {
        "AccessDenied": "Access Denied",
        "NoSuchKey": "The specified key does not exist.",
        "NoSuchBucket": "The specified bucket does not exist",
        "InvalidAccessKeyId": ("The AWS Access Key Id you provided does not exist in our records."),
        "SignatureDoesNotMatch": (
            "The request signature we calculated does not match the signature you provided. "
            "Check your key and signing method."
        ),
    }
)
"""AWS's words where other object stores have their own."""

_HEAD_CODES = MappingProxyType({"403": "AccessDenied", "404": "NoSuchKey"})
"""A response to HEAD has no body that would name the error."""

_LEGACY_LOCATIONS = MappingProxyType({None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who runs the statement, as error details name it.

    Args:
        query: Id of the query.
        pid: Process id of the session.
        user: Session user.
        database: Current database.
    """

    query: int = 0
    pid: int = 0
    user: str = "awsuser"
    database: str = "dev"


@dataclass(frozen=True, slots=True)
class S3Object:
    """An object to be loaded.

    Args:
        bucket, key: Where it is.
        size: Bytes as stored.
    """

    bucket: str
    key: str
    size: int

    @property
    def url(self) -> str:
        """``s3://bucket/key``."""
        return f"s3://{self.bucket}/{self.key}"


class S3Fault(ComputeFault):
    """S3 refused a request.

    Args:
        message: Text of the error.
        block: DETAIL.
        code: S3's error code.
        status: HTTP status.
        region: The bucket's region, where S3 told it.
    """

    def __init__(
        self, message: str, block: ComputeBlock, *, code: str, status: int, region: str | None
    ) -> None:
        super().__init__(message, block)
        self.code = code
        self.status = status
        self.region = region


class ObjectSource:
    """S3 as one statement may see it. Safe to use from several threads.

    Args:
        settings: Endpoint, region and roles of the server.
        authorization: What the statement says.
        region: The statement's REGION.
        caller: Whom errors name.

    Raises:
        RedshiftError: The server has no endpoint, or the role cannot be assumed.
    """

    def __init__(
        self,
        settings: S3Settings,
        authorization: Authorization,
        region: str | None,
        caller: Caller,
    ) -> None:
        if settings.endpoint is None:
            raise RedshiftError(
                "this server was started without an S3 endpoint, so there is nothing to read from",
                hint="Start it with --s3-endpoint; AWS itself is never contacted.",
            )
        self.region = region or settings.region
        self._caller = caller
        self._trust = (
            f"with --s3-ca-file {settings.ca_file}"
            if settings.ca_file
            else "without --s3-ca-file, which names the authority that signed such a certificate"
        )
        self._checked: set[str] = set()
        credentials = self._credentials(settings, authorization)
        destination = Destination(settings.endpoint, self.region, credentials, settings.ca_file)
        self._lease = self._leased(destination)
        self._client = self._lease.s3

    def _leased(self, destination: Destination) -> Lease:
        from botocore.exceptions import InvalidRegionError  # noqa: PLC0415  slow to import

        try:
            return Lease(destination)
        except InvalidRegionError:
            raise InvalidParameterValue(f'Invalid region "{self.region}"') from None

    def close(self) -> None:
        """Let go of S3: a thread that still waits for it gets BrokenOff, at once."""
        self._lease.end()

    def _credentials(self, settings: S3Settings, authorization: Authorization) -> Credentials:
        if isinstance(authorization, Credentials):
            return authorization
        # In a chain the last role is the one that reads.
        arn = authorization.arn.rpartition(",")[2]
        if arn in settings.roles:
            return settings.roles[arn]
        raise self.fault(
            f"User arn:aws:redshift:{settings.region}:000000000000:dbuser:sparkify/"
            f"{self._caller.user} is not authorized to assume IAM Role {arn}",
            f"IAM Role={arn}",
            location="xen_aws_credentials_mgr.cpp:236",
        )

    def check_region(self, bucket: str) -> None:
        """Refuse a bucket of another region.

        Redshift: https://docs.aws.amazon.com/redshift/latest/dg/s3serviceexception-error.html

        Raises:
            ComputeFault: The bucket is elsewhere, or is not there, or the keys are wrong.
        """
        if bucket in self._checked:
            return
        region = self._bucket_region(bucket)
        if region is not None and region != self.region:
            self._elsewhere(bucket)
        self._checked.add(bucket)

    def _bucket_region(self, bucket: str) -> str | None:
        """The bucket's region, or None where the keys may not ask for it."""
        try:
            with self._errors(bucket):
                location = self._client.get_bucket_location(Bucket=bucket)
        except S3Fault as fault:
            if fault.code != "AccessDenied":
                raise
        else:
            constraint: str | None = location.get("LocationConstraint")
            return _LEGACY_LOCATIONS.get(constraint, constraint)
        try:
            with self._errors(bucket):
                return self._client.head_bucket(Bucket=bucket).get("BucketRegion")
        except S3Fault as fault:
            return fault.region

    def matching(self, bucket: str, prefix: str) -> list[S3Object]:
        """Every object whose key begins with the prefix, in order of keys.

        Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-source-s3.html

        Raises:
            ComputeFault: There is none, or S3 refuses.
        """
        self.check_region(bucket)
        objects: list[S3Object] = []
        with self._errors(bucket, prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=bucket, Prefix=prefix
            )
            for page in pages:
                objects += [
                    S3Object(bucket, entry["Key"], entry["Size"])
                    for entry in page.get("Contents", ())
                ]
        if not objects:
            raise self.fault(f"The specified S3 prefix '{prefix}' does not exist", "")
        return objects

    def size(self, bucket: str, key: str) -> int | None:
        """Bytes of an object; None where there is no such object."""
        self.check_region(bucket)
        try:
            with self._errors(bucket, key):
                return int(self._client.head_object(Bucket=bucket, Key=key)["ContentLength"])
        except S3Fault as fault:
            if fault.status == 404:
                return None
            raise

    def text(self, bucket: str, key: str) -> str:
        """A small UTF-8 object: a manifest or a jsonpaths file.

        Raises:
            ComputeFault: S3 refuses or has no such object.
            RedshiftError: It is not UTF-8.
        """
        self.check_region(bucket)
        try:
            return b"".join(self.chunks(bucket, key)).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise RedshiftError(f"s3://{bucket}/{key} is not UTF-8") from error

    def chunks(self, bucket: str, key: str) -> Generator[bytes]:
        """The contents of an object; see ``contents``.

        Raises:
            ComputeFault: S3 refuses or has no such object, or it was changed meanwhile.
        """
        with self._errors(bucket, key):
            yield from contents(self._client, bucket, key, self._lease.pause)

    def fault(
        self, message: str, context: str, *, location: str = _LOCATION, code: int = _CODE
    ) -> ComputeFault:
        """An error with the block of a compute node."""
        return ComputeFault(message, self.block(context, location, code=code))

    def block(
        self, context: str, location: str, *, code: int = _CODE, process: str = "padbmaster"
    ) -> ComputeBlock:
        """What stands in the DETAIL of an error of a compute node."""
        return ComputeBlock(
            code, context, self._caller.query, location, f"{process} [pid={self._caller.pid}]"
        )

    def _elsewhere(self, bucket: str) -> NoReturn:
        raise self._s3_fault(
            "PermanentRedirect",
            "The bucket you are attempting to access must be addressed using the specified "
            "endpoint. Please send all future requests to this endpoint.",
            301,
            context=f"Listing bucket={bucket} prefix=",
        )

    def _s3_fault(
        self,
        code: str,
        message: str,
        status: int,
        *,
        context: str,
        ids: tuple[str, str] = ("", ""),
        region: str | None = None,
    ) -> S3Fault:
        text = (
            f"S3ServiceException:{message},Status {status},Error {code},"
            f"Rid {ids[0]},ExtRid {ids[1]},CanRetry 1"
        )
        block = self.block(context, _LOCATION)
        return S3Fault(text, block, code=code, status=status, region=region)

    @contextmanager
    def _errors(self, bucket: str, key: str = "") -> Iterator[None]:
        """Redshift's words for S3's errors."""
        from botocore.exceptions import (  # noqa: PLC0415  slow to import
            BotoCoreError,
            ClientError,
            PaginationError,
            ParamValidationError,
            SSLError,
        )
        from urllib3.exceptions import HTTPError  # noqa: PLC0415  slow to import

        try:
            with self._lease.asking():
                yield
        except ClientError as error:
            raise self._translate(error.response, bucket, key) from None
        except SSLError as error:
            raise self.fault(
                f"S3ServiceException:{error}; this server was started {self._trust}",
                f"S3 key being read : s3://{bucket}/{key}",
            ) from None
        except PaginationError:
            raise self.fault(
                "S3ServiceException:The store lists the same objects again and again",
                f"Listing bucket={bucket} prefix={key}",
            ) from None
        except ParamValidationError:
            # https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
            raise self._s3_fault(
                "InvalidBucketName",
                "The specified bucket is not valid.",
                400,
                context=f"S3 key being read : s3://{bucket}/{key}",
            ) from None
        except (BotoCoreError, HTTPError, OSError) as error:
            # The endpoint cannot be reached, or cuts the connection.
            raise self.fault(
                f"S3ServiceException:{error}", f"S3 key being read : s3://{bucket}/{key}"
            ) from None

    def _translate(self, response: Any, bucket: str, key: str) -> S3Fault:
        error, metadata = response.get("Error", {}), response.get("ResponseMetadata", {})
        code = str(error.get("Code", ""))
        if code in _ELSEWHERE:
            self._elsewhere(bucket)
        code = _HEAD_CODES.get(code, code)
        return self._s3_fault(
            code,
            _MESSAGES.get(code) or error.get("Message", ""),
            metadata.get("HTTPStatusCode", 0),
            context=f"S3 key being read : s3://{bucket}/{key}",
            ids=(metadata.get("RequestId", ""), metadata.get("HostId", "")),
            region=metadata.get("HTTPHeaders", {}).get("x-amz-bucket-region"),
        )
