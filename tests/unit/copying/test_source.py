"""COPY's authorization: whose keys, which region, and what a client is told when S3 refuses.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/s3serviceexception-error.html
"""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import settings as moto_settings

from sparkify_harness.redshift.copying import Credentials, S3Settings, client
from sparkify_harness.redshift.errors import ComputeFault, InvalidParameterValue
from tests.unit.copying.conftest import CopyFrom, Put

pytestmark = pytest.mark.medium

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

BUCKET = "sparkify-test"
ROLE = "arn:aws:iam::123456789012:role/loader"

Users = dict[str, Credentials]


def _user(iam: Any, name: str, actions: list[str]) -> Credentials:
    iam.create_user(UserName=name)
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}],
    }
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Credentials(key["AccessKeyId"], key["SecretAccessKey"])


@pytest.fixture
def users(s3_endpoint: str, put: Put, monkeypatch: pytest.MonkeyPatch) -> Iterator[Users]:
    """An S3 that checks keys and policies: a user who may read, one who may not."""
    put("data/1", "1|x\n")
    iam = boto3.client(
        "iam",
        endpoint_url=s3_endpoint,
        region_name="us-east-1",
        aws_access_key_id="root",
        aws_secret_access_key="root",
    )
    users = {
        "reader": _user(iam, "reader", ["s3:GetObject", "s3:ListBucket", "s3:GetBucketLocation"]),
        "lister": _user(iam, "lister", ["s3:ListBucket"]),
        "nobody": _user(iam, "nobody", ["sqs:*"]),
    }
    with monkeypatch.context() as patch:
        patch.setattr(moto_settings, "INITIAL_NO_AUTH_ACTION_COUNT", 0.0)
        yield users
    for name, credentials in users.items():
        iam.delete_access_key(UserName=name, AccessKeyId=credentials.access_key)
        iam.delete_user_policy(UserName=name, PolicyName="p")
        iam.delete_user(UserName=name)
    iam.close()


def _keys(credentials: Credentials) -> str:
    return f"ACCESS_KEY_ID '{credentials.access_key}' SECRET_ACCESS_KEY '{credentials.secret_key}'"


def _string(credentials: Credentials) -> str:
    return (
        f"CREDENTIALS 'aws_access_key_id={credentials.access_key};"
        f"aws_secret_access_key={credentials.secret_key}'"
    )


@pytest.mark.parametrize("form", [_keys, _string], ids=["keys", "CREDENTIALS"])
def test_the_keys_of_the_statement_are_used(
    users: Users, copy_from: CopyFrom, form: Callable[[Credentials], str]
) -> None:
    assert copy_from("data/", keys=form(users["reader"])).rows == [(1, "x")]


@pytest.mark.parametrize(
    ("role", "clause"),
    [
        pytest.param(ROLE, f"IAM_ROLE '{ROLE}'", id="role"),
        pytest.param(ROLE, f"CREDENTIALS 'aws_iam_role={ROLE}'", id="role in CREDENTIALS"),
        pytest.param("default", "IAM_ROLE default", id="default role"),
        pytest.param(
            ROLE, f"IAM_ROLE 'arn:aws:iam::210987654321:role/first,{ROLE}'", id="chained roles"
        ),
    ],
)
def test_a_role_means_the_keys_the_server_was_given(
    users: Users, copy_from: CopyFrom, s3_endpoint: str, role: str, clause: str
) -> None:
    settings = S3Settings(s3_endpoint, "us-west-2", {role: users["reader"]})
    assert copy_from("data/", keys=clause, settings=settings).rows == [(1, "x")]


def test_an_unknown_role_may_not_be_assumed(s3: "S3Client", copy_from: CopyFrom) -> None:
    with pytest.raises(ComputeFault) as error:
        copy_from("data/", keys=f"IAM_ROLE '{ROLE}'")
    assert error.value.message == (
        "User arn:aws:redshift:us-west-2:000000000000:dbuser:sparkify/awsuser is not authorized "
        f"to assume IAM Role {ROLE}"
    )


@pytest.mark.parametrize(
    ("who", "message"),
    [
        pytest.param(
            "unknown key",
            "S3ServiceException:The AWS Access Key Id you provided does not exist in our records.,"
            "Status 403,Error InvalidAccessKeyId,Rid ",
            id="unknown access key",
        ),
        pytest.param(
            "wrong secret",
            "S3ServiceException:The request signature we calculated does not match the signature "
            "you provided. Check your key and signing method.,Status 403,"
            "Error SignatureDoesNotMatch,Rid ",
            id="wrong secret",
        ),
        pytest.param(
            "nobody",
            "S3ServiceException:Access Denied,Status 403,Error AccessDenied,Rid ",
            id="no permission",
        ),
        pytest.param(
            "lister",
            "S3ServiceException:Access Denied,Status 403,Error AccessDenied,Rid ",
            id="may list, may not read",
        ),
    ],
)
def test_keys_that_s3_refuses(users: Users, copy_from: CopyFrom, who: str, message: str) -> None:
    keys = users | {
        "unknown key": Credentials("AKIAXXXXXXXXXXXXXXXX", "secret"),
        "wrong secret": Credentials(users["reader"].access_key, "wrong"),
    }
    with pytest.raises(ComputeFault) as error:
        copy_from("data/", keys=_keys(keys[who]))
    assert error.value.message.startswith(message)
    assert error.value.message.endswith(",CanRetry 1")
    assert "code:      8001" in (error.value.detail or "")
    assert error.value.sqlstate == "XX000"


