"""S3 clients that take nothing from their surroundings; each is lent to one statement at a time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sparkify_harness.redshift.copying.s3_settings import Credentials
from sparkify_harness.redshift.copying.waiting import BrokenOff

if TYPE_CHECKING:
    from boto3.session import Session
    from mypy_boto3_s3.client import S3Client

    from sparkify_harness.redshift.copying.connections import Connections

DOWNLOADS: Final = 8
"""Objects that are read at the same time."""

_ATTEMPTS: Final = 6
"""A request that S3 cannot answer now (500, 503, SlowDown) is repeated five times, with back-off.

AWS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ErrorBestPractices.html"""

_KEPT: Final = 16
"""Clients that wait for a statement; to make one takes longer than to load a small object."""

_LOCK: Final = Lock()
"""botocore's sessions are not thread-safe, its clients are."""


class Destination(NamedTuple):
    """Which S3, and as whom.

    Args:
        ca_file: Certificate authority that an https endpoint is verified with; None: the usual
            ones.
    """

    endpoint: str
    region: str
    credentials: Credentials
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class _Client:
    """A client and what it sends by."""

    destination: Destination
    s3: "S3Client" = field(repr=False)
    connections: "Connections" = field(repr=False)


_idle: list[_Client] = []


class Lease:
    """A client for one statement.

    Args:
        destination: What it talks to.

    Raises:
        InvalidRegionError: The region is none.
    """

    def __init__(self, destination: Destination) -> None:
        self._client = _taken(destination) or _made(destination)
        self._guard = Lock()
        self._asking = 0
        self._over = False

    @property
    def s3(self) -> "S3Client":
        """The client; to be used within ``asking``."""
        return self._client.s3

    def pause(self, seconds: float) -> None:
        """Wait before something is asked for again.

        Raises:
            BrokenOff: The lease ended meanwhile.
        """
        self._client.connections.pause(seconds)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Something is asked of S3, or its answer is being read.

        Raises:
            BrokenOff: The lease has ended, or ends meanwhile.
        """
        with self._guard:
            if self._over:
                raise BrokenOff
            self._asking += 1
        try:
            yield
        finally:
            with self._guard:
                self._asking -= 1

    def end(self) -> None:
        """Whoever still waits for S3 does not any more; without such, the client is kept."""
        with self._guard:
            ended, self._over = self._over, True
        if ended:
            return
        self._client.connections.close()
        if self._asking:
            self._client.connections.break_off()
            return
        with _LOCK:
            _idle.append(self._client)
            del _idle[:-_KEPT]


def _taken(destination: Destination) -> _Client | None:
    with _LOCK:
        for place, client in enumerate(_idle):
            if client.destination == destination:
                return _idle.pop(place)
    return None


def _made(destination: Destination) -> _Client:
    """A client for exactly this endpoint, region and these keys.

    Every setting that botocore would look up in the environment or in a profile is given here.
    """
    from botocore.config import Config  # noqa: PLC0415  0.3 s, and only COPY and UNLOAD need it

    from sparkify_harness.redshift.copying.connections import Connections  # noqa: PLC0415  as above

    with _LOCK:
        client: S3Client = _session().client(
            "s3",
            endpoint_url=destination.endpoint,
            region_name=destination.region,
            aws_access_key_id=destination.credentials.access_key,
            aws_secret_access_key=destination.credentials.secret_key,
            aws_session_token=destination.credentials.token,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path", "use_accelerate_endpoint": False},
                proxies={},
                retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
                use_dualstack_endpoint=False,
                use_fips_endpoint=False,
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )
    connections = Connections(DOWNLOADS + 2, destination.ca_file)
    events: Any = client.meta.events  # its stubs know no handlers that answer
    events.register("before-call.s3", _refuse_redirect)
    events.register("before-send.s3", lambda request, **_: connections.send(request))
    _pause_by(client, connections)
    return _Client(destination, client, connections)


def _pause_by(client: "S3Client", connections: "Connections") -> None:
    """Let the client pause in a way that can be broken off, for as long as it would have slept."""
    from botocore.retries.standard import register_retry_handler  # noqa: PLC0415  slow to import

    events: Any = client.meta.events
    event, name = "needs-retry.s3", "retry-config-s3"
    events.unregister(event, unique_id=name)
    handler = register_retry_handler(client, _ATTEMPTS)
    events.unregister(event, unique_id=name)

    def needs_retry(**context: Any) -> float | bool | None:
        delay: float | bool | None = handler.needs_retry(**context)
        if delay is None or delay is False:
            return delay
        connections.pause(delay)
        return 0

    events.register(event, needs_retry, unique_id=name)


@cache
def _session() -> "Session":
    """A session without profile, files and credentials; it keeps what is slow to load."""
    import boto3  # noqa: PLC0415  as above
    import botocore.session  # noqa: PLC0415  as above

    nowhere = (None, None, os.devnull, None)
    return boto3.session.Session(
        botocore_session=botocore.session.Session(
            session_vars={
                "profile": (None, None, None, None),
                "config_file": nowhere,
                "credentials_file": nowhere,
                "ca_bundle": (None, None, None, None),
            }
        )
    )


def _refuse_redirect(context: dict[str, Any], **_: object) -> None:
    """Keep botocore from repeating a request in the region that S3 names: a wrong REGION must fail.

    A request that it takes for redirected already is not repeated.
    """
    context.setdefault("s3_redirect", {})["redirected"] = True
