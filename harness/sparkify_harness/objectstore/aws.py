"""Requests to an endpoint, through boto3, whatever the user's own AWS settings are."""

import os
import urllib.parse
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3.session
import botocore.session
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

from sparkify_harness.objectstore.endpoint import Endpoint, Service


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered to one request."""

    status: int
    body: bytes


def create_client(endpoint: Endpoint, service: Service) -> Any:
    """A client that reads neither `AWS_*` nor `~/.aws` and asks no proxy."""
    return _session().client(
        service,
        region_name=endpoint.region,
        endpoint_url=endpoint.url,
        aws_access_key_id=endpoint.access_key_id,
        aws_secret_access_key=endpoint.secret_access_key,
        aws_session_token=endpoint.session_token,
        verify=_authority(endpoint),
        config=Config(
            s3={"addressing_style": "path"},
            proxies={},
            connect_timeout=5,
            read_timeout=60,
            retries={"mode": "standard", "total_max_attempts": 3},
            max_pool_connections=32,
        ),
    )


def send_signed(endpoint: Endpoint, method: str, path: str, body: bytes = b"") -> Answer:
    """Sends one request as it is: no retries, no redirects to another region."""
    request = AWSRequest(method=method, url=urllib.parse.urljoin(endpoint.url, path), data=body)
    credentials = Credentials(
        endpoint.access_key_id, endpoint.secret_access_key, endpoint.session_token
    )
    S3SigV4Auth(credentials, "s3", endpoint.region).add_auth(request)
    verify: Any = _authority(endpoint) or True  # a path too, whatever its stubs say
    session = URLLib3Session(verify=verify, proxies={}, timeout=10)
    response = session.send(request.prepare())
    return Answer(response.status_code, response.content)


def _authority(endpoint: Endpoint) -> str | None:
    return str(endpoint.ca_file) if endpoint.ca_file else None


@cache
def _session() -> boto3.session.Session:
    session = botocore.session.Session(
        # Of each setting neither its name in a file nor in the environment, only the default.
        session_vars={
            name: (None, None, default, convert)
            for name, (_, _, default, convert) in BOTOCORE_DEFAUT_SESSION_VARIABLES.items()
        }
        | dict.fromkeys(("config_file", "credentials_file"), (None, None, os.devnull, None))
        | {"ignore_configured_endpoint_urls": (None, None, True, None)}
    )
    return boto3.session.Session(botocore_session=session)