def test_keys_show_in_no_repr(users: Users) -> None:
    assert users["reader"].secret_key not in repr(users["reader"])


def test_a_missing_bucket(s3: "S3Client", copy_from: CopyFrom) -> None:
    with pytest.raises(ComputeFault) as error:
        copy_from("data/", bucket="no-such-bucket")
    assert error.value.message.startswith(
        "S3ServiceException:The specified bucket does not exist,Status 404,Error NoSuchBucket,"
    )


def test_a_name_that_no_bucket_has(copy_from: CopyFrom) -> None:
    with pytest.raises(ComputeFault) as error:
        copy_from("data/", bucket="é")
    assert error.value.message.startswith(
        "S3ServiceException:The specified bucket is not valid.,Status 400,Error InvalidBucketName,"
    )


@pytest.mark.parametrize(
    ("cluster", "option", "loads"),
    [
        pytest.param("us-west-2", "", True, id="the cluster's region"),
        pytest.param("eu-west-1", "", False, id="a bucket elsewhere"),
        pytest.param("eu-west-1", "REGION 'us-west-2'", True, id="REGION names it"),
        pytest.param("us-west-2", "REGION AS 'us-east-1'", False, id="REGION is wrong"),
    ],
)
def test_region(
    put: Put, copy_from: CopyFrom, s3_endpoint: str, *, cluster: str, option: str, loads: bool
) -> None:
    put("data/1", "1|x\n")
    settings = S3Settings(s3_endpoint, cluster)
    if loads:
        assert copy_from("data/", option, settings=settings).rows == [(1, "x")]
        return
    with pytest.raises(ComputeFault) as error:
        copy_from("data/", option, settings=settings)
    assert error.value.message.startswith(
        "S3ServiceException:The bucket you are attempting to access must be addressed using the "
        "specified endpoint."
    )


def test_nothing_is_taken_from_the_environment(
    put: Put,
    copy_from: CopyFrom,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    put("data/1", "1|x\n")
    config = tmp_path_factory.mktemp("aws") / "config"
    config.write_text("this is not a configuration file\n[profile x\n")
    for name, value in {
        "AWS_PROFILE": "no-such-profile",
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": str(config),
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
        "AWS_REGION": "nowhere-1",
        "AWS_DEFAULT_REGION": "nowhere-1",
        "AWS_CA_BUNDLE": "/nonexistent",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "AWS_USE_DUALSTACK_ENDPOINT": "true",
        "AWS_MAX_ATTEMPTS": "nonsense",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
    }.items():
        monkeypatch.setenv(name, value)
    client._session.cache_clear()
    assert copy_from("data/").rows == [(1, "x")]


def test_an_endpoint_that_does_not_answer(copy_from: CopyFrom) -> None:
    settings = S3Settings("http://127.0.0.1:9", "us-west-2")
    with pytest.raises(ComputeFault, match=r"S3ServiceException:Could not connect"):
        copy_from("data/", settings=settings)


def test_a_region_that_is_none_is_refused(s3: "S3Client", copy_from: CopyFrom) -> None:
    with pytest.raises(InvalidParameterValue) as error:
        copy_from("data/", "REGION 'us west 2'")
    assert error.value.message == 'Invalid region "us west 2"'


class _Endless(BaseHTTPRequestHandler):
    """A store whose listing never comes to its end."""

    def do_GET(self) -> None:
        listing = (
            "<ListBucketResult><IsTruncated>true</IsTruncated><KeyCount>1</KeyCount>"
            "<NextContinuationToken>again</NextContinuationToken>"
            "<Contents><Key>data/1</Key><Size>4</Size></Contents></ListBucketResult>"
        )
        location = "<LocationConstraint>us-west-2</LocationConstraint>"
        body = (listing if "list-type" in self.path else location).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_a_listing_that_repeats_itself_ends_the_statement(copy_from: CopyFrom) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Endless) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            settings = S3Settings(f"http://127.0.0.1:{server.server_port}", "us-west-2")
            with pytest.raises(ComputeFault) as error:
                copy_from("data/", settings=settings)
        finally:
            server.shutdown()
            thread.join()
    assert error.value.message == (
        "S3ServiceException:The store lists the same objects again and again"
    )
