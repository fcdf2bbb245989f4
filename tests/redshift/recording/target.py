"""Whom the contract's cases are put to: a warehouse, and perhaps a bucket that it reads."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit

import psycopg
from botocore.exceptions import ClientError
from psycopg.conninfo import conninfo_to_dict

from sparkify_harness.certificates import Certificates
from sparkify_harness.objectstore import Endpoint
from sparkify_harness.warehouse import Warehouse
from tests.redshift.copies import Lake
from tests.redshift.recording.journal import Journal

ALLOW_REMOTE = "--allow-remote"
_UNDERSTOOD = {"host", "port", "user", "password", "dbname", "sslmode", "sslrootcert"}


class RemoteTargetError(Exception):
    """The target is not on this machine, and nobody has said that it may be elsewhere."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host} is not this machine. The cases create and drop a schema each, and COPY from "
            f"the bucket; if that is what you want there, say {ALLOW_REMOTE}."
        )


class TargetError(Exception):
    """What was given names no target."""


@dataclass(frozen=True)
class Target:
    """A warehouse, and perhaps a bucket.

    Args:
        warehouse: How to get in.
        tls: Whether its clients have to verify it.
        bucket: Its name; None leaves the cases of COPY out.
        store: Where the bucket is, with the keys that put objects and that COPY is given.
    """

    warehouse: Warehouse
    tls: bool
    bucket: str | None = None
    store: Endpoint | None = field(default=None)

    @contextmanager
    def lake(self, journal: Journal) -> Iterator[Lake | None]:
        """The bucket, below a prefix of its own that is empty again afterwards, as are those of
        runs that were killed.
        """
        if self.store is None or self.bucket is None:
            yield None
            return
        for prefix in journal.left("prefix"):
            _empty(Lake(self.store, self.bucket, self.store, prefix=prefix))
            journal.gone("prefix", prefix)
        lake = Lake(self.store, self.bucket, self.store, prefix=f"contract-{token_hex(4)}/")
        with journal.made("prefix", lake.prefix):
            try:
                yield lake
            finally:
                _empty(lake)


def target(
    url: str, bucket: str | None, *, allow_remote: bool, environment: Mapping[str, str]
) -> Target:
    """The target that somebody named.

    Args:
        url: A libpq URL or connection string; ``sslmode=disable`` goes without TLS, and
            ``sslrootcert`` names the authority to trust.
        bucket: Its name. Keys, region and endpoint are those of the AWS_* variables.
        allow_remote: Whether it may be on another machine.
        environment: PGPASSWORD and the AWS_* variables.

    Raises:
        RemoteTargetError: It is, and may not.
        TargetError: It is no connection string, or has what would not be heeded.
        KeyError: The variable or the part that is missing.
    """
    parts = _parts(url)
    warehouse = Warehouse(
        host=parts["host"],
        port=int(parts.get("port", "5439")),
        user=parts["user"],
        password=parts.get("password") or environment["PGPASSWORD"],
        database=parts["dbname"],
        certificates=_trusted(parts.get("sslrootcert")),
    )
    store = _store(environment) if bucket else None
    for host in (warehouse.host, *([urlsplit(store.url).hostname or ""] if store else [])):
        if not (allow_remote or _is_loopback(host)):
            raise RemoteTargetError(host)
    return Target(warehouse, parts.get("sslmode") != "disable", bucket, store)


def _parts(url: str) -> dict[str, str]:
    """The parts of a connection string; what is refused is not repeated, as it may be a secret."""
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
        int(parts.get("port", "0"))
    except (psycopg.Error, ValueError):
        raise TargetError("the target is no libpq URL or connection string") from None
    if unknown := sorted(parts.keys() - _UNDERSTOOD):
        raise TargetError(f"not heeded here: {', '.join(unknown)}")
    names = [parts[name].lower() for name in ("user", "dbname") if name in parts]
    if len(set(names)) < len(names):
        raise TargetError("user and database have one name, so answers would not tell which")
    return parts


def _empty(lake: Lake) -> None:
    """Delete all below a prefix, all versions, if the bucket keeps any and tells of them."""
    try:
        versions = lake.s3.get_paginator("list_object_versions")
        for page in versions.paginate(Bucket=lake.bucket, Prefix=lake.prefix):
            for item in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                lake.s3.delete_object(
                    Bucket=lake.bucket, Key=item["Key"], VersionId=item["VersionId"]
                )
    except ClientError:
        objects = lake.s3.get_paginator("list_objects_v2")
        for listed in objects.paginate(Bucket=lake.bucket, Prefix=lake.prefix):
            for one in listed.get("Contents", ()):
                lake.s3.delete_object(Bucket=lake.bucket, Key=one["Key"])


def _store(environment: Mapping[str, str]) -> Endpoint:
    region = environment.get("AWS_REGION") or environment["AWS_DEFAULT_REGION"]
    return Endpoint(
        url=environment.get("AWS_ENDPOINT_URL") or f"https://s3.{region}.amazonaws.com",
        region=region,
        access_key_id=environment["AWS_ACCESS_KEY_ID"],
        secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        session_token=environment.get("AWS_SESSION_TOKEN"),
    )


def _trusted(authority: str | None) -> Certificates | None:
    """What a URL names; a cluster of AWS's is trusted anyway."""
    if authority in {None, "system"}:
        return None
    file = Path(str(authority))
    return replace(Certificates.within(file.parent), authority=file)


def _is_loopback(host: str) -> bool:
    """By what it says: a name is not looked up, as it could mean another machine next time."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
